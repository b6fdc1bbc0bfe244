"""A real Odoo server on a database, reached over HTTP, as browsers do."""

import os
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import requests

#: More than any call may take here: what hangs is told as such.
PATIENCE = 200  # seconds


class Server:
    """A threaded server (``--workers=0``) without a scheduler.

    Threads of one process share a registry, which is where calls can block each other
    without PostgreSQL noticing.
    """

    def __init__(self, url: str, database: str, log: Path, child):
        self.url, self.database, self._log, self._child = url, database, log, child

    def session(self) -> "Client":
        """Log in as the administrator."""
        return Client(self)

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def stacks(self) -> str:
        """Where each thread is now, for a server that does not answer."""
        known = len(self.log())
        self._child.send_signal(signal.SIGQUIT)
        time.sleep(2)
        return self.log()[known:]

    def complaints(self) -> list[str]:
        """Entries of the log that are a WARNING or worse."""
        levels = (" WARNING ", " ERROR ", " CRITICAL ")
        return [
            line
            for line in self.log().splitlines()
            if any(level in line for level in levels)
        ]


class Client:
    """One person's browser."""

    def __init__(self, server: Server):
        self._server = server
        self._session = requests.Session()
        self._call(
            "/web/session/authenticate",
            db=server.database,
            login="admin",
            password="admin",
        )

    def call(self, model, method, *args, **kwargs):
        """:raise RuntimeError: with what the server says"""
        return self._call(
            f"/web/dataset/call_kw/{model}/{method}",
            model=model,
            method=method,
            args=list(args),
            kwargs=kwargs,
        )

    def _call(self, path, **params):
        try:
            answer = self._session.post(
                f"{self._server.url}{path}",
                json={"jsonrpc": "2.0", "params": params},
                timeout=PATIENCE,
            ).json()
        except requests.Timeout as error:
            raise AssertionError(self._server.stacks()) from error
        if "error" in answer:
            raise RuntimeError(answer["error"]["data"]["message"])
        return answer["result"]


@contextmanager
def server(database: str):
    """Start a server on a database; end it afterwards."""
    from dev.server import free_port

    port = free_port(18069)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "odoo.log"
        child = subprocess.Popen(
            [
                os.environ["PONTO_TEST_PYTHON"],
                os.environ["PONTO_TEST_ODOO"],
                "server",
                *("-c", os.environ["ODOO_RC"], "-d", database),
                *("--max-cron-threads=0", "--workers=0", f"--http-port={port}"),
                *("--http-interface=127.0.0.1", f"--logfile={log}"),
            ]
        )
        try:
            running = Server(f"http://127.0.0.1:{port}", database, log, child)
            _await(running, child)
            yield running
        finally:
            child.terminate()
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _await(running, child):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert child.poll() is None, running.log()
        try:
            requests.get(f"{running.url}/web/health", timeout=5)
        except requests.RequestException:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"no server after {PATIENCE} s\n{running.log()}")
