"""What a transaction is recognised by when the bank gives it a new id."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

from .text import REPLACEMENT, one_line, storable_text

if TYPE_CHECKING:
    from decimal import Decimal

    from ponto_client import Transaction

_VERSION: Final = "v1"


def fingerprint(transaction: Transaction) -> str:
    """Return ``v1:`` and a SHA-256 over what does not change with the id.

    Bank date, amount, currency, other party, communication, the bank's own reference
    and the end-to-end id. Ponto's ``digest`` is left out: it may differ from one
    integration to another, and it may be equal for two transactions. So is this:
    two equal payments on one day have one fingerprint.
    """
    day = transaction.execution_date or transaction.value_date
    party = _party(transaction.counterpart_reference)
    parts = [
        day.isoformat() if day else "",
        plain_amount(transaction.amount),
        transaction.currency.upper(),
        party or _plain(transaction.counterpart_name).casefold(),
        _plain(transaction.remittance_information),
        _plain(transaction.internal_reference),
        _plain(transaction.end_to_end_id),
    ]
    text = json.dumps(parts, ensure_ascii=True, separators=(",", ":"))
    return f"{_VERSION}:{hashlib.sha256(text.encode()).hexdigest()}"


def fallback_ref(value: str, occurrence: int) -> str:
    """Return an id for a transaction that came without one.

    :param value: its fingerprint
    :param occurrence: how many equal ones without an id stand *below* it in the
        bank's list (older ones first), counted from 0
    """
    return f"{value}#{occurrence}"


def _plain(text: str | None) -> str:
    """Clean text that is the same before and after storage replaced characters.

    Rows keep their fingerprints for years, so what is a character here stays one: the
    rules of ``v1`` are not those by which texts are made for people.
    """
    return one_line(storable_text(text or "").replace(REPLACEMENT, ""))


def _party(number: str | None) -> str:
    text = _plain(number)
    if "@" in text:
        return text.lower()
    return "".join(char for char in text if char.isalnum() or char == "*").upper()


def plain_amount(amount: Decimal) -> str:
    """Return digits without exponent, trailing zeros or a negative zero."""
    text = format(amount, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
