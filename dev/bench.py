"""``make bench``: what the addon costs, on a database of its own (``bench/``)."""

from __future__ import annotations

import os
import shlex
import subprocess

from .layout import ROOT, VENV_PYTHON, relative, say
from .suites import Run


def bench(run: Run) -> bool:
    """Measure; ``BENCH="--lines 100"`` gives options of ``bench/__main__.py``.

    :return: whether all was measured.
    """
    file = run.logs / "bench.md"
    options = shlex.split(os.environ.get("BENCH", ""))
    try:
        env = run.process_environment()
        done = subprocess.run(
            [VENV_PYTHON, "-m", "bench", "--result", file, *options],
            env=env,
            cwd=ROOT,
            check=False,
        )
    finally:
        run.tidy()
    if done.returncode == 0:
        say(f"\nThe same in {relative(file)}.")
    return done.returncode == 0
