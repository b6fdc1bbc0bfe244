"""JSON as PostgreSQL can keep it, without losing a digit of an amount."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from .text import storable_text

#: Attributes that are money, and stay decimal text even if written as integers.
_MONEY: Final = frozenset({"amount", "fee"})


def storable(raw: object) -> Any:
    """Return a JSON-able copy of ``raw`` that a jsonb column can hold.

    Decimals become decimal text, because the ORM reads JSON numbers back as float.
    NUL and lone surrogates become U+FFFD. ``Transaction.from_api`` reads it back.
    """
    if isinstance(raw, Mapping):
        return {
            storable_text(str(key)): _member(key, value) for key, value in raw.items()
        }
    if isinstance(raw, (list, tuple)):
        return [storable(item) for item in raw]
    if isinstance(raw, Decimal):
        return str(raw)
    if raw is None or isinstance(raw, (bool, int)):
        return raw
    return storable_text(str(raw))


def _member(key: object, value: object) -> Any:
    is_integer = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_integer and key in _MONEY else storable(value)
