"""No connection of a client is left to the garbage collector, whatever happened.

When the collector comes by, and whether Python then warns, differs between versions of
Python: what counts here is which sockets are open with the collector at rest.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

import pytest
import requests
from doubles import CLIENT_ID, SECRET
from local_server import LocalServer, open_sockets, send
from raw_server import RawServer, certificate

from ponto_client import ClientConfig, PontoClient, PontoError

ROOT = b'{"links": {}}'
HEAD = b"HTTP/1.1 200 OK\r\n"
WHOLE = HEAD + b"Content-Length: 13\r\n\r\n" + ROOT
#: What may come instead of an answer.
BROKEN = {
    "nothing": b"",
    "no status line": b"\r\n\r\n",
    "half a status line": b"HTTP/1.1 2",
    "no HTTP": b"SSH-2.0-OpenSSH_9.2\r\n",
    "half a header": HEAD + b"Content-Le",
    "header too long": HEAD + b"X-Long: " + b"a" * 70_000,
    "too many headers": HEAD + b"X-Header: a\r\n" * 200 + b"\r\n",
    "half a body": HEAD + b"Content-Length: 5000\r\n\r\n{",
    "half a chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n50\r\n{",
    "no chunk size": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "no gzip": HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
    "another packing": HEAD + b"Content-Encoding: br\r\nContent-Length: 4\r\n\r\nabcd",
    "too large": HEAD + b"Content-Length: 900000000\r\n\r\n{",
    "not JSON": HEAD + b"Content-Length: 4\r\n\r\nabcd",
    "a redirect to no text": b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe\r\n"
    b"Content-Length: 4\r\n\r\nabcd",
    "a redirect that ends early": b"HTTP/1.1 302 Found\r\nLocation: /x\r\n"
    b"Content-Length: 4000\r\n\r\nabcd",
    "an error": b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nabcd",
    "an error that ends early": b"HTTP/1.1 503 Busy\r\nContent-Length: 40\r\n\r\nabcd",
}


@pytest.fixture(autouse=True)
def collector_at_rest() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def raw() -> Iterator[Callable[..., RawServer]]:
    started: list[RawServer] = []

    def start(*pieces: bytes, **options) -> RawServer:
        started.append(RawServer(lambda: pieces, **options))
        return started[-1]

    yield start
    for server in started:
        server.stop()


def ask(url: str, session: requests.Session | None = None) -> None:
    """As far as it goes; a failure leaves no socket, before the client is closed."""
    config = ClientConfig(api_url=url, client_id=CLIENT_ID, client_secret=SECRET)
    client = PontoClient(config, session=session, sleep=lambda _seconds: None)
    with client, pytest.raises(PontoError):
        client.root()
    assert open_sockets() == []


def test_open_sockets_are_seen(server):
    """The other tests would show nothing without this one."""
    server.keeps_alive = True
    server.answer = lambda handler: send(handler, body=ROOT)
    with server.client() as client:
        client.root()
        assert len(open_sockets()) == 1
        client.root()
        assert len(open_sockets()) == 1
    assert open_sockets() == []


@pytest.mark.parametrize("name", BROKEN)
def test_broken_answers(raw, name):
    ask(raw(BROKEN[name]).url)


@pytest.mark.parametrize("name", BROKEN)
def test_broken_answers_over_tls(raw, name, tmp_path, monkeypatch):
    context, trusted = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", trusted)
    ask(raw(BROKEN[name], context=context).url)


def test_refused_certificate(raw, tmp_path):
    context, _trusted = certificate(tmp_path, "127.0.0.1")
    ask(raw(WHOLE, context=context).url)


def test_no_tls_at_all(raw):
    ask(raw(WHOLE).url.replace("http:", "https:"))


def test_nobody_there():
    ask("http://127.0.0.1:9")


@pytest.mark.parametrize("patience", ["READ_TIMEOUT", "TOTAL_BUDGET"])
def test_silence(server, patience, monkeypatch):
    monkeypatch.setattr(f"ponto_client.transport.{patience}", 0.05)
    monkeypatch.setattr("ponto_client.transport.CONNECT_TIMEOUT", 0)
    server.answer = lambda handler: handler.rfile.read(1) and None
    ask(server.url)


@pytest.mark.parametrize("name", ["refused", *BROKEN])
def test_proxies(raw, name):
    """``https`` goes through a tunnel, which any of these can come instead of."""
    refusal = b"HTTP/1.1 407 No\r\nContent-Length: 4\r\n\r\nabcd"
    session = requests.Session()
    session.proxies = {"https": raw(BROKEN.get(name, refusal)).url}
    ask("https://ponto.invalid", session)
    session.close()


def test_idle_connection_after_a_failure(server: LocalServer):
    """What failed holds on to the pool, in which the next connection waits."""
    server.keeps_alive = True
    answers = iter([b"", ROOT])

    def answer(handler):
        body = next(answers, ROOT)
        if not body:
            handler.close_connection = True
            return None
        return send(handler, body=body)

    server.answer = answer
    with server.client() as client:
        client.root()
        client.root()
    assert len(server.seen) == 3
    assert open_sockets() == []


def test_a_client_goes_on_after_a_failure_and_after_closing(server):
    server.keeps_alive = True
    answers = iter([302, 200, 200])
    server.answer = lambda handler: send(handler, next(answers), ROOT, Location="/")
    client = server.client()
    with client, pytest.raises(PontoError):
        client.root()
    with client:
        assert client.root() == {}
        assert client.root() == {}
    assert open_sockets() == []
