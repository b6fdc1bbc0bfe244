"""Line coverage of the addon over all suites of one run."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from pathlib import Path

from . import process
from .layout import ADDONS_LINK, ROOT, VENV_PYTHON, WORK, say

PACKAGES = (
    "ponto_client",
    "mapping",
    "rules",
    "wording",
    "tools",
    "models",
    "wizard",
    "matching",
    "controllers",
)
DATA = WORK / "coverage"

SETTINGS = """\
[run]
parallel = true
data_file = {data}
source =
    {root}
omit =
    {root}/.work/*
    {root}/client_tests/*
    {root}/dev/*
    {root}/official_tests/*
    {root}/process_tests/*
    {root}/proofs/*
    {root}/sandbox/*
    {root}/tests/*
    {root}/__manifest__.py
    {root}/ir.actions.*
sigterm = true
disable_warnings = no-data-collected, module-not-measured, couldnt-parse
{more}
[paths]
source =
    {root}
    {link}

[report]
exclude_also =
    if TYPE_CHECKING:
    raise NotImplementedError
    @overload
"""


class Coverage:
    """The measurements of one run; runs at the same time have files of their own."""

    def __init__(self, *, active: bool) -> None:
        self.active = active
        self.folder = DATA / str(os.getpid())
        if active:
            self.folder.mkdir(parents=True, exist_ok=True)

    def prefix(self, *, forks: bool = False) -> list[object]:
        """What goes between Python and a program to measure it."""
        if not self.active:
            return []
        return ["-m", "coverage", "run", f"--rcfile={self._settings(forks=forks)}"]

    def _settings(self, *, forks: bool) -> Path:
        """Measure forked processes only in a suite that has them.

        ``patch = fork`` must not be added: the process then starts measuring anew, but
        ``os._exit`` saves what was measured before.
        """
        path = self.folder / ("forks.ini" if forks else "settings.ini")
        more = "patch = _exit\n" if forks else ""
        path.write_text(
            SETTINGS.format(
                data=self.folder / "data", root=ROOT, link=ADDONS_LINK, more=more
            )
        )
        return path

    def report(self) -> None:
        """Print the table, if anything was measured."""
        if not self.active or not list(self.folder.glob("data.*")):
            return
        settings = f"--rcfile={self._settings(forks=False)}"
        output = self.folder / "coverage.json"
        advice = "Run `make clean` and the same command again."
        for words in (
            ["combine", "-q", settings],
            ["json", "-q", settings, "-o", output],
        ):
            process.run(
                [VENV_PYTHON, "-m", "coverage", *words], cwd=ROOT, advice=advice
            )
        table = per_package(json.loads(output.read_text())["files"])
        say(format_table(table))


def per_package(
    files: dict[str, dict[str, dict[str, int]]],
) -> dict[str, tuple[int, int]]:
    """Statements and covered statements of each package."""
    table: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for name, data in files.items():
        path = Path(name)
        part = (path.relative_to(ROOT) if path.is_absolute() else path).parts[0]
        if part in PACKAGES:
            statements, covered = table[part]
            table[part] = (
                statements + data["summary"]["num_statements"],
                covered + data["summary"]["covered_lines"],
            )
    return dict(table)


def format_table(table: dict[str, tuple[int, int]]) -> str:
    """The table as text, with a total."""
    total = tuple(map(sum, zip((0, 0), *table.values())))
    rows = [
        *((name, table[name]) for name in PACKAGES if name in table),
        ("total", total),
    ]
    lines = ["coverage of lines"]
    for name, (statements, covered) in rows:
        share = 100 * covered / statements if statements else 100.0
        lines.append(f"  {name:<14}{covered:>6} of {statements:>6}  {share:5.1f} %")
    return "\n".join(lines)
