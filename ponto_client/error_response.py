"""From an error answer to the right class of :mod:`~ponto_client.errors`.

Both shapes are understood on any endpoint: JSON:API ``errors`` and OAuth ``error``
(Ponto API reference, "Errors"; RFC 6749 section 5.2), as are empty and HTML bodies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .errors import (
    AuthenticationError,
    BadRequest,
    Conflict,
    ErrorItem,
    InvalidAccessToken,
    InvalidCredentials,
    InvalidCursor,
    NotFound,
    PermissionDenied,
    PontoError,
    RateLimited,
    RecentlySynchronized,
    RequestTimeout,
    ResponseFormatError,
    ServerError,
)
from .parsing import Fields
from .redaction import redact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WORD = re.compile(r"[A-Za-z0-9_.:\-]{1,128}")

_BY_CODE: dict[str, type[PontoError]] = {
    "accountrecentlysynchronized": RecentlySynchronized,
    "invalidaccesstoken": InvalidAccessToken,
    "invalid_token": InvalidAccessToken,
    "invalid_client": InvalidCredentials,
    "unauthorized_client": InvalidCredentials,
    "invalid_grant": AuthenticationError,
    "access_denied": PermissionDenied,
    "insufficient_scope": PermissionDenied,
    "resourcenotfound": NotFound,
    "toomanyrequests": RateLimited,
    "ratelimitexceeded": RateLimited,
}
_BY_STATUS: dict[int, type[PontoError]] = {
    400: BadRequest,
    401: InvalidAccessToken,
    403: PermissionDenied,
    404: NotFound,
    408: RequestTimeout,
    409: Conflict,
    410: NotFound,
    422: BadRequest,
    429: RateLimited,
}
_SENTENCES: dict[type[PontoError], str] = {
    AuthenticationError: "Ponto did not accept the authentication.",
    BadRequest: "Ponto refused the request.",
    Conflict: "Ponto is busy with another request for the same resource.",
    InvalidAccessToken: "Ponto did not accept the access token.",
    InvalidCredentials: "Ponto did not accept the client id and secret.",
    InvalidCursor: "Ponto does not know the paging cursor any more.",
    NotFound: "Ponto does not know this resource, or no longer shares it.",
    PermissionDenied: "The integration is not allowed to do this.",
    RateLimited: "Ponto received too many requests.",
    RecentlySynchronized: "This account was synchronized a moment ago.",
    RequestTimeout: "Ponto did not receive the request in time.",
    ResponseFormatError: "Ponto reported an error with a status of success.",
    ServerError: "Ponto has a technical problem.",
}
#: Names a server may give to the paging cursor when it refuses it.
_CURSOR_NAMES = frozenset({"after", "page[after]", "page.after", "/page/after"})
#: A list is never missing for want of these, so the cursor must be meant.
_CURSOR_RESOURCES = frozenset({"cursor", "transaction", "pendingtransaction"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorContext:
    """What is known about the request that failed."""

    is_token_request: bool = False
    """A 401 then means wrong credentials, not a wrong token."""
    has_cursor: bool = False
    """Only then can an error be about the cursor."""


def has_errors(value: object) -> bool:
    """Whether a parsed body is an error document of either shape."""
    return isinstance(value, dict) and bool(
        value.get("errors") or ("data" not in value and value.get("error"))
    )


def error_items(value: object) -> tuple[ErrorItem, ...]:
    """Return the errors of a parsed body of any form; it never raises."""
    if not isinstance(value, dict):
        return ()
    listed = value.get("errors")
    if isinstance(listed, dict):
        listed = [listed]
    if isinstance(listed, list) and listed:
        return tuple(_item(item) for item in listed if isinstance(item, dict))
    if value.get("error"):
        detail = Fields(value, "error").text("error_description")
        return (ErrorItem(code=plain_word(value["error"]), detail=detail),)
    return ()


def plain_word(value: object) -> str | None:
    """Return ``value`` if it is one word that may stand in a log, else ``None``."""
    if not isinstance(value, str) or not _WORD.fullmatch(value):
        return None
    return value if redact(value) == value else None


def build_error(
    status: int,
    value: object,
    *,
    request_id: str | None = None,
    retry_after: int | None = None,
    context: ErrorContext | None = None,
) -> PontoError:
    """Return the error that an answer stands for.

    :param status: HTTP status
    :param value: the parsed body, ``None`` if there is none or it is not JSON
    :param request_id: header ``ibanity-request-id``
    :param retry_after: seconds, already checked and capped
    :param context: what is known about the request
    """
    items = error_items(value)
    kind, code = _classify(status, items, context or ErrorContext())
    facts: dict[str, Any] = {
        "status": status,
        "code": code,
        "request_id": plain_word(request_id) or _request_id(value),
        "errors": items,
    }
    message = _SENTENCES.get(kind, "Ponto gave an unexpected answer.")
    if issubclass(kind, (RateLimited, ServerError)):
        return kind(message, retry_after=retry_after, **facts)
    return kind(message, **facts)


def _item(item: Mapping[str, Any]) -> ErrorItem:
    fields = Fields(item, "errors")
    meta, source = fields.child("meta"), fields.child("source")
    return ErrorItem(
        code=plain_word(item.get("code")),
        detail=fields.text("detail"),
        resource=meta.text("resource"),
        attribute=meta.text("attribute")
        or source.text("parameter")
        or source.text("pointer"),
    )


def _classify(
    status: int, items: Sequence[ErrorItem], context: ErrorContext
) -> tuple[type[PontoError], str | None]:
    """Class and code of an answer: 429 and 5xx by status, then by code, then status."""
    codes = [item.code for item in items if item.code]
    code = codes[0] if codes else None
    if status >= 500:
        return ServerError, code
    if status == 429:
        return RateLimited, code
    if context.has_cursor and any(_is_about_cursor(item) for item in items):
        return InvalidCursor, code
    known = next((word for word in codes if word.lower() in _BY_CODE), None)
    kind = _BY_CODE[known.lower()] if known else _by_status(status)
    if context.is_token_request and kind is InvalidAccessToken:
        kind = InvalidCredentials
    return kind, known or code


def _by_status(status: int) -> type[PontoError]:
    if status < 400:
        return ResponseFormatError
    return _BY_STATUS.get(status, PontoError)


def _is_about_cursor(item: ErrorItem) -> bool:
    """Whether an error names the cursor, its parameter, or the row it points to.

    The collection of an unknown *account* is ``meta.resource`` account, so a missing
    ``transaction`` can only be the one that the cursor names.
    """
    code, resource = (item.code or "").lower(), (item.resource or "").lower()
    attribute = (item.attribute or "").lower()
    return (
        "cursor" in code
        or attribute in _CURSOR_NAMES
        or (code == "resourcenotfound" and resource in _CURSOR_RESOURCES)
    )


def _request_id(value: object) -> str | None:
    """Return the request id inside an error document of JSON:API."""
    listed = value.get("errors") if isinstance(value, dict) else None
    for item in listed if isinstance(listed, list) else ():
        meta = item.get("meta") if isinstance(item, dict) else None
        found = meta.get("requestId") if isinstance(meta, dict) else None
        if plain_word(found):
            return plain_word(found)
    return None
