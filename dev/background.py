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
from collections.abc import Callable, Iterator, Mapping, Sequence
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
        try:
            self._write(
                {"pid": child.pid, "identity": identity(child.pid), "port": port}
            )
        except BaseException:
            # Nobody would know of it: no `make stop` could end it.
            child.kill()
            raise

    def port(self) -> int | None:
        """Where it listens, or listened the last time."""
        port = self._read().get("port")
        return port if isinstance(port, int) else None

    def pid(self) -> int | None:
        """Its number, if it runs."""
        record = self._read()
        pid, known = record.get("pid"), record.get("identity")
        if not isinstance(pid, int) or not known or identity(pid) != known:
            return None
        # A copy of this checkout has the record, too, and did not start the program.
        return pid if _works_here(pid) else None

    def listens(self) -> bool:
        """Whether it is the one that answers at its port."""
        pid, port = self.pid(), self.port()
        return pid is not None and port is not None and listens(pid, port)

    def _write(self, record: dict[str, object]) -> None:
        partial = self.record.with_suffix(".partial")
        partial.write_text(json.dumps(record))
        partial.replace(self.record)

    def _read(self) -> dict[str, object]:
        try:
            record = json.loads(self.record.read_text())
        except (OSError, ValueError):
            return {}
        return record if isinstance(record, dict) else {}

    def wait(self, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until it listens at its port, not somebody else, and is ready.

        :raise Failure: with the end of its log, if it ends or takes longer.
        """
        deadline = time.monotonic() + seconds
        while not (self.listens() and ready()):
            if self.pid() is None:
                raise Failure(f"{self._tail()}\n{self.name} ended: {self._advice()}")
            if time.monotonic() > deadline:
                raise Failure(
                    f"{self._tail()}\n{self.name} is not ready after {seconds:.0f} s:"
                    f" {self._advice()}"
                )
            time.sleep(0.2)

    def _advice(self) -> str:
        return (
            f"read {relative(self.log)}, then run `make demo` again; if that does not"
            " help, `make demo-reset` begins anew."
        )

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


def _works_here(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").samefile(ROOT)
    except OSError:
        return False


def listens(pid: int, port: int) -> bool:
    """Whether a process waits for connections at a TCP port (proc(5), /proc/net/tcp)."""
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    try:
        found = [os.readlink(path) for path in Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:
        return False
    return not sockets.isdisjoint(found)


def _listening_inodes(port: int) -> Iterator[str]:
    for table in ("tcp", "tcp6"):
        path = Path("/proc/net") / table
        lines = path.read_text().splitlines()[1:] if path.exists() else []
        for fields in map(str.split, lines):
            if fields[1].endswith(f":{port:04X}") and fields[3] == "0A":
                yield fields[9]
