"""What happened to a transaction after it came: codes with values, and their words."""

from __future__ import annotations

from odoo.tools import format_datetime

from .moments import format_date

EVENT_CODES = (
    "retried",
    "held",
    "ignored",
    "restored",
    "another",
    "same",
    "separated",
    "open_day",
    "deleted",
    "undone",
    "text_followed",
    "flagged",
    "flag_dismissed",
)


def history_text(env, history: list | None) -> str:
    """One line for each event, oldest first, in the reader's language and zone."""
    return "\n".join(_event_line(env, event) for event in history or [])


def _event_line(env, event: dict) -> str:
    moment = format_datetime(env, event["at"], dt_format="short")
    user = env["res.users"].browse(event.get("user_id"))
    who = user.sudo().name if user and user.exists() else ""
    text = _event_text(env, event["code"], event.get("values") or {})
    return " · ".join(filter(None, (moment, who, text)))


def _event_text(env, code: str, values: dict) -> str:
    note = values.get("note", "")
    day = format_date(env, values["date"]) if values.get("date") else ""
    texts = {
        "retried": env._("Tried again"),
        "held": env._("Held until somebody decides"),
        "ignored": env._("Ignored: %s", note) if note else env._("Ignored"),
        "restored": env._("Restored"),
        "another": env._("Declared another payment than the equal one"),
        "same": env._("Declared the same as a payment in the books"),
        "separated": env._("Separated: not the same payment"),
        "open_day": env._("To be booked on %s, the first open day", day),
        "deleted": env._("The bank line was deleted"),
        "undone": env._("The fetch that booked it was undone"),
        "text_followed": env._(
            "The bank corrected the text: “%(before)s” became “%(after)s”",
            before=values["before"],
            after=values["after"],
        )
        if "after" in values
        else env._("The bank corrected the text"),
        "flagged": env._("The bank changed it: %s", values.get("code", "")),
        "flag_dismissed": env._("The bank's change was noted"),
    }
    return texts[code]
