"""The files of the checkout that belong to it, without what was made in it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from .layout import ROOT, Failure, clean_environment

#: At the root; only developers need them.
DEVELOPMENT = {
    ".ci",
    ".gitignore",
    ".pre-commit-config.yaml",
    "Makefile",
    "bench",
    "client_tests",
    "demo",
    "dev",
    "mypy.ini",
    "official_tests",
    "process_tests",
    "proofs",
    "ruff.toml",
}


def source_files() -> list[Path]:
    """What git knows, and what it would take in, relative to the root.

    :raise Failure: where the checkout has no git
    """
    listed = _git("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    paths = [Path(name) for name in sorted(set(listed.split("\0"))) if name]
    return [path for path in paths if (ROOT / path).is_file()]


def released_files() -> list[Path]:
    """What somebody who installs the addon gets."""
    return [path for path in source_files() if path.parts[0] not in DEVELOPMENT]


def copy_files(paths: list[Path], target: Path) -> None:
    """Copy files of the checkout into an emptied folder."""
    shutil.rmtree(target, ignore_errors=True)
    for path in paths:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, target / path)


def uncommitted() -> list[str]:
    """Files that differ from the last commit, as git tells them."""
    return _git("status", "--porcelain").splitlines()


def _git(*words: str) -> str:
    try:
        done = subprocess.run(
            ["git", *words],
            cwd=ROOT,
            env=clean_environment(),
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise Failure(f"Run this in a git checkout: git {words[0]} failed.") from error
    return done.stdout
