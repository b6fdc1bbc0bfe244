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
            "start date %(start)s. If it is not in the books yet, book it on the "
            "first open day. Nothing was booked on another date.",
            day=day,
            start=format_date(env, values["start"]),
        )
    return env._(
        "The bank's date %(day)s is in a closed period. When the lock date is "
        "lifted, Retry books it on that date; otherwise book it on the first open "
        "day. Nothing was booked on another date.",
        day=day,
    )


HOLD_TEXTS = {
    "unreadable": lambda env, values: env._(
        "The bank's data for this transaction cannot be read (%(problem)s). This is "
        "on the side of Ponto or the bank. If they correct it, it is booked "
        "automatically; otherwise enter the line by hand.",
        problem=values.get("problem", ""),
    ),
    "no_date": lambda env, values: env._(
        "The bank gave no date. Enter the line by hand on the right day."
    ),
    "absurd_date": lambda env, values: env._(
        "The bank dates it %(day)s, which is not a valid date. If the bank corrects "
        "it, it is booked automatically; otherwise enter the line by hand on the "
        "correct date and ignore this one.",
        day=values.get("given", "?"),
    ),
    "before_start": lambda env, values: env._(
        "Arrived late and is dated %(day)s, before the account's start date. If it "
        "is not in the books yet, enter it by hand or import it from a file.",
        day=_day(env, values),
    ),
    "currency_mismatch": lambda env, values: env._(
        "The transaction is in %(currency)s and the account in %(account)s. Check "
        "with the bank, then enter it by hand.",
        currency=values.get("currency", "?"),
        account=values.get("account", "?"),
    ),
    "locked_period": _locked_period,
    "no_exchange_rate": lambda env, values: env._(
        "There is no exchange rate for %(currency)s on or before %(day)s, and Odoo "
        "would use a rate of 1 or a later rate. Enter the rate, then Retry.",
        currency=values.get("currency", "?"),
        day=_day(env, values),
    ),
    "planned_or_booked": lambda env, values: env._(
        "The bank planned this for %(day)s and has booked an equal transaction. Book "
        "this one if both are real; ignore it if it is the same payment.",
        day=_day(env, values),
    ),
    "planned_gone": lambda env, values: env._(
        "The bank planned this for %(day)s and no longer lists it: it was cancelled "
        "or changed. Ignore it, or book it if the payment was made.",
        day=_day(env, values),
    ),
    "amount_precision": lambda env, values: env._(
        "The bank's amount %(amount)s has more decimals than %(currency)s has in "
        "Odoo. Correct the currency's rounding, then Retry.",
        amount=values.get("amount", "?"),
        currency=values.get("currency", "?"),
    ),
    "unlinked": lambda env, values: env._(
        "The account is no longer linked to a journal. Enter the line by hand, or "
        "ignore it if the account that continues this one has it."
    ),
    "redated": lambda env, values: env._(
        "Odoo would have booked it on another date than the bank's %(day)s. Check "
        "lock dates and the journal's settings, then Retry.",
        day=_day(env, values),
    ),
    "refused": lambda env, values: env._(
        "Odoo refused the line: %(detail)s Correct the cause, then Retry.",
        detail=values.get("detail", ""),
    ),
    "same_or_new": lambda env, values: env._(
        "The bank sent it under a new ID, or it is a different payment: %(count)s "
        "equal transactions of this date are no longer listed, and Odoo cannot tell "
        "which one it is. Choose the same payment, or book it as a different one.",
        count=values.get("count", "?"),
    ),
    "in_books_or_new": lambda env, values: env._(
        "The journal has %(count)s lines of this amount, from a file, entered by "
        "hand or from another account, that may be this payment. Choose the same "
        "payment, or book it as a different one.",
        count=values.get("count", "?"),
    ),
    "internal": lambda env, values: env._(
        "An internal error in Odoo stopped this transaction (reference "
        "%(reference)s): the administrator finds it in the log. Use Retry when the "
        "error is fixed; otherwise enter the line by hand and ignore this "
        "transaction.",
        reference=values.get("reference", "?"),
    ),
    "by_person": lambda env, values: env._(
        "Held by a user. Retry books it; Ignore excludes it."
    ),
    "same_id": lambda env, values: env._(
        "The bank sent it under the ID of another transaction (%(amount)s on "
        "%(day)s) but with different data. Both are kept: book this one if it is a "
        "separate payment, ignore it if the bank only corrected the other one.",
        amount=values.get("amount", "?"),
        day=_day(env, values) or "?",
    ),
}

HOLD_CODES = tuple(HOLD_TEXTS)

# What the bank changed of a transaction that is booked already.
FLAG_TEXTS = {
    "amount_changed": lambda env, values: env._(
        "The bank now gives %(amount)s. The line was not changed: check with the "
        "bank, and correct the books by hand if the bank is right.",
        amount=values.get("amount", "?"),
    ),
    "date_changed": lambda env, values: env._(
        "The bank now dates it %(day)s. The line was left where it is.",
        day=values.get("given") or _day(env, values) or "?",
    ),
    "text_changed": lambda env, values: env._(
        "The bank now describes it as “%(label)s”. The line is matched, was edited "
        "or is in a closed period, so its text was not changed.",
        label=values.get("label", "?"),
    ),
    "gone": lambda env, values: env._(
        "The bank no longer lists it. Nothing was deleted: check with the bank, and "
        "delete the line by hand if the payment was never made."
    ),
    "outside_statement": lambda env, values: env._(
        "It arrived after statement %(name)s was checked: the line is booked on its "
        "date, but left out of that statement.",
        name=values.get("name", "?"),
    ),
}

FLAG_CODES = tuple(FLAG_TEXTS)
