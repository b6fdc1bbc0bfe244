"""What a bank said about a line, as rows of a table, whatever it may add one day."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from .text import clean

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def detail_rows(details: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield name and text of everything in ``details``, in its order.

    :param details: JSON; what lies deeper is named ``merchant.city``
    """
    if isinstance(details, Mapping):
        for key, value in details.items():
            yield from detail_rows(value, f"{path}.{key}" if path else str(key))
    elif isinstance(details, list | tuple):
        scalars = [_text(one) for one in details if not _is_nested(one)]
        if any(scalars):
            yield path, "\n".join(filter(None, scalars))
        for number, one in enumerate(filter(_is_nested, details), start=1):
            yield from detail_rows(one, f"{path}.{number}" if path else str(number))
    elif _text(details):
        yield path, _text(details)


def readable_name(path: str) -> str:
    """Return words for a name that nobody has translated: ``Merchant › City code``."""
    words = _WORD_START.sub("_", path).lower()
    parts = (part.replace("_", " ").strip() for part in words.split("."))
    return " › ".join(part[:1].upper() + part[1:] for part in parts if part)


def _is_nested(value: object) -> bool:
    return isinstance(value, Mapping | list | tuple)


def _text(value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        lines = (clean(line) for line in value.splitlines())
        return "\n".join(filter(None, lines))
    return str(value).lower() if isinstance(value, bool) else str(value)
