"""Pages by cursor: JSON:API members and Ponto's literal brackets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .problems import invalid_parameter, not_found

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from werkzeug.datastructures import MultiDict

    from .switches import Switches

DEFAULT_LIMIT = 10
MAX_LIMIT = 100
PARAMETERS = ("limit", "before", "after")


Item = TypeVar("Item")


@dataclass(frozen=True)
class PageRequest:
    """What the caller asks for."""

    limit: int = DEFAULT_LIMIT
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True)
class Page(Generic[Item]):
    """A slice of a list, and the cursors to its neighbours."""

    items: Sequence[Item]
    limit: int
    before: str | None
    after: str | None

    def paging(self, *, with_nulls: bool) -> dict[str, Any]:
        """The ``meta.paging`` member; some lists omit the cursors that are null."""
        cursors = {"before": self.before, "after": self.after}
        if not with_nulls:
            cursors = {name: value for name, value in cursors.items() if value}
        return {"limit": self.limit, **cursors}

    def links(self, url: str, filters: Sequence[tuple[str, str]]) -> dict[str, str]:
        """The ``links`` member, with unescaped brackets."""
        extra = "".join(f"&{name}={value}" for name, value in filters)
        size = f"page[limit]={self.limit}{extra}"
        links = {"first": f"{url}?{size}"}
        if self.after:
            links["next"] = f"{url}?page[after]={self.after}&{size}"
        if self.before:
            links["prev"] = f"{url}?page[before]={self.before}&{size}"
        return links


def read_page_request(query: MultiDict[str, str], switches: Switches) -> PageRequest:
    """The paging parameters, bracketed or bare.

    :raise Problem: if the limit is no number from 1 to 100
    """
    values = {name: query.get(f"page[{name}]", query.get(name)) for name in PARAMETERS}
    text = values["limit"]
    if text is None:
        limit = DEFAULT_LIMIT
    elif text.isascii() and text.isdigit() and int(text) > 0:
        limit = int(text)
    else:
        msg = "page[limit]"
        raise invalid_parameter(msg, "The limit must be a positive number.")
    if limit > MAX_LIMIT:
        if switches.page_limit_over_max == "400":
            msg = "page[limit]"
            raise invalid_parameter(msg, "The limit must be at most 100.")
        limit = MAX_LIMIT
    return PageRequest(limit, values["before"] or None, values["after"] or None)


def cut(
    items: Sequence[Item],
    wanted: PageRequest,
    switches: Switches,
    cursor_of: Callable[[Item], str],
) -> Page[Item]:
    """The page that was asked for.

    :raise Problem: if the cursor is unknown, unless the switch says otherwise
    """
    size = wanted.limit
    if switches.short_pages:
        size = max(1, size // 2)
    start, end = 0, size
    cursor = wanted.after or wanted.before
    if cursor is not None:
        place = _find(map(cursor_of, items), cursor, switches)
        if place is None:
            return Page([], wanted.limit, None, None)
        if wanted.after:
            start, end = place + 1, place + 1 + size
        else:
            start, end = max(0, place - size), place
    page = items[start:end]
    more = bool(page) and end < len(items)
    earlier = bool(page) and start > 0
    return Page(
        page,
        wanted.limit,
        before=cursor_of(page[0]) if earlier else None,
        after=cursor_of(page[-1]) if more else None,
    )


def _find(known: Iterable[str], cursor: str, switches: Switches) -> int | None:
    for place, item in enumerate(known):
        if item == cursor:
            return place
    if switches.unknown_cursor == "400":
        msg = "page[after]"
        raise invalid_parameter(msg, "The cursor is unknown.")
    if switches.unknown_cursor == "404":
        msg = "cursor"
        raise not_found(msg)
    return None
