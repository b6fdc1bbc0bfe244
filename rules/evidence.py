"""Do two descriptions of a payment speak of the same one?

A file of the bank, a person's hand and Ponto write the same payment differently: with
or without spaces, country code, accents, or a date in front of the text.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Final

from ..mapping.label import NO_TEXT
from ..mapping.reference import sanitize
from ..mapping.text import visible

#: A shorter number or text found inside a longer one says nothing.
_SHORTEST_NUMBER: Final = 8
_SHORTEST_TEXT: Final = 4
#: What stands where the bank gave no text.
_EMPTY: Final = frozenset({"", "/", NO_TEXT.casefold()})


def numbers_agree(first: str | None, second: str | None) -> bool:
    """Return whether both are given and name the same account.

    A national number agrees with the IBAN that contains it.
    """
    one, other = sorted((sanitize(first), sanitize(second)), key=len)
    if not one:
        return False
    return one == other or (len(one) >= _SHORTEST_NUMBER and one in other)


def numbers_contradict(first: str | None, second: str | None) -> bool:
    """Return whether both are given and name different accounts."""
    both = bool(sanitize(first)) and bool(sanitize(second))
    return both and not numbers_agree(first, second)


def texts_agree(first: str | None, second: str | None) -> bool:
    """Return whether both say something, and all of one stands in the other.

    Case, accents, punctuation and the order of words do not count.
    """
    one, other = _words(first), _words(second)
    if not one or not other:
        return False
    if set(one) <= set(other) or set(other) <= set(one):
        return True
    short, long = sorted(("".join(one), "".join(other)), key=len)
    return len(short) >= _SHORTEST_TEXT and short in long


def texts_contradict(first: str | None, second: str | None) -> bool:
    """Return whether both say something and have no word in common."""
    one, other = _words(first), _words(second)
    if not one or not other or texts_agree(first, second):
        return False
    return set(one).isdisjoint(other)


def says_something(text: str | None) -> bool:
    """Return whether there is a word in it."""
    return bool(_words(text))


@functools.lru_cache(maxsize=4096)
def _words(text: str | None) -> tuple[str, ...]:
    folded = visible(text or "").strip().casefold()
    if folded in _EMPTY:
        return ()
    plain = unicodedata.normalize("NFKD", folded)
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return tuple(re.findall(r"[^\W_]+", plain))
