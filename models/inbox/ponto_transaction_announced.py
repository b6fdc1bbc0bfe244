"""Look-ups for a whole batch of rows at once: one statement instead of one a row."""

from odoo import api, fields, models
from odoo.fields import Domain

DAYS = ("execution_date", "value_date", "booking_date")


class PontoTransaction(models.Model):
    _inherit = "ponto.transaction"

    is_on_announced_day = fields.Boolean(
        compute="_compute_is_on_announced_day",
        help="The bank had planned a transaction for the same date on this account.",
    )

    @api.depends("online_account_id", "execution_date", "value_date", "booking_date")
    def _compute_is_on_announced_day(self):
        days = sorted(set().union(*(row._days() for row in self)))
        announced = set()
        if days:
            between = (
                Domain(name, ">=", days[0]) & Domain(name, "<=", days[-1])
                for name in DAYS
            )
            rows = self.search_fetch(
                Domain("online_account_id", "in", self.online_account_id.ids)
                & Domain("was_planned", "=", True)
                & Domain.OR(between),
                ["online_account_id", *DAYS],
            )
            for row in rows:
                announced |= {(row.online_account_id, day) for day in row._days()}
        for row in self:
            places = {(row.online_account_id, day) for day in row._days()}
            row.is_on_announced_day = not places.isdisjoint(announced)

    def _days(self):
        """The days that it may be known by."""
        return {self[name] for name in DAYS} - {False}
