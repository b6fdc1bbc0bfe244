"""``python -m sandbox --state FILE``: restarts, sudden ends, files that are broken."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pytest
import requests
from sandbox_world import SEED, A

from sandbox.__main__ import main
from sandbox.process import SandboxProcess
from sandbox.server import Sandbox
from sandbox.state_file import Keeper, load_state

PROJECT = Path(__file__).resolve().parent.parent
PATIENCE = 15


class Running:
    """The program with a state file, until it is ended one way or another."""

    def __init__(self, *arguments: object) -> None:
        words = [sys.executable, "-m", "sandbox", *map(str, arguments)]
        self.process = subprocess.Popen(
            words,
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        stream: IO[str] | None = self.process.stdout
        assert stream is not None
        self.greeting: dict[str, str] = json.loads(stream.readline())

    def control(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        url = f"{self.greeting['url']}/_control/{path}"
        with requests.Session() as session:
            session.trust_env = False
            with session.request(method, url, json=body, timeout=5) as answer:
                answer.raise_for_status()
                document: dict[str, Any] = answer.json()
        return document

    def account(self) -> dict[str, Any]:
        account: dict[str, Any] = self.control("GET", "state")["accounts"][0]
        return account

    def end(self, number: signal.Signals) -> tuple[int, str, str]:
        self.process.send_signal(number)
        output, errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, output, errors


@contextlib.contextmanager
def running(*arguments: object) -> Iterator[Running]:
    program = Running(*arguments)
    try:
        yield program
    finally:
        program.process.kill()
        program.process.communicate()


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def add_line(program: Running, line: str) -> None:
    body = {"transactions": [{"id": line, "amount": "0.10"}], "where": "bank"}
    program.control("POST", f"accounts/{A}/transactions", body)


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    file = tmp_path / "seed.json"
    file.write_text(json.dumps(SEED), encoding="utf-8")
    return file


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_state_is_written_at_the_end(
    seed: Path, tmp_path: Path, number: signal.Signals
) -> None:
    state = tmp_path / "state.json"
    with running("--state", state, "--seed", seed) as program:
        add_line(program, "late")
        before = program.account()
        assert program.end(number) == (0, "", "")
    assert state.stat().st_mode & 0o777 == 0o600
    with running("--state", state) as program:
        assert program.account() == before
        assert before["at_bank"] == 2
        assert program.greeting["client_id"] == "c"


def test_sudden_end_loses_nothing_that_was_written(seed: Path, tmp_path: Path) -> None:
    """A change is in the file soon after, without a request or an end in between."""
    state = tmp_path / "state.json"
    with running("--state", state, "--seed", seed) as program:
        for line in ("one", "two"):
            add_line(program, line)
            wait_until(lambda line=line: f'"id":"{line}"' in state.read_text())  # type: ignore[misc]
        before = program.account()
        assert program.end(signal.SIGKILL)[0] == -signal.SIGKILL
    with running("--state", state) as program:
        assert program.account() == before
        assert before["at_bank"] == 3


def test_state_comes_before_the_seed_and_the_demo_world_stays_what_it_was(
    seed: Path, tmp_path: Path
) -> None:
    state = tmp_path / "state.json"
    with running("--state", state) as program:
        first = program.control("GET", "state")
        assert state.exists()
        program.end(signal.SIGKILL)
    with running("--state", state, "--seed", seed) as program:
        again = program.control("GET", "state")
    # The clock runs, so lines may have come meanwhile; the bank's ids are random.
    for name in ("id", "sandbox_id", "opening_balance"):
        known = [account[name] for account in first["accounts"]]
        assert [account[name] for account in again["accounts"]] == known
    assert again["story"]["anchor"] == first["story"]["anchor"]


@pytest.mark.parametrize("text", ["", "{", "{}", '{"sandbox_state": 1}'])
def test_broken_state_gives_one_sentence_and_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    state = tmp_path / "state.json"
    state.write_text(text, encoding="utf-8")
    assert main(["--state", str(state)]) == 1
    output, errors = capsys.readouterr()
    assert output == ""
    assert errors.startswith(f"{state} is no state of a sandbox, and is left alone: ")
    assert len(errors.splitlines()) == 1
    assert state.read_text(encoding="utf-8") == text


def test_second_sandbox_with_the_same_state_does_not_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state.json"
    with SandboxProcess(SEED, state=state):
        before = state.read_bytes()
        assert main(["--state", str(state)]) == 1
        assert "belongs to another sandbox" in capsys.readouterr()[1]
        assert state.read_bytes() == before
    with SandboxProcess(state=state) as again:
        assert again.control("GET", "state")["accounts"]


def test_state_that_cannot_be_written_stops_the_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--state", str(tmp_path / "missing" / "state.json")]) == 1
    output, errors = capsys.readouterr()
    assert output == ""
    assert len(errors.splitlines()) == 1


def test_keeper_goes_on_after_trouble(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    state = folder / "state.json"
    sandbox = Sandbox(SEED)
    keeper = Keeper(sandbox, state, seconds=0.01)
    keeper.start()
    state.unlink()
    folder.rmdir()
    sandbox.world.changed()
    said = ""

    def complains() -> bool:
        nonlocal said
        said += capsys.readouterr().err
        return bool(said)

    wait_until(complains)
    folder.mkdir()
    wait_until(state.exists)
    keeper.stop()
    said += capsys.readouterr().err
    assert said.startswith("The state is not saved: ")
    assert len(said.splitlines()) == 1
    assert list(load_state(state).accounts) == [A]


def test_reading_alone_writes_nothing(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    sandbox = Sandbox(SEED)
    keeper = Keeper(sandbox, state)
    keeper.save()
    state.unlink()
    keeper.save()
    assert not state.exists()
    sandbox.world.changed()
    keeper.save()
    assert state.exists()


def test_process_class_with_a_state(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with SandboxProcess(SEED, state=state) as sandbox:
        sandbox.control("DELETE", f"accounts/{A}")
    with SandboxProcess(state=state) as sandbox:
        assert sandbox.client_id == "c"
        assert sandbox.control("GET", "state")["accounts"] == []
