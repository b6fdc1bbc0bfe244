"""JSON:API documents: loading, the ``data`` member, the paging cursor.

Links in an answer are never followed. Of ``links.next`` only the cursor is read,
whatever host the link names (Ponto API reference, "Pagination").
"""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from .const import MAX_CURSOR_LENGTH, MAX_DEPTH, MAX_LINK_LENGTH, MAX_PAGE_ROWS
from .errors import ResponseFormatError, TooMuch
from .parsing import UNCARRIABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

#: An integer with more digits is kept as Decimal: ``int()`` refuses the longest.
_LONGEST_INT = 40
_CURSOR_KEYS = ("page[after]", "after")
#: Keys a link to the first page may have.
_PLAIN_KEYS = ("page[limit]", "limit")


def load(body: bytes) -> Any:
    """Parse a JSON text, numbers with a fraction as Decimal.

    :param body: UTF-8 bytes
    :return: the parsed value; ``NaN`` and numbers beyond Decimal's range are kept
        in a form that no field reader accepts, so that they cost one row only
    :raise ResponseFormatError: if it is not JSON or nested deeper than 64 levels
    """
    value: Any = None
    problem = ""
    try:
        value = json.loads(
            body.decode("utf-8-sig"),
            parse_float=_number,
            parse_int=_integer,
            parse_constant=Decimal,
        )
    except UnicodeDecodeError:
        problem = "The answer is not UTF-8 text."
    except ValueError:
        problem = "The answer is not JSON."
    except RecursionError:
        problem = "The answer is nested too deeply."
    if not problem and _is_too_deep(value):
        problem = "The answer is nested too deeply."
    if problem:
        raise ResponseFormatError(problem)
    return value


def _number(text: str) -> Decimal | str:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= _LONGEST_INT else Decimal(text)


def _is_too_deep(value: object) -> bool:
    level: list[object] = [value]
    for _depth in range(MAX_DEPTH + 1):
        below: list[object] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
        if not below:
            return False
        level = below
    return True


def document(value: object) -> Mapping[str, Any]:
    """Return ``value`` if it is a JSON object.

    :raise ResponseFormatError: if it is not an object
    """
    if not isinstance(value, dict):
        msg = "The answer is not a JSON object."
        raise ResponseFormatError(msg)
    return value


def resource(value: object) -> Mapping[str, Any]:
    """Return the one resource object under ``data``.

    :raise ResponseFormatError: if there is none
    """
    data = document(value).get("data")
    if not isinstance(data, dict):
        msg = "data is not an object."
        raise ResponseFormatError(msg)
    return data


def collection(value: object) -> list[Any]:
    """Return the list under ``data``, which may be empty but not missing.

    :raise ResponseFormatError: if there is no list
    :raise TooMuch: if it has more than ten times the rows that Ponto serves
    """
    data = document(value).get("data")
    if not isinstance(data, list):
        msg = "data is not a list."
        raise ResponseFormatError(msg)
    if len(data) > MAX_PAGE_ROWS:
        msg = "The page has far more rows than were asked for."
        raise TooMuch(msg)
    return data


def links(value: object) -> dict[str, Any]:
    """Return the ``links`` object of a document.

    :raise ResponseFormatError: if there is none
    """
    found = document(value).get("links")
    if not isinstance(found, dict):
        msg = "links is not an object."
        raise ResponseFormatError(msg)
    return found


def next_cursor(value: object, used: str | None) -> str | None:
    """Return the cursor of the next page, ``None`` at the end of the list.

    A page without ``links.next`` is the last one, however many items it has. So is
    a page whose link leads to itself or back to the first page.

    :param value: a collection document
    :param used: the cursor this page was asked with
    :raise ResponseFormatError: if there is a next page but no cursor to reach it;
        taking that for the end would lose transactions
    """
    found = document(value).get("links")
    link = found.get("next") if isinstance(found, dict) else None
    if isinstance(link, dict):
        link = link.get("href")
    if link is None or link == "":
        return None
    query = _query(link)
    cursor = next((query[key] for key in _CURSOR_KEYS if query.get(key)), None)
    if cursor is None and not _leads_to_first_page(query):
        msg = "links.next has no cursor."
        raise ResponseFormatError(msg)
    if cursor and (len(cursor) > MAX_CURSOR_LENGTH or UNCARRIABLE.search(cursor)):
        msg = "links.next has a cursor that nobody can send back."
        raise ResponseFormatError(msg)
    return None if cursor == used else cursor


def _query(link: object) -> dict[str, str]:
    if isinstance(link, str) and len(link) <= MAX_LINK_LENGTH:
        try:
            return dict(parse_qsl(urlsplit(link).query, keep_blank_values=True))
        except ValueError:
            pass
    msg = "links.next is not a link."
    raise ResponseFormatError(msg)


def _leads_to_first_page(query: Mapping[str, str]) -> bool:
    known = _PLAIN_KEYS + _CURSOR_KEYS
    return all(key in known or key.startswith("filter[") for key in query)
