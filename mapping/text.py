"""Bank texts made fit for one line on a screen and for PostgreSQL."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

#: Stands where a character cannot be stored.
REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"

#: Of what is shown in one line; the whole text is kept in the details.
MAX_LENGTH: Final = 500

_BREAK = re.compile(r"<\s*/?\s*br\s*/?\s*>", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_BIDI = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
#: Controls without meaning; those that separate words become blanks.
_CONTROLS = (*range(0x20), *range(0x7F, 0xA0))
_DROPPED: dict[int, str | None] = {
    **dict.fromkeys(_CONTROLS, None),
    **dict.fromkeys(_BIDI, None),
    **dict.fromkeys(map(ord, "\t\n\v\f\r\x85"), " "),
}


#: Categories of characters that show nothing.
_INVISIBLE: Final = frozenset({"Cf", "Cc", "Zs"})
#: Others that show nothing where they stand alone: fillers, joiners, selectors.
_FILLERS: Final = frozenset(
    map(chr, (0x034F, 0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0, *range(0xFE00, 0xFE10)))
)
#: The end of a flag such as Scotland's is written with these.
_TAGS: Final = range(0xE0020, 0xE0080)


def clean(text: str | None) -> str:
    """Return ``text`` on one line, readable and storable; empty if it shows nothing.

    Control characters and bidirectional marks go, ``<br>`` of any form becomes a
    blank, runs of white space become one blank, and what shows nothing goes where it
    stands alone or at the edges. Nothing else is rewritten: other markup, emoji and
    letters of any script, joiners between them included, stay.
    """
    line = one_line(text)
    if line.isascii():
        return line
    words = [word for word in line.split(" ") if _shows(word)]
    return _strip(" ".join(words))


def one_line(text: str | None) -> str:
    """Return ``text`` as :func:`clean` does, invisible characters left in place.

    Fingerprints are made of it (``fingerprint.py``): it never changes.
    """
    if not text:
        return ""
    text = _SURROGATE.sub(REPLACEMENT, text).translate(_DROPPED)
    return " ".join(_BREAK.sub(" ", text).split())


def visible(text: str) -> str:
    """Return ``text`` without format characters, as digits and words are compared."""
    if text.isascii():
        return text
    return "".join(char for char in text if unicodedata.category(char) != "Cf")


def _shows(word: str) -> bool:
    return any(
        unicodedata.category(char) not in _INVISIBLE and char not in _FILLERS
        for char in word
    )


def _strip(text: str) -> str:
    first, last = 0, len(text)
    while first < last and unicodedata.category(text[first]) in _INVISIBLE:
        first += 1
    while first < last and _ends_nothing(text[last - 1]):
        last -= 1
    return text[first:last]


def _ends_nothing(char: str) -> bool:
    return unicodedata.category(char) in _INVISIBLE and ord(char) not in _TAGS


def shorten(text: str, length: int) -> str:
    """Return ``text`` with at most ``length`` characters, ``…`` where it was cut."""
    if len(text) <= length:
        return text
    return text[: length - 1].rstrip() + "…"


def short(text: str | None, length: int = MAX_LENGTH) -> str | None:
    """Return ``text`` cleaned and shortened for a field, ``None`` if nothing is left.

    An index of PostgreSQL refuses rows of a few kB, and no name is as long as that.
    """
    return shorten(clean(text), length) or None


def storable_text(text: str) -> str:
    """Return ``text`` with U+FFFD for what PostgreSQL refuses: NUL, surrogates."""
    return _SURROGATE.sub(REPLACEMENT, text.replace("\0", REPLACEMENT))
