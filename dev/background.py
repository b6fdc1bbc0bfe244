"""Programs that go on when the command that started them has ended.

Each has a record of who it is. A number alone would not do: after a restart of the
machine it belongs to another program.
"""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from .layout import ROOT, Failure, relative

PATIENCE = 20  # seconds between asking a program to end and ending it
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
#: Python complains of children that are forgotten while they run.
_children: list[subprocess.Popen[bytes]] = []


@dataclasses.dataclass(frozen=True)
class Background:
    """One program that runs at most once for this checkout."""

    name: str
    folder: Path
    """Where its record and its log are."""

    @property
    def log(self) -> Path:
        """What it printed since it was started; ``.log.1`` is the time before."""
        return self.folder / f"{self.name}.log"

    @property
    def record(self) -> Path:
        """Who it is."""
        return self.folder / f"{self.name}.json"

    def start(
        self, command: Sequence[object], *, env: Mapping[str, str], port: int
    ) -> None:
        """Start it in a session of its own, so that no terminal ends it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("wb") as log:
            child = subprocess.Popen(
                [str(word) for word in command],
                cwd=ROOT,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        _children.append(child)
        record = {"pid": child.pid, "identity": identity(child.pid), "port": port}
        self.record.write_text(json.dumps(record))

    def port(self) -> int | None:
        """Where it listens, or listened the last time."""
        port = self._read().get("port")
        return port if isinstance(port, int) else None

    def pid(self) -> int | None:
        """Its number, if it runs."""
        record = self._read()
        pid, known = record.get("pid"), record.get("identity")
        if isinstance(pid, int) and known and identity(pid) == known:
            return pid
        return None

    def _read(self) -> dict[str, object]:
        try:
            record = json.loads(self.record.read_text())
        except (OSError, ValueError):
            return {}
        return record if isinstance(record, dict) else {}

    def wait(self, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until it is ready.

        :raise Failure: with the end of its log, if it ends or takes longer.
        """
        deadline = time.monotonic() + seconds
        while not ready():
            if self.pid() is None:
                raise Failure(f"{self._tail()}\n{self.name} ended: {self._advice()}")
            if time.monotonic() > deadline:
                raise Failure(
                    f"{self._tail()}\n{self.name} is not ready after {seconds:.0f} s:"
                    f" {self._advice()}"
                )
            time.sleep(0.2)

    def _advice(self) -> str:
        return f"read {relative(self.log)}, then run `make demo` again."

    def _tail(self, size: int = 20) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-size:])

    def stop(self) -> bool:
        """End it, if it runs.

        :return: whether it ran.
        """
        pid = self.pid()
        if pid is None:
            return False
        for number, seconds in ((signal.SIGTERM, PATIENCE), (signal.SIGKILL, 5)):
            try:
                os.killpg(pid, number)
            except ProcessLookupError:
                break
            if self._ended_within(seconds):
                break
        return True

    def _ended_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.pid() is not None:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        return True


def identity(pid: int) -> str | None:
    """What no other process of any time shares; None where none lives.

    The boot and the moment in it at which the process began (proc(5), field 22).
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
        boot = BOOT_ID.read_text().strip()
    except OSError:
        return None
    # The name stands in parentheses and may contain anything.
    fields = stat.rpartition(")")[2].split()
    # A process that has ended stays listed until its parent asks for its status.
    return None if fields[0] in "ZX" else f"{boot} {fields[19]}"
