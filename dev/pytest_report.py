"""Reading the report that pytest writes with ``--junitxml``."""

from __future__ import annotations

import dataclasses
import re
import xml.etree.ElementTree as ElementTree

from .odoo_log import Counts

#: The only reason for which a test may be skipped.
ALLOWED_SKIP = re.compile(r"official.*(fixtures|OpenAPI|examples)", re.I)


@dataclasses.dataclass(frozen=True)
class Report:
    """What pytest did."""

    counts: Counts
    complaints: list[str]
    """One line for each failed test and each skip without an accepted reason."""


def read_report(xml: str) -> Report:
    """Count tests by their outcome."""
    passed = failed = left_out = 0
    complaints = []
    for case in ElementTree.fromstring(xml).iter("testcase"):
        name = f"{case.get('classname', '')}.{case.get('name', '')}".lstrip(".")
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
            complaints.append(f"failed: {name}")
        elif skip is not None:
            left_out += 1
            reason = skip.get("message") or ""
            if not ALLOWED_SKIP.search(reason):
                complaints.append(f"skipped: {name}: {reason}")
        else:
            passed += 1
    return Report(Counts(passed, failed, left_out), complaints)
