"""Values of one bank statement line (``account.bank.statement.line``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from .label import label
from .storage import storable
from .text import clean, short

if TYPE_CHECKING:
    import datetime

    from ponto_client import Transaction

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_RESERVED: Final = frozenset({"account", "transaction"})


def prepare_statement_line_vals(
    transaction: Transaction, *, date: datetime.date, account_ref: str
) -> dict[str, Any]:
    """Return plain values; journal, partner and foreign currency are the caller's.

    :param date: day of the line, as decided by the caller
    :param account_ref: Ponto's id of the account
    :return: ``amount`` is a Decimal in the account's currency, < 0 = money out;
        absent texts are ``None``; ``transaction_details`` is JSON
    """
    return {
        "date": date,
        "payment_ref": label(transaction),
        "partner_name": short(transaction.counterpart_name),
        "account_number": short(transaction.counterpart_reference),
        "amount": transaction.amount,
        "transaction_type": short(transaction.bank_transaction_code)
        or short(transaction.description),
        "transaction_details": {"ponto": _details(transaction, account_ref)},
    }


def _details(transaction: Transaction, account_ref: str) -> dict[str, Any]:
    """Everything the bank said, under snake_case names, what is empty left out.

    Attributes that Ponto adds in future are kept too. ``account`` and
    ``transaction`` are Ponto's ids; an attribute of that name gets a ``bank_``.
    """
    attributes = transaction.raw.get("attributes")
    details: dict[str, Any] = {}
    for key, value in attributes.items() if isinstance(attributes, Mapping) else ():
        name = _WORD_START.sub("_", str(key)).lower()
        name = f"bank_{name}" if name in _RESERVED else name
        if not _is_empty(value):
            details |= storable({name: value})
    for name in ("execution_date", "value_date"):
        day = getattr(transaction, name)
        if day:
            details[name] = day.isoformat()
    details["amount"] = str(transaction.amount)
    details |= storable({"account": account_ref, "transaction": transaction.id})
    return details


def _is_empty(value: object) -> bool:
    if isinstance(value, str):
        return not clean(value)
    return value is None or value in ((), [], {})
