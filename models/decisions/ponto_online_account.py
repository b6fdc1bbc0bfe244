"""The run that books what a person decided on."""

from odoo import models
from odoo.exceptions import UserError

from ..fetch.run_kinds import is_booking


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
                "user", kind="decision", stage="recognize", user_id=self.env.uid
            )
        if run.kind in ("undo", "check"):
            raise UserError(
                self.env._(
                    "Another operation is running for %(account)s; try again when it "
                    "has finished.",
                    account=self.display_name,
                )
            )
        if is_booking(run.stage):
            # Nothing is booked before it was compared with the books.
            run.write({"stage": "recognize", "recognize_place": False})
        return run
