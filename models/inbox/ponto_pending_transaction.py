from odoo import api, fields, models

from ...mapping.label import label


class PontoPendingTransaction(models.Model):
    """What the bank announces but has not booked: shown, never bookkeeping."""

    _name = "ponto.pending.transaction"
    _description = "Pending bank transaction"
    _order = "online_account_id, execution_date desc, id desc"
    _rec_name = "label"

    online_account_id = fields.Many2one(
        "ponto.online.account",
        string="Account",
        required=True,
        ondelete="cascade",
        index=True,
        readonly=True,
    )
    company_id = fields.Many2one(
        related="online_account_id.company_id", store=True, index=True
    )
    ponto_ref = fields.Char(required=True, readonly=True)
    execution_date = fields.Date(readonly=True)
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one(related="online_account_id.currency_id")
    label = fields.Char(readonly=True)

    @api.model
    def _replace(self, account, pending_transactions):
        """Hold just what the bank announces now: nothing is known of how a pending
        transaction becomes a booked one, so none is kept or matched."""
        account.pending_ids.unlink()
        self.create(
            [
                {
                    "online_account_id": account.id,
                    "ponto_ref": pending.id,
                    "execution_date": pending.execution_date,
                    "amount": float(pending.amount),
                    "label": label(pending),
                }
                for pending in pending_transactions
            ]
        )
