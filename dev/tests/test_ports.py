"""A used port leads to the next free one, not to a failure."""

from __future__ import annotations

import socket

import pytest

from dev import demo, server
from dev.layout import Failure


def test_a_used_port_is_passed_by():
    with socket.socket() as used:
        used.bind(("127.0.0.1", 0))
        used.listen()
        port = used.getsockname()[1]
        found = server.free_port(port)
    assert found != port
    with socket.socket() as again:
        again.bind(("127.0.0.1", found))


def test_the_wanted_port_is_taken_where_it_is_free():
    port = server.free_port()
    assert server.free_port(port) == port


@pytest.mark.parametrize("text", ["eighty", "0", "70000", "-1"])
def test_a_port_that_is_none_is_refused_in_words(text, monkeypatch):
    monkeypatch.setenv("HTTP_PORT", text)
    with pytest.raises(Failure, match="HTTP_PORT"):
        demo._wanted_port(None)


def test_the_port_of_the_last_time_is_asked_for_again(monkeypatch):
    monkeypatch.delenv("HTTP_PORT", raising=False)
    assert demo._wanted_port(8123) == 8123
    assert demo._wanted_port(None) == demo.ODOO_PORT


def test_the_addon_version_follows_the_code(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "ROOT", tmp_path)
    (tmp_path / "models").mkdir()
    seen = [demo._addon_version()]
    for text in ("a = 1", "a = 2"):
        (tmp_path / "models" / "a.py").write_text(text)
        seen.append(demo._addon_version())
    (tmp_path / "models" / "__pycache__").mkdir()
    (tmp_path / "models" / "__pycache__" / "a.pyc").write_bytes(b"1")
    assert len(set(seen)) == 3
    assert demo._addon_version() == seen[-1]
