"""A socket server that answers with whatever bytes a test has for it, TLS if wished."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

#: Between two pieces of an answer that drips.
PAUSE = 0.03

Pieces = Callable[[], Iterable[bytes]]


@dataclass
class RawServer:
    """Sends the same pieces to everybody who connects, with a pause between them."""

    pieces: Pieces
    pause: float = 0
    context: ssl.SSLContext | None = None
    requests: list[bytes] = field(default_factory=list)
    #: Of each connection: whether the other side hung up before all was sent.
    cut_off: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def authority(self) -> str:
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def url(self) -> str:
        return f"http{'s' if self.context else ''}://{self.authority}"

    def stop(self) -> None:
        self._over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._answer, args=[connection])
            self._threads.append(thread)
            thread.start()

    def _answer(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        try:
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            self.requests.append(connection.recv(65536))
            self.cut_off.append(not self._send(connection))
        except OSError:  # who does not trust the certificate hangs up
            pass
        finally:
            connection.close()

    def _send(self, connection: socket.socket) -> bool:
        """Return whether all of it was taken."""
        connection.settimeout(0.5)
        for piece in self.pieces():
            try:
                connection.sendall(piece)
            except OSError:
                return False
            if self._over.wait(self.pause):
                return False
        return True


def certificate(folder: Path, host: str) -> tuple[ssl.SSLContext, str]:
    """A server's certificate that nobody signed, and the file with which it is trusted.

    :param host: address or name it is for
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "local Ponto")])
    try:
        subject: x509.GeneralName = x509.IPAddress(ip_address(host))
    except ValueError:
        subject = x509.DNSName(host)
    now = dt.datetime.now(dt.timezone.utc)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([subject]), critical=False)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "server.crt", folder / "server.key"
    public.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, str(public)
