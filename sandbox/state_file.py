"""The file in which a sandbox keeps its state over a restart."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sys
import threading
from typing import TYPE_CHECKING

from .formats import dump_exact_json, load_json
from .problems import Problem, bad_request
from .seed import build_world
from .state import FORMAT, Document, dump_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .server import Sandbox
    from .store import World

#: how long a change may stay unwritten
SECONDS = 2.0


def load_state(path: Path) -> World:
    """The world in a file.

    :raise OSError: if the file cannot be read
    :raise Problem: if no sandbox wrote it
    """
    try:
        document = load_json(path.read_bytes())
        if not isinstance(document, dict) or FORMAT not in document:
            msg = "It is another document"
            raise bad_request(msg)
        return build_world(document)
    except Problem as problem:
        msg = f"{path} is no state of a sandbox, and is left alone: {problem}"
        raise bad_request(msg) from problem


@contextlib.contextmanager
def only_one(path: Path | None) -> Iterator[None]:
    """Keep a second sandbox away from a state file; nothing without one.

    :raise Problem: if another sandbox has it
    """
    if path is None:
        yield
        return
    flags = os.O_WRONLY | os.O_CREAT
    with open(os.open(path.with_name(f"{path.name}.lock"), flags, 0o600), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            msg = f"{path} belongs to another sandbox, which runs: end that one first."
            raise bad_request(msg) from error
        yield


def write_state(path: Path, document: Document) -> None:
    """Put a state in the place of the one before; only the owner may read it.

    Whenever the machine stops, the file holds one of the two, whole.
    """
    new = path.with_name(f"{path.name}.new")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with open(os.open(new, flags, 0o600), "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(dump_exact_json(document) + "\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


class Keeper:
    """Writes the state of a sandbox soon after each change, and at the end.

    :param seconds: the time between two looks
    """

    def __init__(self, sandbox: Sandbox, path: Path, seconds: float = SECONDS) -> None:
        self._sandbox = sandbox
        self._path = path
        self._seconds = seconds
        self._written: tuple[World, int] | None = None
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        """Write the state now, and from now on.

        :raise OSError: if the file cannot be written
        """
        self.save()
        self._thread.start()

    def stop(self) -> None:
        """Write the last change and end.

        :raise OSError: if the file cannot be written
        """
        self._end.set()
        self._thread.join()
        self.save()

    def save(self) -> None:
        """Write the state if it has changed.

        :raise OSError: if the file cannot be written
        """
        with self._sandbox.lock:
            world = self._sandbox.world
            state = (world, world.version)
            if state == self._written:
                return
            document = dump_world(world)
        write_state(self._path, document)
        self._written = state

    def _watch(self) -> None:
        trouble = ""
        while not self._end.wait(self._seconds):
            try:
                self.save()
                trouble = ""
            except OSError as error:
                if str(error) != trouble:
                    sys.stderr.write(f"The state is not saved: {error}\n")
                trouble = str(error)
