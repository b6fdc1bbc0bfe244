"""Why a row is held: codes with values, and their sentences.

docs/held-transactions.md lists the same codes with what to do; a test compares.
"""

from __future__ import annotations

from .moments import format_date


def hold_text(env, code: str, values: dict | None) -> str:
    """The sentence for a hold code, in the reader's language; '' for no code."""
    return HOLD_TEXTS[code](env, values or {}) if code else ""


def flag_text(env, code: str, values: dict | None) -> str:
    """The sentence for a flag code, in the reader's language; '' for no code."""
    return FLAG_TEXTS[code](env, values or {}) if code else ""


def _day(env, values: dict) -> str:
    """The bank's day; '' where it is not known."""
    return format_date(env, values["date"]) if values.get("date") else ""


def _locked_period(env, values: dict) -> str:
    day = _day(env, values)
    if values.get("start"):
        return env._(
            "The bank's date %(day)s is in a closed period, and before the account's "
            "start date %(start)s. If it is not in the books yet, book it on the first "
            "open day. Nothing was booked on another day.",
            day=day,
            start=format_date(env, values["start"]),
        )
    return env._(
        "The bank's date %(day)s is in a closed period. When the lock date is lifted, "
        "Retry books it on that day; else book it on the first open day. Nothing was "
        "booked on another day.",
        day=day,
    )


HOLD_TEXTS = {
    "unreadable": lambda env, values: env._(
        "The bank's data for this transaction cannot be read (%(problem)s). This "
        "is on the side of Ponto or the bank. When they correct it, it is booked by "
        "itself; else enter the line by hand.",
        problem=values.get("problem", ""),
    ),
    "no_date": lambda env, values: env._(
        "The bank gave no date. Enter the line by hand on the right day."
    ),
    "absurd_date": lambda env, values: env._(
        "The bank dates it %(day)s, which cannot be. When the bank corrects it, it is "
        "booked by itself; else enter the line by hand on the right day and ignore "
        "this one.",
        day=values.get("given", "?"),
    ),
    "before_start": lambda env, values: env._(
        "Arrived late, and dated %(day)s, before the account's start date. If it is "
        "not in the books yet, enter it by hand or import it from a file.",
        day=_day(env, values),
    ),
    "currency_mismatch": lambda env, values: env._(
        "The transaction is in %(currency)s and the account in %(account)s. "
        "Enter it by hand after checking with the bank.",
        currency=values.get("currency", "?"),
        account=values.get("account", "?"),
    ),
    "locked_period": _locked_period,
    "no_exchange_rate": lambda env, values: env._(
        "There is no exchange rate for %(currency)s on or before %(day)s, and Odoo "
        "would book one to one or at a later rate. Enter the rate, then Retry.",
        currency=values.get("currency", "?"),
        day=_day(env, values),
    ),
    "planned_or_booked": lambda env, values: env._(
        "The bank announced this for %(day)s and has booked an equal transaction. "
        "Say that it is another one if both are real, ignore it if it is the same.",
        day=_day(env, values),
    ),
    "planned_gone": lambda env, values: env._(
        "The bank announced this for %(day)s and no longer lists it: it was "
        "cancelled or changed. Ignore it, or book it if the money did move.",
        day=_day(env, values),
    ),
    "amount_precision": lambda env, values: env._(
        "The bank's amount %(amount)s has more decimals than %(currency)s has in "
        "Odoo. Correct the currency's rounding, then Retry.",
        amount=values.get("amount", "?"),
        currency=values.get("currency", "?"),
    ),
    "unlinked": lambda env, values: env._(
        "The account feeds no journal any more. Enter the line by hand, or ignore "
        "it if the account that followed has it."
    ),
    "redated": lambda env, values: env._(
        "Odoo would have booked it on another day than the bank's %(day)s. Check "
        "lock dates and the journal's settings, then Retry.",
        day=_day(env, values),
    ),
    "refused": lambda env, values: env._(
        "Odoo refused the line: %(detail)s Correct the cause, then Retry.",
        detail=values.get("detail", ""),
    ),
    "same_or_new": lambda env, values: env._(
        "The bank sent it under a new id, or it is another one: %(count)s equal "
        "transactions of this day are no longer listed, and it cannot be told which "
        "one it is. Say which it is the same as, or that it is another one.",
        count=values.get("count", "?"),
    ),
    "in_books_or_new": lambda env, values: env._(
        "The journal has %(count)s lines of this amount, from a file, entered by hand "
        "or from another account, that may be this payment. Say which one it is, or "
        "that it is another one.",
        count=values.get("count", "?"),
    ),
    "internal": lambda env, values: env._(
        "Odoo could not go on with it because of an internal error (reference "
        "%(reference)s): the administrator finds it in the log. Retry when it is "
        "mended; else enter the line by hand and ignore this one.",
        reference=values.get("reference", "?"),
    ),
    "by_person": lambda env, values: env._(
        "Somebody holds it. Retry books it; Ignore sets it aside."
    ),
    "same_id": lambda env, values: env._(
        "The bank sent it under the id of another transaction (%(amount)s on "
        "%(day)s) and with other data. Both are kept: book this one if it is a "
        "payment of its own, ignore it if the bank only corrected the other one.",
        amount=values.get("amount", "?"),
        day=_day(env, values) or "?",
    ),
}

HOLD_CODES = tuple(HOLD_TEXTS)

# What the bank changed of a transaction that is booked already.
FLAG_TEXTS = {
    "amount_changed": lambda env, values: env._(
        "The bank now says %(amount)s. The line was left as it is: check with the "
        "bank, and correct the books by hand if the bank is right.",
        amount=values.get("amount", "?"),
    ),
    "date_changed": lambda env, values: env._(
        "The bank now dates it %(day)s. The line was left where it is.",
        day=values.get("given") or _day(env, values) or "?",
    ),
    "text_changed": lambda env, values: env._(
        "The bank now describes it as “%(label)s”. The line is matched, was edited or "
        "is in a closed period, so its text was left as it is.",
        label=values.get("label", "?"),
    ),
    "gone": lambda env, values: env._(
        "The bank no longer lists it. Nothing was deleted: check with the bank, and "
        "delete the line by hand if the payment was never made."
    ),
    "outside_statement": lambda env, values: env._(
        "It arrived when statement %(name)s was checked already: the line is booked "
        "on its day, and was left out of that statement.",
        name=values.get("name", "?"),
    ),
}

FLAG_CODES = tuple(FLAG_TEXTS)
