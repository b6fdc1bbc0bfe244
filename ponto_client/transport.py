"""Sending one request: time-outs, retries, limits, log line, error translation.

Never followed: redirects, and links to other hosts. Never logged: bodies, headers,
query strings, and the ids in a path.
"""

from __future__ import annotations

import logging
import math
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import requests
from urllib3.exceptions import HTTPError

from . import jsonapi
from .const import (
    CHUNK_BYTES,
    CONNECT_TIMEOUT,
    LEAST_TIME,
    MAX_BODY_BYTES,
    MAX_WIRE_BYTES,
    MEDIA_TYPE,
    PACKING,
    PACKINGS,
    READ_TIMEOUT,
    TOTAL_BUDGET,
)
from .error_response import ErrorContext, build_error, has_errors, plain_word
from .errors import (
    PontoError,
    RequestTimeout,
    ResponseFormatError,
)
from .library_errors import out_of_time, translated
from .limits import OpenSockets, limited, too_large
from .redaction import RedactingFilter
from .retry import RetryPolicy, parse_retry_after
from .session import ca_bundle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from requests.auth import AuthBase

    from .config import ClientConfig

_logger = logging.getLogger(__name__)
_logger.addFilter(RedactingFilter())

#: Own machine: no proxy may see what goes there without TLS.
_NO_PROXIES: dict[str, Any] = {"http": None, "https": None, "all": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, not yet sent."""

    method: str
    template: str
    """Path with the names of its parts, e.g. ``/accounts/{id}``: goes to the log."""
    path: str
    """Path with their values, quoted."""
    auth: AuthBase
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    is_repeatable: bool = True
    """Whether sending it twice does the same as sending it once."""
    context: ErrorContext = field(default_factory=ErrorContext)
    may_be_empty: bool = False
    """Whether success may come without a body; it is ``None`` then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What came back, read to its end."""

    status: int
    body: bytes
    request_id: str | None
    retry_after: int | None


class Transport:
    """Sends requests to one API address.

    :param config: address and user agent
    :param session: used as it is; never for another address
    :param clock: returns the present, aware
    :param sleep: waits for that many seconds
    :param policy: when to try again
    :param deadline: moment of ``time.monotonic()`` at which the caller's time is over
    :param owns_session: whether the session is closed with the transport
    """

    def __init__(
        self,
        config: ClientConfig,
        session: requests.Session,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], object] = time.sleep,
        policy: RetryPolicy,
        deadline: float | None = None,
        owns_session: bool = True,
    ) -> None:
        # The one part that needs the secret hides it.
        self._config = replace(config, client_secret="")
        self._session = session
        self._clock = clock
        self._sleep = sleep
        self._policy = policy
        self._deadline = deadline
        self._owns_session = owns_session
        self._opened = OpenSockets()

    def close(self) -> None:
        """Close all connections; the next request opens another."""
        if self._owns_session:
            self._session.close()
        self._opened.close()

    def send(self, request: Request) -> Any:
        """Send ``request``, again if that may help, and return the parsed body.

        :raise PontoError: the class says what went wrong
        :raise OutOfTime: where there was no answer and no time to try again
        """
        start = self._clock()
        failures: list[PontoError] = []
        while True:
            tries = len(failures) + 1
            try:
                value = self._try(request, tries, start)
            except PontoError as error:
                failure = error
            else:
                _tell_retries(request, failures)
                return value
            failures.append(failure)
            wait = None
            if request.is_repeatable:
                wait = self._policy.wait(failure, tries, self._elapsed(start))
            if wait is None:
                raise failure
            if wait >= self._left():
                # What was answered, or broke at once, would do so again.
                slow = isinstance(failure, RequestTimeout)
                raise out_of_time() if slow else failure
            self._sleep(wait)

    def _try(self, request: Request, attempt: int, start: datetime) -> Any:
        began = self._clock()
        answer: _Answer | None = None
        try:
            answer = self._exchange(request, start)
        finally:
            _logger.debug(
                "%s %s: status %s in %d ms, request %s, attempt %d",
                request.method,
                request.template,
                answer.status if answer else "none",
                self._elapsed(began) * 1000,
                answer.request_id if answer else None,
                attempt,
            )
        if request.may_be_empty and answer.status == 200 and not answer.body:
            return None
        return _parse(answer, request.context)

    def _exchange(self, request: Request, start: datetime) -> _Answer:
        """Send once and read the answer; translate what the libraries raise.

        The translation is raised outside of ``except``, so that no exception with a
        URL or header in its text hangs on to it.
        """
        failure: PontoError
        seconds = max(TOTAL_BUDGET - self._elapsed(start), LEAST_TIME)
        try:
            with limited(min(seconds, self._left()), MAX_WIRE_BYTES, self._opened):
                response = self._open(request, start)
                try:
                    return self._read(response, start)
                finally:
                    response.close()
        except PontoError as error:
            failure = error
        except (HTTPError, OSError, ValueError) as error:
            failure = translated(error)
        # What failed may still be held by what the libraries raised.
        self.close()
        if isinstance(failure, RequestTimeout) and self._left() < LEAST_TIME:
            failure = out_of_time()
        raise failure

    def _open(self, request: Request, start: datetime) -> requests.Response:
        left = TOTAL_BUDGET - self._elapsed(start) - CONNECT_TIMEOUT
        caller_left = self._left()
        if caller_left < LEAST_TIME:
            raise out_of_time()
        return self._session.request(
            request.method,
            self._config.api_url + request.path,
            params=dict(request.params),
            data=request.body,
            headers={
                "Accept": MEDIA_TYPE,
                "Accept-Encoding": PACKING,
                "User-Agent": self._config.user_agent,
                **request.headers,
            },
            auth=request.auth,
            timeout=min(READ_TIMEOUT, max(left, 1.0), caller_left),
            allow_redirects=False,
            proxies=_NO_PROXIES if self._config.is_loopback else None,
            verify=ca_bundle(self._session),
            stream=True,
        )

    def _read(self, response: requests.Response, start: datetime) -> _Answer:
        headers = {key.lower(): value for key, value in response.headers.items()}
        declared = str(headers.get("content-length", ""))
        if declared.isdecimal() and int(declared[:18]) > MAX_BODY_BYTES:
            raise too_large(response.status_code)
        if str(headers.get("content-encoding", "")).strip().lower() not in PACKINGS:
            msg = "The answer is packed in a way that was not asked for."
            raise ResponseFormatError(msg, status=response.status_code)
        body = bytearray()
        for chunk in _chunks(response):
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                raise too_large(response.status_code)
            if self._elapsed(start) > TOTAL_BUDGET:
                msg = "Ponto did not finish its answer in time."
                raise RequestTimeout(msg)
            if self._left() <= 0:
                raise out_of_time()
        return _Answer(
            status=response.status_code,
            body=bytes(body),
            request_id=plain_word(headers.get("ibanity-request-id")),
            retry_after=parse_retry_after(headers.get("retry-after"), self._clock()),
        )

    def _left(self) -> float:
        """Return the seconds that the caller has left."""
        if self._deadline is None:
            return math.inf
        return self._deadline - time.monotonic()

    def _elapsed(self, since: datetime) -> float:
        return max((self._clock() - since).total_seconds(), 0.0)


def _tell_retries(request: Request, failures: Sequence[PontoError]) -> None:
    """Say that a request was repeated, where that helped. Where it did not, the caller
    tells the failure, once: an outage must not fill the log."""
    for failure in failures:
        kind = failure.status or type(failure).__name__
        _logger.info(
            "%s %s: sent again after %s", request.method, request.template, kind
        )


def _chunks(response: requests.Response) -> Any:
    if response.raw is None:  # a prepared answer, as test doubles give
        return [response.content or b""]
    return response.iter_content(CHUNK_BYTES)


def _parse(answer: _Answer, context: ErrorContext) -> Any:
    """Return the parsed body of a successful answer.

    :raise PontoError: for any other answer
    """
    value, problem = None, None
    try:
        value = jsonapi.load(answer.body)
    except ResponseFormatError as error:
        problem = error.message
    if 300 <= answer.status < 400:
        problem = "Ponto answered with a redirect, which is not followed."
    elif answer.status >= 400 or has_errors(value):
        raise build_error(
            answer.status,
            value,
            request_id=answer.request_id,
            retry_after=answer.retry_after,
            context=context,
        )
    if problem:
        raise ResponseFormatError(
            problem, status=answer.status, request_id=answer.request_id
        )
    return value
