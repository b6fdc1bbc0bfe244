"""Command lines and settings for Odoo."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from pathlib import Path

from .layout import (
    ADDONS_LINK,
    DATA_DIR,
    ODOO_BIN,
    ODOO_CONF,
    VENV_PYTHON,
    clean_environment,
)
from .postgres import ROLE, Cluster
from .prepare_odoo import Odoo


def write_configuration(odoo: Odoo, cluster: Cluster) -> None:
    """Write the settings that every Odoo started here shares."""
    folders = [*odoo.addons, ADDONS_LINK.parent]
    settings = {
        "addons_path": ",".join(map(str, folders)),
        "data_dir": DATA_DIR,
        "db_host": cluster.host,
        "db_port": cluster.port,
        "db_user": ROLE,
        "http_interface": "127.0.0.1",
        "workers": 0,
    }
    lines = [f"{name} = {value}" for name, value in settings.items()]
    partial = ODOO_CONF.with_suffix(f".{os.getpid()}")
    partial.write_text("\n".join(["[options]", *lines, ""]))
    partial.replace(ODOO_CONF)


def environment(odoo: Odoo, cluster: Cluster) -> dict[str, str]:
    """The environment in which Odoo and programs that import it run."""
    return {
        **clean_environment(),
        **cluster.environment(),
        "PYTHONPATH": str(odoo.path),
        "ODOO_RC": str(ODOO_CONF),
    }


def command(
    verb: str, database: str, *options: object, prefix: Sequence[object] = ()
) -> list[object]:
    """``odoo VERB`` on a database; ``prefix`` goes between Python and the launcher."""
    return [
        VENV_PYTHON,
        *prefix,
        ODOO_BIN,
        verb,
        "-c",
        ODOO_CONF,
        "-d",
        database,
        *options,
    ]


def batch_options() -> list[object]:
    """Options for an Odoo that does one thing and ends."""
    return ["--stop-after-init", "--max-cron-threads=0", f"--http-port={free_port()}"]


def free_port(wanted: int = 0) -> int:
    """The wanted port of this machine if it is free, else another that is."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def filestore(database: str) -> Path:
    """Where Odoo keeps a database's files."""
    return DATA_DIR / "filestore" / database
