"""How long an answer may take and how much of it may come, kept at the socket.

The time-out of a socket begins anew with every byte, and status lines, headers, chunk
sizes and trailers are read by the libraries before anybody could count them. So every
receive asks what is left of the request that runs; no watchdog thread is needed.
"""

from __future__ import annotations

import socket
import ssl
import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.ssl_ import create_urllib3_context

from .errors import TooMuch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class OpenSockets:
    """The sockets of one client, so that closing them is left to nobody else.

    The libraries close a connection and keep what reads from it, or drop the pool that
    holds an idle one; the file stays open until the garbage collector comes by.
    """

    def __init__(self) -> None:
        self._sockets: WeakSet[socket.socket] = WeakSet()

    def add(self, opened: socket.socket) -> None:
        """Remember a socket."""
        self._sockets.add(opened)

    def close(self) -> None:
        """Close every socket, whoever still holds it."""
        for opened in list(self._sockets):
            opened.close()
            # That alone waits for those who read from it.
            descriptor = opened.detach()
            if descriptor != -1:
                socket.close(descriptor)
        self._sockets.clear()


@dataclass(slots=True)
class _Limit:
    """What is left of one request."""

    ends_at: float
    """Moment of ``time.monotonic()``."""
    bytes_left: int
    opened: OpenSockets

    def seconds_left(self) -> float:
        """Return them; raise where there are none."""
        left = self.ends_at - time.monotonic()
        if left <= 0:
            msg = "timed out"
            raise TimeoutError(msg)
        return left

    def spend(self, count: int) -> None:
        """Count what was received; raise where it is too much."""
        self.bytes_left -= count
        if self.bytes_left < 0:
            raise too_large()


_CURRENT: ContextVar[_Limit | None] = ContextVar("limit", default=None)


@contextmanager
def limited(seconds: float, most_bytes: int, opened: OpenSockets) -> Iterator[None]:
    """Let what is received inside end in time and size, headers and framing included.

    :param opened: is told the sockets that are opened inside
    :raise TimeoutError: from the receive that comes too late
    :raise ResponseFormatError: from the receive that is too much
    """
    limit = _Limit(time.monotonic() + seconds, most_bytes, opened)
    mark = _CURRENT.set(limit)
    try:
        yield
    finally:
        _CURRENT.reset(mark)


def too_large(status: int | None = None) -> TooMuch:
    """Return the error for an answer that no Ponto gives."""
    return TooMuch("The answer is too large.", status=status)


def _receive(connection: socket.socket, receive: Callable[[], Any]) -> Any:
    """Receive once, not longer than the request that runs may."""
    limit = _CURRENT.get()
    if limit is None:
        return receive()
    patience, left = connection.gettimeout(), limit.seconds_left()
    is_short = patience is None or left < patience
    if is_short:
        connection.settimeout(left)
    try:
        received = receive()
    finally:
        if is_short:
            connection.settimeout(patience)
    limit.spend(received if isinstance(received, int) else len(received))
    return received


class _Limited:
    """What both kinds of connection receive, within the limit."""

    def __new__(cls, *args: Any, **options: Any) -> Any:
        """Make a socket that the client knows of; ``ssl`` calls no ``__init__``."""
        made: Any = super().__new__(cls, *args, **options)
        limit = _CURRENT.get()
        if limit is not None:
            limit.opened.add(made)
        return made

    def recv_into(self: Any, *args: Any, **options: Any) -> int:
        """Receive into a buffer."""
        receive = super().recv_into  # type: ignore[misc]
        count: int = _receive(self, lambda: receive(*args, **options))
        return count

    def recv(self: Any, *args: Any, **options: Any) -> bytes:
        """Receive bytes."""
        receive = super().recv  # type: ignore[misc]
        received: bytes = _receive(self, lambda: receive(*args, **options))
        return received


class LimitedSocket(_Limited, socket.socket):
    """A connection without TLS, or what TLS is then put on."""


class LimitedTlsSocket(_Limited, ssl.SSLSocket):
    """A connection with TLS."""


def _as_limited(plain: socket.socket) -> LimitedSocket:
    patience = plain.gettimeout()
    family, kind, protocol = plain.family, plain.type, plain.proto
    sock: LimitedSocket = LimitedSocket(family, kind, protocol, fileno=plain.detach())
    sock.settimeout(patience)
    return sock


class _Connection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _as_limited(super()._new_conn())


class _TlsConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _as_limited(super()._new_conn())


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


#: For ``pool_classes_by_scheme`` of a pool manager.
POOLS = {"http": _Pool, "https": _TlsPool}


def tls_context() -> ssl.SSLContext:
    """Return TLS 1.2 or newer, with certificate checks, on limited sockets."""
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = LimitedTlsSocket
    return context
