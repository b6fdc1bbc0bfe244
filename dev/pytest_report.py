"""Reading the report that pytest writes with ``--junitxml``."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ElementTree

from .odoo_log import Counts


@dataclasses.dataclass(frozen=True)
class Report:
    """What pytest did."""

    counts: Counts
    complaints: list[str]
    """One line for each failed test and each that was skipped."""
    figures: tuple[tuple[str, str], ...] = ()
    """What tests recorded as a property, name and value."""


def read_report(xml: str) -> Report:
    """Count tests by their outcome, and collect what they recorded."""
    passed = failed = left_out = 0
    complaints = []
    root = ElementTree.fromstring(xml)
    for case in root.iter("testcase"):
        name = f"{case.get('classname', '')}.{case.get('name', '')}".lstrip(".")
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
            complaints.append(f"failed: {name}")
        elif skip is not None:
            left_out += 1
            reason = skip.get("message") or ""
            complaints.append(f"skipped: {name}: {reason}")
        else:
            passed += 1
    figures = tuple(
        (item.get("name", ""), item.get("value", ""))
        for item in root.iter("property")
        # Hypothesis leaves pages of statistics there.
        if not item.get("name", "").startswith("hypothesis-")
    )
    return Report(Counts(passed, failed, left_out), complaints, figures)
