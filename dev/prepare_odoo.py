"""Odoo 19: a checkout named by ODOO_DIR, or Debian's package, extracted not installed."""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
from pathlib import Path

from . import prepare_system, process
from .layout import ADDONS_LINK, ODOO_BIN, VENV_PYTHON, WORK, Failure, say

SERIES = "19.0"
SUITE = "sid"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
PACKAGE = "odoo-19"
#: Debian replaces these parts of Odoo by links into other packages.
COMPANIONS = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-font-awesome",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-inconsolata",
    "fonts-ocr-b",
)
EXTRACTED = WORK / "odoo-19"
STAMP = EXTRACTED / "ponto-packages"
DIST_PACKAGES = Path("usr/lib/python3/dist-packages")
#: Not shipped by Debian; without it every asset build logs an error.
SELFIE = Path("mail/static/lib/selfie_segmentation/selfie_segmentation.js")
ADVICE = (
    "Set ODOO_DIR to an Odoo 19 checkout of yours, or retry when the mirror answers."
)

LAUNCHER = """\
#!{python}
import sys

sys.path[0] = {path!r}
from odoo.cli import main

main()
"""


@dataclasses.dataclass(frozen=True)
class Odoo:
    """An Odoo 19 that can be started."""

    path: Path
    """The folder that holds the package ``odoo``."""
    addons: tuple[Path, ...]
    """The folders with Odoo's own addons."""
    version: str
    """Changes whenever the code may have changed."""


def prepare_odoo() -> Odoo:
    """Find or fetch Odoo 19 and write its launcher."""
    directory = os.environ.get("ODOO_DIR")
    if directory:
        odoo = locate(Path(directory).expanduser())
    else:
        if not STAMP.exists():
            _fetch()
        odoo = dataclasses.replace(locate(EXTRACTED), version=STAMP.read_text())
    _write_launcher(odoo)
    _link_addon()
    return odoo


def uses_package() -> bool:
    """Whether Odoo comes from Debian's package."""
    return not os.environ.get("ODOO_DIR")


def locate(directory: Path) -> Odoo:
    """Recognise a git checkout, an installed package or an extracted one.

    :raise Failure: if it is none of them, or of another series.
    """
    directory = directory.absolute()
    for path in (directory, directory / DIST_PACKAGES):
        release = path / "odoo" / "release.py"
        if release.exists():
            _check_series(release, directory)
            inner = path / "odoo" / "addons"
            outer = [path / "addons"] if (path / "addons/account").is_dir() else []
            return Odoo(path, (*outer, inner), _checkout_version(directory, release))
    raise Failure(f"Set ODOO_DIR to an Odoo {SERIES} checkout; {directory} is none.")


def _check_series(release: Path, directory: Path) -> None:
    found = re.search(r"^version_info = \((\d+), (\d+)", release.read_text(), re.M)
    series = ".".join(found.groups()) if found else "unknown"
    if series != SERIES:
        raise Failure(
            f"Set ODOO_DIR to an Odoo {SERIES} checkout; {directory} is {series}."
        )


def _checkout_version(directory: Path, release: Path) -> str:
    head = ["git", "-C", directory, "rev-parse", "HEAD"]
    if (directory / ".git").exists() and process.succeeds(head):
        return process.run(head, advice="Check the checkout.").strip()
    return f"{directory} {release.stat().st_mtime_ns}"


def _fetch() -> None:
    """Download the packages and extract them beside the system."""
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        raise Failure(
            f"Set ODOO_DIR to an Odoo {SERIES} checkout: there is no apt here."
        )
    say(f"fetching Odoo {SERIES} from Debian's suite {SUITE}")
    downloads = _download()
    partial = EXTRACTED.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.rmtree(EXTRACTED, ignore_errors=True)
    for package in sorted(downloads.glob("*.deb")):
        process.run(["dpkg", "-x", package, partial], advice=ADVICE)
    _add_missing_file(partial)
    versions = [path.stem for path in sorted(downloads.glob("*.deb"))]
    partial.rename(EXTRACTED)
    STAMP.write_text("\n".join(versions) + "\n")
    shutil.rmtree(downloads)


def _download() -> Path:
    """Let apt download into a folder of ours; it resumes and checks signatures."""
    downloads = WORK / "downloads"
    downloads.mkdir(parents=True, exist_ok=True)
    options = _private_apt()
    process.run(
        ["apt-get", *options, "update", "-q"],
        attempts=process.ATTEMPTS,
        advice=ADVICE,
    )
    process.run(
        ["apt-get", *options, "download", "-q", PACKAGE, *COMPANIONS],
        cwd=downloads,
        attempts=process.ATTEMPTS,
        advice=ADVICE,
    )
    return downloads


def _private_apt() -> list[str]:
    """Options that make apt use one suite only and leave the system's lists alone."""
    folder = WORK / "apt"
    (folder / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    (folder / "cache" / "archives" / "partial").mkdir(parents=True, exist_ok=True)
    sources = folder / f"{SUITE}.sources"
    sources.write_text(
        f"Types: deb\nURIs: {_mirror()}\nSuites: {SUITE}\n"
        f"Components: main\nSigned-By: {KEYRING}\n"
    )
    settings = {
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::State::Lists": folder / "lists",
        "Dir::Cache": folder / "cache",
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
    }
    return [
        word for name, value in settings.items() for word in ("-o", f"{name}={value}")
    ]


def _mirror() -> str:
    """The mirror that this machine's own apt uses."""
    addresses = _known_mirrors()
    if not addresses and os.geteuid() == 0:
        prepare_system.update_package_lists()
        addresses = _known_mirrors()
    if not addresses:
        raise Failure(
            "Run `apt-get update` as root, so that apt knows a Debian mirror,"
            " or set ODOO_DIR to an Odoo 19 checkout."
        )
    return addresses[0]


def _known_mirrors() -> list[str]:
    listing = process.run(
        [
            "apt-get",
            "indextargets",
            "--format",
            "$(LABEL) $(REPO_URI)",
            "Created-By: Packages",
        ],
        advice=ADVICE,
    )
    return [
        line.removeprefix("Debian ")
        for line in listing.splitlines()
        if line.startswith("Debian ")
    ]


def _add_missing_file(folder: Path) -> None:
    path = folder / DIST_PACKAGES / "odoo" / "addons" / SELFIE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def _write_launcher(odoo: Odoo) -> None:
    ODOO_BIN.parent.mkdir(parents=True, exist_ok=True)
    ODOO_BIN.write_text(LAUNCHER.format(python=VENV_PYTHON, path=str(odoo.path)))
    ODOO_BIN.chmod(0o755)


def _link_addon() -> None:
    """Odoo takes a folder's name as the technical name, so the root needs a link."""
    ADDONS_LINK.parent.mkdir(parents=True, exist_ok=True)
    if not ADDONS_LINK.is_symlink():
        ADDONS_LINK.symlink_to(Path("..") / "..")
