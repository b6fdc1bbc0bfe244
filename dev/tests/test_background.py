"""A program is ended only by who started it, and only if it is still the same."""

from __future__ import annotations

import http.server
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from dev.background import Background, identity, listens
from dev.layout import ROOT, Failure
from dev.server import free_port

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
#: Listens at a port; told to end, it does not.
DEAF_SERVER = """
import signal, socket, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
time.sleep(60)
"""


@pytest.fixture
def program(tmp_path):
    program = Background("odoo", tmp_path)
    yield program
    program.stop()


def test_it_runs_until_it_is_stopped(program):
    assert program.pid() is None
    program.start(SLEEP, env=os.environ, port=8069)
    pid = program.pid()
    assert pid and identity(pid)
    assert program.port() == 8069
    assert program.stop() is True
    assert program.pid() is None
    assert identity(pid) is None
    assert program.stop() is False
    assert program.port() == 8069  # the next start asks for the same one


def test_it_outlives_the_terminal(program):
    program.start(SLEEP, env=os.environ, port=1)
    assert os.getsid(program.pid()) != os.getsid(0)


def test_a_number_that_now_belongs_to_another_program_is_left_alone(program):
    """As after a restart of the machine."""
    with subprocess.Popen(SLEEP, cwd=ROOT) as other:
        record = {"pid": other.pid, "identity": "an earlier boot 1234", "port": 8069}
        program.record.write_text(json.dumps(record))
        assert program.pid() is None
        assert program.stop() is False
        assert other.poll() is None
        other.kill()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": "x"}', '{"pid": 1}'])
def test_a_broken_record_means_that_nothing_runs(program, text):
    program.record.write_text(text)
    assert program.pid() is None
    assert program.port() is None
    assert program.stop() is False


def test_a_program_that_does_not_heed_is_killed(program, monkeypatch):
    monkeypatch.setattr("dev.background.PATIENCE", 0.5)
    port = free_port()
    words = [sys.executable, "-c", DEAF_SERVER, port]
    program.start(words, env=os.environ, port=port)
    program.wait(lambda: True, 20)
    pid = program.pid()
    assert listens(pid, port)
    assert not listens(os.getpid(), port)
    assert program.stop() is True
    assert identity(pid) is None


def test_a_program_that_ends_early_shows_what_it_said(program):
    command = [sys.executable, "-c", "print('no room left'); raise SystemExit(1)"]
    program.start(command, env=os.environ, port=1)
    with pytest.raises(Failure, match="no room left"):
        program.wait(lambda: False, 20)


def test_a_program_that_never_gets_ready_is_named(program):
    program.start(SLEEP, env=os.environ, port=1)
    with pytest.raises(Failure, match="odoo is not ready after 1 s"):
        program.wait(lambda: False, 1)


def test_the_log_before_is_kept_once(program):
    for word in ("first", "second"):
        program.start([sys.executable, "-c", f"print({word!r})"], env={}, port=1)
        with pytest.raises(Failure, match=word):
            program.wait(lambda: False, 20)
    assert program.log.with_suffix(".log.1").read_text() == "first\n"


def test_a_copy_of_the_checkout_leaves_the_original_alone(program, tmp_path):
    with subprocess.Popen(SLEEP, cwd=tmp_path) as other:
        record = {"pid": other.pid, "identity": identity(other.pid), "port": 8069}
        program.record.write_text(json.dumps(record))
        assert program.pid() is None
        assert program.stop() is False
        assert other.poll() is None
        other.kill()


def test_a_program_that_cannot_be_recorded_does_not_stay(program, monkeypatch):
    started = []

    def fail(self, record):
        started.append(record["pid"])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Background, "_write", fail)
    with pytest.raises(OSError, match="No space left"):
        program.start(SLEEP, env=os.environ, port=1)
    os.waitpid(started[0], 0)
    assert not Path(f"/proc/{started[0]}").exists()


def test_the_answer_of_another_program_does_not_count(program):
    """Two checkouts that start at once may choose the same port."""
    handler = http.server.SimpleHTTPRequestHandler
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        program.start(SLEEP, env=os.environ, port=other.server_address[1])
        with pytest.raises(Failure, match="not ready"):
            program.wait(lambda: True, 1)
        other.shutdown()
