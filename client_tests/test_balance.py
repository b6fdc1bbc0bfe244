"""Sums over the balances that a bank reported."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from account_ponto_sync.rules.balance import (
    LedgerDays,
    Part,
    Report,
    by_kind,
    difference_on,
    explain,
    first_day_that_differs,
    opening_balance,
    reports_for,
    split_at_last_equal,
)


def is_zero(amount):
    return abs(amount) < Decimal("0.005")


def day(number):
    return date(2026, 4, number)


def report(number, amount):
    return Report(day(number), Decimal(amount), datetime(2026, 4, number, 18))


def part(kind, number, amount, count=1):
    return Part(kind, day(number), Decimal(amount), count)


LEDGER = LedgerDays([(day(3), Decimal("10.10")), (day(5), Decimal("-0.10"))])


@pytest.mark.parametrize(
    ("number", "balance"), [(2, "0"), (3, "10.10"), (4, "10.10"), (5, "10"), (9, "10")]
)
def test_ledger_at_the_end_of_a_day(number, balance):
    assert LEDGER.at(day(number)) == Decimal(balance)


def test_last_equal_and_first_different():
    reports = [report(9, "12"), report(6, "11"), report(4, "10.10"), report(3, "99")]
    equal, different = split_at_last_equal(reports, LEDGER, is_zero)
    assert (equal, different) == (reports[2], reports[1])


def test_all_or_none_agree():
    assert split_at_last_equal([report(9, "10")], LEDGER, is_zero)[1] is None
    reports = [report(9, "12"), report(6, "11")]
    assert split_at_last_equal(reports, LEDGER, is_zero) == (None, reports[1])
    assert split_at_last_equal([], LEDGER, is_zero) == (None, None)


def test_opening_that_two_reports_agree_on():
    openings = [(report(n, "0"), Decimal(x)) for n, x in ((1, 7), (2, 5), (3, 5))]
    assert opening_balance(openings, is_zero) == openings[1]
    assert opening_balance(openings[:2], is_zero) == openings[0]
    assert opening_balance([], is_zero) is None


def test_possible_parts_count_where_they_explain_more():
    held = part("held", 2, "-50")
    maybe = part("held", 3, "-8")
    assert explain(Decimal("-58"), [held], [maybe]) == ([held, maybe], 0)
    assert explain(Decimal("-50"), [held], [maybe]) == ([held], 0)
    assert explain(Decimal("-51"), [held], []) == ([held], -1)


def test_first_day():
    parts = [part("entry", 7, "7"), part("deleted", 4, "-42"), part("held", 4, "42")]
    # On the 4th the two compensate each other.
    assert first_day_that_differs(parts, day(9), is_zero) == day(7)
    assert first_day_that_differs(parts, day(6), is_zero) == day(6)
    assert first_day_that_differs([], day(9), is_zero) == day(9)
    assert first_day_that_differs([], None, is_zero) is None


def test_sums_by_kind():
    parts = [part("held", 1, "2", 3), part("entry", 1, "5"), part("held", 2, "-1")]
    assert by_kind(parts) == [("held", 4, 1), ("entry", 1, 5)]


WITHIN = timedelta(days=10)


@pytest.mark.parametrize(
    ("reports", "found"),
    [
        # The day itself first, then the next ones: they hold all of it, too.
        ([6, 4, 5], [4, 5, 6]),
        # One since the day: the one before is not asked.
        ([6, 3], [6]),
        # Nothing since: the nearest one before, and no other.
        ([2, 3], [3]),
        ([], []),
        # Too far away.
        ([20], []),
    ],
)
def test_reports_for_a_day(reports, found):
    told = [report(number, "1") for number in reports]
    assert [one.day.day for one in reports_for(day(4), told, WITHIN)] == found


def between(**kinds):
    return [part(kind, 5, amount) for kind, amount in kinds.items()]


@pytest.mark.parametrize(
    ("reported", "certain", "possible", "left"),
    [
        # The ledger has 10.00 on the 6th.
        ((6, "10"), {}, {}, "0"),
        ((6, "7"), {}, {}, "-3"),
        # Dated at the bank on the 4th or before, in the books after it.
        ((6, "10"), {"other_day": "80"}, {}, "-80"),
        # What was deleted between the two days explains what is missing then.
        ((6, "7"), {"deleted": "-3"}, {}, "0"),
        # What was put aside between them is at the bank, or it is not: either will do.
        ((6, "7"), {}, {"ignored": "-3"}, "0"),
        ((6, "10"), {}, {"ignored": "-3"}, "0"),
        # An earlier report knows nothing of what came after it.
        ((3, "10.10"), {}, {}, "0"),
        ((3, "10.10"), {"deleted": "-3"}, {}, "-3"),
        ((3, "10.10"), {}, {"ignored": "-3"}, "-3"),
        ((3, "13.10"), {"deleted": "-3"}, {}, "0"),
    ],
)
def test_difference_on_a_day_that_another_days_report_tells(
    reported, certain, possible, left
):
    number, amount = reported
    found = difference_on(
        day(4),
        report(number, amount),
        LEDGER,
        between(**certain),
        between(**possible),
    )
    assert found == Decimal(left)
