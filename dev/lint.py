"""What ``make lint`` checks, and which files.

The hooks of ``.pre-commit-config.yaml`` run the same tools; ``dev/tests`` compares them.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from . import process
from .layout import ROOT, VENV_PYTHON, WORK, clean_environment, relative, say
from .odoo_log import Counts

TIMEOUT = 600  # seconds for one tool
SHOWN_LINES = 60
ANY: tuple[str, ...] = ()
#: Tools that know by their settings what to look at.
WHOLE = {
    "ruff": ("ruff", "check", "-q", "--output-format=concise", "."),
    "ruff-format": ("ruff", "format", "-q", "--check", "."),
    "mypy": ("mypy",),
    "pylint": ("pylint", "account_ponto_sync"),
}
#: Tools that are told the files, with the endings of their names. The first two mend
#: what they find, and fail all the same.
PER_FILE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "trailing-whitespace": (("pre_commit_hooks.trailing_whitespace_fixer",), ANY),
    "end-of-file": (("pre_commit_hooks.end_of_file_fixer",), ANY),
    "merge-markers": (
        ("pre_commit_hooks.check_merge_conflict", "--assume-in-merge"),
        ANY,
    ),
    "xml": (("pre_commit_hooks.check_xml",), (".xml", ".svg")),
    "yaml": (("pre_commit_hooks.check_yaml",), (".yaml", ".yml")),
}


def run(logs: Path) -> tuple[Counts, list[str]]:
    """Run every tool.

    :return: how many are content, and what the others say.
    """
    complaints, times = [], []
    for name, words in commands(ROOT).items():
        started = time.monotonic()
        log = logs / f"{name}.log"
        status = process.run_logged(
            [VENV_PYTHON, "-m", *words],
            log,
            env=clean_environment(),
            cwd=ROOT,
            timeout=TIMEOUT,
        )
        times.append(f"{name} {time.monotonic() - started:.1f} s")
        if status != 0:
            said = log.read_text(errors="replace").splitlines()[-SHOWN_LINES:]
            said.append(f"{name} complains: read {relative(log)}.")
            complaints.append("\n".join(said))
    say(f"    {', '.join(times)}")
    failed = len(complaints)
    return Counts(len(times) - failed, failed), complaints


def mend() -> int:
    """Mend what ruff can mend, and lay out every file."""
    fixed = _call("ruff", "check", "--fix", ".")
    return _call("ruff", "format", ".") or fixed


def install_hooks() -> int:
    """Let git run the hooks before each commit."""
    return _call("pre_commit", "install")


def run_hooks() -> int:
    """Run the hooks on every file that git knows."""
    return _call("pre_commit", "run", "--all-files")


def _call(*words: str) -> int:
    """Run a tool that talks to the person at the terminal."""
    env = {**clean_environment(), "PRE_COMMIT_HOME": str(WORK / "pre-commit")}
    command = [str(VENV_PYTHON), "-m", *words]
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


def commands(root: Path) -> dict[str, tuple[str, ...]]:
    """What follows ``python -m`` for each tool."""
    files = sorted(str(path.relative_to(root)) for path in text_files(root))
    told = {
        name: (*words, *(file for file in files if file.endswith(endings or ("",))))
        for name, (words, endings) in PER_FILE.items()
    }
    return {**WHOLE, **told}


def text_files(root: Path) -> Iterator[Path]:
    """The files a person wrote: nothing binary, nothing in a tool's own folder."""
    for folder, below, names in os.walk(root):
        below[:] = [
            name
            for name in below
            if name == ".ci" or not name.startswith((".", "__pycache__"))
        ]
        for name in names:
            path = Path(folder, name)
            # A NUL early on is what git, too, takes for a sign of a binary file.
            if path.is_file() and b"\0" not in path.read_bytes()[:8000]:
                yield path
