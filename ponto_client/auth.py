"""Tokens and the ``Authorization`` header.

Every request carries one of the ``AuthBase`` classes below, the public ones too:
``requests`` would otherwise add credentials it finds in a ``.netrc`` file.
"""

from __future__ import annotations

from base64 import b64encode
from itertools import cycle
from typing import TYPE_CHECKING, Protocol, TypeVar

from requests.auth import AuthBase

from .const import TOKEN_MARGIN
from .errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from requests import PreparedRequest

    from .config import ClientConfig
    from .models.token import Token

T = TypeVar("T")


class TokenStore(Protocol):
    """Where a token is kept between requests, and between processes."""

    def load(self) -> Token | None:
        """Return the token kept, ``None`` if there is none."""

    def save(self, token: Token) -> None:
        """Keep ``token`` instead of the one before."""

    def clear(self) -> None:
        """Forget the token, which Ponto refused."""


def hidden(value: T) -> Callable[[], T]:
    """Return a function that gives ``value``, to which no attribute leads.

    The attributes of an object, and the cells of a closure, are open to whoever has the
    object, expressions in a host program's templates included; what an iterator of the
    standard library holds is not.
    """
    return cycle((value,)).__next__


class MemoryTokenStore:
    """Keeps the token as long as the process lives."""

    def __init__(self) -> None:
        self._load: Callable[[], Token | None] = hidden(None)

    def load(self) -> Token | None:
        """Return the token kept, ``None`` if there is none."""
        return self._load()

    def save(self, token: Token) -> None:
        """Keep ``token`` instead of the one before."""
        self._load = hidden(token)

    def clear(self) -> None:
        """Forget the token."""
        self._load = hidden(None)


class BearerAuth(AuthBase):
    """``Authorization: Bearer``; neither ``repr`` nor an attribute shows the token."""

    def __init__(self, token: Token) -> None:
        self._value = hidden(f"Bearer {token.access_token}")

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        r.headers["Authorization"] = self._value()
        return r


class BasicAuth(AuthBase):
    """``Authorization: Basic`` with client id and secret, UTF-8; no attribute shows it.

    :raise ConfigurationError: in use, if one of them is empty
    """

    def __init__(self, config: ClientConfig) -> None:
        pair = f"{config.client_id}:{config.client_secret}"
        encoded = b64encode(pair.encode()).decode("ascii")
        is_complete = bool(config.client_id and config.client_secret)
        self._value = hidden(f"Basic {encoded}" if is_complete else "")

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        value = self._value()
        if not value:
            msg = "The client id or the client secret is missing."
            raise ConfigurationError(msg)
        r.headers["Authorization"] = value
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
