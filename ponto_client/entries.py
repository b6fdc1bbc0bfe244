"""Lists of which a single entry may not be readable."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from .errors import ResponseFormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_Parsed = TypeVar("_Parsed")


def readable(
    items: Iterator[tuple[object, str]],
    parse: Callable[[object, str], _Parsed],
    unreadable: list[str] | None,
) -> Iterator[_Parsed]:
    """Parse each entry of a list; a page that cannot be read raises either way."""
    for item, path in items:
        try:
            parsed = parse(item, path)
        except ResponseFormatError as error:
            if unreadable is None:
                raise
            unreadable.append(error.message)
            continue
        yield parsed
