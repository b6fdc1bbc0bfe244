"""Command lines and settings for Odoo."""

from __future__ import annotations

import dataclasses
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
    Failure,
    clean_environment,
)
from .postgres import ROLE, Cluster
from .prepare_odoo import Odoo


@dataclasses.dataclass(frozen=True)
class Place:
    """Where the Odoos of one purpose have their settings and files."""

    configuration: Path
    data: Path


TESTS = Place(ODOO_CONF, DATA_DIR)


def write_configuration(
    odoo: Odoo, cluster: Cluster, place: Place = TESTS, **further: object
) -> None:
    """Write the settings that every Odoo started in a place shares."""
    folders = [*odoo.addons, ADDONS_LINK.parent]
    settings = {
        "addons_path": ",".join(map(str, folders)),
        "data_dir": place.data,
        "db_host": cluster.host,
        "db_port": cluster.port,
        "db_user": ROLE,
        "http_interface": "127.0.0.1",
        "workers": 0,
        **further,
    }
    lines = [f"{name} = {value}" for name, value in settings.items()]
    place.configuration.parent.mkdir(parents=True, exist_ok=True)
    partial = place.configuration.with_suffix(f".{os.getpid()}")
    partial.write_text("\n".join(["[options]", *lines, ""]))
    partial.replace(place.configuration)


def environment(odoo: Odoo, cluster: Cluster, place: Place = TESTS) -> dict[str, str]:
    """The environment in which Odoo and programs that import it run."""
    return {
        **clean_environment(),
        **cluster.environment(),
        "PYTHONPATH": str(odoo.path),
        "ODOO_RC": str(place.configuration),
    }


def command(
    verb: str,
    database: str,
    *options: object,
    prefix: Sequence[object] = (),
    place: Place = TESTS,
) -> list[object]:
    """``odoo VERB`` on a database; ``prefix`` goes between Python and the launcher."""
    return [
        VENV_PYTHON,
        *prefix,
        ODOO_BIN,
        verb,
        "-c",
        place.configuration,
        "-d",
        database,
        *options,
    ]


def batch_options() -> list[object]:
    """Options for an Odoo that does one thing and ends."""
    return ["--stop-after-init", "--max-cron-threads=0", f"--http-port={free_port()}"]


def free_port(wanted: int = 0, *, tries: int = 20) -> int:
    """The wanted port of this machine, or the next free one, or any free one."""
    for port in [*(range(wanted, wanted + tries) if wanted else ()), 0]:
        with socket.socket() as probe:
            # As servers do, or a port stays taken for a minute after its server ended.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError):
                continue
            return int(probe.getsockname()[1])
    raise Failure("There is no free port on this machine: end a server, then retry.")


def filestore(database: str, place: Place = TESTS) -> Path:
    """Where Odoo keeps a database's files."""
    return place.data / "filestore" / database
