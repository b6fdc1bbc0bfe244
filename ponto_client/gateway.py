"""Paths, tokens and pages: what every call of the client needs.

Addresses are built from the configured base and quoted ids, never taken from links.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode
from uuid import uuid4

from . import jsonapi
from .auth import BasicAuth, BearerAuth, NoAuth, TokenKeeper, TokenStore
from .const import LIST_BUDGET, MAX_PAGE, MAX_PAGES, MEDIA_TYPE
from .error_response import ErrorContext
from .errors import AuthenticationError, BadRequest, RequestTimeout, TooMuch
from .models import Token
from .transport import Request, Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from .config import ClientConfig

_PLACEHOLDER = "{id}"
_FORM = {
    "Accept": "application/json",
    "Content-Type": "application/x-www-form-urlencoded",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A path with ``{id}`` in it, and the ids that belong there."""

    template: str
    ids: tuple[str, ...] = ()
    is_public: bool = False
    """Asked without a token."""
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The path with quoted ids.

        :raise BadRequest: if an id is blank or would change the path
        """
        path = self.template
        for value in self.ids:
            if not isinstance(value, str) or value.strip(" .") == "":
                msg = "An id is blank."
                raise BadRequest(msg)
            path = path.replace(
                _PLACEHOLDER, quote(value, safe="", errors="replace"), 1
            )
        return path


class Gateway:
    """Sends authorised requests and walks pages.

    :param config: address and credentials
    :param transport: sends single requests
    :param store: keeps the token
    :param clock: returns the present, aware
    """

    def __init__(
        self,
        config: ClientConfig,
        transport: Transport,
        store: TokenStore,
        clock: Callable[[], datetime],
    ) -> None:
        self._credentials = BasicAuth(config)
        self._transport = transport
        self._clock = clock
        self._tokens = TokenKeeper(store, self._fetch_token, clock)

    def new_token(self) -> Token:
        """Ask for a new token and keep it.

        :raise ConfigurationError: if there are no credentials
        :raise InvalidCredentials: if Ponto refuses them
        """
        return self._tokens.renew()

    def revoke_token(self) -> bool:
        """Give the kept token back and forget it; ``False`` where none is kept.

        A refresh token is what Ponto Connect ends the whole grant by.
        """
        token = self._tokens.kept()
        if token is None:
            return False
        text = token.refresh_token or token.access_token
        self._transport.send(
            Request(
                method="POST",
                template="/oauth2/revoke",
                path="/oauth2/revoke",
                auth=self._credentials,
                headers=_FORM,
                body=urlencode({"token": text}).encode("ascii"),
                context=ErrorContext(is_token_request=True),
                may_be_empty=True,
            )
        )
        self._tokens.forget()
        return True

    def get(self, endpoint: Endpoint, *, has_cursor: bool = False) -> Any:
        """Return the parsed answer of a GET."""
        return self._send(
            endpoint,
            Request(
                method="GET",
                template=endpoint.template,
                path=endpoint.path,
                auth=NoAuth(),
                params=endpoint.params,
                context=ErrorContext(has_cursor=has_cursor),
            ),
        )

    def add(
        self, endpoint: Endpoint, kind: str, attributes: Mapping[str, str]
    ) -> object:
        """Return the resource that a POST creates, which is never retried.

        The idempotency key makes Ponto carry it out once even if it is repeated
        with a new token after a 401.
        """
        document = {"data": {"type": kind, "attributes": dict(attributes)}}
        value = self._send(
            endpoint,
            Request(
                method="POST",
                template=endpoint.template,
                path=endpoint.path,
                auth=NoAuth(),
                headers={
                    "Content-Type": MEDIA_TYPE,
                    "Ibanity-Idempotency-Key": str(uuid4()),
                },
                body=json.dumps(document).encode(),
                is_repeatable=False,
            ),
        )
        return jsonapi.resource(value)

    def page(
        self, endpoint: Endpoint, after: str | None, limit: int
    ) -> tuple[Mapping[str, Any], str | None]:
        """Return one page and the cursor of the next, ``None`` at the end."""
        params = {**endpoint.params, "page[limit]": str(min(max(limit, 1), MAX_PAGE))}
        if after:
            params["page[after]"] = after
        value = self.get(replace(endpoint, params=params), has_cursor=bool(after))
        jsonapi.collection(value)
        return value, jsonapi.next_cursor(value, after)

    def items(
        self,
        endpoint: Endpoint,
        after: str | None = None,
        limit: int = MAX_PAGE,
        most: int | None = None,
    ) -> Iterator[tuple[object, str]]:
        """Yield every item of all pages with its path; stop where a cursor recurs.

        :param most: how many items a list may have that somebody waits for; None for
            one that may be long
        :raise TooMuch: if the list has more than any list has
        :raise RequestTimeout: if its pages come too slowly
        """
        seen = {after}
        count, spent = 0, 0.0
        for _page in range(MAX_PAGES):
            if most is not None and spent > LIST_BUDGET:
                msg = "The list did not come to its end in time."
                raise RequestTimeout(msg)
            began = time.monotonic()
            value, cursor = self.page(endpoint, after, limit)
            spent += time.monotonic() - began
            items = jsonapi.collection(value)
            count += len(items)
            if most is not None and count > most:
                break
            for index, item in enumerate(items):
                yield item, f"data[{index}]"
            if cursor is None or cursor in seen:
                return
            seen.add(cursor)
            after = cursor
        msg = "The list does not end."
        raise TooMuch(msg)

    def _send(self, endpoint: Endpoint, request: Request) -> Any:
        """Send with a token; once more with a new one if that is refused."""
        if endpoint.is_public:
            return self._transport.send(request)
        token = self._tokens.current()
        try:
            return self._transport.send(replace(request, auth=BearerAuth(token)))
        except AuthenticationError:
            pass
        token = self._tokens.replace_refused()
        try:
            return self._transport.send(replace(request, auth=BearerAuth(token)))
        except AuthenticationError:
            self._tokens.forget()
            raise

    def _fetch_token(self) -> Token:
        now = self._clock()
        value = self._transport.send(
            Request(
                method="POST",
                template="/oauth2/token",
                path="/oauth2/token",
                auth=self._credentials,
                headers=_FORM,
                body=b"grant_type=client_credentials",
                context=ErrorContext(is_token_request=True),
            )
        )
        return Token.from_api(value, now=now)
