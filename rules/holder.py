"""Does an account belong to this company? A hint from the names."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from ..mapping.text import visible

#: Legal forms and small words of three letters and more that say nothing.
_NOISE: Final = frozenset(
    word
    for words in (
        # Belgium, Netherlands, Luxembourg, France
        "bvba sprl srl sarl sprlu scrl cvba vof vzw asbl aisbl ivzw snc sca comm",
        "commv scs ebvba sas sasu eurl sci scop sce gie eirl",
        # Germany, Austria, Switzerland
        "gmbh kgaa ohg gbr mbh gesmbh",
        # elsewhere
        "ltd limited llc llp inc corp plc pty company spa sapa sro spol doo zoo aps",
        "oyj ehf lda sgps stichting vereniging",
        # particles and conjunctions
        "van von der den het les des the and und voor pour",
    )
    for word in words.split()
)
#: Letters that do not come apart into a plain letter and an accent.
_LETTERS = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ł": "l", "ð": "d", "þ": "th"}
)
_SHORTEST: Final = 3


def shares_a_word(holder_name: str | None, company_name: str | None) -> bool:
    """Return whether the two names have a telling word in common.

    Case and accents do not count, nor do legal forms (BV, SRL, GmbH, …), particles
    and words of less than three letters. Without a name the answer is no.
    """
    return not _words(holder_name).isdisjoint(_words(company_name))


def _words(name: str | None) -> set[str]:
    text = unicodedata.normalize("NFKD", visible(name or "").casefold()).translate(
        _LETTERS
    )
    text = "".join(char for char in text if not unicodedata.combining(char))
    words = re.split(r"[\W_]+", text)
    return {word for word in words if len(word) >= _SHORTEST and word not in _NOISE}
