"""The sandbox's README names everything that a test can turn."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sandbox.control import ROUTES
from sandbox.faults import KINDS
from sandbox.switches import Switches

README = Path(__file__).resolve().parent.parent / "sandbox" / "README.md"
TEXT = README.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*KINDS, *Switches().document()])
def test_faults_and_switches_are_documented(name: str) -> None:
    assert f"| `{name}`" in TEXT


@pytest.mark.parametrize("path", sorted({path for _method, path, _name in ROUTES}))
def test_routes_are_documented(path: str) -> None:
    documented = path.removeprefix("/").replace("<line_id>", "{id}")
    key = "{client_id}" if "integrations" in path else "{id}"
    assert documented.replace("<key>", key) in TEXT


def test_every_requirement_names_files_that_are_there() -> None:
    """The table's rows: which requirement, where it is, which tests show it."""
    rows = re.findall(
        r"^\| (\d+) \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", TEXT, re.MULTILINE
    )
    assert [int(row[0]) for row in rows] == [1, 2, 5, *range(10, 23), 31, 32]
    for _number, code, tests in rows:
        for folder, names in ((README.parent, code), (Path(__file__).parent, tests)):
            found = re.findall(r"`([a-z_]+\.py)`", names)
            assert found
            for name in found:
                assert (folder / name).is_file(), name
