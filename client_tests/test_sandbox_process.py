"""The sandbox as a program: its one line, its end, and the class that runs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

import pytest
import requests

from sandbox.__main__ import main
from sandbox.process import SandboxProcess
from sandbox.server import Sandbox, bind

PROJECT = Path(__file__).resolve().parent.parent
SEED: dict[str, Any] = {
    "now": "2026-03-02T12:00:00Z",
    "integrations": [{"client_id": "mine", "client_secret": "secret"}],
}


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "sandbox", *arguments],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def first_line(process: subprocess.Popen[str]) -> dict[str, Any]:
    stream: IO[str] | None = process.stdout
    assert stream is not None
    greeting: dict[str, Any] = json.loads(stream.readline())
    return greeting


def ask(url: str) -> int:
    with requests.Session() as session:
        session.trust_env = False
        with session.get(url, timeout=5) as answer:
            return answer.status_code


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_program_prints_one_line_and_ends_cleanly(
    number: signal.Signals, tmp_path: Path
) -> None:
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps(SEED), encoding="utf-8")
    with start("--port", "0", "--seed", str(seed)) as process:
        greeting = first_line(process)
        assert set(greeting) == {"url", "client_id", "client_secret"}
        assert greeting["client_id"] == "mine"
        assert greeting["url"].startswith("http://127.0.0.1:")
        assert ask(greeting["url"]) == 200
        os.kill(process.pid, number)
        output, errors = process.communicate(timeout=10)
    assert (process.returncode, output, errors) == (0, "", "")


def test_program_serves_the_demo_world_and_can_end_with_its_input() -> None:
    with start("--exit-with-stdin") as process:
        assert first_line(process)["client_id"] == "ponto-demo"
        process.communicate(timeout=10)
    assert process.returncode == 0


@pytest.mark.parametrize("text", ["{", "[]", '{"now": "never"}', None])
def test_program_refuses_a_senseless_seed(
    tmp_path: Path, text: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = tmp_path / "seed.json"
    if text:
        seed.write_text(text, encoding="utf-8")
    assert main(["--seed", str(seed)]) == 1
    output, errors = capsys.readouterr()
    assert output == ""
    assert len(errors.splitlines()) == 1


def test_program_refuses_a_port_that_is_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before it looks at the state, which belongs to the one that has the port."""
    state = tmp_path / "state.json"
    state.write_text("{", encoding="utf-8")
    server = bind(Sandbox(SEED))
    try:
        assert main(["--port", str(server.port), "--state", str(state)]) == 1
    finally:
        server.server_close()
    output, errors = capsys.readouterr()
    assert output == ""
    sentence = f"Port {server.port} is taken by another program: choose another one"
    assert errors.startswith(sentence)
    assert len(errors.splitlines()) == 1


def test_program_refuses_a_port_that_cannot_be(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--port", "65536"])
    assert "argument --port: invalid" in capsys.readouterr().err


def test_program_says_why_it_cannot_have_a_port(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sandbox.server.HOST", "192.0.2.1")
    assert main(["--port", "8070"]) == 1
    errors = capsys.readouterr().err
    assert errors.startswith("Port 8070 cannot be used (")
    assert len(errors.splitlines()) == 1


def test_process_class() -> None:
    with SandboxProcess(SEED) as sandbox:
        assert (sandbox.client_id, sandbox.client_secret) == ("mine", "secret")
        assert sandbox.requests() == []
        assert ask(sandbox.url) == 200
        (entry,) = sandbox.requests()
        assert (entry["path"], entry["status"]) == ("/", 200)
        sandbox.clear_requests()
        assert sandbox.requests() == []
        moved = sandbox.control("POST", "/_control/clock", {"advance_seconds": 60})
        assert moved["now"] == "2026-03-02T12:01:00.000Z"
        with pytest.raises(RuntimeError, match="unknownRoute"):
            sandbox.control("GET", "nothing")
    with pytest.raises(requests.ConnectionError):
        ask(sandbox.url)
    sandbox.stop()


def test_process_class_with_the_path_of_a_seed(tmp_path: Path) -> None:
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps(SEED), encoding="utf-8")
    with SandboxProcess(seed) as sandbox:
        assert sandbox.client_id == "mine"


def test_process_class_tells_why_it_does_not_start() -> None:
    with pytest.raises(RuntimeError, match="Not a date"):
        SandboxProcess({"now": "never"})


def test_sandbox_imports_no_odoo() -> None:
    code = (
        "import sys; sys.modules['odoo'] = None;"
        " import sandbox.__main__, sandbox.process, sandbox.testing"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
