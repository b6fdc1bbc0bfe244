"""Databases for tests: made once with the modules, then copied."""

from __future__ import annotations

import os
import re
import shutil
import time
from pathlib import Path

from . import process, server
from .clock import Clock
from .layout import ADDON, LOGS, ODOO_REQUIREMENTS, ROOT, Failure, digest, relative, say
from .odoo_log import parse_log, serious
from .postgres import MACHINE_CLOCK, Cluster
from .prepare_odoo import Odoo

MODULES = "account,l10n_be"
TEMPLATE_PREFIX = "ponto_base_"
RUN_PREFIX = "ponto_run_"
INSTALL_TIMEOUT = 1200  # seconds


def run_name(purpose: str) -> str:
    """A database of this run only."""
    return f"{RUN_PREFIX}{os.getpid()}_{purpose}"


def template_name(odoo: Odoo) -> str:
    """What the database of :func:`base_template` is called."""
    parts = (odoo.version, ODOO_REQUIREMENTS.read_text(), MODULES)
    return TEMPLATE_PREFIX + digest(*parts)


def base_template(odoo: Odoo, cluster: Cluster) -> str:
    """The database with :data:`MODULES`, made when Odoo or its packages changed."""
    name = template_name(odoo)
    names = cluster.database_names()
    if name in names:
        return name
    for old in names:
        if old.startswith(TEMPLATE_PREFIX):
            drop(cluster, old)
    say(f"creating the template database with {MODULES}")
    building = f"{name}_building"
    create(cluster, building, None)
    log = LOGS / "template.log"
    log.unlink(missing_ok=True)
    install(odoo, cluster, building, MODULES, log)
    cluster.sql(f'ALTER DATABASE "{building}" RENAME TO "{name}"')
    shutil.rmtree(server.filestore(name), ignore_errors=True)
    if server.filestore(building).exists():
        server.filestore(building).rename(server.filestore(name))
    return name


def install(
    odoo: Odoo,
    cluster: Cluster,
    database: str,
    modules: str,
    log: Path,
    *,
    place: server.Place = server.TESTS,
    update: bool = False,
    clock: Clock = MACHINE_CLOCK,
) -> None:
    """Install modules into a database, or update those that it has.

    :raise Failure: if Odoo fails or logs an error.
    """
    option = "-u" if update else "-i"
    status = process.run_logged(
        server.command(
            "server", database, option, modules, *server.batch_options(), place=place
        ),
        log,
        env=clock.environment(server.environment(odoo, cluster, place)),
        cwd=ROOT,
        timeout=INSTALL_TIMEOUT,
    )
    wrong = [
        entry for entry in parse_log(log.read_text(errors="replace")) if serious(entry)
    ]
    if status != 0 or wrong:
        shown = "\n".join(entry.text for entry in wrong)[-3000:]
        raise Failure(f"{shown}\nLoading {modules} failed: read {relative(log)}.")


def create(cluster: Cluster, name: str, template: str | None) -> None:
    """Make a database, with its files, from another one or from nothing."""
    drop(cluster, name)
    cluster.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template or "template0"}"')
    if template and server.filestore(template).exists():
        # Odoo never changes a stored file, so that links are as good as copies.
        shutil.copytree(
            server.filestore(template), server.filestore(name), copy_function=os.link
        )


def drop(cluster: Cluster, name: str) -> None:
    """Remove a database of ours with its files."""
    cluster.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(server.filestore(name), ignore_errors=True)


def drop_left_over(cluster: Cluster) -> None:
    """Remove the databases of runs that were killed, or kept a day ago."""
    for name in cluster.database_names():
        found = re.match(RUN_PREFIX + r"(\d+)_", name)
        if found and not Path(f"/proc/{found[1]}").exists() and not _kept(name):
            drop(cluster, name)


def _kept(name: str) -> bool:
    mark = _mark(name)
    return mark.exists() and time.time() - mark.stat().st_mtime < 86400


def keep(name: str) -> None:
    """Let a database outlive its run by a day."""
    _mark(name).parent.mkdir(parents=True, exist_ok=True)
    _mark(name).touch()
    say(f"kept database {name}: make psql DB={name}")


def _mark(name: str) -> Path:
    return LOGS / "kept" / name


def installed(cluster: Cluster, database: str) -> bool:
    """Whether the addon is installed in a database."""
    state = f"SELECT 1 FROM ir_module_module WHERE name='{ADDON}' AND state='installed'"
    return cluster.sql(state, database=database) == "1"
