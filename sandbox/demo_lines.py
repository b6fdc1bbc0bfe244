"""Fourteen months of movements, the same for the same day of start."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .belgian import iban_of, structured_communication
from .demo_rules import CREDIT, Rule
from .demo_specials import specials
from .demo_year import RULES
from .formats import derived_id

if TYPE_CHECKING:
    from collections.abc import Iterator

DAYS = 425
#: what is younger is still at the bank
AT_BANK_DAYS = 2

Line = dict[str, Any]


def demo_lines(today: date) -> dict[str, list[Line]]:
    """The lines of every account, in the order in which they come to Ponto.

    A line has ``arrives``, the day on which the bank delivers it.
    """
    source = random.Random("Bakkerij Peeters")
    lines: dict[str, list[Line]] = {}
    for account, line in [*_ordinary(today, source), *specials(today)]:
        lines.setdefault(account, []).append(line)
    for account, items in lines.items():
        items.sort(key=lambda line: line["arrives"])
        for number, line in enumerate(items):
            line["id"] = derived_id("demo", account, line["arrives"], number)
            line["bank_id"] = derived_id("demo", "bank", line["id"])
            line.setdefault("internalReference", f"{line['arrives']:%y%m%d}{number:05}")
    return lines


def _ordinary(today: date, source: random.Random) -> Iterator[tuple[str, Line]]:
    for age in range(DAYS, -1, -1):
        day = today - timedelta(days=age)
        for rule in RULES:
            if rule.days(day) and source.random() < rule.chance:
                line = _line(rule, day, source)
                yield rule.account, line
                if rule.to:
                    yield rule.to, _opposite(line)


def _line(rule: Rule, day: date, source: random.Random) -> Line:
    number = source.randrange(1000, 99999)
    text = rule.text
    if text == "+++":
        text = structured_communication(source.randrange(10**9, 10**10))
    elif text:
        text = text.format(day=f"{day:%d/%m}", month=f"{day:%m/%Y}", number=number)
    structured = bool(text and text.startswith("+++"))
    return {
        "arrives": day,
        "amount": Decimal(source.randint(rule.low, rule.high)) / 100,
        "executionDate": day.isoformat(),
        "valueDate": (day + timedelta(days=rule.value_after)).isoformat(),
        "description": rule.description,
        "remittanceInformation": text,
        "remittanceInformationType": _kind(text, structured=structured),
        "counterpartName": rule.name,
        "counterpartReference": iban_of(rule.name) if rule.name else None,
        "bankTransactionCode": rule.code,
        "proprietaryBankTransactionCode": f"{len(rule.description):03}{rule.code[5:7]}",
        "endToEndId": f"BP{day:%y%m%d}{number}" if rule.code == CREDIT else None,
        "mandateId": rule.mandate,
        "creditorId": "BE69ZZZ050D000000008" if rule.mandate else None,
        "cardReference": rule.card,
        "cardReferenceType": "MASKEDPAN" if rule.card else None,
    }


def _kind(text: str | None, *, structured: bool) -> str | None:
    if not text:
        return None
    return "structured" if structured else "unstructured"


def _opposite(line: Line) -> Line:
    return {
        **line,
        "amount": -line["amount"],
        "description": "Overschrijving in",
    }
