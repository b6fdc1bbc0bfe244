"""What the packages without Odoo may import, and what they promise to export."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import mapping
import ponto_client

PROJECT = Path(__file__).resolve().parent.parent
FILES = sorted(
    path
    for name in ("ponto_client", "mapping", "rules")
    for path in (PROJECT / name).rglob("*.py")
)
BLOCKED = """
import sys
sys.modules["odoo"] = None
sys.path.insert(0, sys.argv[1])
sys.path.insert(0, sys.argv[2])
import ponto_client, mapping, pkgutil
from account_ponto_sync import rules
for module in pkgutil.iter_modules(rules.__path__):
    __import__(f"account_ponto_sync.rules.{module.name}")
assert not any(name.split(".")[0] == "odoo" for name in sys.modules if name != "odoo")
print(len(ponto_client.__all__))
"""


def imports(path):
    """Level and top module of every import of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((0, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.level, node.module or ""


def test_works_where_odoo_cannot_be_imported():
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED, str(PROJECT), str(PROJECT / "client_tests")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == len(ponto_client.__all__)


def libraries(path):
    """What a file may import besides Python and its own package."""
    if path.relative_to(PROJECT).parts[0] == "ponto_client":
        return {"requests", "stdnum", "typing_extensions", "urllib3"}
    return {"ponto_client", "stdnum"}  # the former for types only, see below


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_imports_nothing_else(path):
    for level, name in imports(path):
        top = name.partition(".")[0]
        assert level or top in sys.stdlib_module_names | libraries(path), name


def packages_used(path):
    """Folders of the addon that a file imports from, its own included."""
    place = path.relative_to(PROJECT).parent.parts
    for level, name in imports(path):
        parts = [*place[: len(place) - level + 1], *name.split(".")] if level else []
        yield from parts[:1]


#: Each may import what stands before it.
LAYERS = (
    *("ponto_client", "mapping", "rules", "wording", "tools"),
    *("models", "matching", "wizard", "controllers"),
)


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_point_downward(layer):
    below = {*LAYERS[: LAYERS.index(layer) + 1]}
    for path in (PROJECT / layer).rglob("*.py"):
        assert {*packages_used(path)} <= below, path


def test_mapping_needs_the_client_for_types_only():
    code = "import sys; sys.path.insert(0, sys.argv[1]); import mapping;"
    code += "assert 'ponto_client' not in sys.modules"
    done = subprocess.run(
        [sys.executable, "-c", code, str(PROJECT)], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("package", [ponto_client, mapping])
def test_public_names_exist_and_are_documented(package):
    assert package.__all__ == sorted(package.__all__, key=_ruff_order)
    for name in package.__all__:
        value = getattr(package, name)
        assert isinstance(value, str) or value.__doc__, name


def _ruff_order(name):
    kind = 0 if name.isupper() else 1 if name[0].isupper() else 2
    return kind, name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_size(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            public = not node.name.startswith("_")
            assert not public or ast.get_docstring(node), node.name
        if isinstance(node, ast.FunctionDef):
            length = node.end_lineno - node.lineno + 1
            doc = ast.get_docstring(node, clean=False) or ""
            assert length - doc.count("\n") <= 40, node.name


def test_types_are_shipped():
    assert (PROJECT / "ponto_client" / "py.typed").is_file()
