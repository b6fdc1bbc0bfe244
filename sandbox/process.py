"""A sandbox in a process of its own, for tests and demonstrations."""

from __future__ import annotations

import atexit
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from json import dumps, loads
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

import requests

if TYPE_CHECKING:
    from types import TracebackType

START_SECONDS = 120  # A seed of 50,000 transactions on a busy machine.
STOP_SECONDS = 5
CALL_SECONDS = 60
PACKAGE = Path(__file__).resolve().parent
PREFIX = "/_control/"


@final
class SandboxProcess:
    """Starts at once; ends with :meth:`stop`, ``with``, or this process.

    :param seed: a seed document, or the path of one; without it the demo world
    :param python: the interpreter to run it with
    :param state: a file that it remembers everything in; if it is there, it is
        read instead of the seed
    :raise RuntimeError: if the sandbox does not start
    """

    def __init__(
        self,
        seed: Mapping[str, Any] | str | Path | None = None,
        python: str = sys.executable,
        state: str | Path | None = None,
    ) -> None:
        self._files = tempfile.TemporaryDirectory(prefix="ponto-sandbox-")
        self._session = requests.Session()
        self._session.trust_env = False
        self._process = self._start(seed, python, state)
        atexit.register(self.stop)
        greeting = self._greeting()
        self.url: str = greeting["url"]
        self.client_id: str = greeting["client_id"]
        self.client_secret: str = greeting["client_secret"]

    def _start(
        self,
        seed: Mapping[str, Any] | str | Path | None,
        python: str,
        state: str | Path | None,
    ) -> subprocess.Popen[bytes]:
        command = [python, "-m", PACKAGE.name, "--port", "0", "--exit-with-stdin"]
        if isinstance(seed, Mapping):
            path = Path(self._files.name) / "seed.json"
            path.write_text(dumps(seed, default=str), encoding="utf-8")
            seed = path
        if seed is not None:
            command += ["--seed", str(Path(seed).resolve())]
        if state is not None:
            command += ["--state", str(Path(state).resolve())]
        with (Path(self._files.name) / "errors.txt").open("wb") as errors:
            return subprocess.Popen(
                command,
                cwd=PACKAGE.parent,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )

    def _greeting(self) -> dict[str, str]:
        """The one line that a sandbox prints; it is killed if it says nothing."""
        output = self._process.stdout
        watch = threading.Timer(START_SECONDS, self._process.kill)
        watch.start()
        line = output.readline() if output else b""
        watch.cancel()
        if not line:
            errors = Path(self._files.name) / "errors.txt"
            text = errors.read_text(encoding="utf-8", errors="replace").strip()
            self.stop()
            message = f"The sandbox did not start: {text}"
            raise RuntimeError(message)
        greeting: dict[str, str] = loads(line)
        return greeting

    def __enter__(self) -> SandboxProcess:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def control(self, method: str, path: str, json: object = None) -> dict[str, Any]:
        """Call the control API; ``path`` with or without ``/_control/``.

        :raise RuntimeError: if the sandbox refuses
        """
        url = self.url + PREFIX + path.removeprefix(PREFIX).lstrip("/")
        data = dumps(json, default=str)
        with self._session.request(method, url, data=data, timeout=CALL_SECONDS) as got:
            if not got.ok:
                message = f"{method} {path}: {got.status_code} {got.text}"
                raise RuntimeError(message)
            document: dict[str, Any] = got.json()
        return document

    def requests(self) -> list[dict[str, Any]]:
        """What the public interface was asked since the last clearing."""
        entries: list[dict[str, Any]] = self.control("GET", "requests")["requests"]
        return entries

    def clear_requests(self) -> None:
        """Forget what was asked."""
        self.control("DELETE", "requests")

    def stop(self) -> None:
        """End the sandbox, if need be by force; does nothing the second time."""
        atexit.unregister(self.stop)
        self._session.close()
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()
        self._files.cleanup()
