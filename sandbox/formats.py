"""Moments, amounts, ids and JSON text as they travel in requests and answers."""

from __future__ import annotations

import hashlib
import json
import math
import uuid
from collections.abc import Mapping
from datetime import date, datetime, timezone
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from .problems import bad_request

Attributes = dict[str, Any]

UTC = timezone.utc
DATE_FORMATS = ("ms", "us", "none")
DIGESTED = (
    "amount",
    "currency",
    "executionDate",
    "valueDate",
    "description",
    "remittanceInformation",
    "counterpartName",
    "counterpartReference",
)


def is_web_address(value: str) -> bool:
    """Whether a browser can be sent there."""
    parts = urlsplit(value)
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def new_id() -> str:
    """A random resource id."""
    return str(uuid.uuid4())


def derived_id(*parts: object) -> str:
    """The same id for the same parts, whenever and wherever it is asked."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(map(str, parts))))


def parse_moment(value: object) -> datetime:
    """A date or date-time text as an aware moment in UTC; a bare date is midnight."""
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, date):
        moment = datetime(value.year, value.month, value.day, tzinfo=UTC)
    elif isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
        except ValueError as error:
            msg = f"Not a date or date-time: {value}"
            raise bad_request(msg) from error
    else:
        msg = f"Not a date or date-time: {value!r}"
        raise bad_request(msg)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def parse_any_moment(value: object) -> object:
    """Like :func:`parse_moment`, but what is no date stays as it is.

    A test may want Ponto to send a malformed date.
    """
    if value is None:
        return None
    try:
        moment = parse_moment(value)
        # At the edge of the calendar there may be no such moment in UTC.
        moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return value
    return moment


def parse_amount(value: object) -> Decimal:
    """An exact amount from a JSON number or a text; never by way of a float."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        msg = f"Not an amount: {value!r}"
        raise bad_request(msg)
    try:
        amount = Decimal(str(value))
    except InvalidOperation as error:
        msg = f"Not an amount: {value!r}"
        raise bad_request(msg) from error
    if not amount.is_finite() or math.isinf(float(amount)):
        msg = f"Not an amount: {value!r}"
        raise bad_request(msg)
    return amount


def format_moment(moment: datetime, date_format: str = "ms") -> str:
    """A moment in UTC in one of the three spellings seen at Ponto."""
    moment = moment.astimezone(UTC)
    if date_format == "none":
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    timespec = "microseconds" if date_format == "us" else "milliseconds"
    return moment.replace(tzinfo=None).isoformat(timespec=timespec) + "Z"


def plain(value: object, date_format: str = "ms") -> Any:
    """A value as JSON knows it: moments as text, amounts as numbers."""
    if isinstance(value, datetime):
        return format_moment(value, date_format)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return {key: plain(item, date_format) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item, date_format) for item in value]
    return value


def digest(reference: object, attributes: Attributes) -> str:
    """The hash of what a bank says about a line: equal for two identical lines."""
    known = [reference, *(plain(attributes.get(name)) for name in DIGESTED)]
    return hashlib.sha256(json.dumps(known).encode()).hexdigest()


def load_json(text: str | bytes) -> Any:
    """JSON with exact amounts."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except ValueError as error:
        msg = f"Not JSON: {error}"
        raise bad_request(msg) from error


def _no_number(name: str) -> None:
    """``NaN`` and ``Infinity``, which Python reads but JSON does not have."""
    raise ValueError(name)


def dump_json(document: object) -> str:
    """A document as compact JSON text, other scripts unescaped."""
    return json.dumps(plain(document), ensure_ascii=False, separators=(",", ":"))


def dump_exact_json(document: object) -> str:
    """JSON text in which :func:`load_json` finds every digit of every amount."""
    if isinstance(document, Decimal):
        return str(document)
    try:
        return json.dumps(document, separators=(",", ":"))
    except TypeError:
        # Somewhere inside there may be an amount, which json cannot write.
        if isinstance(document, Mapping):
            members = (
                f"{json.dumps(str(name))}:{dump_exact_json(item)}"
                for name, item in document.items()
            )
            return f"{{{','.join(members)}}}"
        if isinstance(document, (list, tuple)):
            return f"[{','.join(map(dump_exact_json, document))}]"
        raise
