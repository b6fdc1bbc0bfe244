"""``python3 -m dev COMMAND``: what the Makefile calls."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator

from . import (
    bench,
    databases,
    demo,
    lint,
    postgres,
    prepare_odoo,
    prove,
    release,
    server,
    suites,
    translations,
    walk,
)
from .layout import ADDON, ROOT, WORK, Failure, in_ci, say
from .postgres import Cluster
from .prepare_odoo import Odoo
from .prepare_python import prepare_python
from .prepare_system import prepare_system

DEV_DATABASE = "ponto_dev"
SERVERS = (postgres.TESTS, postgres.CALENDAR)


def setup() -> tuple[Odoo, Cluster]:
    """Prepare everything that is not there yet."""
    with _alone():
        prepare_system(need_odoo_package=prepare_odoo.uses_package())
        prepare_python()
        odoo = prepare_odoo.prepare_odoo()
        cluster = postgres.start()
        server.write_configuration(odoo, cluster)
        databases.drop_left_over(cluster)
        databases.base_template(odoo, cluster)
    return odoo, cluster


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Let only one process at a time prepare or end things of this checkout."""
    WORK.mkdir(exist_ok=True)
    with (WORK / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another command of this checkout")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def command_setup() -> int:
    """Prepare everything, run nothing."""
    setup()
    return 0


def command_test(*names: str) -> int:
    """Run the named suites, or all."""
    measure = os.environ.get("COVERAGE", "") not in ("", "0")
    return _run(lambda run: run.suites(names or suites.ALL), coverage=measure)


def command_prove() -> int:
    """Run the long proofs."""
    return _run(prove.prove, coverage=False)


def command_bench() -> int:
    """Measure what the addon costs."""
    return _run(bench.bench, coverage=False)


def command_translations() -> int:
    """Bring the translations' template and catalogues up to the code."""
    return _run(translations.translate, coverage=False)


def command_release() -> int:
    """Make the archive that people install."""
    return _run(release.release, coverage=False)


def _run(job: Callable[[suites.Run], bool], *, coverage: bool) -> int:
    started = time.monotonic()
    odoo, cluster = setup()
    say(f"ready after {time.monotonic() - started:.0f} s")
    keep = bool(os.environ.get("KEEP"))
    good = job(suites.Run(odoo, cluster, coverage=coverage, keep=keep))
    say(f"finished after {time.monotonic() - started:.0f} s")
    return 0 if good else 1


def command_format() -> int:
    """Let ruff mend and lay out every file."""
    _setup_python()
    return lint.mend()


def command_hooks() -> int:
    """Let git check what is committed."""
    _setup_python()
    return lint.install_hooks()


def command_pre_commit() -> int:
    """Run the hooks on every file that git knows."""
    _setup_python()
    return lint.run_hooks()


def _setup_python() -> None:
    with _alone():
        prepare_python()


def command_shell() -> int:
    """Open Odoo's shell on the dev database."""
    odoo, cluster = _dev_database()
    return _become(server.command("shell", DEV_DATABASE, "--no-http"), odoo, cluster)


def command_serve() -> int:
    """Serve the dev database, with the addon installed or updated."""
    odoo, cluster = _dev_database()
    interface = os.environ.get("HTTP_INTERFACE") or "127.0.0.1"
    port = server.free_port(int(os.environ.get("HTTP_PORT") or 8069))
    say(f"http://localhost:{port}  user admin, password admin")
    options = ["-u", ADDON, f"--http-interface={interface}", f"--http-port={port}"]
    return _become(server.command("server", DEV_DATABASE, *options), odoo, cluster)


def _dev_database() -> tuple[Odoo, Cluster]:
    odoo, cluster = setup()
    if DEV_DATABASE not in cluster.database_names():
        template = databases.base_template(odoo, cluster)
        databases.create(cluster, DEV_DATABASE, template)
    if not databases.installed(cluster, DEV_DATABASE):
        say(f"installing {ADDON} into {DEV_DATABASE}")
        log = WORK / "logs" / "dev-install.log"
        log.unlink(missing_ok=True)
        databases.install(odoo, cluster, DEV_DATABASE, ADDON, log)
    return odoo, cluster


def command_psql() -> int:
    """Open psql on the dev database, or on DB."""
    cluster = postgres.start()
    database = os.environ.get("DB") or DEV_DATABASE
    if database not in cluster.database_names():
        known = " ".join(cluster.database_names())
        raise Failure(f"Name a database with DB=, one of: {known}.")
    os.environ.update(cluster.environment())
    os.execvp("psql", ["psql", "-d", database])


def _become(command: list[object], odoo: Odoo, cluster: Cluster) -> int:
    """Turn into Odoo, so that the terminal is its own."""
    os.chdir(ROOT)
    words = [str(word) for word in command]
    sys.stdout.flush()
    os.execve(words[0], words, server.environment(odoo, cluster))


def command_demo() -> int:
    """Start the demo, and make what it lacks."""
    started = time.monotonic()
    with _alone():
        prepare_system(
            need_odoo_package=prepare_odoo.uses_package(), need_browser=False
        )
        prepare_python()
        addresses = demo.DEMO.start(prepare_odoo.prepare_odoo())
    demo.greet(addresses, time.monotonic() - started)
    return 0


def command_demo_reset() -> int:
    """Remove the demo with all that was done in it."""
    with _alone():
        demo.DEMO.remove()
    say("The demo is removed; `make demo` makes it anew.")
    return 0


def command_screenshots() -> int:
    """Renew the pictures of the documentation."""
    with _alone():
        prepare_system(need_odoo_package=prepare_odoo.uses_package())
        prepare_python()
        walk.take_pictures(prepare_odoo.prepare_odoo())
    return 0


def command_stop() -> int:
    """Stop what we started."""
    with _alone():
        ran = [*(one.stop() for one in demo.DEMOS), *map(postgres.stop, SERVERS)]
    say("Stopped." if any(ran) else "Nothing of this checkout was running.")
    return 0


def command_clean() -> int:
    """Stop what we started and remove all that was made."""
    with _alone():
        for one in demo.DEMOS:
            one.remove()
        for purpose in SERVERS:
            postgres.stop(purpose)
            postgres.remove(purpose)
        shutil.rmtree(WORK, ignore_errors=True)
    return 0


COMMANDS = {
    "setup": command_setup,
    "test": command_test,
    "prove": command_prove,
    "bench": command_bench,
    "translations": command_translations,
    "release": command_release,
    "format": command_format,
    "hooks": command_hooks,
    "pre-commit": command_pre_commit,
    "shell": command_shell,
    "serve": command_serve,
    "psql": command_psql,
    "demo": command_demo,
    "demo-reset": command_demo_reset,
    "screenshots": command_screenshots,
    "stop": command_stop,
    "clean": command_clean,
}


def main(arguments: list[str]) -> int:
    """Run one command."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _frame: sys.exit(128 + number))
    command = COMMANDS.get(arguments[0] if arguments else "")
    if command is None:
        raise Failure(f"Say one of: {' '.join(COMMANDS)}.")
    try:
        return command(*arguments[1:])
    finally:
        if in_ci():
            postgres.stop()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        sys.exit(f"{failure}")
    except OSError as error:
        sys.exit(
            f"{error}\nFree some space if the disk is full; use the account that began"
            " in this folder if something is not permitted; then run it again."
        )
    except KeyboardInterrupt:
        sys.exit(130)
