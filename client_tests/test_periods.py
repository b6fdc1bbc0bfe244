"""Which days belong to one statement (P33)."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from account_ponto_sync.rules.periods import period_of


@pytest.mark.parametrize(
    ("day", "grouping", "first", "last", "name"),
    [
        (date(2026, 3, 31), "day", date(2026, 3, 31), date(2026, 3, 31), "2026-03-31"),
        (date(2026, 4, 1), "week", date(2026, 3, 30), date(2026, 4, 5), "2026-W14"),
        # The last days of a year may belong to the next one's first week.
        (date(2024, 12, 31), "week", date(2024, 12, 30), date(2025, 1, 5), "2025-W01"),
        (date(2027, 1, 1), "week", date(2026, 12, 28), date(2027, 1, 3), "2026-W53"),
        (date(2026, 2, 1), "month", date(2026, 2, 1), date(2026, 2, 28), "2026-02"),
        (date(2024, 2, 29), "month", date(2024, 2, 1), date(2024, 2, 29), "2024-02"),
        (date(2026, 12, 31), "month", date(2026, 12, 1), date(2026, 12, 31), "2026-12"),
    ],
)
def test_period(day, grouping, first, last, name):
    period = period_of(day, grouping)
    assert (period.first, period.last, period.name) == (first, last, name)


@pytest.mark.parametrize("grouping", ["day", "week", "month"])
def test_every_day_belongs_to_one_period(grouping):
    """Four years without a hole or an overlap, names ascending."""
    days = [date(2023, 12, 25) + timedelta(days=n) for n in range(4 * 366)]
    periods = [period_of(day, grouping) for day in days]
    assert all(
        period.first <= day <= period.last
        for day, period in zip(days, periods, strict=True)
    )
    distinct = list(dict.fromkeys(periods))
    for one, following in pairwise(distinct):
        assert following.first == one.last + timedelta(days=1)
        assert following.name > one.name


def test_unknown_grouping():
    with pytest.raises(ValueError, match="none"):
        period_of(date(2026, 1, 1), "none")
