"""Bank texts made fit for one line on a screen and for PostgreSQL."""

from __future__ import annotations

import re
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


def clean(text: str | None) -> str:
    """Return ``text`` on one line, readable and storable.

    Control characters and bidirectional marks go, ``<br>`` of any form becomes a
    blank, runs of white space become one blank. Nothing else is rewritten: other
    markup, emoji and letters of any script stay.
    """
    if not text:
        return ""
    text = _SURROGATE.sub(REPLACEMENT, text).translate(_DROPPED)
    return " ".join(_BREAK.sub(" ", text).split())


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
