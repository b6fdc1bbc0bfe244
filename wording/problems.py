"""What keeps Odoo from Ponto's answer, in the reader's language.

A sentence says what happened, on whose side, what to do, and whether it heals by
itself. The codes are those of ``tools/problem_codes.py``.
"""

from __future__ import annotations

from collections.abc import Mapping

from .moments import short_moment


def problem_text(env, code: str, values: dict | None = None, again: str = "") -> str:
    """The sentence for a code; '' for no code.

    Codes and HTTP statuses are told to system administrators only.

    :param values: as ``problem_of`` gives them, and ``retry_at``: UTC
    :param again: what to do, where Odoo does not try again by itself
    """
    if not code:
        return ""
    values = dict(values) if isinstance(values, Mapping) else {}
    if again and code in TEXTS_OF_A_TRY:
        text = f"{TEXTS_OF_A_TRY[code](env)} {again}"
    else:
        text = TEXTS.get(code, TEXTS["refused"])(env, {**values, "again": again})
    return " ".join(
        filter(None, [text, _reference(env, values), _details(env, values)])
    )


def refusal_text(env, code: str, values: dict) -> str:
    """The sentence for credentials that are only being tried: nothing was saved."""
    if code == "bad_credentials":
        code = "bad_new_credentials"
    return problem_text(
        env, code, values, again=env._("Nothing was saved; try again later.")
    )


def search_refusal_text(env, code: str, values: dict) -> str:
    """The sentence for a search in Ponto's public list, which nobody repeats."""
    return problem_text(env, code, values, again=env._("Try again later."))


def who_renews(env) -> str:
    """Who can renew a bank's permission; named wherever renewing is spoken of."""
    return env._(
        "The company's representative (or a person with a mandate) renews it at Ponto "
        "with their own bank login; the accountant cannot do it for them."
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


def _again(env, values: dict) -> str:
    """When Odoo tries again, or what to do where it does not."""
    if values["again"]:
        return values["again"]
    if values.get("retry_at"):
        moment = short_moment(env, values["retry_at"])
        return env._("Odoo tries again automatically after %s.", moment)
    return env._("Odoo tries again automatically within the hour.")


def _rate_limited(env, values: dict) -> str:
    if not values.get("retry_at"):
        return env._(
            "Ponto asks for a pause. No action needed: Odoo continues automatically; "
            "nothing is lost."
        )
    return env._(
        "Ponto asks for a pause until %(moment)s. No action needed: Odoo continues "
        "automatically afterwards; nothing is lost.",
        moment=short_moment(env, values["retry_at"]),
    )


# Code -> sentence of the values, ``again`` among them.
TEXTS = {
    "key_missing": lambda env, values: env._(
        "Key missing on this host. The key that protects the bank secrets is not on "
        "this server, or is a different one; this is on Odoo's side. Restore the key "
        "file or set it in the server's configuration (your system administrator "
        "can). If it is lost for good, erase the credentials and connect again. "
        "Nothing is fetched until then; fetching continues automatically afterwards."
    ),
    "copy": lambda env, values: env._(
        "This is a copy of the database: synchronization is off. Ponto is not "
        "contacted. (Or the database was renamed or moved to another database "
        "server: Odoo cannot tell the difference.) If this database is to continue, "
        "your system administrator clicks Take over, once for all connections; if it "
        "is a copy, no action is needed."
    ),
    "misplaced": lambda env, values: env._(
        "The stored client secret does not fit this connection. It was not entered "
        "for this connection and its API address, or a version before 19.0.5 stored "
        "it and the update could not read it. This is on Odoo's side; Ponto is not "
        "contacted. Use Replace credentials to enter client ID and secret again: "
        "accounts and history are kept, and fetching then continues automatically."
    ),
    "no_credentials": lambda env, values: env._(
        "No client ID and secret are set for this connection. Enter them with "
        "Replace credentials; nothing is fetched until then."
    ),
    "disconnected": lambda env, values: env._(
        "This connection was disconnected in Odoo. It no longer has credentials. "
        "Imported data is kept; nothing is fetched until the connection is connected "
        "again."
    ),
    "neutralized": lambda env, values: env._(
        "This is a neutralized copy of the database. It never contacts Ponto. No "
        "action needed; the original continues to fetch automatically."
    ),
    "bad_address": lambda env, values: env._(
        "The API address in Odoo is not usable. It must start with https:// (http:// "
        "only for a local Ponto on this machine). The system administrator corrects "
        "it in the connection; nothing is fetched until then."
    ),
    "bad_credentials": lambda env, values: env._(
        "Ponto did not accept the client ID or secret. This concerns the integration "
        "between Ponto and Odoo, not the bank: probably it was deleted at Ponto, or "
        "its secret was regenerated. Copy both again from the integration at Ponto "
        "and use Replace credentials; accounts and history are kept. This does not "
        "resolve itself."
    ),
    "bad_new_credentials": lambda env, values: env._(
        "Ponto did not accept the client ID or secret. Check that both were copied "
        "completely, from the same integration, and that the environment (Live or "
        "Sandbox) is correct. Nothing was saved."
    ),
    "not_accepted": lambda env, values: env._(
        "Ponto gave an access token and then refused it. This is on Ponto's side and "
        "usually passes; no action needed. %(again)s",
        again=_again(env, values),
    ),
    "no_permission": lambda env, values: env._(
        "This integration may not read account information. At Ponto, give the "
        "integration the scope Account information, then fetch again. This does not "
        "resolve itself."
    ),
    "not_found": lambda env, values: env._(
        "Ponto no longer shares this account with Odoo. The history is kept. Tick "
        "the account again in the integration at Ponto, or do nothing if it is "
        "closed; it does not come back automatically."
    ),
    "rate_limited": _rate_limited,
    "ponto_down": lambda env, values: env._(
        "Ponto has a temporary problem. This is on Ponto's side and usually passes; "
        "no action needed. %(again)s",
        again=_again(env, values),
    ),
    "tls": lambda env, values: env._(
        "No secure connection to Ponto could be made. The certificate of the other "
        "side is not trusted, or the address does not use HTTPS. This is a network "
        "problem of this server: ask your system administrator to check the API "
        "address and the network. %(again)s",
        again=_again(env, values),
    ),
    "unreachable": lambda env, values: env._(
        "Ponto could not be reached or did not answer in time. This is a network "
        "problem and usually passes; if it lasts, ask your system administrator to "
        "check the server's internet access (outgoing HTTPS to the API address). "
        "%(again)s",
        again=_again(env, values),
    ),
    "not_ponto": lambda env, values: env._(
        "The answer did not come from Ponto. A proxy or another website may have "
        "answered instead. This is a network problem; if it lasts, ask your system "
        "administrator to check the API address and the server's network. %(again)s",
        again=_again(env, values),
    ),
    "too_much": lambda env, values: env._(
        "Ponto sent too much data. The answer was far larger than Odoo asked for, or "
        "the list longer than any real one. This is on Ponto's side. Odoo used "
        "nothing of that answer, so nothing is missed once Ponto is fixed; if it "
        "lasts, contact Ponto's support. %(again)s",
        again=_again(env, values),
    ),
    "endless_list": lambda env, values: env._(
        "Ponto's list of this account does not end. Odoo stopped after 5,000 pages. "
        "This is on Ponto's side. What was read is kept; Odoo does not continue "
        "automatically. Contact Ponto's support; when the list is corrected, Fetch "
        "transactions starts again at the top of the list."
    ),
    "long_list": lambda env, values: env._(
        "The list is long. Odoo books what was read so far; the next fetch continues "
        "from there, immediately if the account is fetched automatically."
    ),
    "stopped": lambda env, values: env._(
        "This fetch was stopped in Odoo by a user. What was read is kept and is "
        "booked by the next fetch, which continues from there. Nothing is fetched "
        "automatically until Fetch automatically is ticked again on the account."
    ),
    "refused": lambda env, values: env._(
        "Ponto refused the request. This is between Ponto and Odoo; if it happens "
        "again, give Ponto's support this reference. %(again)s",
        again=_again(env, values),
    ),
    "authorization": lambda env, values: env._(
        "The bank's permission for this account has ended. This is between the bank "
        "and Ponto. %(who)s Odoo then fetches the missing transactions automatically.",
        who=who_renews(env),
    ),
    "bank_trouble": lambda env, values: env._(
        "Ponto could not get data from the bank. This is on the bank's side and "
        "usually passes within hours; no action needed."
    ),
    "bank_trouble_lasts": lambda env, values: env._(
        "Ponto has had no data from the bank for more than a day. The problem is on "
        "the bank's side, but waiting has not helped: Fetch transactions asks once "
        "more; if it fails again, re-authorize at Ponto, or contact Ponto's support. "
        "%(who)s",
        who=who_renews(env),
    ),
    "interrupted": lambda env, values: env._(
        "The fetch was interrupted: the server stopped or restarted. What was read "
        "is kept; the next fetch reads the rest automatically."
    ),
    "internal": lambda env, values: env._(
        "Internal error in Odoo. Imported data is kept. Your administrator finds the "
        "details in the server log. %(again)s",
        again=_again(env, values),
    ),
    "paused": lambda env, values: env._(
        "The journal accepts no lines at the moment. The account shows the reason. "
        "What was read is kept and booked automatically as soon as the journal "
        "accepts lines."
    ),
}

# Instead of the above, where Odoo does not go on by itself; ``again`` follows.
TEXTS_OF_A_TRY = {
    "not_accepted": lambda env: env._(
        "Ponto gave an access token and then refused it. This is on Ponto's side "
        "and usually passes."
    ),
    "rate_limited": lambda env: env._("Ponto asks for a pause of some minutes."),
    "ponto_down": lambda env: env._(
        "Ponto has a temporary problem. This is on Ponto's side and usually passes."
    ),
}
