"""The days of ``make prove PROOFS=calendar``."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from dev import calendar_proof, databases, postgres, server, suites
from dev.calendar_proof import STARTS, Result, Start, chosen_starts, chosen_suites
from dev.clock import Clock
from dev.layout import Failure
from dev.odoo_log import Counts
from dev.suites import Day, Outcome, Run

BRUSSELS = ZoneInfo("Europe/Brussels")


def test_days_that_must_be_there() -> None:
    days = {start.text[5:10] for start in STARTS}
    assert {"01-31", "02-29", "04-30", "08-31", "10-01", "12-01", "12-31"} <= days
    assert {start.moment.year for start in STARTS} == {2027, 2028}
    assert list(STARTS) == sorted(STARTS, key=lambda start: start.moment)


@pytest.mark.parametrize("year", [2027, 2028])
def test_both_changes_of_the_clock_are_there(year: int) -> None:
    changes = {
        start.moment.month
        for start in STARTS
        if start.moment.year == year and _offset(start, -12) != _offset(start, 12)
    }
    assert changes == {3, 10}


def _offset(start: Start, hours: int) -> timedelta | None:
    moment = start.moment + timedelta(hours=hours)
    return moment.astimezone(BRUSSELS).utcoffset()


def test_some_of_them() -> None:
    assert chosen_starts("") == list(STARTS)
    assert {start.moment.year for start in chosen_starts("2028")} == {2028}
    texts = [start.text for start in chosen_starts("2028-02-29, 2027-12-31,2028-02")]
    assert texts == ["2028-02-29 12:00", "2027-12-31 22:30"]


def test_another_day_is_run_as_it_is() -> None:
    texts = [one.text for one in chosen_starts("2031-05-06,2031-05-07T23:59")]
    assert texts == ["2031-05-06 12:00", "2031-05-07 23:59"]


@pytest.mark.parametrize("text", ["2027-02-29", "tomorrow", "2020-01-01", "2029"])
def test_what_is_no_day_to_come(text: str) -> None:
    with pytest.raises(Failure, match="write it as 2028-02-29"):
        chosen_starts(text)


def test_suites_of_a_day() -> None:
    assert chosen_suites("") == calendar_proof.SUITES
    assert set(suites.ALL) - set(calendar_proof.SUITES) == {"lint", "dev", "official"}
    assert chosen_suites("tours, odoo") == ("odoo", "tours")
    with pytest.raises(Failure, match="no suite named lint; choose from odoo, "):
        chosen_suites("odoo,lint")


def test_a_row_names_what_failed() -> None:
    outcomes = {
        "odoo": Outcome(Counts(7, 2), ["2 failed"]),
        "client": Outcome(Counts(5, 0), []),
        "tours": Outcome(Counts(3, 0), ["a warning in the log"]),
    }
    result = Result(STARTS[0], outcomes, 61.7)
    assert result.row() == (
        STARTS[0].text,
        STARTS[0].about,
        "odoo, client, tours",
        "15",
        "3 (odoo, tours)",
        "62",
    )
    assert len(result.row()) == len(calendar_proof.HEAD)


def test_a_run_of_another_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its databases and logs are not those of the run that it is part of."""
    monkeypatch.setattr(databases, "create", lambda *_arguments: None)
    logs = tmp_path / "20280229_1200"
    place = server.Place(tmp_path / "odoo.conf", tmp_path)
    nothing = cast("Any", None)
    day = Day(Clock(5, tmp_path / "library.so"), place, logs)
    run = Run(nothing, nothing, coverage=False, keep=False, day=day)
    monkeypatch.setattr(Run, "_base", "template")
    assert run.new_database("odoo") == databases.run_name("20280229_1200_odoo")
    assert run.logs == logs


def test_one_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another run would stop this one's server."""
    stopped: list[postgres.Purpose] = []
    monkeypatch.setattr(postgres, "stop", stopped.append)
    place = server.Place(tmp_path / "calendar" / "odoo.conf", tmp_path)
    monkeypatch.setattr(calendar_proof, "PLACE", place)
    alone = calendar_proof._alone
    with alone():
        with pytest.raises(Failure, match="runs already"), alone():
            pass
        assert stopped == [postgres.CALENDAR]
    assert stopped == [postgres.CALENDAR] * 2
    with alone():
        pass
