"""Where things are, and how a step says that it cannot go on."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

ADDON = "account_ponto_sync"
ROOT = Path(__file__).resolve().parent.parent
DEV = ROOT / "dev"
WORK = ROOT / ".work"
VENV = WORK / "venv"
VENV_PYTHON = VENV / "bin" / "python"
ADDONS_LINK = WORK / "addons" / ADDON
DATA_DIR = WORK / "data"
LOGS = WORK / "logs"
ODOO_CONF = WORK / "odoo.conf"
ODOO_BIN = WORK / "bin" / "odoo"
ODOO_REQUIREMENTS = DEV / "requirements-odoo.txt"
REQUIREMENTS = (ODOO_REQUIREMENTS, DEV / "requirements-dev.txt")

#: Variables of the caller that would lead Odoo, PostgreSQL or Python astray.
CONFUSING_PREFIXES = ("PG", "PYTHON", "ODOO", "COVERAGE", "PYTEST", "MYPY", "PONTO_")
CONFUSING_NAMES = {
    "VIRTUAL_ENV",
    "MAKEFLAGS",
    "MAKELEVEL",
    "MFLAGS",
    "MAKEOVERRIDES",
    "PIP_USER",
    "PIP_TARGET",
    "PIP_PREFIX",
    "OPENERP_SERVER",
}
#: Where the official documents may be: they are not part of the repository.
OFFICIAL_DOCUMENTS = "PONTO_FIXTURES"
BESIDE = ROOT.parent / "shared" / "ponto-fixtures"


class Failure(Exception):
    """A step cannot go on; the text is one sentence that says what to do next."""


def official_documents() -> Path | None:
    """The folder with the official documents, where they are given.

    :raise Failure: if the one that is named has none
    """
    named = os.environ.get(OFFICIAL_DOCUMENTS)
    folder = Path(named).expanduser().absolute() if named else BESIDE
    if (folder / "openapi.json").is_file():
        return folder
    if named:
        raise Failure(f"Let {OFFICIAL_DOCUMENTS} name a folder with openapi.json.")
    return None


def clean_environment(source: dict[str, str] | None = None) -> dict[str, str]:
    """The caller's environment without what could lead our programs astray."""
    source = dict(os.environ) if source is None else source
    kept = {
        name: value
        for name, value in source.items()
        if name not in CONFUSING_NAMES and not name.startswith(CONFUSING_PREFIXES)
    }
    kept["LC_ALL"] = "C.UTF-8"
    hosts = kept.get("no_proxy") or kept.get("NO_PROXY") or ""
    kept["NO_PROXY"] = kept["no_proxy"] = _without_proxy(hosts)
    return kept


def _without_proxy(hosts: str) -> str:
    return ",".join(filter(None, ["127.0.0.1", "localhost", hosts]))


def relative(path: Path) -> str:
    """The path as a reader at the repository's root would write it."""
    return os.path.relpath(path, ROOT) if path.is_relative_to(ROOT) else str(path)


def digest(*parts: str) -> str:
    """A short name for a combination of texts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:10]


def requirements_text(paths: tuple[Path, ...] = REQUIREMENTS) -> str:
    """Requirement files as one text; by default those of Odoo and the tests."""
    return "\n".join(path.read_text() for path in paths)


def in_ci() -> bool:
    """Whether a CI system runs us, so that nothing may be left running."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(text, flush=True)
