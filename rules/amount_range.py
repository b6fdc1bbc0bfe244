"""What a person types to look for an amount: ``100..200``, ``>500``, ``-12,50``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

#: Blanks and apostrophes only group digits; a currency says nothing that is compared.
_NOISE = re.compile(r"[\s'\u2019€$£]|\b[A-Za-z]{3}\b")
_NUMBER = re.compile(r"[-+]?(?:\d[\d.,]*|[.,]\d+)")
_GROUPED = re.compile(r"[-+]?[1-9]\d{0,2}(?:[.,]\d{3})+")
_RANGE = re.compile(r"(.*?)(?:\.{2,3}|…)(.*)")
_BOUND = re.compile(r"(<=|>=|<|>|=)?(.+)")
_SAME: Final = str.maketrans({"\N{MINUS SIGN}": "-", "≤": "<=", "≥": ">="})
#: More digits than any money has.
_MAX_DIGITS: Final = 18


@dataclass(frozen=True)
class AmountRange:
    """Amounts from ``low`` to ``high``; ``None``: no limit on that side.

    ``is_signed``: a sign was typed, so money in and money out are told apart. Without
    one the size alone counts. ``is_open``: the limits themselves are not meant.
    """

    low: Decimal | None
    high: Decimal | None
    is_signed: bool = False
    is_open: bool = False


def parse_amount_range(
    text: str | None, *, decimal_point: str = "."
) -> AmountRange | None:
    """Return what ``text`` asks for, or ``None`` if it is no amount.

    :param decimal_point: of the reader's language; tells only what ``1.234`` means,
        which otherwise nobody can
    """
    text = _NOISE.sub("", (text or "").translate(_SAME))
    between = _RANGE.fullmatch(text)
    if between:
        return _between(between[1], between[2], decimal_point)
    bound = _BOUND.fullmatch(text)
    if not bound:
        return None
    sign, number = bound[1] or "=", bound[2]
    amount = _amount(number, decimal_point)
    if amount is None:
        return None
    return AmountRange(
        low=None if "<" in sign else amount,
        high=None if ">" in sign else amount,
        is_signed=number[0] in "-+",
        is_open="=" not in sign,
    )


def _between(low: str, high: str, decimal_point: str) -> AmountRange | None:
    first, last = _amount(low, decimal_point), _amount(high, decimal_point)
    # One side may be left open, but what stands there has to be an amount.
    if (low and first is None) or (high and last is None) or first is last:
        return None
    if first is not None and last is not None and first > last:
        first, last = last, first
    return AmountRange(first, last, is_signed=low[:1] in ("-", "+") or high[:1] == "-")


def _amount(text: str, decimal_point: str) -> Decimal | None:
    """Amount in any usual writing; of two separators the last is the point."""
    if not _NUMBER.fullmatch(text):
        return None
    marks = [char for char in text if char in ".,"]
    point = marks[-1] if marks else ""
    if marks and len(set(marks)) == 1:
        grouped = _GROUPED.fullmatch(text)
        if len(marks) > 1 and not grouped:
            return None
        if grouped and (len(marks) > 1 or point != decimal_point):
            point = ""
    digits = "".join(
        "." if char == point else char
        for char in text
        if char == point or char not in ".,"
    )
    if digits.count(".") > 1 or sum(char.isdigit() for char in digits) > _MAX_DIGITS:
        return None
    return Decimal(digits)
