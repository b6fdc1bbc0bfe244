"""PostgreSQL servers of our own: inside the work folder, reached by a socket only.

One is for tests, fast and forgetful; another of that kind has a shifted clock; a demo
has one that keeps what people do.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import pwd
import shlex
import shutil
import tempfile
from pathlib import Path

from . import process
from .clock import Clock
from .layout import ROOT, WORK, Failure, clean_environment, say

SERVER_USER = "postgres"  # runs the server when we are root, which it refuses
ROLE = "odoo"
PORT = 5432  # only part of the socket's name: the server does not listen on a port
LONGEST_SOCKET_FOLDER = 107 - len(f"/.s.PGSQL.{PORT}.lock")


@dataclasses.dataclass(frozen=True)
class Purpose:
    """What one of our servers is for, and what follows from it."""

    folder: str
    """Below the work folder."""
    settings: dict[str, str]
    key: str = ""
    """Tells its folders outside the work folder from those of the other server."""


#: Fast rather than safe: everything in here can be made again.
TESTS = Purpose(
    "pg",
    {
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "shared_buffers": "256MB",
        "max_connections": "200",
    },
)
#: Its clock shows other days: see ``calendar_proof.py``.
CALENDAR = Purpose("pg-calendar", TESTS.settings, "-calendar")
MACHINE_CLOCK = Clock()


@dataclasses.dataclass(frozen=True)
class Cluster:
    """A running server."""

    host: str
    """The folder of its socket."""
    port: int

    def environment(self) -> dict[str, str]:
        """What libpq needs to find it."""
        return {"PGHOST": self.host, "PGPORT": str(self.port), "PGUSER": ROLE}

    def options(self, user: str = ROLE) -> list[object]:
        """What PostgreSQL's own programs need to find it."""
        return ["-h", self.host, "-p", self.port, "-U", user]

    def sql(
        self, statement: str, *, database: str = "postgres", user: str = ROLE
    ) -> str:
        """Run SQL and return the unaligned rows."""
        where = [*self.options(user), "-d", database]
        return process.run(
            ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", *where],
            stdin=statement,
            advice="Run `make stop` and the same command again.",
        ).strip()

    def database_names(self) -> list[str]:
        """All databases but PostgreSQL's own."""
        return self.sql(
            "SELECT datname FROM pg_database WHERE NOT datistemplate"
            " AND datname <> 'postgres' ORDER BY 1"
        ).splitlines()


def binaries() -> Path | None:
    """The newest folder with PostgreSQL's server programs."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: float(path.parts[4]),
    )
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def start(purpose: Purpose = TESTS, clock: Clock = MACHINE_CLOCK) -> Cluster:
    """Start a server of ours unless it runs, and make sure that Odoo's role exists.

    :param clock: what a server that does not run yet is to live by
    """
    home = home_of(purpose)
    data = home / "data"
    if not (data / "PG_VERSION").exists():
        _create(home, purpose)
    cluster = running(data)
    if cluster is None:
        _start(home, purpose, clock)
        cluster = running(data)
    if cluster is None:
        raise Failure(f"PostgreSQL does not start: read {home / 'server.log'}.")
    _create_role(cluster)
    return cluster


def stop(purpose: Purpose = TESTS) -> bool:
    """Stop a server of ours, if it runs; no other server is touched.

    :return: whether it ran.
    """
    ran = False
    for home in (WORK / purpose.folder, _outside_home(purpose)):
        data = home / "data"
        if (data / "postmaster.pid").exists() and running(data):
            _control(home, "-m", "fast", "-w", "stop")
            ran = True
    return ran


def remove(purpose: Purpose) -> None:
    """Remove a stopped server with all its databases, wherever it lies."""
    for folder in (
        WORK / purpose.folder,
        _outside_home(purpose),
        _short_socket_folder(purpose),
    ):
        shutil.rmtree(folder, ignore_errors=True)


def running(data: Path) -> Cluster | None:
    """Our server, if the process named in its lock file really is ours."""
    lock = data / "postmaster.pid"
    try:
        lines = lock.read_text().splitlines()
        pid, port, host = int(lines[0]), int(lines[3]), lines[4]
    except (OSError, ValueError, IndexError):
        return None
    if not _works_in(pid, data):
        if Path(f"/proc/{pid}").exists():
            # Left over from before a restart of the machine, and the number belongs
            # to another program now, which would keep ours from starting. Where
            # nobody has the number, PostgreSQL itself knows best.
            lock.unlink(missing_ok=True)
        return None
    return Cluster(host, port)


def _works_in(pid: int, data: Path) -> bool:
    """A PostgreSQL server's working directory is its data directory."""
    try:
        return Path(f"/proc/{pid}/cwd").samefile(data)
    except OSError:
        return False


def home_of(purpose: Purpose) -> Path:
    """The server's folder: in the work folder if the server's user can get there."""
    inside, outside = WORK / purpose.folder, _outside_home(purpose)
    for home in (inside, outside):
        if (home / "data" / "PG_VERSION").exists():
            # Outside, anybody could have made it.
            _require_own(home)
            return home
    WORK.mkdir(parents=True, exist_ok=True)
    return inside if process.succeeds(_as_server(["test", "-x", WORK])) else outside


def _key(purpose: Purpose) -> str:
    return hashlib.sha1(str(ROOT).encode()).hexdigest()[:8] + purpose.key


def _outside_home(purpose: Purpose) -> Path:
    return Path("/var/tmp") / f"ponto-pg-{_key(purpose)}"


def _short_socket_folder(purpose: Purpose) -> Path:
    return Path("/tmp") / f"ponto-pg-{_key(purpose)}"


def _create(home: Path, purpose: Purpose) -> None:
    say("creating a PostgreSQL cluster for this checkout")
    _own_folder(home)
    shutil.rmtree(home / "data", ignore_errors=True)
    fresh = home / "data.partial"
    shutil.rmtree(fresh, ignore_errors=True)
    options = ["-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-U", SERVER_USER]
    process.run(
        _as_server([_program("initdb"), "-D", fresh, *options]),
        cwd=Path("/"),
        advice="Run `make clean` and the same command again.",
    )
    with (fresh / "postgresql.conf").open("a") as settings:
        settings.writelines(
            f"{name} = {value}\n" for name, value in purpose.settings.items()
        )
    fresh.rename(home / "data")


def copy(name: str, source: Cluster, target: Cluster) -> None:
    """Copy a database to another server."""
    partial = f"{name}_partial"
    target.sql(f'DROP DATABASE IF EXISTS "{partial}"')
    target.sql(f'CREATE DATABASE "{partial}" TEMPLATE template0')
    binary = _program("pg_dump")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "dump"
        for command in (
            [binary, *source.options(), "-d", name, "-Fc", "-Z0", "-f", file],
            [binary.with_name("pg_restore"), *target.options(), "-d", partial, file],
        ):
            process.run(command, advice="Run `make stop` and the same command again.")
    target.sql(f'ALTER DATABASE "{partial}" RENAME TO "{name}"')


def _start(home: Path, purpose: Purpose, clock: Clock) -> None:
    socket = home / "run"
    if len(str(socket)) > LONGEST_SOCKET_FOLDER:
        socket = _short_socket_folder(purpose)
    _own_folder(socket)
    options = f"-p {PORT} -k {shlex.quote(str(socket))} -c listen_addresses=''"
    words = ("-l", home / "server.log", "-o", options, "-t", "60", "-w", "start")
    # After a crash the last processes of the old server may take some seconds to end.
    _control(home, *words, attempts=process.ATTEMPTS, clock=clock)


def _control(
    home: Path, *words: object, attempts: int = 1, clock: Clock = MACHINE_CLOCK
) -> None:
    process.run(
        _as_server([_program("pg_ctl", home), "-D", home / "data", "-s", *words]),
        cwd=Path("/"),
        env=clock.environment(clean_environment()),
        attempts=attempts,
        advice=f"Read {home / 'server.log'}, or start afresh with `make clean`.",
    )


def _program(name: str, home: Path | None = None) -> Path:
    """A server program, of the version that made the cluster."""
    newest = binaries()
    if newest is None:
        raise Failure("Install postgresql, then run the same command again.")
    if home is None:
        return newest / name
    version = (home / "data" / "PG_VERSION").read_text().strip()
    same = Path("/usr/lib/postgresql") / version / "bin"
    return (same if same.is_dir() else newest) / name


def _create_role(cluster: Cluster) -> None:
    cluster.sql(
        "DO $$ BEGIN IF NOT EXISTS"
        f" (SELECT FROM pg_roles WHERE rolname = '{ROLE}')"
        f" THEN CREATE ROLE {ROLE} LOGIN CREATEDB; END IF; END $$",
        user=SERVER_USER,
    )


def _own_folder(folder: Path) -> None:
    """Make a folder that belongs to the server's user and nobody else can enter."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _require_own(folder)
    if os.geteuid() == 0:
        os.chown(folder, _server_owner(), -1)
    folder.chmod(0o700)


def _require_own(folder: Path) -> None:
    """Trust no folder that somebody else made.

    :raise Failure: if it is not the server's user's.
    """
    if folder.is_symlink() or folder.stat().st_uid not in (0, _server_owner()):
        raise Failure(f"Remove {folder}, which belongs to somebody else, then retry.")


def _server_owner() -> int:
    if os.geteuid() != 0:
        return os.geteuid()
    try:
        return pwd.getpwnam(SERVER_USER).pw_uid
    except KeyError:
        raise Failure(f"Create the system user {SERVER_USER}, then retry.") from None


def _as_server(command: list[object]) -> list[object]:
    if os.geteuid() != 0:
        return command
    return ["runuser", "-u", SERVER_USER, "--", *command]
