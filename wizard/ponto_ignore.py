from odoo import fields, models
from odoo.exceptions import UserError

from ..models.common.ponto_dialog_mixin import answered_here


class PontoIgnore(models.TransientModel):
    """Set held transactions aside, and say why."""

    _name = "ponto.ignore"
    _inherit = "ponto.decision.mixin"
    _description = "Ignore held transactions"

    note = fields.Char(string="Reason")

    def _get_title(self):
        return self.env._("Ignore")

    @answered_here
    def action_confirm(self):
        """Ignore the rows; the reason is kept with who and when."""
        self.ensure_one()
        self.check_access("write")
        note = (self.note or "").strip()
        if not note:
            raise UserError(
                self.env._("Enter a reason; it explains the decision later.")
            )
        self.transaction_ids.action_ignore(note=note)
        return {"type": "ir.actions.act_window_close"}
