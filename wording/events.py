"""What happened to a transaction after it came: codes with values, and their words."""

from __future__ import annotations

from odoo.tools import format_datetime

from .moments import format_date


def history_text(env, history: list | None) -> str:
    """One line for each event, oldest first, in the reader's language and zone."""
    return "\n".join(_event_line(env, event) for event in history or [])


def _event_line(env, event: dict) -> str:
    moment = format_datetime(env, event["at"], dt_format="short")
    user = env["res.users"].browse(event.get("user_id"))
    who = user.sudo().name if user and user.exists() else ""
    text = TEXTS[event["code"]](env, event.get("values") or {})
    return " · ".join(filter(None, (moment, who, text)))


def _ignored(env, values):
    note = values.get("note", "")
    return env._("Ignored: %s", note) if note else env._("Ignored")


def _open_day(env, values):
    day = format_date(env, values["date"]) if values.get("date") else ""
    return env._("To be booked on %s, the first open day", day)


def _text_followed(env, values):
    if "after" not in values:
        return env._("The bank corrected the text")
    return env._(
        "The bank corrected the text: “%(before)s” became “%(after)s”",
        before=values["before"],
        after=values["after"],
    )


TEXTS = {
    "retried": lambda env, values: env._("Tried again"),
    "held": lambda env, values: env._("Held by a user"),
    "ignored": _ignored,
    "restored": lambda env, values: env._("Restored"),
    "another": lambda env, values: env._(
        "Decided: not the same payment as the equal transaction"
    ),
    "same": lambda env, values: env._("Decided: the same as a payment in the books"),
    "separated": lambda env, values: env._("Separated: not the same payment"),
    "open_day": _open_day,
    "deleted": lambda env, values: env._("The bank line was deleted"),
    "undone": lambda env, values: env._("The fetch that booked it was undone"),
    "text_followed": _text_followed,
    "flagged": lambda env, values: env._(
        "The bank changed it: %s", values.get("code", "")
    ),
    "flag_dismissed": lambda env, values: env._(
        "The bank's change was marked as noted"
    ),
}

EVENT_CODES = tuple(TEXTS)
