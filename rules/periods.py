"""Which days belong to one statement."""

from __future__ import annotations

import calendar
import dataclasses
import datetime
from typing import Literal

from ..mapping.dates import shifted

Grouping = Literal["day", "week", "month"]


@dataclasses.dataclass(frozen=True)
class Period:
    """Both days belong to it; ``name`` is the same in every language."""

    first: datetime.date
    last: datetime.date
    name: str


def period_of(day: datetime.date, grouping: Grouping) -> Period:
    """Return the day, the ISO week (Monday to Sunday) or the month of a day.

    Names are ``2026-03-31``, ``2026-W14`` (the year is the week's) and ``2026-03``.

    :raise ValueError: for anything else
    """
    if grouping == "day":
        return Period(day, day, day.isoformat())
    if grouping == "week":
        year, week, weekday = day.isocalendar()
        first, last = shifted(day, 1 - weekday), shifted(day, 7 - weekday)
        return Period(first, last, f"{year}-W{week:02}")
    if grouping == "month":
        first = day.replace(day=1)
        last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
        return Period(first, last, day.isoformat()[:7])
    raise ValueError(grouping)
