"""What the banks of the demo world deliver on a day."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

from ..formats import derived_id
from . import parties as who
from .calendar import days_between, first_day
from .documents import payment_movement, payments_on
from .dues import dues_on
from .model import Movement
from .specials import special_documents, special_movements
from .tills import pay_outs_on
from .trades import CREDIT
from .year import recurring_on

if TYPE_CHECKING:
    from collections.abc import Iterator

Part = dict[str, Any]


def movements(anchor: date, last: date) -> Iterator[Movement]:
    """All lines since the first day of the books, in the order of arrival."""
    for day in days_between(first_day(anchor), last):
        yield from movements_on(anchor, day)


def movements_on(anchor: date, day: date) -> Iterator[Movement]:
    """What the banks deliver on a day; nothing before the first day of the books.

    The ordinary ones depend on the day alone, so that a demo can go on for years and
    still tell the same story.
    """
    if day < first_day(anchor):
        return
    yield from recurring_on(anchor, day)
    yield from dues_on(anchor, day)
    yield from payments_on(anchor, day)
    yield from pay_outs_on(anchor, day)
    for movement in _specials(anchor):
        if movement.arrives == day:
            yield movement


def _specials(anchor: date) -> Iterator[Movement]:
    for document in special_documents(anchor):
        for payment in document.payments:
            yield payment_movement(document, payment)
    yield from special_movements(anchor)


def parts_on(anchor: date, day: date) -> dict[str, list[Part]]:
    """The lines of a day by account key, each as a part of a seed document."""
    parts: dict[str, list[Part]] = {}
    seen: Counter[str] = Counter()
    for movement in movements_on(anchor, day):
        line_id = _content_id(movement, day)
        seen[line_id] += 1
        if seen[line_id] > 1:
            line_id = derived_id(line_id, seen[line_id])
        parts.setdefault(movement.account, []).append(_part(movement, day, line_id))
    return parts


def _content_id(movement: Movement, day: date) -> str:
    """An id of what the line says, not of its place: others may come before it."""
    return derived_id(
        "demo",
        movement.account,
        day,
        movement.code,
        movement.description,
        movement.name,
        movement.text,
        movement.amount,
    )


def _part(movement: Movement, day: date, line_id: str) -> Part:
    number = f"{day:%y%m%d}{int(line_id[:8], 16) % 100_000:05}"
    structured = (movement.text or "").startswith("+++")
    kind = "structured" if structured else "unstructured"
    code, name = movement.code, movement.name
    return {
        "id": line_id,
        "bank_id": derived_id("demo", "bank", line_id),
        "amount": movement.amount,
        "executionDate": movement.day.isoformat(),
        "valueDate": (movement.value_day or movement.day).isoformat(),
        "description": movement.description,
        "remittanceInformation": movement.text or None,
        "remittanceInformationType": kind if movement.text else None,
        "counterpartName": name,
        "counterpartReference": who.account_number(name) if name else None,
        "bankTransactionCode": code or None,
        "proprietaryBankTransactionCode": f"{len(movement.description):03}{code[5:7]}",
        "endToEndId": f"BP{number}" if code == CREDIT else None,
        "internalReference": number,
        **movement.attributes,
    }
