"""What a person decides on a row of the inbox; who and when is kept."""

from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError

from . import clock

# Held because two transactions may be the same one.
ONE_BY_ONE = ("planned_or_booked", "planned_gone", "same_or_new", "in_books_or_new")
# When nobody drives the retry, the schedule does.
TAKE_OVER = timedelta(minutes=1)


class PontoTransaction(models.Model):
    _inherit = "ponto.transaction"

    # === ACTION METHODS === #

    def action_retry(self):
        """Try held rows again on the bank's own day.

        :return: the client action that shows what came of it
        """
        self._check_may_decide()
        rows = self.filtered(lambda row: row.state == "held" and row.raw)
        if len(self) > 1:
            # Whether two payments are one is decided row by row.
            rows = rows.filtered(lambda row: row.hold_code not in ONE_BY_ONE)
        if not rows:
            raise UserError(
                self.env._(
                    "Choose held transactions to try again; announced ones one by one."
                )
            )
        rows._check_can_be_booked()
        # Retrying for another reason, such as a lifted lock, says nothing of this.
        rows.filtered(lambda row: row.hold_code in ONE_BY_ONE).sudo().is_another = True
        rows.sudo().write(
            {
                "state": "new",
                "hold_code": False,
                "hold_values": False,
                **self._prepare_decision(),
            }
        )
        runs = self.env["ponto.sync.run"].sudo()
        for account in rows.online_account_id.sudo():
            run = account._open_run() or account._create_run(
                "user", stage="recognize", user_id=self.env.uid
            )
            runs |= run
        self.env["ponto.connection"]._trigger_fetch(clock.now() + TAKE_OVER)
        return runs._progress_action()

    def _check_can_be_booked(self):
        for account in self.online_account_id.sudo():
            if account._get_pause():
                raise UserError(account._get_pause_message())

    def action_ignore(self):
        """Set held rows aside: they never become a line unless restored."""
        self._check_may_decide()
        rows = self.filtered(lambda row: row.state == "held")
        rows.sudo().write({"state": "ignored", **self._prepare_decision()})

    def action_restore(self):
        """Put ignored rows back among the held ones."""
        self._check_may_decide()
        rows = self.filtered(lambda row: row.state == "ignored")
        rows.sudo().write({"state": "held", **self._prepare_decision()})

    def _check_may_decide(self):
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group("account.group_account_basic")):
            raise UserError(
                self.env._("Deciding on held transactions needs the bank rights.")
            )

    def _prepare_decision(self):
        return {"decided_by_id": self.env.uid, "decided_at": clock.now()}
