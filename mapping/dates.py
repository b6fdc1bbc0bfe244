"""Which day a transaction belongs to, and which day it is at the bank.

A bank's date is a calendar date: it is never taken through a time zone.
"""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from ponto_client import Transaction

DateField = Literal["execution", "value"]
DEFAULT_TIME_ZONE = "Europe/Brussels"
_LAST = date.max.toordinal()


def booking_date(
    transaction: Transaction,
    date_field: DateField = "execution",
    time_zone: str | None = None,
) -> date | None:
    """Return the day on which a transaction is to be booked.

    :param date_field: which of the bank's two dates is wanted; the other one is
        taken where it is missing, and none where it is absurd
    :param time_zone: of the institution; used for the last resort only, the day on
        which Ponto first had the transaction
    :return: ``None`` if there is no date of any kind, or if it is absurd
    """
    for name in _by_preference(date_field):
        day: date | None = getattr(transaction, name)
        if day or name in transaction.absurd_dates:
            return day
    if transaction.created_at is None:
        return None
    return today_in(time_zone, transaction.created_at)


def absurd_date(
    transaction: Transaction, date_field: DateField = "execution"
) -> date | None:
    """Return what the bank gave as the day of booking, if it is no day of a bank's.

    :param date_field: as for :func:`booking_date`
    """
    for name in _by_preference(date_field):
        if getattr(transaction, name):
            return None
        if name in transaction.absurd_dates:
            return transaction.absurd_dates[name]
    return None


def _by_preference(date_field: DateField) -> tuple[str, str]:
    names = ("execution_date", "value_date")
    return names if date_field == "execution" else (names[1], names[0])


def today_in(time_zone: str | None, now_utc: datetime) -> date:
    """Return the calendar date in ``time_zone`` at ``now_utc``.

    :param time_zone: IANA name; an unknown one or none means Europe/Brussels
    :param now_utc: aware, or naive UTC
    """
    if now_utc.tzinfo is None:
        now_utc = now_utc.replace(tzinfo=timezone.utc)
    try:
        return now_utc.astimezone(_zone(time_zone)).date()
    except OverflowError:
        # The first or last day that there is.
        return now_utc.date()


def shifted(day: date, days: int) -> date:
    """Return the day that is some days later; the first or last one that there is,
    where the calendar ends before."""
    number = min(max(day.toordinal() + days, date.min.toordinal()), _LAST)
    return date.fromordinal(number)


def naive_utc(moment: datetime | None) -> datetime | None:
    """Return an aware date-time the way a Datetime field keeps it: naive, UTC, s.

    Fractions of a second are cut off, as such a field cannot hold them.
    """
    if moment is None:
        return None
    return moment.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or DEFAULT_TIME_ZONE)
    except (KeyError, ValueError, OSError):
        return ZoneInfo(DEFAULT_TIME_ZONE)
