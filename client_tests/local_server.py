"""A real HTTP server on this machine, whose answers a test writes."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from doubles import ACCESS_TOKEN, CLIENT_ID, IBAN, SECRET

from ponto_client import ClientConfig, PontoClient
from ponto_client.limits import LimitedSocket, LimitedTlsSocket

TOKEN = f'{{"access_token": "{ACCESS_TOKEN}", "expires_in": 1799}}'.encode()
PAGE = (
    '{"data": [{"id": "t1", "type": "transaction", "attributes": {"amount": 10.10,'
    f' "currency": "EUR", "counterpartReference": "{IBAN}"}}}}]}}'
).encode()


@dataclass
class LocalServer:
    """Answers every path by one function and keeps what was asked."""

    url: str
    seen: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    answer: Callable[[BaseHTTPRequestHandler], None] = lambda handler: None
    keeps_alive: bool = False

    def client(self, **options) -> PontoClient:
        config = ClientConfig(
            api_url=self.url, client_id=CLIENT_ID, client_secret=SECRET
        )
        return PontoClient(config, sleep=lambda seconds: None, **options)


def send(handler, status=200, body=b"{}", **headers):
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def usual(handler):
    send(handler, body=TOKEN if handler.path == "/oauth2/token" else PAGE)


def open_sockets() -> list[LimitedSocket | LimitedTlsSocket]:
    """Those of any client that nobody has closed yet."""
    kinds = (LimitedSocket, LimitedTlsSocket)
    return [
        found
        for found in gc.get_objects()
        if type(found) in kinds and found.fileno() != -1
    ]


def serve() -> tuple[LocalServer, ThreadingHTTPServer]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            length = int(self.headers.get("Content-Length") or 0)
            self.rfile.read(length)
            local.seen.append((self.command, self.path, dict(self.headers)))
            local.answer(self)
            if not local.keeps_alive:
                self.close_connection = True

        do_POST = do_GET

        def do_CONNECT(self):
            local.seen.append((self.command, self.path, dict(self.headers)))
            self.send_error(403)

        def log_message(self, *args):
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    httpd.block_on_close = False
    local = LocalServer(f"http://127.0.0.1:{httpd.server_port}", answer=usual)
    threading.Thread(target=httpd.serve_forever, args=(0.02,), daemon=True).start()
    return local, httpd
