"""Running other programs: quietly, again when a download fails, and never beyond us."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from .layout import Failure, clean_environment

ATTEMPTS = 3
_RUNNING: set[subprocess.Popen[bytes]] = set()
PAUSE = 5  # seconds before another attempt, multiplied by the attempt's number


def run(
    command: Sequence[object],
    *,
    advice: str,
    attempts: int = 1,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: str | None = None,
) -> str:
    """Run a command quietly and return its output.

    :raise Failure: with the end of its output and the advice, if it keeps failing.
    """
    words = [str(word) for word in command]
    for attempt in range(1, attempts + 1):
        done = subprocess.run(
            words,
            cwd=cwd,
            env=clean_environment() if env is None else dict(env),
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0:
            return done.stdout
        if attempt < attempts:
            time.sleep(PAUSE * attempt)
    tail = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
    raise Failure(f"{shlex.join(words)[:200]} failed:\n{tail}\n{advice}")


def succeeds(command: Sequence[object], *, cwd: Path | None = None) -> bool:
    """Whether a command exists and ends well."""
    words = [str(word) for word in command]
    if shutil.which(words[0]) is None:
        return False
    return (
        subprocess.run(
            words,
            cwd=cwd,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        ).returncode
        == 0
    )


def run_logged(
    command: Sequence[object],
    log: Path,
    *,
    env: Mapping[str, str],
    cwd: Path,
    timeout: float,
) -> int | None:
    """Run a command with all its output in a file, and end whatever it started.

    :return: its exit status, or None if it took longer than ``timeout`` seconds.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        child = subprocess.Popen(
            [str(word) for word in command],
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        _RUNNING.add(child)
        try:
            return child.wait(timeout)
        except subprocess.TimeoutExpired:
            return None
        finally:
            _RUNNING.discard(child)
            _end_group(child)


def end_all() -> None:
    """End what runs in other threads, which an interruption does not reach."""
    for child in list(_RUNNING):
        child.terminate()


def _end_group(child: subprocess.Popen[bytes]) -> None:
    """End the child and what it left behind (a browser, a forked worker)."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, number)
        except ProcessLookupError:
            break
        time.sleep(0.5)
    child.wait()
