"""The days on which things happen in the demo world.

All of it hangs on the *anchor*: the day on which a demo is started for the first time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

Days = Callable[[date], bool]

HISTORY_MONTHS = 24
#: whole months before the anchor's that the books leave to Ponto
OPEN_MONTHS = 2
SATURDAY = 5
ONE_DAY = timedelta(days=1)


def first_day(anchor: date) -> date:
    """The day on which the books, and what the banks still know, begin."""
    return add_months(anchor, -HISTORY_MONTHS)


def switch_day(anchor: date) -> date:
    """The first day that is not closed in the books; 59 to 92 days before the anchor."""
    return add_months(anchor, -OPEN_MONTHS)


def add_months(day: date, months: int) -> date:
    """The first day of the month so many months away."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from ``first`` to ``last``, both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def days_of_month(month: date) -> Iterator[date]:
    """Every day of the month that begins with this day."""
    return days_between(month, add_months(month, 1) - ONE_DAY)


def is_bank_day(day: date) -> bool:
    """Whether banks book on that day: Monday to Friday."""
    return day.weekday() < SATURDAY


def bank_day(day: date) -> date:
    """That day, or the Monday after it."""
    return day if is_bank_day(day) else day + timedelta(days=7 - day.weekday())


def bank_day_before(day: date) -> date:
    """That day, or the Friday before it."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def weekdays(*numbers: int) -> Days:
    """On these days of the week; 0 is Monday."""
    return lambda day: day.weekday() in numbers


def monthly(*numbers: int) -> Days:
    """On these days of every month; on the Monday after a weekend."""
    return lambda day: any(planned.day in numbers for planned in _booked_on(day))


def yearly(*dates: tuple[int, int]) -> Days:
    """On these (month, day) of every year; on the Monday after a weekend."""
    return lambda day: any(
        (planned.month, planned.day) in dates for planned in _booked_on(day)
    )


def _booked_on(day: date) -> Iterator[date]:
    """The days whose bookings come on that one."""
    for age in range(3):
        planned = day - timedelta(days=age)
        if bank_day(planned) == day:
            yield planned
