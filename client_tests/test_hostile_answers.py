"""What a server may do to whoever reads its answers: each ends soon, and in words."""

from __future__ import annotations

import gzip
import itertools
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterable, Iterator

import pytest
from doubles import CLIENT_ID, SECRET
from raw_server import PAUSE, RawServer, certificate

from ponto_client import (
    ClientConfig,
    ConnectionFailed,
    OutOfTime,
    PontoClient,
    PontoError,
    RequestTimeout,
    ResponseFormatError,
    TransportError,
)

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
BODY = b'{"links": {}}'
#: Twenty seconds of dripping: who does not stop it is not cut off.
DROPS = int(20 / PAUSE)


def drip(before: bytes, after: bytes = b"") -> Callable[[], Iterable[bytes]]:
    """After a beginning that comes at once, one byte and one byte more."""
    return lambda: [before, *[b"a"] * DROPS, after]


def endless(before: bytes, again: bytes) -> Callable[[], Iterable[bytes]]:
    return lambda: itertools.chain([before], itertools.repeat(again))


def packed(body: bytes, encoding: str) -> Callable[[], Iterable[bytes]]:
    head = f"Content-Encoding: {encoding}\r\nContent-Length: {len(body)}\r\n\r\n"
    return lambda: [HEAD + head.encode() + body]


def declared(length: object, body: bytes = BODY) -> Callable[[], Iterable[bytes]]:
    return lambda: [HEAD + f"Content-Length: {length}\r\n\r\n".encode() + body]


DRIPS = {
    "status line": drip(b"HTTP/1.1 200 O"),
    "header": drip(HEAD + b"X-Long: "),
    "body": drip(HEAD + b"Content-Length: 5000\r\n\r\n"),
    "body without a length": drip(HEAD + b"Connection: close\r\n\r\n"),
    "chunk size": drip(CHUNKED + b"5; extension="),
    "chunk": drip(CHUNKED + b"5000\r\n"),
    "trailer": drip(CHUNKED + b"0\r\nX-Trailer: "),
    "packed body": drip(HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(BODY)),
}
#: What ends it, whether the time or a limit, is no matter where both may come first.
ENDLESS = {
    "interim answers": endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "headers": endless(HEAD, b"X-Another: header\r\n"),
    "header": endless(HEAD + b"X-Long: ", b"a" * 1000),
    "status line": endless(b"HTTP/1.1 200 ", b"O" * 1000),
    "body": endless(HEAD + b"\r\n", b"[" * 1000),
    "chunks": endless(CHUNKED, b"3e8\r\n" + b"[" * 1000 + b"\r\n"),
    "chunk extension": endless(CHUNKED + b"5; ", b"a" * 1000),
    "trailers": endless(CHUNKED + b"0\r\n", b"X-Trailer: a\r\n" * 80),
    "empty gzip members": endless(
        HEAD + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"") * 50
    ),
}
BOMB = gzip.compress(b"[" * 30_000_000)
BOMBS = {
    "gzip": packed(BOMB, "gzip"),
    "gzip in gzip": packed(gzip.compress(BOMB), "gzip, gzip"),
    "gzip in gzip, two headers": packed(
        gzip.compress(BOMB), "gzip\r\nContent-Encoding: gzip"
    ),
    "deflate": packed(zlib.compress(b"[" * 30_000_000), "deflate"),
    "brotli": packed(b"\x00", "br"),
    "zstandard": packed(b"\x00", "zstd"),
    "a hundred packings": packed(b"\x00", ", ".join(["gzip"] * 100)),
}
BROKEN = {
    "no gzip": (packed(BODY, "gzip"), ConnectionFailed),
    "half a gzip": (packed(gzip.compress(BODY)[:20], "gzip"), ResponseFormatError),
    "length too great": (declared(5000), ConnectionFailed),
    "length too small": (declared(5), ResponseFormatError),
    "negative length": (declared(-5, b""), ResponseFormatError),
    "length in words": (declared("many", b"<"), ResponseFormatError),
    "length of other digits": (declared("\N{SUPERSCRIPT TWO}", b"<"), PontoError),
    "huge length": (declared("9" * 5000), ResponseFormatError),
    "two lengths": (declared("13\r\nContent-Length: 5"), PontoError),
    "no HTTP": (lambda: [b"\x00\xff" * 50], ConnectionFailed),
    "nothing": (lambda: [b""], ConnectionFailed),
    "odd chunk size": (lambda: [CHUNKED + b"-5\r\n{}\r\n"], TransportError),
    "no chunk size": (lambda: [CHUNKED + b"zz\r\n{}\r\n"], ConnectionFailed),
    "no end of chunks": (lambda: [CHUNKED + b"2\r\n{}\r\n"], ConnectionFailed),
    "odd status": (lambda: [b"HTTP/1.1 999 \xff\r\n\r\n"], PontoError),
    "header that is none": (lambda: [HEAD + b"\x00: \x00\r\n\r\n<"], PontoError),
    "not UTF-8": (declared(3, b"\xff\xfe\xfd"), ResponseFormatError),
}


@pytest.fixture
def answer(monkeypatch) -> Iterator[Callable[..., RawServer]]:
    """Starts a server, of whose answers 1 MB is read."""
    monkeypatch.setattr("ponto_client.transport.MAX_BODY_BYTES", 1_000_000)
    monkeypatch.setattr("ponto_client.transport.MAX_WIRE_BYTES", 2_000_000)
    started: list[RawServer] = []

    def start(pieces, **options) -> RawServer:
        started.append(RawServer(pieces, **options))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def hurried(monkeypatch) -> None:
    monkeypatch.setattr("ponto_client.transport.TOTAL_BUDGET", 0.3)


def failure(server: RawServer, **options) -> PontoError:
    """What somebody who asks that server is told."""
    config = ClientConfig(api_url=server.url, client_id=CLIENT_ID, client_secret=SECRET)
    options = {"sleep": lambda seconds: None, **options}
    with PontoClient(config, **options) as client, pytest.raises(PontoError) as caught:
        client.root()
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    return caught.value


@pytest.mark.parametrize("name", DRIPS)
def test_dripping_answer_is_cut_off(answer, hurried, name):
    """However often a byte comes, the request has one time limit."""
    server = answer(DRIPS[name], pause=PAUSE)
    assert isinstance(failure(server), RequestTimeout)
    server.stop()
    assert set(server.cut_off) == {True}


def test_dripping_answer_and_a_caller_with_little_time(answer, monkeypatch):
    monkeypatch.setattr("ponto_client.client.time.sleep", lambda seconds: None)
    server = answer(DRIPS["header"], pause=PAUSE)
    deadline = time.monotonic() + 0.2
    assert isinstance(failure(server, deadline=deadline), OutOfTime)
    server.stop()
    assert set(server.cut_off) == {True}


def test_dripping_answer_over_tls(answer, hurried, tmp_path, monkeypatch):
    context, trusted = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", trusted)
    server = answer(DRIPS["header"], pause=PAUSE, context=context)
    assert isinstance(failure(server), RequestTimeout)
    server.stop()
    assert set(server.cut_off) == {True}


@pytest.mark.parametrize("name", ENDLESS)
def test_endless_answer_is_cut_off(answer, hurried, name):
    server = answer(ENDLESS[name])
    assert isinstance(
        failure(server), (ConnectionFailed, ResponseFormatError, RequestTimeout)
    )
    server.stop()
    assert set(server.cut_off) == {True}


@pytest.mark.parametrize("name", BOMBS)
def test_packed_bombs(answer, name):
    """A packing that was not asked for is not even unpacked."""
    error = failure(answer(BOMBS[name]))
    assert isinstance(error, ResponseFormatError)
    assert "packed" in str(error) or "too large" in str(error)


@pytest.mark.parametrize("name", BOMBS)
def test_packed_bombs_in_redirects(answer, name):
    """Not one of them is unpacked in one piece to see where it leads."""
    found = b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n"
    [piece] = BOMBS[name]()
    server = answer(lambda: [piece.replace(HEAD, found)])
    tracemalloc.start()
    try:
        error = failure(server)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "packed" in str(error) or "too large" in str(error)
    assert most < 10_000_000


@pytest.mark.parametrize("name", BROKEN)
def test_broken_answer(answer, name):
    pieces, kind = BROKEN[name]
    assert isinstance(failure(answer(pieces)), kind)


def test_packed_answer(answer):
    """One packing of the usual kind is what Ponto may send."""
    server = answer(packed(gzip.compress(BODY), "GZIP"))
    with PontoClient(ClientConfig(api_url=server.url)) as client:
        assert client.root() == {}
    assert b"Accept-Encoding: gzip\r\n" in server.requests[0]
