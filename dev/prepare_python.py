"""Virtual environments with pinned versions."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

from . import prepare_system, process
from .layout import (
    DEV,
    REQUIREMENTS,
    VENV,
    WORK,
    Failure,
    relative,
    requirements_text,
    say,
)


@dataclasses.dataclass(frozen=True)
class Environment:
    """One virtual environment and the files that name its packages."""

    folder: Path
    requirements: tuple[Path, ...]
    alone: tuple[Path, ...] = ()
    """Files that name packages to be installed without what they require."""

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def stamp(self) -> Path:
        """What was installed into it."""
        return self.folder / "ponto-requirements"


#: Odoo, the tests and the checks.
MAIN = Environment(VENV, REQUIREMENTS, (DEV / "requirements-alone.txt",))
#: The browser that walks through the demo; few need it.
WALK = Environment(WORK / "venv-walk", (DEV / "requirements-walk.txt",))


def prepare_python(environment: Environment = MAIN) -> None:
    """Make a virtual environment, or bring it up to date."""
    if not process.succeeds([environment.python, "-m", "pip", "--version"]):
        _create(environment.folder)
    wanted = requirements_text((*environment.requirements, *environment.alone))
    if not environment.stamp.exists() or environment.stamp.read_text() != wanted:
        _install(environment)
        environment.stamp.write_text(wanted)


def _create(folder: Path) -> None:
    python = prepare_system.base_python()
    if python is None:
        raise Failure("Install Python 3.10 to 3.13 with its venv module, then retry.")
    shutil.rmtree(folder, ignore_errors=True)
    process.run(
        [python, "-m", "venv", folder],
        advice="Run `make clean` and the same command again.",
    )


def _install(environment: Environment) -> None:
    say(f"installing pinned Python packages into {relative(environment.folder)}")
    _pip_install(environment, environment.requirements)
    if environment.alone:
        _pip_install(environment, environment.alone, "--no-deps")


def _pip_install(
    environment: Environment, paths: tuple[Path, ...], *options: str
) -> None:
    words = [word for path in paths for word in ("-r", path)]
    process.run(
        [
            *(environment.python, "-m", "pip", "install", "-q", "--prefer-binary"),
            *options,
            *words,
        ],
        attempts=process.ATTEMPTS,
        advice="Make pip reach a package index, then run the same command again.",
    )
