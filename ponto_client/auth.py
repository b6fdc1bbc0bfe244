"""Tokens and the ``Authorization`` header.

Every request carries one of the ``AuthBase`` classes below, the public ones too:
``requests`` would otherwise add credentials it finds in a ``.netrc`` file.
"""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Protocol

from requests.auth import AuthBase

from .const import TOKEN_MARGIN
from .errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from requests import PreparedRequest

    from .config import ClientConfig
    from .models.token import Token


class TokenStore(Protocol):
    """Where a token is kept between requests, and between processes."""

    def load(self) -> Token | None:
        """Return the token kept, ``None`` if there is none."""

    def save(self, token: Token) -> None:
        """Keep ``token`` instead of the one before."""

    def clear(self) -> None:
        """Forget the token, which Ponto refused."""


class MemoryTokenStore:
    """Keeps the token as long as the process lives."""

    def __init__(self) -> None:
        self._token: Token | None = None

    def load(self) -> Token | None:
        """Return the token kept, ``None`` if there is none."""
        return self._token

    def save(self, token: Token) -> None:
        """Keep ``token`` instead of the one before."""
        self._token = token

    def clear(self) -> None:
        """Forget the token."""
        self._token = None


class BearerAuth(AuthBase):
    """``Authorization: Bearer``; its ``repr`` shows no token."""

    def __init__(self, token: Token) -> None:
        self._token = token

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        r.headers["Authorization"] = f"Bearer {self._token.access_token}"
        return r


class BasicAuth(AuthBase):
    """``Authorization: Basic`` with client id and secret, UTF-8.

    :raise ConfigurationError: if one of them is empty
    """

    def __init__(self, config: ClientConfig) -> None:
        if not config.client_id or not config.client_secret:
            msg = "The client id or the client secret is missing."
            raise ConfigurationError(msg)
        self._config = config

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        pair = f"{self._config.client_id}:{self._config.client_secret}"
        encoded = b64encode(pair.encode()).decode("ascii")
        r.headers["Authorization"] = f"Basic {encoded}"
        return r


class NoAuth(AuthBase):
    """No ``Authorization`` header, wherever one might come from."""

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        r.headers.pop("Authorization", None)
        return r


class TokenKeeper:
    """Gives a token that will live for another minute at least.

    :param store: where it is kept
    :param fetch: asks Ponto for a new one
    :param clock: returns the present, aware
    """

    def __init__(
        self,
        store: TokenStore,
        fetch: Callable[[], Token],
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._fetch = fetch
        self._clock = clock

    def current(self) -> Token:
        """Return the kept token, or a new one if it has less than 60 s left."""
        token = self._store.load()
        if token is not None and token.is_usable(self._clock(), TOKEN_MARGIN):
            return token
        return self.renew()

    def kept(self) -> Token | None:
        """Return the kept token, whatever its age."""
        return self._store.load()

    def renew(self) -> Token:
        """Return a new token and keep it."""
        token = self._fetch()
        self._store.save(token)
        return token

    def replace_refused(self) -> Token:
        """Forget the kept token, which Ponto refused, and return a new one."""
        self._store.clear()
        return self.renew()

    def forget(self) -> None:
        """Forget the kept token."""
        self._store.clear()
