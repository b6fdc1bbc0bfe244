"""A clock that is ahead of the machine's, for the programs that we start.

A small library (``shifted_clock.c``) is built for it and loaded into each program. All
of them, PostgreSQL and the browser too, are ahead by the same number of seconds and so
agree on the time; what apt, git and pip see is the machine's.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path

from . import process
from .layout import DEV

SOURCE = DEV / "shifted_clock.c"
COMPILER = "cc"
#: What Debian calls all that it needs.
PACKAGES = ("gcc", "libc6-dev")


@dataclasses.dataclass(frozen=True)
class Clock:
    """The machine's clock, or one that is ahead of it."""

    ahead: int = 0
    """Seconds."""
    library: Path | None = None

    @classmethod
    def at(cls, moment: datetime, library: Path) -> Clock:
        """A clock that shows this moment now, and goes on from there."""
        ahead = moment - datetime.now(timezone.utc)
        return cls(round(ahead.total_seconds()), library)

    def environment(self, given: Mapping[str, str]) -> dict[str, str]:
        """The environment of a program that is to live by this clock."""
        if self.library is None:
            return dict(given)
        shift = {"LD_PRELOAD": str(self.library), "CLOCK_AHEAD": str(self.ahead)}
        return {**given, **shift}

    def now(self) -> datetime:
        """What it shows."""
        return datetime.now(timezone.utc) + timedelta(seconds=self.ahead)


def missing_packages() -> list[str]:
    """Debian's names for what this machine lacks to build the library."""
    header = Path("/usr/include/dlfcn.h")
    return [] if shutil.which(COMPILER) and header.exists() else list(PACKAGES)


def build(folder: Path) -> Path:
    """Make the library in a folder whose owner runs the programs."""
    library = folder / "shifted_clock.so"
    words = ["-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror"]
    process.run(
        [COMPILER, *words, "-o", library, SOURCE, "-ldl"],
        advice=f"Install {' '.join(PACKAGES)}, then run the same command again.",
    )
    library.chmod(0o755)
    return library
