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
    return " ".join(_sentence(env, code, values, currency) for code, values in reasons)


def _sentence(env, code, values, currency):
    day = format_date(env, values["day"]) if values.get("day") else ""
    count = values.get("count", 0)
    texts = {
        "not_covered": env._("The feed begins on %s only.", day),
        "hole": env._("The bank's list was not read to the end."),
        "not_read_since": _not_read_text(env, day),
        "held": env._("%s held: decide on them.", count),
        "waiting": env._("%s read and not booked yet.", count),
        "planned": env._("%s announced and not booked yet.", count),
        "unposted": env._("%s whose entry is not posted.", count),
        "no_report": env._("The bank reported no balance near that day."),
        "different": env._(
            "The balance of %(day)s differs by %(amount)s.",
            day=day,
            amount=format_amount(env, values.get("amount", 0), currency),
        ),
        "between": env._(
            "The balance of %(day)s agrees, but between that day and this one bank and "
            "books differ by %(amount)s.",
            day=day,
            amount=format_amount(env, values.get("amount", 0), currency),
        ),
    }
    return texts[code]


def _not_read_text(env, day):
    if not day:
        return env._("The bank has given nothing yet.")
    return env._("The bank's data is of %s: fetch once more.", day)
