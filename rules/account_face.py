"""Which bank account an account of Ponto's is: by its number, or by all else it says.

Ponto lists an account that two people share twice, gives one that is shared again a
new id, and may have no number for a card or a savings account.
"""

from __future__ import annotations

import dataclasses
import re
from typing import Final

from ..mapping.reference import sanitize
from .evidence import numbers_agree, texts_agree, texts_contradict

_IBAN: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{8,30}")
#: A shorter end of an IBAN is no national number.
_SHORTEST_NUMBER: Final = 8


@dataclasses.dataclass(frozen=True)
class AccountFace:
    """What Ponto says of an account; '' where it says nothing."""

    currency: str
    institution: str = ""
    number: str = ""
    subtype: str = ""
    holder: str = ""
    description: str = ""
    product: str = ""
    internal_reference: str = ""

    @property
    def iban(self) -> str:
        """The number, if it lasts as an IBAN does."""
        number = sanitize(self.number)
        return number if _IBAN.fullmatch(number) else ""

    @property
    def descriptions(self) -> tuple[str, str]:
        """What the bank calls the account."""
        return (self.description, self.product)


def is_same_number(first: str, second: str) -> bool:
    """Return whether both are given and one number, also where one is the national
    number at the end of the other's IBAN."""
    short, long = sorted((sanitize(first), sanitize(second)), key=len)
    if not short:
        return False
    is_national = len(short) >= _SHORTEST_NUMBER and long.endswith(short)
    return short == long or (is_national and bool(_IBAN.fullmatch(long)))


def would_double(one: AccountFace, other: AccountFace) -> bool:
    """Return whether two listed accounts may be one: the numbers agree, one within the
    other included; without any, nothing that the bank says tells them apart."""
    if one.currency != other.currency:
        return False
    if one.number or other.number:
        return numbers_agree(one.number, other.number)
    told = (*one.descriptions, one.internal_reference)
    return any(told) and _folded(one) == _folded(other)


def may_continue(new: AccountFace, old: AccountFace) -> bool:
    """Return whether an account may be one that is not listed any more, as far as all
    but a lasting number tells: the reference of a card changes with the card."""
    if (new.currency, new.institution) != (old.currency, old.institution):
        return False
    if new.iban and old.iban:
        return False
    if _differ(new.subtype, old.subtype):
        return False
    if _differ(new.internal_reference, old.internal_reference):
        return False
    if new.internal_reference and old.internal_reference:
        return True
    pairs = [
        (new.holder, old.holder),
        *zip(new.descriptions, old.descriptions, strict=True),
    ]
    if any(texts_contradict(*pair) for pair in pairs):
        return False
    return any(texts_agree(*pair) for pair in pairs)


def _differ(first: str, second: str) -> bool:
    return bool(first and second) and first != second


def _folded(face: AccountFace) -> tuple[str, ...]:
    return tuple(value.casefold() for value in dataclasses.astuple(face))
