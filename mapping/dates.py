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


def booking_date(
    transaction: Transaction,
    date_field: DateField = "execution",
    time_zone: str | None = None,
) -> date | None:
    """Return the day on which a transaction is to be booked.

    :param date_field: which of the bank's two dates is wanted; the other one is
        taken where it is missing
    :param time_zone: of the institution; used for the last resort only, the day on
        which Ponto first had the transaction
    :return: ``None`` if there is no date of any kind
    """
    first, second = transaction.execution_date, transaction.value_date
    if date_field == "value":
        first, second = second, first
    if first or second:
        return first or second
    if transaction.created_at is None:
        return None
    return transaction.created_at.astimezone(_zone(time_zone)).date()


def today_in(time_zone: str | None, now_utc: datetime) -> date:
    """Return the calendar date in ``time_zone`` at ``now_utc``.

    :param time_zone: IANA name; an unknown one or none means Europe/Brussels
    :param now_utc: aware, or naive UTC
    """
    if now_utc.tzinfo is None:
        now_utc = now_utc.replace(tzinfo=timezone.utc)
    return now_utc.astimezone(_zone(time_zone)).date()


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
