"""The log checks: above all, that a WARNING fails a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from dev import odoo_log, suites
from dev.odoo_log import Counts

START = "2026-11-23 13:09:21,975 4394 "
GOOD = (
    f"{START}INFO ponto odoo.modules.loading: loading 12 modules...\n"
    f"{START}INFO ponto odoo.addons.account_ponto_sync.tests.test_a:"
    " Starting TestA.test_one ... \n"
    f"{START}INFO ponto odoo.tests.result:"
    " 0 failed, 0 error(s) of 7 tests when loading database 'ponto' \n"
)
WARNING = f"{START}WARNING ponto odoo.addons.account_ponto_sync.models.x: odd thing \n"
TRACEBACK = (
    f"{START}ERROR ponto odoo.addons.account_ponto_sync.tests.test_a: FAIL: TestA.test_b\n"
    "Traceback (most recent call last):\n"
    '  File "x.py", line 1, in y\n'
    "AssertionError: 1 != 2\n"
)


#: What ``units.log_unexpected`` writes when a fetch meets a programming error.
CONFINED = (
    f"{START}ERROR ponto odoo.addons.account_ponto_sync.models.fetch.fetch_driver:"
    " Ponto fetch 7 could not go on (reference 7-1f2e3d4c):"
    " Traceback (most recent call last):\n"
    '  File "models/inbox/ponto_transaction_import.py", line 1, in _import_batch\n'
    "ZeroDivisionError: division by zero\n"
)


def judge(tmp_path: Path, text: str, status: int | None = 0) -> suites.Outcome:
    """Judge a log as ``make test`` does, with the checked-in allow list."""
    log = tmp_path / "odoo.log"
    log.write_text(text)
    return suites.judge_odoo(status, log)


def test_a_quiet_run_is_good(tmp_path: Path) -> None:
    outcome = judge(tmp_path, GOOD)
    assert outcome.good
    assert outcome.counts == Counts(7, 0)


@pytest.mark.parametrize("level", ["WARNING", "ERROR", "CRITICAL"])
def test_one_unexpected_line_fails(tmp_path: Path, level: str) -> None:
    outcome = judge(tmp_path, WARNING.replace("WARNING", level) + GOOD)
    assert not outcome.good
    assert "odd thing" in outcome.complaints[0]


def test_a_confined_programming_error_fails(tmp_path: Path) -> None:
    """The fetch went on with the others and every test passed."""
    outcome = judge(tmp_path, CONFINED + GOOD)
    assert outcome.counts == Counts(7, 0)
    assert not outcome.good
    assert "reference 7-1f2e3d4c" in outcome.complaints[0]


def test_a_failed_test_shows_its_traceback(tmp_path: Path) -> None:
    end = GOOD.replace("0 failed, 0 error(s)", "1 failed, 2 error(s)")
    outcome = judge(tmp_path, TRACEBACK + end, status=1)
    assert outcome.counts == Counts(4, 3)
    assert not outcome.good
    assert "AssertionError: 1 != 2" in outcome.complaints[0]


def test_zero_tests_are_not_good(tmp_path: Path) -> None:
    assert not judge(tmp_path, GOOD.replace("of 7 tests", "of 0 tests")).good


def test_an_odoo_that_ends_early_is_not_good(tmp_path: Path) -> None:
    early = GOOD.splitlines()[0]
    assert "ended early" in judge(tmp_path, early, status=255).complaints[0]
    assert not judge(tmp_path, GOOD, status=255).good
    assert "was ended" in judge(tmp_path, early, status=None).complaints[0]


def test_a_skipped_test_fails(tmp_path: Path) -> None:
    skip = (
        f"{START}INFO ponto odoo.addons.account_ponto_sync.tests.test_tour:"
        " skipped TestTour.test_it : websocket-client module is not installed \n"
    )
    outcome = judge(tmp_path, skip + GOOD)
    assert outcome.counts == Counts(6, 0, 1)
    assert not outcome.good
    assert "websocket-client" in outcome.complaints[0]


def test_a_traceback_outside_the_log_is_an_error() -> None:
    text = "Traceback (most recent call last):\nImportError: no\n"
    entries = odoo_log.parse_log(text + GOOD)
    assert [entry.level for entry in odoo_log.unexpected(entries, [])] == ["ERROR"]


def test_the_last_count_holds() -> None:
    first = GOOD.replace("of 7 tests", "of 3 tests")
    assert odoo_log.counts(odoo_log.parse_log(first + GOOD)) == Counts(7, 0)


def test_the_allow_list_explains_a_warning() -> None:
    allowed = odoo_log.read_allow_list(
        "# comment\n\nWARNING odoo\\.addons\\..*: odd  # provoked on purpose\n"
    )
    entries = odoo_log.parse_log(WARNING + TRACEBACK)
    left = odoo_log.unexpected(entries, allowed)
    assert [entry.level for entry in left] == ["ERROR"]


@pytest.mark.parametrize(
    "line",
    ["WARNING odoo.http: x", "WARNING x # one space", ".*  # all", "ERROR  # all"],
)
def test_the_allow_list_refuses(line: str) -> None:
    with pytest.raises(ValueError):
        odoo_log.read_allow_list(line)


def test_an_excerpt_is_short() -> None:
    text = GOOD * 40 + TRACEBACK + "  more\n" * 200
    entry = odoo_log.parse_log(text)[-1]
    shown = odoo_log.excerpt(text, entry).splitlines()
    assert len(shown) <= 61
    assert any("FAIL: TestA.test_b" in line for line in shown)
