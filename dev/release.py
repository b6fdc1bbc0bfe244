"""``make release``: an archive to install, if nothing is missing from it.

It refuses a tree that differs from the last commit, a version the changelog does not
know, a template older than the code, and a message without a translation. The archive
is then installed into a database of its own.
"""

from __future__ import annotations

import ast
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

from . import databases, server, translations
from .layout import ADDON, DATA_DIR, LOGS, ROOT, WORK, relative, say
from .source_files import released_files, uncommitted
from .suites import Run

DIST = WORK / "dist"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""One moment for every file, so that one commit gives one archive."""


def release(run: Run) -> bool:
    """Check, pack, install.

    :return: whether the archive may be given to people
    """
    try:
        complaints = [*_of_tree(), *_of_translations(run)]
        for complaint in complaints:
            say(complaint)
        if complaints:
            return False
        archive = pack()
        _install(run, archive)
    finally:
        run.tidy()
    say(f"{relative(archive)}: {archive.stat().st_size / 1e6:.1f} MB, installs.")
    return True


def version() -> str:
    """The manifest's."""
    manifest = ast.literal_eval((ROOT / "__manifest__.py").read_text())
    return str(manifest["version"])


def _of_tree() -> Iterator[str]:
    if uncommitted():
        yield "Commit what you changed, or put it away: git status names it."
    if f"## {version()}" not in (ROOT / "CHANGELOG.md").read_text():
        yield f"Write what is new in {version()} into CHANGELOG.md."


def _of_translations(run: Run) -> Iterator[str]:
    exported = translations.export(run)
    if not translations.catalogues("current", exported):
        yield "Run make translations, and commit the template and the catalogues."
    if not translations.catalogues("missing"):
        yield "Translate the messages above."


def pack() -> Path:
    """Write the archive: one folder, named as the addon, as Odoo wants it."""
    DIST.mkdir(parents=True, exist_ok=True)
    archive = DIST / f"{ADDON}-{version()}.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in released_files():
            entry = zipfile.ZipInfo(f"{ADDON}/{path.as_posix()}", EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, (ROOT / path).read_bytes())
    return archive


def _install(run: Run, archive: Path) -> None:
    """Unpack and install, as somebody would who got the archive."""
    home = WORK / "release"
    shutil.rmtree(home, ignore_errors=True)
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(home / "addons")
    place = server.Place(home / "odoo.conf", DATA_DIR)
    server.write_configuration(
        run.odoo,
        run.cluster,
        place,
        addons_path=",".join(map(str, [*run.odoo.addons, home / "addons"])),
    )
    log = LOGS / "release.log"
    log.unlink(missing_ok=True)
    databases.install(
        run.odoo, run.cluster, run.new_database("release"), ADDON, log, place=place
    )
