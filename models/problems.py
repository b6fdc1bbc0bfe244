"""Problems as codes with values; sentences only when somebody reads them.

A sentence says what happened, on whose side, what to do, and whether it heals by
itself. Nothing of an answer's body, no secret and no account number is in a value.
``docs/status.md`` lists them all.
"""

from __future__ import annotations

from collections.abc import Mapping

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
    TooMuch,
    TransportError,
)
from .encryption import KeyMissing
from .moments import short_moment


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


def refusal_text(env, error: Exception) -> str:
    """The sentence for credentials that are only being tried: nothing was saved."""
    code, values = problem_of(error)
    if code == "bad_credentials":
        code = "bad_new_credentials"
    return problem_text(
        env, code, values, again=env._("Nothing was saved; try again later.")
    )


def search_refusal_text(env, error: Exception) -> str:
    """The sentence for a search in Ponto's public list, which nobody repeats."""
    return problem_text(env, *problem_of(error), again=env._("Try again later."))


def problem_text(env, code: str, values: dict | None = None, again: str = "") -> str:
    """The sentence for a code, in the reader's language; '' for no code.

    Codes and HTTP statuses are told to system administrators only.

    :param again: what to do, where Odoo does not try again by itself
    """
    if not code:
        return ""
    values = values if isinstance(values, Mapping) else {}
    texts = _texts(env, values, again)
    if again:
        texts.update(_texts_of_a_try(env, again))
    text = texts.get(code) or texts["refused"]
    return " ".join(
        filter(None, [text, _reference(env, values), _details(env, values)])
    )


def _reference(env, values):
    """What to name to whoever is asked for help."""
    if values.get("request_id"):
        return env._("(Ponto's reference: %s)", values["request_id"])
    if values.get("reference"):
        return env._("(Reference: %s)", values["reference"])
    return ""


def _details(env, values):
    status, code = values.get("status"), values.get("error_code")
    if not (status or code) or not env.user.has_group("base.group_system"):
        return ""
    facts = [f"HTTP {status}" if status else "", str(code or "")]
    details = " ".join(filter(None, facts))
    return env._("(For administrators: %s)", details)


def who_renews(env) -> str:
    """Who can renew a bank's permission; named wherever renewing is spoken of."""
    return env._(
        "The company's representative (or a person with a mandate) renews it at Ponto "
        "with their own bank login; the accountant cannot do it for them."
    )


def _texts_of_a_try(env, again: str) -> dict[str, str]:
    """Where Odoo does not go on by itself."""
    texts = {
        "not_accepted": env._(
            "Ponto gave an access token and then refused it. This is on Ponto's side "
            "and usually passes."
        ),
        "rate_limited": env._("Ponto asks for a pause of some minutes."),
        "ponto_down": env._(
            "Ponto has trouble at the moment. This is on Ponto's side and usually "
            "passes."
        ),
    }
    return {code: f"{text} {again}" for code, text in texts.items()}


def _texts(env, values: dict, again: str = "") -> dict[str, str]:
    retry = values.get("retry_at")
    again = again or (
        env._("Odoo tries again after %s, by itself.", short_moment(env, retry))
        if retry
        else env._("Odoo tries again within the hour, by itself.")
    )
    return {
        "key_missing": env._(
            "Key missing on this host: the key that protects the bank secrets is not "
            "on this server, or is another one; this is on Odoo's side. Restore the "
            "key file or set it in the server's configuration (your system "
            "administrator can). If it is lost for good, erase the credentials and "
            "connect anew. Nothing is fetched until then; it goes on by itself "
            "afterwards."
        ),
        "copy": env._(
            "This is a copy of the database: synchronization is off, and Ponto is not "
            "contacted. (Or the database was renamed or moved to another database "
            "server: Odoo cannot tell.) This is on Odoo's side. Where this database is "
            "to go on, your system administrator clicks Take over, once for all "
            "connections; where it is a copy, there is nothing to do."
        ),
        "misplaced": env._(
            "The stored client secret was not entered for this connection and its API "
            "address, or a version before 19.0.5 stored it and the update could not "
            "read it. This is on Odoo's side; Ponto is not contacted. Use Replace "
            "credentials to enter client ID and secret again: accounts and history "
            "stay, and fetching goes on by itself then."
        ),
        "no_credentials": env._(
            "No client ID and secret are set for this connection, in Odoo. "
            "Use Replace credentials to enter them; nothing is fetched until then."
        ),
        "disconnected": env._(
            "Somebody disconnected this connection in Odoo; it has no credentials any "
            "more. Everything imported stays; nothing is fetched until somebody "
            "connects it again."
        ),
        "neutralized": env._(
            "This is a copy of the database: a neutralized copy never contacts Ponto. "
            "There is nothing to do; the original goes on fetching by itself."
        ),
        "bad_address": env._(
            "The API address in Odoo is not usable: it must start with https:// "
            "(http:// only for a local Ponto on this very machine). "
            "The system administrator corrects it in the connection; nothing is "
            "fetched until then."
        ),
        "bad_credentials": env._(
            "Ponto did not accept the client ID or secret. This is about the "
            "integration between Ponto and Odoo, not about the bank: probably it was "
            "deleted at Ponto or its secret regenerated. Copy both again from the "
            "integration at Ponto and use Replace credentials; "
            "accounts and history stay. It does not heal by itself."
        ),
        "bad_new_credentials": env._(
            "Ponto did not accept the client ID or secret. Check that both were copied "
            "completely, from the same integration, and that Live or Sandbox fits. "
            "Nothing was saved."
        ),
        "not_accepted": env._(
            "Ponto gave an access token and then refused it. This is on Ponto's side "
            "and usually passes; nothing for you to do. %(again)s",
            again=again,
        ),
        "no_permission": env._(
            "Ponto does not allow this integration to read account information. This "
            "is set at Ponto: give the integration the scope Account information, then "
            "fetch again. It does not heal by itself."
        ),
        "not_found": env._(
            "Ponto no longer shares this account with Odoo. Its history stays. Tick "
            "it again in Ponto's integration, or leave it if the account is closed; "
            "it does not come back by itself."
        ),
        "rate_limited": env._(
            "Ponto asks for a pause until %(moment)s. Nothing for you to do: "
            "Odoo continues by itself after that; nothing is lost.",
            moment=short_moment(env, retry),
        )
        if retry
        else env._(
            "Ponto asks for a pause. Nothing for you to do: "
            "Odoo continues by itself; nothing is lost."
        ),
        "ponto_down": env._(
            "Ponto has trouble at the moment. This is on Ponto's side and usually "
            "passes; nothing for you to do. %(again)s",
            again=again,
        ),
        "tls": env._(
            "The secure connection to Ponto could not be made: the certificate of the "
            "other side is not trusted, or the address does not speak https. This is "
            "on the side of this server's network: your system administrator checks "
            "the API address and the network. %(again)s",
            again=again,
        ),
        "unreachable": env._(
            "Ponto could not be reached from this server, or did not answer in time. "
            "This is on the network's side and usually passes; if it lasts, your "
            "system administrator checks the server's internet access (outgoing HTTPS "
            "to the API address). %(again)s",
            again=again,
        ),
        "not_ponto": env._(
            "The answer was not one that Ponto gives: a proxy or another web site may "
            "have answered instead. This is on the network's side; if it lasts, your "
            "system administrator checks the API address and the server's network. "
            "%(again)s",
            again=again,
        ),
        "too_much": env._(
            "Ponto sent far more at once than Odoo asked for, or a list that is longer "
            "than any real one. This is on Ponto's side. Odoo took nothing of that "
            "answer, so nothing is missed once it is right; if it lasts, tell Ponto's "
            "support. %(again)s",
            again=again,
        ),
        "endless_list": env._(
            "Ponto's list of this account does not end: Odoo stopped after 5,000 pages. "
            "This is on Ponto's side. What was read is kept; Odoo reads no further by "
            "itself. Tell Ponto's support; when it is corrected, Fetch transactions "
            "begins at the top of the list again."
        ),
        "long_list": env._(
            "The list is long. Odoo books what was read so far; the next fetch goes on "
            "from there, at once where the account is fetched automatically."
        ),
        "stopped": env._(
            "Somebody stopped this fetch in Odoo. What was read is kept and is booked "
            "by the next fetch, which goes on from there. Nothing is fetched by itself "
            "until Fetch automatically is ticked again in the account."
        ),
        "refused": env._(
            "Ponto refused the request. This is between Ponto and Odoo; if it happens "
            "again, give Ponto's support this reference. %(again)s",
            again=again,
        ),
        "authorization": env._(
            "The bank's permission for this account has ended; this is between the "
            "bank and Ponto. %(who)s Odoo then fetches the whole gap by itself.",
            who=who_renews(env),
        ),
        "bank_trouble": env._(
            "Ponto could not get news from the bank. This is on the bank's side and "
            "usually passes within hours; nothing for you to do."
        ),
        "bank_trouble_lasts": env._(
            "For more than a day Ponto could not get news from the bank. This is on the "
            "bank's side, but waiting has not helped: Fetch transactions asks once "
            "more; if it fails again, re-authorize at Ponto, or ask Ponto's support. "
            "%(who)s",
            who=who_renews(env),
        ),
        "interrupted": env._(
            "The fetch was interrupted (the server stopped or was restarted). What "
            "was read is kept; the rest follows by itself at the next fetch."
        ),
        "internal": env._(
            "Internal error: something unexpected happened inside Odoo. What was "
            "imported is kept. Your administrator finds the details in the server log. "
            "%(again)s",
            again=again,
        ),
        "paused": env._(
            "The journal takes no lines at the moment (the account says why). What was "
            "read waits in the inbox and is booked by itself when it does again."
        ),
    }


def refresh_text(env, values: dict) -> str:
    """What came of asking the bank, where that deserves a sentence; else ''.

    :param values: ``refresh``: the outcome; ``again_at``: from when on the bank may
        be asked once more
    """
    again = values.get("again_at")
    texts = {
        "recently": env._(
            "The bank was asked only a few minutes ago; this is what Ponto already "
            "had. It can be asked again from %s on.",
            short_moment(env, again),
        )
        if again
        else env._(
            "The bank was asked only a few minutes ago; this is what Ponto already "
            "had. It can be asked again five minutes after the last time."
        ),
        "no_address": env._(
            "The bank was not asked: Odoo does not see your public address, which "
            "banks want to know; this is what Ponto already had. Your administrator "
            "can switch on proxy mode if Odoo stands behind a proxy, or enter the "
            "office's public address in the settings."
        ),
        "maintenance": env._(
            "The bank works on its systems until %s and was not asked; this is what "
            "Ponto already had. The rest follows by itself.",
            short_moment(env, again),
        )
        if again
        else env._(
            "The bank works on its systems and was not asked; this is what Ponto "
            "already had. The rest follows by itself."
        ),
        "slow": env._(
            "The bank has not answered yet; what it sends follows by itself."
        ),
        "authorization": problem_text(env, "authorization"),
        "bank_trouble": problem_text(env, "bank_trouble"),
        "unanswered": env._(
            "Ponto did not take the request to ask the bank; "
            "this is what Ponto already had. Nothing for you to do."
        ),
    }
    return texts.get(values.get("refresh"), "")
