"""One text by which a bank line is found, and what a person types to find it.

Case, accents, blanks and punctuation are no part of it, whoever wrote them: the account
number ``BE71 0961 2345 6769`` is ``be71096123456769``, the reference
``+++090/9337/55493+++`` is ``090933755493``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Final

#: Between two texts; nobody can type it.
SEPARATOR: Final = "\n"
#: So many texts are looked through for one that repeats a part of them.
COMPARED: Final = 100
#: Details in which nobody looks for a word, and in whose digits any number is found.
UNSEARCHED: Final = frozenset(
    {
        "account",
        "amount",
        "created_at",
        "currency",
        "digest",
        "execution_date",
        "remittance_information_type",
        "transaction",
        "updated_at",
        "value_date",
    }
)


def search_text(*texts: str | None, details: object = None) -> str:
    """Return the text of a line that is searched.

    :param details: JSON with whatever else the bank said
    """
    # In their order, each once.
    found: dict[str, None] = {}
    for text in (*texts, *_leaves(details)):
        compact = _compact(text or "")
        if compact and compact not in found and not _stands_in(compact, found):
            found[compact] = None
    return SEPARATOR.join(found)


def search_words(text: str | None) -> list[str]:
    """Return the words that all have to be found.

    Neighbouring words that hold a digit are one: they are the groups of a number.
    """
    found: list[str] = []
    was_number = False
    for part in (text or "").split():
        word = _compact(part)
        if not word:
            continue
        is_number = any(char.isdigit() for char in word)
        if is_number and was_number:
            found[-1] += word
        else:
            found.append(word)
        was_number = is_number
    return found


def _stands_in(text: str, found: Iterable[str]) -> bool:
    """Whether one of the first texts says it, too.

    Of the first only: a bank that sends a hundred thousand values must not cost hours.
    """
    return any(text in other for other in islice(found, COMPARED))


def _compact(text: str) -> str:
    """Only letters and digits, in small letters without accents."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in folded if char.isalnum())


def _leaves(details: object) -> Iterator[str]:
    if isinstance(details, Mapping):
        for key, value in details.items():
            if key not in UNSEARCHED or isinstance(value, Mapping | list):
                yield from _leaves(value)
    elif isinstance(details, list | tuple):
        for value in details:
            yield from _leaves(value)
    elif isinstance(details, str):
        yield details
    elif isinstance(details, int | float) and not isinstance(details, bool):
        yield str(details)
