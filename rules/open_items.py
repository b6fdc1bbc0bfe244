"""Which open items a bank line may pay, in order, and why each of them.

Equal amounts are the caller's business; here only words are compared. What is
*certain* gets ticked for a person, so one reading too generous books money wrongly:
whole words, check digits, and nobody else whom the words may mean.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterable

from stdnum.iso7064 import mod_97_10

from ..mapping.reference import is_belgian_communication
from ..mapping.text import visible
from .evidence import numbers_agree, says_something, texts_agree
from .holder import shares_a_word

REFERENCE, NUMBER, PARTNER, AMOUNT = "reference", "number", "partner", "amount"
_RANKS = (REFERENCE, NUMBER, PARTNER, AMOUNT)
#: Between the digits of +++090/9337/55493+++, or in a paper form's groups of four.
_SEPARATORS = r"[\s/.\-+*]{0,3}"
_RF = re.compile(r"RF\d{2}[A-Z0-9]{1,21}")
_BELGIAN_DIGITS = 12
#: A shorter number says too little: a year, a house, an amount.
_LEAST_SIGNS = 5
_LEAST_DIGITS = 3


@dataclasses.dataclass(frozen=True)
class OpenItem:
    """``place``: outstanding payments before documents; ``references``: what its
    document or payment is known by; ``partner``: whose it is; ``day``: due or booked;
    ``names`` and ``numbers``: what a bank may call those who pay it or are paid."""

    key: int
    place: int
    references: tuple[str, ...]
    partner: int | None
    day: str
    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Counterpart:
    """What the bank says of the other side: its name and number, and the partners that
    have exactly this number (``owners``) and this name (``namesakes``)."""

    name: str = ""
    number: str = ""
    owners: frozenset[int] = frozenset()
    namesakes: frozenset[int] = frozenset()


@dataclasses.dataclass(frozen=True)
class _Label:
    """A text, and two forms in which most of what it does not name is told fast."""

    text: str
    folded: str
    bare: str

    @classmethod
    def of(cls, texts: Iterable[str]) -> _Label:
        """All that the bank wrote, in one."""
        # A separator that stands in no number.
        text = visible(" | ".join(filter(None, texts)))
        return cls(text, text.casefold(), _without_separators(text))


@dataclasses.dataclass(frozen=True)
class Candidate:
    """An open item with the reason why it is offered."""

    key: int
    reason: str
    certain: bool = False


def rank_candidates(
    texts: Iterable[str],
    partner: int | None,
    items: Iterable[OpenItem],
    counterpart: Counterpart,
) -> list[Candidate]:
    """Order the open items of a bank line's amount, the likeliest first.

    :param texts: what the bank wrote
    :param partner: whose the line is, if known
    :return: at most one is certain: the only one that the texts name, unless it is
        named by a document's number and the counterpart is somebody else
    """
    label = _Label.of(texts)
    found = [(_naming(label, item), item) for item in items]
    certain = _only_one([pair for pair in found if pair[0]], partner, counterpart)
    ranked = [(reason or _likeness(partner, item), item) for reason, item in found]
    ranked.sort(key=lambda pair: _order(*pair))
    return [Candidate(item.key, reason, item.key == certain) for reason, item in ranked]


def certain_item(
    texts: Iterable[str],
    partner: int | None,
    items: Iterable[OpenItem],
    counterpart: Counterpart,
) -> int | None:
    """Return the key of the only one that the texts name, as :func:`rank_candidates`
    finds it; made for hundreds of lines and items of one amount."""
    label = _Label.of(texts)
    named = [(reason, item) for item in items if (reason := _naming(label, item))]
    return _only_one(named, partner, counterpart)


def _only_one(
    named: list[tuple[str, OpenItem]], partner: int | None, counterpart: Counterpart
) -> int | None:
    if len(named) != 1:
        return None
    [(reason, item)] = named
    if reason == NUMBER and _is_somebody_elses(partner, item, counterpart):
        return None
    return item.key


@functools.lru_cache(maxsize=4096)
def structured_digits(reference: str) -> str:
    """Return the communication's form of comparison; empty if it is not structured.

    ``+++090/9337/55493+++`` gives its twelve digits, ``rf18 5390 0754 7034`` its
    letters and digits; both only with right check digits.
    """
    bare = _without_separators(reference)
    if bare.isascii() and bare.isdigit() and len(bare) == _BELGIAN_DIGITS:
        return bare if is_belgian_communication(bare) else ""
    if _RF.fullmatch(bare) and mod_97_10.is_valid(bare[4:] + bare[:4]):
        return bare
    return ""


def _without_separators(text: str) -> str:
    return re.sub(r"[\s/.\-+*]", "", text).upper()


def _naming(label: _Label, item: OpenItem) -> str:
    """Return by what the label names an item; empty where it does not."""
    for reference in item.references:
        digits = structured_digits(reference)
        if digits and digits in label.bare and _carries(label, digits):
            return REFERENCE
    for reference in item.references:
        number = _telling_number(reference)
        if number and number in label.folded and _is_whole_word(label, reference):
            return NUMBER
    return ""


def _likeness(partner: int | None, item: OpenItem) -> str:
    return PARTNER if partner and partner == item.partner else AMOUNT


@functools.lru_cache(maxsize=4096)
def _telling_number(reference: str) -> str:
    """A document's number for a first comparison; empty where it says too little."""
    number = reference.strip()
    signs = sum(sign.isalnum() for sign in number)
    digits = sum(sign.isdigit() for sign in number)
    enough = signs >= _LEAST_SIGNS and digits >= _LEAST_DIGITS
    return number.casefold() if enough else ""


def _carries(label: _Label, digits: str) -> bool:
    """Whether a structured communication stands there, whatever parts its signs."""
    # In a longer number it is another number.
    pattern = rf"(?<![A-Z0-9]){_SEPARATORS.join(digits)}(?![A-Z0-9])"
    return re.search(pattern, label.text, re.ASCII | re.IGNORECASE) is not None


def _is_whole_word(label: _Label, number: str) -> bool:
    """Whether a document's number stands there: not as the beginning or the end of a
    longer one, such as INV/2026/0001 of INV/2026/0001-2."""
    pattern = rf"(?<!\w)(?<!\w[/.\-]){re.escape(number.strip())}(?!\w|[/.\-]\w)"
    return re.search(pattern, label.text, re.IGNORECASE) is not None


def _is_somebody_elses(
    partner: int | None, item: OpenItem, counterpart: Counterpart
) -> bool:
    """Two suppliers may number alike: whether line or counterpart are another's."""
    if partner and item.partner:
        return partner != item.partner
    if any(numbers_agree(counterpart.number, number) for number in item.numbers):
        return False
    if counterpart.owners:
        return item.partner not in counterpart.owners
    if counterpart.namesakes:
        return item.partner not in counterpart.namesakes
    name = counterpart.name
    alike = (
        texts_agree(name, known) or shares_a_word(name, known) for known in item.names
    )
    return says_something(name) and bool(item.names) and not any(alike)


def _order(reason: str, item: OpenItem) -> tuple[int, int, str, int]:
    return item.place, _RANKS.index(reason), item.day, item.key
