"""Why an undo left a transaction as it is: codes with values, and their sentences."""

from __future__ import annotations

from .moments import format_date

UNDO_CODES = (
    "locked",
    "hashed",
    "not_posted",
    "reconciled",
    "edited",
    "checked_statement",
    "documents",
    "texts_removed",
    "refused",
)


def undo_left_text(env, code: str, values: dict | None) -> str:
    """What keeps the line, and what to do, in the reader's language; '' for no code."""
    if not code:
        return ""
    values = values or {}
    texts = {
        "locked": env._(
            "%(day)s is in a closed period. Lift the lock date and undo again, or book "
            "the opposite entry by hand.",
            day=format_date(env, values["date"]) if values.get("date") else "?",
        ),
        "hashed": env._(
            "The entry is secured with a hash and can never be deleted. Book the "
            "opposite entry by hand."
        ),
        "not_posted": env._(
            "Somebody set the entry to draft or cancelled it. Delete it by hand if it is "
            "not needed."
        ),
        "reconciled": env._(
            "It is matched. Undo the match, then undo the fetch again."
        ),
        "edited": env._(
            "Somebody changed its amount, its date or its journal items. Delete it by "
            "hand if it is not needed."
        ),
        "checked_statement": env._(
            "It belongs to the checked statement %(name)s. Delete or change the "
            "statement first, then undo again.",
            name=values.get("name", "?"),
        ),
        "documents": env._(
            "Somebody attached a document to its entry. Move the document, then undo "
            "again."
        ),
        "texts_removed": env._(
            "The bank's texts were removed, so it could not be restored. Delete the line "
            "by hand if it is not needed."
        ),
        "refused": env._(
            "Odoo refused to delete it: %(detail)s", detail=values.get("detail", "")
        ),
    }
    return texts[code]


def undo_kept_text(env, kept: dict) -> str:
    """How many were kept and why, in few words: "2 matched, 1 in a closed period".

    :param kept: ``{code: count}``
    """
    words = {
        "locked": env._("in a closed period"),
        "hashed": env._("secured with a hash"),
        "not_posted": env._("draft or cancelled"),
        "reconciled": env._("matched"),
        "edited": env._("changed by hand"),
        "checked_statement": env._("in a checked statement"),
        "documents": env._("with a document"),
        "texts_removed": env._("without the bank's texts"),
        "refused": env._("refused by Odoo"),
    }
    return ", ".join(
        env._("%(count)s %(reason)s", count=kept[code], reason=words[code])
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
