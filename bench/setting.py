"""A database copy that is thrown away, Odoo on it, and what a piece of work cost."""

from __future__ import annotations

import os
import resource
import subprocess
import time
import uuid
from contextlib import contextmanager

import psutil

from .paths import add_process_tests

add_process_tests()

from world import FORK, drop_database  # noqa: E402


def load_odoo():
    """Odoo, set up as the environment says, quiet and without scheduled actions."""
    import odoo
    import odoo.sql_db
    import odoo.tools

    options = ["--max-cron-threads=0", "--log-level=warn"]
    odoo.tools.config.parse_config(["-c", os.environ["ODOO_RC"], *options])
    return odoo


@contextmanager
def database(odoo):
    """A copy of the database with the addon; dropped afterwards."""
    name = f"ponto_run_{os.getpid()}_bench_{uuid.uuid4().hex[:6]}"
    template = os.environ["PONTO_TEST_DB_TEMPLATE"]
    subprocess.run(["createdb", "-T", template, name], check=True)
    try:
        yield name
    finally:
        from odoo.modules.registry import Registry

        Registry.delete(name)
        odoo.sql_db.close_db(name)
        drop_database(name)


def measured(odoo, work, *arguments):
    """Do a piece of work and tell its cost.

    :return: ``seconds``; ``cpu``: seconds of this process alone, which the load of the
        machine does not change; ``statements`` of SQL; ``memory``: the most that the
        process had beyond what it began with, in MB
    """
    begun_with = psutil.Process().memory_info().rss
    before, started = odoo.sql_db.sql_counter, time.perf_counter()
    cpu = time.process_time()
    work(*arguments)
    return {
        "cpu": time.process_time() - cpu,
        "seconds": time.perf_counter() - started,
        "statements": odoo.sql_db.sql_counter - before,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        - begun_with / 1024**2,
    }


def in_child(odoo, work, *arguments):
    """The same in a process that begins as small as this one is.

    :raise RuntimeError: where the work failed there
    """
    odoo.sql_db.close_all()
    ours, theirs = FORK.Pipe(duplex=False)

    def child():
        theirs.send(measured(odoo, work, *arguments))

    process = FORK.Process(target=child)
    process.start()
    theirs.close()
    try:
        return ours.recv()
    except EOFError:
        message = f"{work.__name__} failed in a process of its own: see above"
        raise RuntimeError(message) from None
    finally:
        process.join()
