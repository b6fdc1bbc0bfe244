"""Keeps a connection's access token, encrypted, for ``ponto_client``."""

from __future__ import annotations

import json
from datetime import datetime

from ..mapping.text import short
from ..ponto_client import Token
from . import encryption
from .clock import naive_utc


class ConnectionTokenStore:
    """A ``ponto_client.TokenStore`` on a ``ponto.connection`` record.

    It writes through the record's own cursor: a token that a rolled back
    transaction takes with it only costs another token request.
    """

    def __init__(self, connection):
        self._connection = connection.sudo()

    def load(self) -> Token | None:
        stored = self._connection.token_encrypted
        if not stored:
            return None
        try:
            opened = encryption.decrypt(stored)
            if not (opened.identity and opened.identity.is_same(self._identity())):
                return None
            kept = json.loads(opened.plain)
            return Token(
                access_token=kept["access_token"],
                expires_at=datetime.fromisoformat(kept["expires_at"]),
                scope=kept["scope"],
            )
        except (encryption.KeyMissing, ValueError, KeyError):
            return None

    def save(self, token: Token) -> None:
        kept = {
            "access_token": token.access_token,
            "expires_at": token.expires_at.isoformat(),
            "scope": token.scope,
        }
        # The secret that the token was asked for with was read with the same key.
        sealed = encryption.encrypt(
            json.dumps(kept), self._identity(), may_create_key=False
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

    def _identity(self):
        return self._connection.env["ponto.database.identity"]._get_identity()
