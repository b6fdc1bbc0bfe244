"""Which days belong to one statement."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Literal

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
        first = day - datetime.timedelta(days=weekday - 1)
        last = first + datetime.timedelta(days=6)
        return Period(first, last, f"{year}-W{week:02}")
    if grouping == "month":
        first = day.replace(day=1)
        later = first + datetime.timedelta(days=31)
        last = later.replace(day=1) - datetime.timedelta(days=1)
        return Period(first, last, f"{day:%Y-%m}")
    raise ValueError(grouping)
