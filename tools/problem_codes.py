"""What can stand between us and Ponto's answer: codes with values, no sentences.

Nothing of an answer's body, no secret and no account number is in a value. The
sentences are in ``wording/problems.py``; ``docs/status.md`` lists them all.
"""

from __future__ import annotations

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
    Synchronization,
    TlsError,
    TooMuch,
    TransportError,
)
from .encryption import KeyMissing


class Obstacle(Exception):
    """Nothing may or can be sent for this connection; ``code`` says why."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


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
    (TooMuch, "too_much"),
    (ResponseFormatError, "not_ponto"),
    (PontoError, "refused"),
)

# What passes without anybody doing anything; all the rest waits for a person.
HEALS_ITSELF = frozenset(
    {
        "bank_trouble",
        "interrupted",
        "long_list",
        "not_accepted",
        "not_ponto",
        "ponto_down",
        "rate_limited",
        "too_much",
        "unreachable",
    }
)


# What another client ID or secret mends.
NEEDS_CREDENTIALS = frozenset({"bad_credentials", "no_credentials"})


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


def synchronization_problem(synchronization: Synchronization) -> str:
    """Code of why a bank gave nothing."""
    if synchronization.is_authorization_problem:
        return "authorization"
    return "bank_trouble"
