"""Fetches that book what a person decided on, and nothing else.

They ask Ponto nothing. Where a fetch of the account is under way, it takes the rows
along; what came of them is told in its result either way.
"""

from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from ..wording.holds import hold_text

# When nobody drives them, the schedule does.
TAKE_OVER = timedelta(minutes=1)


class PontoOnlineAccount(models.Model):
    _inherit = "ponto.online.account"

    def action_open_inbox(self):
        """Open all that was received for this account: also what was ignored, deleted
        or recognized."""
        action = self.action_open_held()
        return {**action, "context": {}}

    def _run_for_decisions(self):
        """The fetch that will book rows of this account that a person decided on."""
        self.ensure_one()
        run = self._open_run()
        if not run:
            return self._create_run(
                "user", stage="recognize", user_id=self.env.uid, only_decided=True
            )
        if run.stage == "undo" or run.trigger == "check":
            raise UserError(
                self.env._(
                    "Something else is under way for %(account)s; try again when it is "
                    "done.",
                    account=self.display_name,
                )
            )
        if run.stage in ("recognize", "import"):
            # Nothing is booked before it was compared with the books.
            run.write({"stage": "recognize", "recognize_place": False})
        return run


class PontoSyncRun(models.Model):
    _inherit = "ponto.sync.run"

    only_decided = fields.Boolean(
        readonly=True, help="Books what a person decided on, and nothing else."
    )
    decided_ids = fields.One2many(
        "ponto.transaction",
        "decided_run_id",
        string="Decided on",
        help="What a person decided on, and what came of it.",
    )

    imported_ids = fields.One2many(
        "ponto.transaction",
        "booked_run_id",
        string="Lines booked",
        domain=[("state", "=", "imported")],
    )
    recognized_ids = fields.One2many(
        "ponto.transaction",
        "booked_run_id",
        string="Recognized transactions",
        domain=[("state", "in", ("adopted", "alias"))],
    )

    def _bookable_domain(self):
        """Which of the account's new rows this fetch may book."""
        return [("decided_run_id", "=", self.id)] if self.only_decided else []

    def _get_message_code(self, state):
        if self.only_decided and state != "failed":
            return "decided"
        return super()._get_message_code(state)

    def _prepare_message_values(self, state):
        values = super()._prepare_message_values(state)
        rows = self.decided_ids
        if not rows:
            return values
        held = rows.filtered(lambda row: row.state == "held")
        decided = {
            "booked": len(rows.filtered(lambda row: row.state == "imported")),
            "known": len(rows.filtered(lambda row: row.state in ("adopted", "alias"))),
            "waiting": len(rows.filtered(lambda row: row.state == "new")),
            "held": len(held),
            "hold_code": held[:1].hold_code,
            "hold_values": held[:1].hold_values,
        }
        return {**values, "decided": {k: v for k, v in decided.items() if v}}

    def _get_count_sentence(self, values):
        if self.message_code != "decided":
            return super()._get_count_sentence(values)
        env, decided = self.env, values.get("decided") or {}
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

    def _get_kind(self):
        """What the browser is told that this run is."""
        return "decision" if self.only_decided else "fetch"

    def _get_progress(self):
        return {**super()._get_progress(), "kind": self._get_kind()}
