"""Problems as codes with values; sentences only when somebody reads them.

A sentence says what happened, on whose side, what to do, and whether it heals by
itself. Nothing of an answer's body, no secret and no account number is in a value.
"""

from __future__ import annotations

from collections.abc import Mapping

from odoo.tools import format_datetime

from ..ponto_client import (
    AuthenticationError,
    ConfigurationError,
    InvalidCredentials,
    NotFound,
    PermissionDenied,
    PontoError,
    RateLimited,
    ResponseFormatError,
    ServerError,
    TlsError,
    TransportError,
)
from .encryption import KeyMissing


class Obstacle(Exception):
    """Nothing may or can be sent for this connection; ``code`` says why."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


# All that can stand between us and Ponto's answer.
TROUBLES = (PontoError, KeyMissing, Obstacle)

# The most specific class first: the first that fits gives the code.
CODES = (
    (KeyMissing, "key_missing"),
    (ConfigurationError, "bad_address"),
    (InvalidCredentials, "bad_credentials"),
    (AuthenticationError, "not_accepted"),
    (PermissionDenied, "no_permission"),
    (NotFound, "not_found"),
    (RateLimited, "rate_limited"),
    (ServerError, "ponto_down"),
    (TlsError, "tls"),
    (TransportError, "unreachable"),
    (ResponseFormatError, "not_ponto"),
    (PontoError, "refused"),
)


def problem_of(error: Exception) -> tuple[str, dict]:
    """Code and values of an error.

    :param error: one of ``TROUBLES``
    :return: code, and values that survive JSON: ``status``, ``request_id``,
        ``error_code``, ``retry_after`` (seconds), whichever are known
    """
    if isinstance(error, Obstacle):
        return error.code, {}
    code = next(code for kind, code in CODES if isinstance(error, kind))
    names = {"status": "status", "code": "error_code", "request_id": "request_id"}
    values = {
        name: value
        for attribute, name in names.items()
        if (value := getattr(error, attribute, None)) not in (None, "")
    }
    if getattr(error, "retry_after", None) is not None:
        values["retry_after"] = int(error.retry_after)
    return code, values


def refusal_text(env, error: Exception) -> str:
    """The sentence for credentials that are only being tried: nothing was saved."""
    code, values = problem_of(error)
    if code == "bad_credentials":
        code = "bad_new_credentials"
    return problem_text(env, code, values)


def problem_text(env, code: str, values: dict | None = None) -> str:
    """The sentence for a code, in the reader's language; '' for no code."""
    if not code:
        return ""
    values = values if isinstance(values, Mapping) else {}
    texts = _texts(env, values)
    text = texts.get(code) or texts["refused"]
    reference = values.get("request_id")
    if reference:
        text = env._(
            "%(text)s (Ponto's reference: %(reference)s)",
            text=text,
            reference=reference,
        )
    return text


def _texts(env, values: dict) -> dict[str, str]:
    retry = values.get("retry_at")
    again = (
        env._("Odoo tries again after %s.", _moment(env, retry))
        if retry
        else env._("Odoo tries again within the hour.")
    )
    status = values.get("status") or "?"
    return {
        "key_missing": env._(
            "The key that protects the bank secrets is not on this server. Restore "
            "the key file, or replace the credentials; nothing is fetched until then."
        ),
        "no_credentials": env._(
            "No client ID and secret are set for this connection. "
            "Use Replace credentials to enter them."
        ),
        "neutralized": env._(
            "This is a neutralized copy of the database: it never contacts Ponto."
        ),
        "bad_address": env._(
            "The API address is not usable: it must start with https:// "
            "(http:// only for a local Ponto on this very machine). "
            "The system administrator can correct it in the connection."
        ),
        "bad_credentials": env._(
            "Ponto did not accept the client ID or secret. Probably the integration "
            "was deleted or its secret regenerated. Copy both again from the "
            "integration at Ponto and use Replace credentials; "
            "accounts and history stay."
        ),
        "bad_new_credentials": env._(
            "Ponto did not accept the client ID or secret. Check that both were copied "
            "completely, from the same integration, and that Live or Sandbox fits. "
            "Nothing was saved."
        ),
        "not_accepted": env._(
            "Ponto gave an access token and then refused it. This usually passes. "
            "%(again)s",
            again=again,
        ),
        "no_permission": env._(
            "Ponto does not allow this integration to read account information. "
            "Give it the scope Account information in Ponto, then try again."
        ),
        "not_found": env._(
            "Ponto no longer shares this account with Odoo. Its history stays. Tick "
            "it again in Ponto's integration, or leave it if the account is closed."
        ),
        "rate_limited": env._(
            "Ponto asks for a pause until %(moment)s. "
            "Odoo continues by itself after that; nothing is lost.",
            moment=_moment(env, retry),
        )
        if retry
        else env._(
            "Ponto asks for a pause. Odoo continues by itself; nothing is lost."
        ),
        "ponto_down": env._(
            "Ponto has trouble at the moment (answer %(status)s). This is on Ponto's "
            "side and usually passes. %(again)s",
            status=status,
            again=again,
        ),
        "tls": env._(
            "The secure connection to Ponto could not be made: the certificate of the "
            "other side is not trusted, or the address does not speak https. Check "
            "the address and this server's network with your system administrator."
        ),
        "unreachable": env._(
            "Ponto could not be reached from this server, or did not answer in time. "
            "Check the server's internet access (outgoing HTTPS to the API address). "
            "%(again)s",
            again=again,
        ),
        "not_ponto": env._(
            "The answer was not one that Ponto gives: a proxy or another web site may "
            "have answered instead. Check the API address and the server's network. "
            "%(again)s",
            again=again,
        ),
        "refused": env._(
            "Ponto refused the request (answer %(status)s %(code)s). If it happens "
            "again, give Ponto's support this reference.",
            status=status,
            code=values.get("error_code") or "",
        ),
        "authorization": env._(
            "The bank's permission for this account has ended. The company's "
            "representative (or a person with a mandate) renews it at Ponto with "
            "their own bank login; the accountant cannot do it for them. Odoo then "
            "fetches the whole gap by itself."
        ),
        "bank_trouble": env._(
            "Ponto could not get news from the bank. This is on the bank's side and "
            "usually passes within hours; nothing for you to do."
        ),
        "interrupted": env._(
            "The fetch was interrupted (the server stopped or was restarted). What "
            "was read is kept; the rest follows at the next fetch."
        ),
        "internal": env._(
            "Something unexpected happened inside Odoo. What was imported is kept. Your "
            "administrator finds the details in the server log. %(again)s",
            again=again,
        ),
        "paused": env._(
            "The journal takes no lines at the moment (the account says why). What was "
            "read waits in the inbox and is booked when it does again."
        ),
    }


def _moment(env, text: str) -> str:
    return format_datetime(env, text, dt_format="short")
