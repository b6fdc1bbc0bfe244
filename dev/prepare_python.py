"""The virtual environment with pinned versions."""

from __future__ import annotations

import shutil

from . import prepare_system, process
from .layout import REQUIREMENTS, VENV, VENV_PYTHON, Failure, requirements_text, say

STAMP = VENV / "ponto-requirements"


def prepare_python() -> None:
    """Make the virtual environment, or bring it up to date."""
    if not process.succeeds([VENV_PYTHON, "-m", "pip", "--version"]):
        _create()
    wanted = requirements_text()
    if not STAMP.exists() or STAMP.read_text() != wanted:
        _install()
        STAMP.write_text(wanted)


def _create() -> None:
    python = prepare_system.base_python()
    if python is None:
        raise Failure("Install Python 3.10 to 3.13 with its venv module, then retry.")
    shutil.rmtree(VENV, ignore_errors=True)
    process.run(
        [python, "-m", "venv", VENV],
        advice="Run `make clean` and the same command again.",
    )


def _install() -> None:
    say("installing pinned Python packages into .work/venv")
    options = [word for path in REQUIREMENTS for word in ("-r", path)]
    process.run(
        [VENV_PYTHON, "-m", "pip", "install", "-q", "--prefer-binary", *options],
        attempts=process.ATTEMPTS,
        advice="Make pip reach a package index, then run the same command again.",
    )
