"""The token endpoint, and who is calling."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from .problems import OAuthProblem, Problem, invalid_access_token
from .store import Integration, Token, World

if TYPE_CHECKING:
    from werkzeug.wrappers import Request


def issue_token(world: World, request: Request) -> dict[str, Any]:
    """Answer ``POST /oauth2/token``; the grant type may stand in body or query.

    :raise Problem: if the credentials or the grant type are wrong
    """
    integration = _by_credentials(world, request)
    if integration is None:
        raise _refusal(
            world, 401, "invalid_client", "Client authentication failed or is unknown."
        )
    if request.values.get("grant_type") != "client_credentials":
        raise _refusal(
            world, 400, "unsupported_grant_type", "Only client_credentials is granted."
        )
    text = f"{secrets.token_urlsafe(32)}.{secrets.token_urlsafe(32)}"
    seconds = world.switches.token_seconds
    now = world.clock.now()
    world.tokens = {
        key: token for key, token in world.tokens.items() if token.expires_at > now
    }
    expires_at = now + timedelta(seconds=seconds)
    world.tokens[text] = Token(integration, expires_at)
    return {
        "access_token": text,
        "expires_in": seconds,
        "scope": integration.scope,
        "token_type": "bearer",
    }


def revoke_token(world: World, request: Request) -> None:
    """Carry out ``POST /oauth2/revoke``; an unknown token is revoked already (RFC 7009).

    :raise Problem: if the credentials are wrong or no token is given
    """
    integration = _by_credentials(world, request)
    if integration is None:
        raise _refusal(
            world, 401, "invalid_client", "Client authentication failed or is unknown."
        )
    text = request.form.get("token")
    if not text:
        raise _refusal(world, 400, "invalid_request", "The token is missing.")
    token = world.tokens.get(text)
    if token is not None and token.integration is integration:
        del world.tokens[text]


def _by_credentials(world: World, request: Request) -> Integration | None:
    given = request.authorization
    if given is None or given.type != "basic":
        return None
    integration = world.integrations.get(given.username or "")
    if integration is None or integration.revoked:
        return None
    secret = (given.password or "").encode()
    same = hmac.compare_digest(secret, integration.client_secret.encode())
    return integration if same else None


def _refusal(world: World, status: int, code: str, detail: str) -> Problem:
    if world.switches.oauth_error_shape == "jsonapi":
        return Problem(status, code, detail)
    return OAuthProblem(status, code, detail)


def authenticate(world: World, request: Request) -> Integration:
    """The integration whose token the request carries.

    :raise Problem: if the token is missing, unknown, expired or revoked, or does
        not give access to account information
    """
    given = request.authorization
    if given is None or given.type != "bearer":
        raise invalid_access_token()
    token = world.tokens.get(given.token or "")
    if token is None or token.integration.revoked:
        raise invalid_access_token()
    if token.expires_at <= world.clock.now():
        raise invalid_access_token()
    if "ai" not in token.integration.scope.split():
        detail = "The scope of your access token does not allow this."
        raise Problem(403, "insufficientScope", detail)
    return token.integration
