"""The checks of ``make lint`` find what they are there for, and the hooks are the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from dev import lint
from dev.layout import ADDON, ROOT
from dev.odoo_log import Counts

HOOKS = {
    hook["id"]: hook
    for repository in yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())[
        "repos"
    ]
    for hook in repository["hooks"]
}
MODULES = {
    **{name: words[0] for name, words in lint.WHOLE.items()},
    **{name: words[0] for name, (words, _endings) in lint.PER_FILE.items()},
}
GOOD = {"xml": "<odoo/>\n"}
MANIFEST = '{"name": "x", "version": "19.0.1.0.0", "license": "AGPL-3"}\n'
INJECTION = 'def f(cr, name):\n    cr.execute(f"SELECT {name}")\n'


def run(*words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a tool of the virtual environment."""
    command = [sys.executable, "-m", *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_hooks_and_lint_run_the_same_tools() -> None:
    found = {
        name: hook["entry"].removeprefix(".work/venv/bin/python -m ").split()[0]
        for name, hook in HOOKS.items()
    }
    assert found == MODULES
    assert {hook["language"] for hook in HOOKS.values()} == {"system"}


@pytest.mark.parametrize("module", sorted(set(MODULES.values())))
def test_a_tool_is_there(module: str) -> None:
    done = run(module, "--help", cwd=ROOT)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "file", "text"),
    [
        ("trailing-whitespace", "a.md", "text \n"),
        ("end-of-file", "a.md", "text"),
        ("merge-markers", "a.md", "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n"),
        ("xml", "a.xml", "<odoo><record></odoo>\n"),
        ("yaml", "a.yaml", "a: [1\n"),
        ("ruff", "a.py", "import os\n"),
        ("ruff-format", "a.py", "a = [1,2]\n"),
    ],
)
def test_a_tool_complains(tmp_path: Path, name: str, file: str, text: str) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "ruff.toml").write_text((ROOT / "ruff.toml").read_text())
    (tmp_path / file).write_text(GOOD.get(name, ""))
    assert run(*lint.commands(tmp_path)[name], cwd=tmp_path).returncode == 0
    (tmp_path / file).write_text(text)
    assert run(*lint.commands(tmp_path)[name], cwd=tmp_path).returncode == 1


def test_mypy_is_strict(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("def f(x):\n    return x\n")
    done = run("mypy", file, cwd=ROOT)
    assert "[no-untyped-def]" in done.stdout
    assert done.returncode == 1


def test_pylint_knows_odoo_whatever_the_folder_is_called(tmp_path: Path) -> None:
    addons = tmp_path / ".work" / "addons"
    addons.mkdir(parents=True)
    (addons / ADDON).symlink_to(tmp_path)
    (tmp_path / "__init__.py").write_text("from . import models\n")
    (tmp_path / "__manifest__.py").write_text(MANIFEST)
    (tmp_path / "README.md").write_text("x\n")
    (tmp_path / "models.py").write_text(INJECTION)
    done = run(*lint.WHOLE["pylint"], f"--rcfile={ROOT / '.pylintrc'}", cwd=tmp_path)
    symbols = {line.split()[2] for line in done.stdout.splitlines() if line[0] != "*"}
    assert {"sql-injection:", "license-allowed:"} <= symbols
    assert done.returncode


def test_a_missing_tool_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lint, "WHOLE", {"absent": ("no_such_tool",)})
    monkeypatch.setattr(lint, "PER_FILE", {})
    counts, complaints = lint.run(tmp_path)
    assert counts == Counts(0, 1)
    assert "No module named no_such_tool" in complaints[0]


def test_text_files_are_those_a_person_wrote(tmp_path: Path) -> None:
    for name in (".ci/run", ".work/a.py", "__pycache__/b.txt", "c/d.py", ".pylintrc"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x\n")
    (tmp_path / "icon.png").write_bytes(b"\x89PNG\0\0")
    found = {str(path.relative_to(tmp_path)) for path in lint.text_files(tmp_path)}
    assert found == {".ci/run", ".pylintrc", "c/d.py"}
