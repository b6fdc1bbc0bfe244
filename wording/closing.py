"""Why an account is not proved on a day: codes with values, and their sentences."""

from __future__ import annotations

from odoo.tools import format_amount

from .moments import format_date

# What keeps an account from being complete. docs/balance.md lists all; a test compares.
INCOMPLETE_CODES = (
    "not_covered",
    "hole",
    "not_read_since",
    "held",
    "waiting",
    "planned",
    "unposted",
)
# What keeps its balance from being proved.
UNEQUAL_CODES = ("no_report", "different", "between")


def closing_text(env, reasons: list, currency) -> str:
    """The sentences for reasons, in the reader's language; '' where there are none.

    :param reasons: ``[[code, values]]``, dates as ISO text
    :param currency: of the account
    """
    return " ".join(TEXTS[code](env, values, currency) for code, values in reasons)


def _day(env, values):
    return format_date(env, values["day"]) if values.get("day") else ""


def _not_read_since(env, values, _currency):
    day = _day(env, values)
    if not day:
        return env._("The bank has not sent any data yet.")
    return env._("The bank data is as of %s: fetch again.", day)


TEXTS = {
    "not_covered": lambda env, values, currency: env._(
        "Imports only start on %s.", _day(env, values)
    ),
    "hole": lambda env, values, currency: env._(
        "The bank's list was not read completely."
    ),
    "not_read_since": _not_read_since,
    "held": lambda env, values, currency: env._(
        "%s held: they need your decision.", values.get("count", 0)
    ),
    "waiting": lambda env, values, currency: env._(
        "%s read and not booked yet.", values.get("count", 0)
    ),
    "planned": lambda env, values, currency: env._(
        "%s planned and not booked yet.", values.get("count", 0)
    ),
    "unposted": lambda env, values, currency: env._(
        "%s whose entry is not posted.", values.get("count", 0)
    ),
    "no_report": lambda env, values, currency: env._(
        "The bank reported no balance near that day."
    ),
    "different": lambda env, values, currency: env._(
        "The balance of %(day)s differs by %(amount)s.",
        day=_day(env, values),
        amount=format_amount(env, values.get("amount", 0), currency),
    ),
    "between": lambda env, values, currency: env._(
        "The balance of %(day)s agrees, but between that day and this one bank and "
        "books differ by %(amount)s.",
        day=_day(env, values),
        amount=format_amount(env, values.get("amount", 0), currency),
    ),
}
