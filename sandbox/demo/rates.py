"""What a euro costs in the demo world; invented, like everything in it."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from .calendar import add_months, first_day

if TYPE_CHECKING:
    from collections.abc import Iterator

RECENT_DAYS = 3


def dollars_per_euro(day: date) -> Decimal:
    """The rate that the books use for the month of that day, 4 decimals."""
    source = random.Random(f"Bakkerij Peeters, koers {add_months(day, 0)}")
    return Decimal(source.randint(10720, 11180)) / 10000


def dollars(euros: Decimal, day: date) -> Decimal:
    """What the bank gives for euros on that day, not rounded: it keeps 0.2 %."""
    return euros * dollars_per_euro(day) * Decimal("0.998")


def rates(anchor: date) -> Iterator[tuple[date, Decimal]]:
    """Day and rate: one for each month of the books, and a recent one."""
    month = first_day(anchor)
    while month <= anchor:
        yield month, dollars_per_euro(month)
        month = add_months(month, 1)
    recent = anchor - timedelta(days=RECENT_DAYS)
    if recent > add_months(anchor, 0):
        yield recent, dollars_per_euro(anchor) + Decimal("0.0031")
