"""Everything that can go wrong, as one tree under :class:`PontoError`.

``str(error)`` is one sentence with the HTTP status, Ponto's code and the request
id. It never holds a body, a query string, a secret or an account number, so it may
be logged. Texts written by Ponto or a bank are in :attr:`PontoError.errors` only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorItem:
    """One member of a JSON:API ``errors`` list, or one OAuth error."""

    code: str | None = None
    """Machine-readable code, ``None`` where absent or not a plain word."""
    detail: str | None = field(default=None, repr=False)
    """Sentence of the remote side. May name people and accounts: never log it."""
    resource: str | None = None
    """``meta.resource``, e.g. ``account``."""
    attribute: str | None = None
    """``meta.attribute``, or what ``source.pointer``/``source.parameter`` names."""


class PontoError(Exception):
    """A request to Ponto did not give what was asked.

    :param message: one sentence without any remote text
    :param status: HTTP status, ``None`` if there was no answer
    :param code: Ponto's or OAuth's error code, ``None`` if unknown
    :param request_id: id that Ponto's support asks for
    :param retryable: whether the same request may succeed later by itself;
        by default what is usual for the class
    :param errors: the error objects of the answer
    """

    usually_retryable = False

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: str | None = None,
        request_id: str | None = None,
        retryable: bool | None = None,
        errors: Sequence[ErrorItem] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.request_id = request_id
        self.retryable = self.usually_retryable if retryable is None else retryable
        self.errors = tuple(errors)

    def __str__(self) -> str:
        facts = []
        if self.status is not None:
            facts.append(f"HTTP {self.status}")
        if self.code:
            facts.append(f"code {self.code}")
        if self.request_id:
            facts.append(f"request {self.request_id}")
        return f"{self.message} ({', '.join(facts)})" if facts else self.message


class ConfigurationError(PontoError):
    """The API address or the credentials cannot be used as they are."""


class TransportError(PontoError):
    """No answer was received."""

    usually_retryable = True


class RequestTimeout(TransportError):
    """The server did not answer in time."""


class OutOfTime(RequestTimeout):
    """The caller's time is over before Ponto's is; asking again later may help."""


class ConnectionFailed(TransportError):
    """The server could not be reached, or the connection broke."""


class TlsError(TransportError):
    """The certificate of the server (or the CA bundle here) is not acceptable."""

    usually_retryable = False


class ResponseFormatError(PontoError):
    """The answer is not what the API documents; the message names the JSON path."""


class TooMuch(ResponseFormatError):
    """More came at once than any Ponto sends; none of it was taken."""


class AuthenticationError(PontoError):
    """Ponto does not accept who we say we are."""


class InvalidCredentials(AuthenticationError):
    """Client id or client secret is wrong, or was withdrawn."""


class InvalidAccessToken(AuthenticationError):
    """The access token was refused, and so was a fresh one."""


class PermissionDenied(PontoError):
    """The integration may not do this (HTTP 403)."""


class NotFound(PontoError):
    """The resource does not exist, or is no longer shared with the integration."""


class BadRequest(PontoError):
    """Ponto refused the request itself (HTTP 400 or 422)."""


class InvalidCursor(BadRequest):
    """The paging cursor is no longer known: begin at the first page again."""


class RecentlySynchronized(BadRequest):
    """The same kind of synchronization was asked too recently. A normal answer."""


class Conflict(PontoError):
    """The request collides with another one (HTTP 409)."""


class _Delayed(PontoError):
    """An error that may tell when to come back."""

    usually_retryable = True

    def __init__(
        self,
        message: str,
        *,
        retry_after: int | None = None,
        status: int | None = None,
        code: str | None = None,
        request_id: str | None = None,
        retryable: bool | None = None,
        errors: Sequence[ErrorItem] = (),
    ) -> None:
        super().__init__(
            message,
            status=status,
            code=code,
            request_id=request_id,
            retryable=retryable,
            errors=errors,
        )
        self.retry_after = retry_after


class RateLimited(_Delayed):
    """Too many requests (HTTP 429).

    :param retry_after: seconds to wait, at most a day; ``None`` if not told
    """


class ServerError(_Delayed):
    """Ponto itself failed (HTTP 5xx).

    :param retry_after: seconds to wait, at most a day; ``None`` if not told
    """
