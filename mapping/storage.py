"""JSON as PostgreSQL can keep it, without losing a digit of an amount."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from .text import storable_text

#: Attributes that are money, and stay decimal text even if written as integers.
_MONEY: Final = frozenset({"amount", "fee"})
_UNCARRIABLE = re.compile("[\0\ud800-\udfff]")


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


def storable_row(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return :func:`storable` of a resource object, with its id as it was sent.

    Two ids that differ in what cannot be stored stay different.
    """
    kept: dict[str, Any] = storable(raw)
    if isinstance(raw.get("id"), str):
        kept["id"] = sent_id(raw)
    return kept


def sent_id(raw: Mapping[str, Any]) -> str:
    """Return the id of a resource object as it was sent, as ``\\uXXXX`` where it
    cannot be stored; also of one that was stored."""
    text = raw.get("id")
    return _UNCARRIABLE.sub(_escaped, str(text if text is not None else ""))


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def _member(key: object, value: object) -> Any:
    is_integer = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_integer and key in _MONEY else storable(value)
