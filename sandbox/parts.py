"""Reading single records from the parts of a seed document."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from .clock import midnight
from .defaults import AMOUNTS, LINE_ATTRIBUTES, LINE_PARTS
from .formats import (
    Attributes,
    digest,
    new_id,
    parse_amount,
    parse_any_moment,
)
from .problems import bad_request
from .store import Account, Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

ARRIVAL = timedelta(hours=30)


def records(document: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """A member that must be a list of objects.

    :raise Problem: if it is none
    """
    items = document.get(name, [])
    if not isinstance(items, list) or not all(isinstance(i, dict) for i in items):
        msg = f"{name} must be a list of objects"
        raise bad_request(msg)
    return items


def read_attributes(part: Mapping[str, Any], reserved: Iterable[str]) -> Attributes:
    """The attributes of a record, given flat or under ``attributes``."""
    flat = {name: part[name] for name in part.keys() - set(reserved)}
    return {
        name: read_value(name, value)
        for name, value in {**part.get("attributes", {}), **flat}.items()
    }


def read_value(name: str, value: object) -> object:
    """An attribute's value as the world keeps it: exact amounts, aware moments."""
    if value is None:
        return None
    if name in AMOUNTS:
        return parse_amount(value)
    if name.endswith(("At", "Date")) or name in {"maintenanceFrom", "maintenanceTo"}:
        return parse_any_moment(value)
    return value


def make_history(
    account: Account, parts: list[dict[str, Any]], now: datetime
) -> list[Line]:
    """Lines of the past, oldest arrival first; each came about a day after its date."""
    lines: list[Line] = []
    for part in parts:
        line = make_line(account, part, now)
        if line.created_at == now:
            arrival = _arrival(line.attributes, now)
            line.created_at = max([arrival, *(item.created_at for item in lines[-1:])])
            if line.updated_at == now:
                line.updated_at = line.created_at
        lines.append(line)
    return lines


def _arrival(attributes: Attributes, now: datetime) -> datetime:
    """When a line with those dates would have reached Ponto."""
    for name in ("executionDate", "valueDate"):
        day = attributes[name]
        if isinstance(day, datetime):
            return day + ARRIVAL if day < now - ARRIVAL else now
    return now


def make_line(account: Account, part: Mapping[str, Any], now: datetime) -> Line:
    """One line; only its amount must be given.

    :raise Problem: if it has no amount
    """
    given = read_attributes(part, LINE_PARTS)
    if given.get("amount") is None:
        msg = "A transaction needs an amount"
        raise bad_request(msg)
    attributes: Attributes = dict.fromkeys(LINE_ATTRIBUTES)
    attributes["currency"] = account.attributes["currency"]
    attributes["executionDate"] = midnight(now)
    attributes.update(given)
    if "valueDate" not in given:
        attributes["valueDate"] = attributes["executionDate"]
    if given.get("remittanceInformation"):
        kind = given.get("remittanceInformationType")
        attributes["remittanceInformationType"] = kind or "unstructured"
    if "digest" not in given:
        attributes["digest"] = digest(account.attributes["reference"], attributes)
    created_at = attributes.pop("createdAt", None) or now
    updated_at = attributes.pop("updatedAt", None) or created_at
    return Line(
        attributes,
        created_at,
        updated_at,
        part.get("id") or new_id(),
        part.get("bank_id") or new_id(),
        when_asked=part.get("when_asked") is True,
    )
