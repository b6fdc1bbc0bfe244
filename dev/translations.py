"""``make translations``: the template from the code, and the catalogues beside it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from . import process, server
from .layout import ADDON, ROOT, VENV_PYTHON, WORK, clean_environment
from .source_files import copy_files, source_files
from .suites import Run

ADVICE = "Read what Odoo says, mend it, then run the same command again."


def translate(run: Run) -> bool:
    """Renew the template and give each catalogue its messages, the new ones empty.

    :return: whether nothing is untranslated; what is, is told.
    """
    try:
        exported = export(run)
    finally:
        run.tidy()
    return catalogues("merge", exported)


def export(run: Run) -> Path:
    """Let Odoo write the template of the checkout as it is now."""
    # Odoo reads every file below an addon: of the checkout itself .work, too.
    place = server.Place(WORK / "export" / "odoo.conf", WORK / "export" / "data")
    addons = WORK / "export" / "addons"
    copy_files(source_files(), addons / ADDON)
    server.write_configuration(
        run.odoo,
        run.cluster,
        place,
        addons_path=",".join(map(str, [*run.odoo.addons, addons])),
    )
    database = run.addon_database
    exported = WORK / "export" / f"{ADDON}.pot"
    words = server.command("i18n", database, place=place)
    at = words.index("-c")
    process.run(
        [*words[:at], "export", *words[at:], "-o", exported, ADDON],
        advice=ADVICE,
        cwd=ROOT,
        env=server.environment(run.odoo, run.cluster, place),
    )
    return exported


def catalogues(*words: object) -> bool:
    """Run ``dev.catalogues`` in Odoo's environment, which has polib."""
    command = [str(word) for word in (VENV_PYTHON, "-m", "dev.catalogues", *words)]
    env = clean_environment()
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode == 0
