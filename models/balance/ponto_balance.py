from odoo import api, fields, models


class PontoBalance(models.Model):
    """One balance as the bank reported it. Never overwritten: Ponto tells only
    today's, and nothing could be proved backwards without these."""

    _name = "ponto.balance"
    _description = "Balance reported by the bank"
    _order = "online_account_id, date desc, id desc"

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
    currency_id = fields.Many2one(related="online_account_id.currency_id")
    date = fields.Date(required=True, readonly=True, help="The bank's reference date.")
    date_estimated = fields.Boolean(
        string="Date estimated",
        readonly=True,
        help="The bank gave no date: this is the date on which Ponto read the balance. No "
        "statement ends with such a balance.",
    )
    amount = fields.Monetary(required=True, readonly=True)
    source = fields.Selection(
        [("reported", "Reported by the bank"), ("derived", "Derived")],
        required=True,
        default="reported",
        readonly=True,
    )
    kind = fields.Selection(
        [("current", "Booked"), ("available", "Available")],
        required=True,
        default="current",
        readonly=True,
    )
    read_at = fields.Datetime(required=True, readonly=True, help="When Odoo read it.")

    @api.depends("date", "amount")
    def _compute_display_name(self):
        for balance in self:
            balance.display_name = f"{balance.date} {balance.amount}"
