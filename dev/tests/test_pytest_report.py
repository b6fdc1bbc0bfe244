"""Counting what pytest did."""

from __future__ import annotations

from dev.odoo_log import Counts
from dev.pytest_report import read_report


def report(*cases: str) -> str:
    """A report with the given insides of test cases."""
    inside = "".join(
        f'<testcase classname="m" name="t{number}">{case}</testcase>'
        for number, case in enumerate(cases)
    )
    return f"<testsuites><testsuite>{inside}</testsuite></testsuites>"


def test_outcomes_are_counted() -> None:
    read = read_report(report("", "", "<failure/>", "<error/>"))
    assert read.counts == Counts(2, 2)
    assert read.complaints == ["failed: m.t2", "failed: m.t3"]


def test_no_skip_is_good() -> None:
    read = read_report(
        report(
            '<skipped message="the official documents are not here"/>',
            '<skipped type="pytest.xfail" message="later"/>',
            "<skipped/>",
        )
    )
    assert read.counts == Counts(0, 0, 3)
    assert read.complaints == [
        "skipped: m.t0: the official documents are not here",
        "skipped: m.t1: later",
        "skipped: m.t2: ",
    ]
