"""The one text by which a person recognises a transaction."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from .reference import is_belgian_communication
from .text import MAX_LENGTH, clean, shorten, visible

if TYPE_CHECKING:
    from ponto_client import PendingTransaction, Transaction

NO_TEXT: Final = "Bank transaction"

#: 12 digits, in groups of 3, 4 and 5 or in one, maybe between +++ or ***.
_BELGIAN = re.compile(
    r"(?P<open>\+\+\+|\*\*\*)?\s*"
    r"(?P<a>[0-9]{3})\s?/?\s?(?P<b>[0-9]{4})\s?/?\s?(?P<c>[0-9]{5})"
    r"\s*(?P<close>\+\+\+|\*\*\*)?"
)


def label(transaction: Transaction | PendingTransaction) -> str:
    """Return the label, never empty, at most 500 characters.

    The first that is not blank: communication, additional information, description,
    name of the other party, end-to-end id, the words "Bank transaction". The full
    texts are kept in the transaction details.
    """
    texts = (
        _communication(transaction),
        clean(transaction.additional_information),
        clean(transaction.description),
        clean(transaction.counterpart_name),
        clean(transaction.end_to_end_id),
        NO_TEXT,
    )
    return shorten(next(text for text in texts if text), MAX_LENGTH)


def _communication(transaction: Transaction | PendingTransaction) -> str:
    """Communication, in the usual writing if it is a Belgian structured one.

    Only where the bank calls it structured, or where it is marked by ``+++`` or
    ``***``, and if its check digits are right: twelve digits can be anything.
    """
    text = clean(transaction.remittance_information)
    match = _BELGIAN.fullmatch(visible(text))
    if match is None:
        return text
    is_marked = match["open"] and match["open"] == match["close"]
    is_bare = not match["open"] and not match["close"]
    kind = (transaction.remittance_information_type or "").lower()
    if not is_marked and not (is_bare and kind == "structured"):
        return text
    digits = match["a"] + match["b"] + match["c"]
    if not is_belgian_communication(digits):
        return text
    return f"+++{match['a']}/{match['b']}/{match['c']}+++"
