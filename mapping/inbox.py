"""Values of one row of the inbox (``ponto.transaction``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .dates import naive_utc
from .fingerprint import fingerprint
from .label import label
from .storage import storable, storable_row
from .text import short, storable_text

if TYPE_CHECKING:
    from ponto_client import Transaction

__all__ = ["prepare_inbox_vals", "storable", "storable_row"]

#: A code has three; what is longer is no code, and is cut.
CURRENCY_LENGTH: Final = 8


def prepare_inbox_vals(transaction: Transaction) -> dict[str, Any]:
    """Return what is kept of a transaction, whatever becomes of it.

    ``amount`` is a Decimal, ``currency`` an ISO code, the dates are the bank's, the
    two date-times naive UTC; ``raw`` is JSON that ``Transaction.from_api`` reads.
    """
    return {
        "ponto_ref": storable_text(transaction.id),
        "execution_date": transaction.execution_date,
        "value_date": transaction.value_date,
        "amount": transaction.amount,
        "currency": short(transaction.currency, CURRENCY_LENGTH) or "",
        "counterpart_name": short(transaction.counterpart_name),
        "label": label(transaction),
        "fingerprint": fingerprint(transaction),
        "ponto_created_at": naive_utc(transaction.created_at),
        "ponto_updated_at": naive_utc(transaction.updated_at),
        "raw": storable_row(transaction.raw),
    }
