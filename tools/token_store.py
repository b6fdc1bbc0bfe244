"""Keeps a connection's access token, encrypted, for ``ponto_client``."""

from __future__ import annotations

import json

from ..mapping.dates import naive_utc
from ..mapping.text import short
from ..ponto_client import Token
from . import encryption, secret_store
from .problem_codes import Obstacle


class ConnectionTokenStore:
    """A ``ponto_client.TokenStore`` on a ``ponto.connection`` record.

    It writes through the record's own cursor: a token that a rolled back
    transaction takes with it only costs another token request.
    """

    def __init__(self, connection):
        self._connection = connection.sudo()

    def load(self) -> Token | None:
        try:
            plain = secret_store.open_stored(self._connection, secret_store.TOKEN)
            if not plain:
                return None
            return Token.from_storage(json.loads(plain))
        except (encryption.KeyMissing, Obstacle, ValueError):
            return None

    def save(self, token: Token) -> None:
        # The secret that the token was asked for with was read with the same key.
        sealed = secret_store.seal(
            self._connection, secret_store.TOKEN, json.dumps(token.to_storage())
        )
        self._connection.write(
            {
                "token_encrypted": sealed,
                "token_expires_at": naive_utc(token.expires_at),
                "granted_scope": short(token.scope),
            }
        )

    def clear(self) -> None:
        self._connection.write({"token_encrypted": False, "token_expires_at": False})
