"""No method of this addon overrides another method of this addon.

Odoo weaves classes of one model by ``super()``, which is for other addons. Inside this
one, a class that changes another is read nowhere: so what a feature has to say is asked
by name. Then the order in which the classes are imported means nothing, too.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDERS = ("models", "wizard", "matching")


def class_bodies():
    """``(model, file, names of the methods)`` of each class that is a model's."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.ClassDef) and (model := model_of(node)):
                    methods = {
                        part.name
                        for part in node.body
                        if isinstance(part, ast.FunctionDef)
                    }
                    yield model, path.relative_to(ROOT).as_posix(), methods


def model_of(node: ast.ClassDef) -> str:
    """The model whose class this is: ``_name``, else the one it extends; else ''."""
    found = {}
    for part in node.body:
        if isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Name):
            found[part.targets[0].id] = part.value
    value = found.get("_name") or found.get("_inherit")
    if isinstance(value, ast.List) and len(value.elts) == 1:
        value = value.elts[0]
    is_text = isinstance(value, ast.Constant) and isinstance(value.value, str)
    return value.value if is_text else ""


def test_rooms():
    """A folder of ``models/`` is a feature, a file in it a model, named after it."""
    loose = [path.name for path in (ROOT / "models").glob("*.py")]
    assert loose == ["__init__.py"]
    misnamed = []
    for model, path, _methods in class_bodies():
        name = Path(path).stem
        is_ours = path.startswith("models/") and model.startswith("ponto.")
        if is_ours and not name.startswith(model.replace(".", "_")):
            misnamed.append((model, path))
    assert not misnamed


def test_models_are_found():
    found = defaultdict(set)
    for model, path, _methods in class_bodies():
        found[model].add(path)
    assert len(found["ponto.online.account"]) > 5
    assert len(found["account.bank.statement.line"]) > 1


def test_no_method_overrides_ours():
    places = defaultdict(list)
    for model, path, methods in class_bodies():
        for name in methods:
            places[model, name].append(path)
    twice = {
        f"{model}.{name}": paths
        for (model, name), paths in places.items()
        if len(paths) > 1
    }
    assert not twice
