"""Access token of ``POST /oauth2/token`` (RFC 6749 section 5.1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..const import DEFAULT_TOKEN_LIFE, MAX_TOKEN_LIFE
from ..errors import ResponseFormatError
from ..parsing import Fields, as_moment

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A bearer token; its ``repr`` shows no secret."""

    access_token: str = field(repr=False)
    expires_at: datetime
    """Aware UTC, by this machine's clock."""
    scope: str = ""
    """What the integration may do, separated by blanks, e.g. ``ai pi``."""
    refresh_token: str | None = field(default=None, repr=False)
    """Ponto Connect only."""

    def is_usable(self, now: datetime, margin: float = 0) -> bool:
        """Whether it still has more than ``margin`` seconds at ``now`` (aware)."""
        return self.expires_at - now > timedelta(seconds=margin)

    @classmethod
    def from_api(cls, raw: object, *, now: datetime) -> Token:
        """Parse the answer of the token endpoint.

        :param raw: the JSON object
        :param now: when it was asked for, aware
        :raise ResponseFormatError: if there is no bearer token in it
        """
        fields = Fields(raw, "token")
        if (fields.text("token_type") or "bearer").lower() != "bearer":
            msg = "token.token_type is not bearer."
            raise ResponseFormatError(msg)
        life = fields.integer("expires_in")
        if life is None or life <= 0:
            life = DEFAULT_TOKEN_LIFE
        return cls(
            access_token=_sendable(fields, "access_token"),
            expires_at=now + timedelta(seconds=min(life, MAX_TOKEN_LIFE)),
            scope=fields.text("scope") or "",
            refresh_token=fields.text("refresh_token"),
        )

    def to_storage(self) -> dict[str, str | None]:
        """Return a JSON-able dict for a token store. It holds the secret."""
        return {
            "access_token": self.access_token,
            "expires_at": self.expires_at.isoformat(),
            "scope": self.scope,
            "refresh_token": self.refresh_token,
        }

    @classmethod
    def from_storage(cls, stored: Mapping[str, str | None]) -> Token | None:
        """Return the token that :meth:`to_storage` gave, ``None`` if unusable."""
        expires_at = as_moment(stored.get("expires_at"))
        access_token = stored.get("access_token")
        if expires_at is None or not access_token:
            return None
        return cls(
            access_token=access_token,
            expires_at=expires_at,
            scope=stored.get("scope") or "",
            refresh_token=stored.get("refresh_token"),
        )


def _sendable(fields: Fields, key: str) -> str:
    """Token text that fits into a header; anything else could inject one."""
    value = fields.text(key) or ""
    if not value.isascii() or not value.isprintable() or " " in value or not value:
        msg = f"{fields.path}.{key} is not a token."
        raise ResponseFormatError(msg)
    return value
