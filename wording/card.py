"""The short form of a status on a journal's card."""

from __future__ import annotations

import re

#: Characters that the card's first sentence may have.
LONGEST = 60
_NEXT_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[^\W\d_a-zà-öø-ÿа-яіїєґ])")
_CLAUSE = re.compile(r"[:;,·(]|\s[-–—]\s")
_SHORTEST = 20


def split_status(text: str) -> tuple[str, str]:
    """Split a status into a headline and what stands behind *Why?*.

    :param text: complete sentences, in any language
    :return: a headline of at most :data:`LONGEST` characters, and the rest. A first
        sentence that is longer is shortened at a clause, or else at a word; the rest is
        then the whole text.
    """
    first, *rest = _NEXT_SENTENCE.split(text, maxsplit=1)
    if len(first) <= LONGEST:
        return first, "".join(rest)
    clauses = [match.start() for match in _CLAUSE.finditer(first)]
    fitting = [end for end in clauses if _SHORTEST <= end < LONGEST]
    if fitting:
        return f"{first[: fitting[-1]].rstrip()}.", text
    return f"{first[:LONGEST].rsplit(' ', 1)[0][: LONGEST - 1]}…", text
