"""The folder that has the database copy and the local Ponto for processes."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def add_process_tests() -> None:
    """Let ``world`` of ``process_tests`` be imported."""
    folder = str(ROOT / "process_tests")
    if folder not in sys.path:
        sys.path.insert(0, folder)
