"""The days on which things happen in the demo world.

All of it hangs on the *anchor*: the day on which a demo is started for the first time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import lru_cache

Days = Callable[[date], bool]

HISTORY_MONTHS = 24
#: whole months before the anchor's that the books leave to Ponto
OPEN_MONTHS = 2
SATURDAY = 5
#: days without bookings in a row, e.g. from Good Friday to Easter Monday
LONGEST_CLOSURE = 4
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
    """Whether banks book on that day: Monday to Friday, but for their holidays."""
    return day.weekday() < SATURDAY and day not in _bank_holidays(day.year)


@lru_cache(maxsize=64)
def _bank_holidays(year: int) -> frozenset[date]:
    """When the euro's payment system is closed on a weekday."""
    easter = _easter(year)
    fixed = ((1, 1), (5, 1), (12, 25), (12, 26))
    return frozenset(
        {easter - 2 * ONE_DAY, easter + ONE_DAY}
        | {date(year, month, day) for month, day in fixed}
    )


def _easter(year: int) -> date:
    """Easter Sunday, by Gauss's rule; it holds from 1900 to 2099."""
    moon = (19 * (year % 19) + 24) % 30
    sunday = (2 * (year % 4) + 4 * (year % 7) + 6 * moon + 5) % 7
    is_too_late = moon + sunday == 35 or (moon == 28 and sunday == 6 and year % 19 > 10)
    return date(year, 3, 22) + (moon + sunday - 7 * is_too_late) * ONE_DAY


def bank_day(day: date) -> date:
    """That day, or the next one on which banks book."""
    while not is_bank_day(day):
        day += ONE_DAY
    return day


def bank_day_before(day: date) -> date:
    """That day, or the last one before it on which banks book."""
    while not is_bank_day(day):
        day -= ONE_DAY
    return day


def weekdays(*numbers: int) -> Days:
    """On these days of the week; 0 is Monday."""
    return lambda day: day.weekday() in numbers


def bank_weekdays(*numbers: int) -> Days:
    """On these days of the week; after a holiday on the next bank day."""
    return lambda day: any(planned.weekday() in numbers for planned in _booked_on(day))


def monthly(*numbers: int) -> Days:
    """On these days of every month; after a weekend or holiday on the next bank day."""
    return lambda day: any(planned.day in numbers for planned in _booked_on(day))


def yearly(*dates: tuple[int, int]) -> Days:
    """On these (month, day) of every year, or on the next bank day."""
    return lambda day: any(
        (planned.month, planned.day) in dates for planned in _booked_on(day)
    )


@lru_cache(maxsize=4096)
def _booked_on(day: date) -> tuple[date, ...]:
    """The days whose bookings come on that one."""
    ages = range(LONGEST_CLOSURE + 1)
    planned = (day - age * ONE_DAY for age in ages)
    return tuple(item for item in planned if bank_day(item) == day)
