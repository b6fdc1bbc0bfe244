"""The order of the imports in ``models/__init__.py`` means nothing.

A copy of the addon imports its models in another order, loads the registry from
nothing and runs tests of each kind of run there; `make prove`: all hard cases.
"""

import ast
import os
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ADDON = "account_ponto_sync"
LEFT_OUT = (".*", "__pycache__", "docs", "client_tests", "process_tests", "dev")
PROVE = bool(os.environ.get("PONTO_PROVE"))
NAMES = ("TestWalk", "TestUndoRun")
TAGS = f"ponto_scenario/{ADDON}" if PROVE else ",".join(f"/{ADDON}:{n}" for n in NAMES)
#: Of one order.
TIMEOUT = 1500 if PROVE else 400
DONE = re.compile(r"0 failed, 0 error\(s\) of (\d+) tests")


def shuffled(text: str, seed: int) -> str:
    """The same file with its statements, and the names in them, in another order."""
    order = random.Random(seed)
    lines = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            lines += [f"from {module} import {alias.name}\n" for alias in node.names]
    assert lines
    order.shuffle(lines)
    return "".join(lines)


@pytest.mark.parametrize("seed", range(1, 6 if PROVE else 2))
def test_shuffled(odoo, database, tmp_path, seed):
    from dev.server import free_port

    addon = tmp_path / ADDON
    shutil.copytree(ROOT, addon, ignore=shutil.ignore_patterns(*LEFT_OUT))
    imports = addon / "models" / "__init__.py"
    imports.write_text(shuffled(imports.read_text(), seed))
    log = tmp_path / "odoo.log"
    subprocess.run(
        [
            os.environ["PONTO_TEST_PYTHON"],
            os.environ["PONTO_TEST_ODOO"],
            "server",
            *("-c", os.environ["ODOO_RC"], "-d", database, "-u", ADDON),
            *("--addons-path", addons_path(tmp_path), f"--logfile={log}"),
            *("--test-tags", TAGS, "--stop-after-init", "--http-interface=127.0.0.1"),
            f"--http-port={free_port(28069)}",
        ],
        timeout=TIMEOUT,
        check=False,
    )
    text = log.read_text(errors="replace")
    found = DONE.findall(text)
    assert found and int(found[-1]) > 20, text[-4000:]


def addons_path(first: Path) -> str:
    """Where Odoo looks for addons: in this folder before the others."""
    configuration = Path(os.environ["ODOO_RC"]).read_text()
    [known] = re.findall(r"^addons_path *= *(.*)$", configuration, re.M)
    others = [path for path in known.split(",") if not path.endswith(".work/addons")]
    return ",".join([str(first), *others])
