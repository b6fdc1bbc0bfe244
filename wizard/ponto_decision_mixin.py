from odoo import fields, models


class PontoDecisionMixin(models.AbstractModel):
    """A dialog about rows of the inbox.

    It is made by the server, and asks again what it showed: rights and rules of the
    rows themselves hold when it is confirmed.
    """

    _name = "ponto.decision.mixin"
    _inherit = "ponto.dialog.mixin"
    _description = "Base for dialogs about received transactions"
    _dialog_size = "large"

    transaction_ids = fields.Many2many(
        "ponto.transaction", string="Transactions", required=True, readonly=True
    )
    count = fields.Integer(compute="_compute_count")

    def _compute_count(self):
        for dialog in self:
            dialog.count = len(dialog.transaction_ids)
