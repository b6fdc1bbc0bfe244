"""Why an undo left a transaction as it is: codes with values, and their sentences."""

from __future__ import annotations

from .moments import format_date


def undo_left_text(env, code: str, values: dict | None) -> str:
    """What keeps the line, and what to do, in the reader's language; '' for no code."""
    return LEFT_TEXTS[code](env, values or {}) if code else ""


def undo_kept_text(env, kept: dict) -> str:
    """How many were kept and why, in few words: "2 matched, 1 in a closed period".

    :param kept: ``{code: count}``
    """
    return ", ".join(
        env._("%(count)s %(reason)s", count=kept[code], reason=KEPT_WORDS[code](env))
        for code in UNDO_CODES
        if kept.get(code)
    )


def undo_gap_text(env, gaps: list) -> str:
    """Which numbers stay empty.

    :param gaps: ``[first number, last number, count]`` of each run of numbers
    """
    if not gaps:
        return ""
    count = sum(gap[2] for gap in gaps)
    first, last = gaps[0][0], gaps[-1][1]
    if count == 1:
        return env._("Number %s stays empty, because later entries exist.", first)
    return env._(
        "%(count)s numbers between %(first)s and %(last)s stay empty, because later "
        "entries exist.",
        count=count,
        first=first,
        last=last,
    )


LEFT_TEXTS = {
    "locked": lambda env, values: env._(
        "%(day)s is in a closed period. Lift the lock date and undo again, or book "
        "the opposite entry by hand.",
        day=format_date(env, values["date"]) if values.get("date") else "?",
    ),
    "hashed": lambda env, values: env._(
        "The entry is secured with a hash and can never be deleted. Post a reversing "
        "entry by hand."
    ),
    "not_posted": lambda env, values: env._(
        "Its entry was set to draft or cancelled. Delete the entry by hand if it is "
        "not needed."
    ),
    "reconciled": lambda env, values: env._(
        "It is matched. Undo the match, then undo the fetch again."
    ),
    "edited": lambda env, values: env._(
        "Its amount, date or journal items were changed. Delete the entry by hand if "
        "it is not needed."
    ),
    "checked_statement": lambda env, values: env._(
        "It belongs to the checked statement %(name)s. Delete or change the "
        "statement first, then undo again.",
        name=values.get("name", "?"),
    ),
    "documents": lambda env, values: env._(
        "A document was attached to its entry. Move the document, then undo again."
    ),
    "texts_removed": lambda env, values: env._(
        "The bank's texts were removed, so it could not be restored. Delete the line "
        "by hand if it is not needed."
    ),
    "refused": lambda env, values: env._(
        "Odoo refused to delete it: %(detail)s", detail=values.get("detail", "")
    ),
}

UNDO_CODES = tuple(LEFT_TEXTS)

# The same reasons in few words.
KEPT_WORDS = {
    "locked": lambda env: env._("in a closed period"),
    "hashed": lambda env: env._("secured with a hash"),
    "not_posted": lambda env: env._("draft or cancelled"),
    "reconciled": lambda env: env._("matched"),
    "edited": lambda env: env._("changed by hand"),
    "checked_statement": lambda env: env._("in a checked statement"),
    "documents": lambda env: env._("with a document"),
    "texts_removed": lambda env: env._("without the bank's texts"),
    "refused": lambda env: env._("refused by Odoo"),
}
