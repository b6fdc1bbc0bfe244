"""Which hard cases hold: read from Odoo's log, held against the table of the docs.

``docs/scenarios.md`` is the list; every id in it has a class ``TestPnn`` that must run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .layout import ROOT
from .odoo_log import Entry

TABLE = ROOT / "docs" / "scenarios.md"
TAG = "ponto_scenario"
_ROW = re.compile(r"^\| (P\d\d) \|", re.M)
_STARTED = re.compile(r"Starting Test(P\d\d)\.")
_FAILED = re.compile(r"(?:FAIL|ERROR): (?:Subtest |setUpClass \(.*?)?Test(P\d\d)\b")
_SKIPPED = re.compile(r"skipped (?:setUpClass \(.*?)?Test(P\d\d)\b")


def listed(text: str) -> list[str]:
    """The ids of the table, in its order."""
    return _ROW.findall(text)


def judge(ids: Iterable[str], entries: Iterable[Entry]) -> tuple[str, list[str]]:
    """Say how many hold, and what is wrong with the others.

    :return: a line for everybody, and a complaint for each id that does not hold
    """
    ids = list(ids)
    started: set[str] = set()
    failed: set[str] = set()
    for entry in entries:
        started.update(_STARTED.findall(entry.message))
        failed.update(_FAILED.findall(entry.message))
        failed.update(_SKIPPED.findall(entry.message))
    complaints = [
        f"{one}: no test of this scenario ran" for one in ids if one not in started
    ]
    complaints += [f"{one}: the scenario does not hold" for one in ids if one in failed]
    complaints += [
        f"{one}: not in the table of docs/scenarios.md"
        for one in sorted(started - {*ids})
    ]
    good = [one for one in ids if one in started - failed]
    return f"scenarios: {len(good)} of {len(ids)} hold: {' '.join(good)}", complaints
