"""Typed values out of JSON objects, with the path of whatever is wrong.

Strict where money or a booking date is at stake, lenient elsewhere: an attribute
that is only shown and has an odd form counts as absent, and is still in ``raw``.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any

from .const import FIRST_YEAR, LEAST_NOW, MAX_AMOUNT_DIGITS, MAX_ID_LENGTH, YEARS_AHEAD
from .errors import BadRequest, ResponseFormatError

_NUMBER = re.compile(r"[+-]?[0-9]{1,60}(?:\.[0-9]{1,60})?(?:[eE][+-]?[0-9]{1,3})?")
#: Neither PostgreSQL nor UTF-8 takes these.
UNCARRIABLE = re.compile("[\0\ud800-\udfff]")
_YEAR = re.compile(r"\+?(?P<year>[0-9]{4,9})-[0-9]{2}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")
_MOMENT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[Tt ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?)?"
    r"(?P<zone>[Zz]|(?P<sign>[+-])(?P<zh>[0-9]{2}):?(?P<zm>[0-9]{2})?)?)?"
)


class Fields:
    """Reader of one JSON object.

    :param value: the parsed JSON value, which must be an object
    :param path: where it stands in the answer, e.g. ``data[3].attributes``
    :raise ResponseFormatError: if it is not an object
    """

    __slots__ = ("path", "values")

    def __init__(self, value: object, path: str) -> None:
        if not isinstance(value, Mapping):
            msg = f"{path} is not an object."
            raise ResponseFormatError(msg)
        self.path = path
        self.values: Mapping[str, Any] = value

    def child(self, key: str) -> Fields:
        """Reader of the object under ``key``; of an empty one where there is none."""
        value = self.values.get(key)
        path = f"{self.path}.{key}"
        return Fields(value if isinstance(value, Mapping) else {}, path)

    def identifier(self, key: str = "id") -> str:
        """Text under ``key`` as :func:`as_identifier` gives it.

        :raise ResponseFormatError: if it is missing or blank
        """
        value = self.text(key)
        if value is None:
            raise self._problem(key, "is missing or blank")
        return as_identifier(value)

    def text(self, key: str) -> str | None:
        """Text under ``key`` as it came; ``None`` if blank or not a text.

        Numbers become text, a list of texts becomes lines.
        """
        value = self.values.get(key)
        if isinstance(value, (list, tuple)):
            value = "\n".join(item for item in value if isinstance(item, str))
        elif isinstance(value, (int, Decimal)) and not isinstance(value, bool):
            value = str(value)
        return value if isinstance(value, str) and value.strip() else None

    def amount(self, key: str) -> Decimal:
        """Mandatory finite number under ``key`` (JSON number or decimal text).

        :raise ResponseFormatError: if it is missing, not finite, a binary float,
            or has more than 30 digits before or after the point
        """
        value = self.values.get(key)
        if value is None or value == "":
            raise self._problem(key, "is missing")
        number = as_decimal(value)
        if number is None:
            raise self._problem(key, "is not a finite decimal number")
        return number

    def decimal(self, key: str) -> Decimal | None:
        """Number under ``key``; ``None`` if absent or unreadable."""
        return as_decimal(self.values.get(key))

    def date(self, key: str) -> dt.date | None:
        """Calendar date under ``key``: its first ten characters, no time zone.

        :raise ResponseFormatError: if there is a text that is not a date
        """
        value = self.values.get(key)
        if value is None or value == "":
            return None
        day = as_date(value)
        if day is None:
            raise self._problem(key, "is not a date")
        return day

    def day(self, key: str) -> dt.date | None:
        """Like :meth:`date`, but ``None`` if unreadable or not a bank's day."""
        day = as_date(self.values.get(key))
        return day if day is not None and is_bank_day(day) else None

    def moment(self, key: str) -> dt.datetime | None:
        """Date-time under ``key``, aware, in UTC; ``None`` if unreadable or not on a
        bank's day.
        """
        moment = as_moment(self.values.get(key))
        return moment if moment is not None and is_bank_day(moment) else None

    def is_beyond(self, key: str) -> bool:
        """Whether a date or date-time under ``key`` lies after every bank's day.

        ``9999-12-31`` and its like mean *no end*.
        """
        value = self.values.get(key)
        match = _YEAR.match(value.strip()) if isinstance(value, str) else None
        return match is not None and int(match["year"]) > last_year()

    def flag(self, key: str) -> bool | None:
        """Boolean under ``key``; ``None`` if absent or of another type."""
        value = self.values.get(key)
        return value if isinstance(value, bool) else None

    def integer(self, key: str) -> int | None:
        """Whole number under ``key``; ``None`` if absent or not whole."""
        number = as_decimal(self.values.get(key))
        whole = number is not None and number == number.to_integral_value()
        return int(number) if number is not None and whole else None

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts of the list under ``key``; empty if there is none."""
        return tuple(item for item in self.items(key) if isinstance(item, str))

    def items(self, key: str) -> Sequence[object]:
        """The list under ``key``; empty if there is none."""
        value = self.values.get(key)
        return value if isinstance(value, (list, tuple)) else ()

    def related_id(self, name: str) -> str | None:
        """Id of the to-one relationship ``name`` of a resource object."""
        found = self.child("relationships").child(name).child("data").text("id")
        return None if found is None else as_identifier(found)

    def _problem(self, key: str, what: str) -> ResponseFormatError:
        return ResponseFormatError(f"{self.path}.{key} {what}.")


def as_identifier(text: str) -> str:
    """An id without outer blanks, as a database's index and a path can hold it.

    U+FFFD stands for NUL and lone surrogates; of an absurdly long one the beginning
    and a hash, so that different ones stay different.
    """
    text = UNCARRIABLE.sub("\N{REPLACEMENT CHARACTER}", text.strip())
    if len(text) <= MAX_ID_LENGTH:
        return text
    return f"{text[:32]}-{sha256(text.encode()).hexdigest()}"


def as_decimal(value: object) -> Decimal | None:
    """Decimal of a JSON number or decimal text, ``None`` if it is neither.

    Binary floats and booleans are neither: their sender has lost digits already.
    """
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = Decimal(value.strip())
    elif isinstance(value, int) and not isinstance(value, bool):
        value = Decimal(value)
    if not isinstance(value, Decimal) or not value.is_finite():
        return None
    _sign, _digits, exponent = value.as_tuple()
    too_fine = isinstance(exponent, int) and -exponent > MAX_AMOUNT_DIGITS
    if too_fine or value.adjusted() >= MAX_AMOUNT_DIGITS:
        return None
    return value


def bank_days() -> tuple[dt.date, dt.date]:
    """The first and the last day that :func:`is_bank_day` takes."""
    return dt.date(FIRST_YEAR, 1, 1), dt.date(last_year(), 12, 31)


def is_bank_day(day: dt.date) -> bool:
    """Whether a day can be one of a bank's books, and be calculated with.

    ``0001-01-01``, ``1970-01-01`` or ``9999-12-31`` stand for *none* or *no end*.
    """
    return FIRST_YEAR <= day.year <= last_year()


def last_year() -> int:
    """The last year of a bank's days; a clock that is slow makes no day absurd."""
    return max(utc_now().year, LEAST_NOW) + YEARS_AHEAD


def utc_now() -> dt.datetime:
    """The present moment, aware."""
    return dt.datetime.now(dt.timezone.utc)


def as_date(value: object) -> dt.date | None:
    """Date of the first ten characters of ``value``, ``None`` if they are not one."""
    if not isinstance(value, str) or not _DATE.match(value.strip()):
        return None
    try:
        return dt.date.fromisoformat(value.strip()[:10])
    except ValueError:
        return None


def as_moment(value: object) -> dt.datetime | None:
    """Aware UTC date-time of an ISO 8601 text, ``None`` if it is not one.

    Any number of fraction digits (cut to µs); ``Z``, an offset, or nothing (UTC).
    """
    match = _MOMENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    part = match.groupdict()
    try:
        day = dt.date.fromisoformat(part["day"])
        moment = dt.datetime(
            day.year,
            day.month,
            day.day,
            int(part["hour"] or 0),
            int(part["minute"] or 0),
            min(int(part["second"] or 0), 59),
            int((part["fraction"] or "0")[:6].ljust(6, "0")),
            tzinfo=_zone(part),
        )
        return moment.astimezone(dt.timezone.utc)
    except (ValueError, OverflowError):
        return None


def _zone(part: Mapping[str, str | None]) -> dt.timezone:
    """Offset found by the date-time pattern; UTC where there is none."""
    offset = dt.timedelta(hours=int(part["zh"] or 0), minutes=int(part["zm"] or 0))
    return dt.timezone(-offset if part["sign"] == "-" else offset)


def checked_ip(text: str) -> str:
    """The address as ``ipaddress`` writes it.

    :raise BadRequest: if it is none
    """
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        pass
    msg = "The customer's IP address is not an address."
    raise BadRequest(msg)
