"""``make demo``: Odoo with two years of books, beside a local Ponto.

Both go on in the background, on a PostgreSQL that keeps what people do. A second
``make demo`` starts what does not run and says the addresses again.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
import urllib.request
from pathlib import Path

from . import databases, postgres, process, server
from .background import Background
from .layout import (
    ADDON,
    LOGS,
    ROOT,
    VENV_PYTHON,
    WORK,
    Failure,
    clean_environment,
    relative,
    say,
)
from .postgres import Cluster
from .prepare_odoo import Odoo

DATABASE = "ponto_demo"
ODOO_PORT, PONTO_PORT = 8069, 8070
ODOO_SECONDS, PONTO_SECONDS = 300, 30
SOURCES = (
    "__init__.py",
    "__manifest__.py",
    "hooks.py",
    "controllers",
    "data",
    "demo",
    "i18n",
    "mapping",
    "matching",
    "models",
    "ponto_client",
    "rules",
    "sandbox",
    "security",
    "static",
    "tools",
    "views",
    "wizard",
    "wording",
)
#: Threads instead of workers: a machine for trying things out has few cores.
SETTINGS = {
    "db_name": DATABASE,
    "list_db": False,
    "max_cron_threads": 1,
    # A cron thread over its limit makes Odoo start anew, under everybody's hands.
    "limit_time_real": 1200,
    "limit_time_real_cron": 1200,
    "log_level": "warn",
}
SEED = f"""
import datetime
from odoo.addons.{ADDON}.demo import seed_books
seed_books(env, datetime.date.fromisoformat({{anchor!r}}))
env["ir.config_parameter"].set_param("{ADDON}.api_url", {{url!r}})
# Else the first person to open a page waits for it.
pages = env["ir.qweb"]._get_asset_bundle("web.assets_web", css=True, js=True)
pages.js()
pages.css()
env.cr.commit()
"""
#: The address changes with the port. What a person set to another address stays: their
#: secret must not come here.
MOVE_PONTO = f"""
UPDATE ponto_connection SET api_url = '{{new}}' WHERE api_url = '{{old}}';
UPDATE ir_config_parameter SET value = '{{new}}'
    WHERE key = '{ADDON}.api_url' AND value = '{{old}}';
"""
ANCHOR = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname="


@dataclasses.dataclass(frozen=True)
class Addresses:
    """Where a demo answers."""

    odoo: str
    ponto: str


@dataclasses.dataclass(frozen=True)
class Demo:
    """One demo of this checkout: its folder, its programs, its PostgreSQL."""

    name: str

    @property
    def folder(self) -> Path:
        """All that it keeps, but for PostgreSQL's data."""
        return WORK / self.name

    @property
    def state(self) -> Path:
        """What the local Ponto remembers: banks, transactions, integrations."""
        return self.folder / "ponto.json"

    @property
    def odoo(self) -> Background:
        """The Odoo of this demo."""
        return Background("odoo", LOGS / self.name)

    @property
    def ponto(self) -> Background:
        """The local Ponto of this demo."""
        return Background("ponto", LOGS / self.name)

    @property
    def purpose(self) -> postgres.Purpose:
        """Its PostgreSQL, with settings that survive a power cut."""
        settings = {"shared_buffers": "128MB"}
        return postgres.Purpose(f"{self.name}-pg", settings, f"-{self.name}")

    @property
    def place(self) -> server.Place:
        """Odoo's settings and files."""
        return server.Place(self.folder / "odoo.conf", self.folder / "data")

    @property
    def ponto_address(self) -> Path:
        """Where Odoo was told that the local Ponto is."""
        return self.folder / "ponto-address"

    @property
    def version(self) -> Path:
        """What the addon was when the database was last installed or updated."""
        return self.folder / "addon-version"

    # === START AND STOP === #

    def start(self, odoo: Odoo) -> Addresses:
        """Start what does not run; make what is not there."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._is_current():
            self.odoo.stop()
            self.ponto.stop()
        cluster = postgres.start(self.purpose)
        server.write_configuration(odoo, cluster, self.place, **SETTINGS)
        ponto = self._start_ponto()
        if DATABASE in cluster.database_names():
            self._check_anchor(cluster)
        else:
            self._make_database(odoo, cluster, ponto)
        if not self._is_current():
            self._update(odoo, cluster)
        self._start_odoo(odoo, cluster, ponto)
        return Addresses(f"http://127.0.0.1:{self.odoo.port()}", ponto)

    def stop(self) -> bool:
        """End what :meth:`start` started, and nothing else.

        :return: whether anything ran.
        """
        ran = [self.odoo.stop(), self.ponto.stop(), postgres.stop(self.purpose)]
        return any(ran)

    def remove(self) -> None:
        """Forget everything: the next start makes it anew."""
        self.stop()
        postgres.remove(self.purpose)
        shutil.rmtree(self.folder, ignore_errors=True)

    # === THE LOCAL PONTO === #

    def _start_ponto(self) -> str:
        """The address of the local Ponto, which runs."""
        if self.ponto.pid() is None:
            # Odoo keeps the address in memory.
            self.odoo.stop()
            port = server.free_port(self.ponto.port() or PONTO_PORT)
            command = [VENV_PYTHON, "-m", "sandbox", f"--port={port}"]
            self.ponto.start(
                [*command, f"--state={self.state}"], env=clean_environment(), port=port
            )
        address = f"http://127.0.0.1:{self.ponto.port()}"
        self.ponto.wait(lambda: _answers(f"{address}/_control/state"), PONTO_SECONDS)
        return address

    def _anchor(self) -> str:
        """The day on which the story begins."""
        return str(json.loads(self.state.read_text())["story"]["anchor"])

    # === THE DATABASE === #

    def _make_database(self, odoo: Odoo, cluster: Cluster, ponto: str) -> None:
        """Make it under another name, so that an interruption leaves no half."""
        building = f"{DATABASE}_building"
        cluster.sql(f'DROP DATABASE IF EXISTS "{building}" WITH (FORCE)')
        cluster.sql(f'CREATE DATABASE "{building}" TEMPLATE template0')
        shutil.rmtree(server.filestore(building, self.place), ignore_errors=True)
        version = _addon_version()
        self._install(odoo, cluster, building)
        self._write_books(odoo, cluster, building, ponto)
        files = server.filestore(DATABASE, self.place)
        shutil.rmtree(files, ignore_errors=True)
        server.filestore(building, self.place).rename(files)
        self.ponto_address.write_text(ponto)
        self.version.write_text(version)
        cluster.sql(f"COMMENT ON DATABASE \"{building}\" IS '{self._anchor()}'")
        # Last: what comes before is made again if this is interrupted.
        cluster.sql(f'ALTER DATABASE "{building}" RENAME TO "{DATABASE}"')

    def _check_anchor(self, cluster: Cluster) -> None:
        """Books and banks of different stories would have lines twice."""
        if cluster.sql(f"{ANCHOR}'{DATABASE}'") != self._anchor():
            raise Failure(
                "The local Ponto has lost its memory, and its story would no longer fit"
                " the books: run `make demo-reset`, then `make demo`."
            )

    def _install(self, odoo: Odoo, cluster: Cluster, database: str) -> None:
        say("installing Odoo's accounting and the addon (about a minute)")
        modules = f"{databases.MODULES},{ADDON}"
        log = LOGS / self.name / "install.log"
        log.unlink(missing_ok=True)
        databases.install(odoo, cluster, database, modules, log, place=self.place)

    def _write_books(
        self, odoo: Odoo, cluster: Cluster, database: str, ponto: str
    ) -> None:
        say("writing two years of books (one to two minutes)")
        process.run(
            server.command("shell", database, "--no-http", place=self.place),
            env=server.environment(odoo, cluster, self.place),
            cwd=ROOT,
            stdin=SEED.format(anchor=self._anchor(), url=ponto),
            advice="Run `make demo-reset`, then `make demo`.",
        )

    # === ODOO === #

    def _is_current(self) -> bool:
        """Whether what runs and what is stored is of today's code."""
        return self.version.exists() and self.version.read_text() == _addon_version()

    def _update(self, odoo: Odoo, cluster: Cluster) -> None:
        """Bring the database up to the code; only a good end is remembered."""
        say(f"updating {ADDON}, which has changed")
        version = _addon_version()
        log = LOGS / self.name / "update.log"
        log.unlink(missing_ok=True)
        databases.install(
            odoo, cluster, DATABASE, ADDON, log, place=self.place, update=True
        )
        self.version.write_text(version)

    def _start_odoo(self, odoo: Odoo, cluster: Cluster, ponto: str) -> None:
        """Let Odoo answer at its port; on this machine only, as everybody is admin."""
        wanted = _wanted_port(self.odoo.port())
        if self.odoo.port() != wanted:
            self.odoo.stop()
        if self.odoo.pid() is None:
            self._tell_address(cluster, ponto)
            port = server.free_port(wanted)
            command = server.command("server", DATABASE, place=self.place)
            self.odoo.start(
                [*command, f"--http-port={port}"],
                env=server.environment(odoo, cluster, self.place),
                port=port,
            )
        # The login page, unlike the health check, waits until the addon is loaded.
        page = f"http://127.0.0.1:{self.odoo.port()}/web/login"
        self.odoo.wait(lambda: _answers(page), ODOO_SECONDS)

    def _tell_address(self, cluster: Cluster, ponto: str) -> None:
        old = self.ponto_address.read_text()
        if old != ponto:
            cluster.sql(MOVE_PONTO.format(old=old, new=ponto), database=DATABASE)
            self.ponto_address.write_text(ponto)


DEMO = Demo("demo")
#: That of ``make screenshots``, which removes it at the end.
WALK = Demo("walk")
DEMOS = (DEMO, WALK)


def _addon_version() -> str:
    """Changes whenever the addon's code or data may have changed."""
    seen = hashlib.sha256()
    for name in SOURCES:
        path = ROOT / name
        for file in sorted([path, *path.rglob("*")]):
            if file.is_file() and "__pycache__" not in file.parts:
                seen.update(f"{relative(file)}\0".encode() + file.read_bytes())
    return seen.hexdigest()


def _wanted_port(before: int | None) -> int:
    """HTTP_PORT, else that of the last time, else Odoo's own."""
    text = os.environ.get("HTTP_PORT") or str(before or ODOO_PORT)
    number = int(text) if text.isdecimal() else 0
    if not 0 < number < 65536:
        raise Failure(f"HTTP_PORT is {text}: give a number from 1 to 65535.")
    return number


def _answers(address: str) -> bool:
    # Never through a proxy: it is this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=60) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def greet(at: Addresses, seconds: float) -> None:
    """Say where it is and what to do with it."""
    say(
        f"""
The demo runs (ready after {seconds:.0f} s).

    Odoo         {at.odoo}    login admin, password admin
    local Ponto  {at.ponto}/_dashboard

Try this:
  1. The first time: log in, click "Connect with Ponto" on a bank's card and follow the
     steps. The client ID is ponto-demo, the secret ponto-demo-secret. "Preview" shows
     what would be booked; nothing is before you confirm.
  2. Click "Fetch transactions" on the card "Vlinderbank current account": new ones come,
     and one that Odoo holds. "Held transactions" says why.
  3. In the local Ponto let a bank book a payment, or let an authorization end and renew
     it; fetch again, and read what the card says.

`make stop` ends it and keeps everything; `make demo-reset` forgets it, and the next
`make demo` makes a new one.
""".rstrip()
    )
