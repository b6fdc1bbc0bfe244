"""Look-ups for a whole batch of rows at once: one statement instead of one a row."""

from odoo import api, fields, models


class PontoTransaction(models.Model):
    _inherit = "ponto.transaction"

    is_on_announced_day = fields.Boolean(
        compute="_compute_is_on_announced_day",
        help="The bank announced a transaction for the same day of the account.",
    )

    @api.depends("online_account_id", "execution_date")
    def _compute_is_on_announced_day(self):
        days = [row.execution_date for row in self if row.execution_date]
        announced = set()
        if days:
            rows = self.search_fetch(
                [
                    ("online_account_id", "in", self.online_account_id.ids),
                    ("was_planned", "=", True),
                    ("execution_date", ">=", min(days)),
                    ("execution_date", "<=", max(days)),
                ],
                ["online_account_id", "execution_date"],
            )
            announced = {(row.online_account_id, row.execution_date) for row in rows}
        for row in self:
            place = (row.online_account_id, row.execution_date)
            row.is_on_announced_day = place in announced
