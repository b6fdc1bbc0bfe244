"""What the kinds of a run do differently: one small class for each kind.

A run (``ponto.sync.run``) stores its ``kind``; all that is known about it stands in its
record, so a kind has no state. The driver (``fetch_driver.py``) goes through the stages
of the kind; after the last one the run goes through the closing stages that other parts
of the addon have registered, and ends (``PontoSyncRun._finish``).
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from odoo import fields

from ...wording.holds import hold_text
from ...wording.moments import format_date

#: Rows of a page that are asked for.
PAGE_SIZE = 100


class Kind:
    """A kind of run. The stages are gone through from left to right."""

    name: ClassVar[str]
    stages: ClassVar[tuple[str, ...]]
    #: Steps of the end, methods of the run, in this order.
    ending: ClassVar[tuple[str, ...]] = (
        "_settle_statements",
        "_note_end",
        "_log_outcome",
        "_compare_balance",
    )
    #: Our own back-off after a failure does not bind what a person asked for.
    ignores_back_off: ClassVar[bool] = False
    #: A long list is read in parts, with booking in between.
    is_read_in_parts: ClassVar[bool] = True
    can_be_stopped: ClassVar[bool] = True
    #: Who stops it wants nothing fetched by itself any more.
    stops_auto_sync: ClassVar[bool] = True

    # === READING === #

    def place_in_list(self, run) -> dict:
        """``account_ref``, ``cursor`` (None: the top) and ``may_restart``."""
        return run._place_in_walk()

    def take_page(self, run, page) -> None:
        """Store a page, then go on, or end the reading."""
        run._take_walk_page(page)

    def restart_reading(self, run) -> None:
        """Read from the top once more: Ponto does not know the cursor any more."""
        run._restart_walk()

    # === TROUBLE === #

    def note_trouble(self, run, code, values, *, is_connections) -> None:
        """Note what ended a stage early, and go on to what is left to do."""
        run._note_reading_trouble(code, values, is_connections=is_connections)

    # === RESULT === #

    def message_code(self, run) -> str:
        """Code of the result of a run that has not failed."""
        return run._get_fetch_code()

    def message_values(self, run) -> dict:
        """Values of the sentence that only this kind has; they survive JSON."""
        return {}

    def count_sentence(self, run, values) -> str:
        """What was read and booked, in words."""
        return run._get_fetch_sentence(values)

    def progress(self, run) -> dict:
        """What the page of progress shows of this kind alone."""
        return {}


class Fetch(Kind):
    """Reads what is new, and books it."""

    name = "fetch"
    stages = ("ask", "wait", "read", "pending", "recognize", "import")


class Decision(Kind):
    """Books what a person decided on. It asks Ponto nothing."""

    name = "decision"
    stages = ("recognize", "import")

    def message_code(self, run):
        return "decided"

    def count_sentence(self, run, values):
        env, decided = run.env, values.get("decided") or {}
        parts = []
        if decided.get("booked"):
            parts.append(env._("%(count)s booked", count=decided["booked"]))
        if decided.get("known"):
            parts.append(env._("%(count)s found in the books", count=decided["known"]))
        if decided.get("waiting"):
            waiting = env._(
                "%(count)s waiting for the next fetch", count=decided["waiting"]
            )
            parts.append(waiting)
        if decided.get("held"):
            parts.append(env._("%(count)s still held", count=decided["held"]))
        text = ", ".join(parts) or env._("Nothing was booked")
        why = hold_text(env, decided.get("hold_code"), decided.get("hold_values"))
        return f"{text}: {why}" if why else f"{text}."


class Check(Kind):
    """Compares a period with Ponto's list, and books nothing."""

    name = "check"
    stages = ("read",)
    ignores_back_off = True
    stops_auto_sync = False

    def place_in_list(self, run):
        return run._place_in_check()

    def take_page(self, run, page):
        run._take_checked_page(page)

    def restart_reading(self, run):
        run._restart_check()

    def message_code(self, run):
        return "checked"

    def count_sentence(self, run, values):
        return run.env._(
            "%(from)s to %(to)s compared with Ponto: %(count)s read. Nothing was booked.",
            **{
                "from": format_date(run.env, run.check_from),
                "to": format_date(run.env, run.check_to),
                "count": run.read_count,
            },
        )


class Preview(Kind):
    """Reads the list before the first fetch is confirmed, and books nothing."""

    name = "preview"
    stages = ("read", "pending")
    ignores_back_off = True
    is_read_in_parts = False
    stops_auto_sync = False

    def message_code(self, run):
        return "previewed"

    def message_values(self, run):
        account = run.online_account_id
        found = account.count_first_fetch(account.sync_start_date)
        since = fields.Date.to_string(found["oldest"])
        return {"listed": found["listed"], "listed_since": since}

    def count_sentence(self, run, values):
        if not values.get("listed_since"):
            return run.env._("Ponto lists no transactions. Nothing was booked.")
        return run.env._(
            "%(count)s at Ponto since %(day)s. Nothing was booked.",
            count=values["listed"],
            day=format_date(run.env, values["listed_since"]),
        )

    def progress(self, run):
        # The preview may have been confirmed since the page was opened.
        waiting = run.online_account_id._waiting_for_confirmation()
        return {"awaits": bool(waiting)}


class Undo(Kind):
    """Takes what a fetch booked out of the books again. It asks Ponto nothing."""

    name = "undo"
    stages = ("undo",)
    ending = ("_note_undo_end", "_log_undo", "_compare_balance")
    can_be_stopped = False

    def note_trouble(self, run, code, values, *, is_connections):
        run.write({"problem_code": code, "problem_values": values or False})
        run._finish()

    def progress(self, run):
        counts = dict(run.undo_counts or {})
        kept = sum((counts.pop("kept", None) or {}).values())
        return {
            "imported": sum(counts.values()) + kept,
            "kept": kept,
            "held": 0,
            "warned": False,
        }


KINDS = {kind.name: kind for kind in (Fetch(), Check(), Preview(), Decision(), Undo())}


@dataclasses.dataclass(frozen=True, kw_only=True)
class ClosingStage:
    """A stage between the last one of a run and its end, as another part needs it.

    The names are of methods of ``ponto.sync.run``.
    """

    name: str
    """Of the stage."""
    is_due: str
    """Whether the run is to go through it before it ends: ``() -> bool``."""
    enter: str
    """The stage begins: ``() -> None``."""
    step: str
    """One bounded piece of work in a unit; the last one calls ``_finish``."""
    note_trouble: str
    """What goes wrong in it ends it: ``(code, values) -> None``."""
    sentences: str
    """What came of it, for the result of the run: ``() -> Iterable[str]``."""


CLOSING_STAGES: dict[str, ClosingStage] = {}


def register_closing_stage(stage: ClosingStage) -> None:
    """Let runs go through a stage before they end."""
    CLOSING_STAGES[stage.name] = stage


def is_booking(stage: str) -> bool:
    """Whether a stage asks Ponto nothing any more."""
    return stage in ("recognize", "import", "undo") or stage in CLOSING_STAGES
