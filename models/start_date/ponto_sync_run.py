"""What an earlier start date asks of a reading."""

from odoo import fields, models


class PontoSyncRun(models.Model):
    _inherit = "ponto.sync.run"

    read_all_again = fields.Boolean(
        readonly=True, help="The whole list was read, because the start date was moved."
    )

    def _count_not_listed(self):
        """Rows that an earlier start lets in and that Ponto does not list any more."""
        if not self.read_all_again:
            return 0
        account = self.online_account_id
        return self.env["ponto.transaction"].search_count(
            [
                ("online_account_id", "=", account.id),
                ("state", "=", "before_cutover"),
                ("booking_date", ">=", account.sync_start_date),
            ]
        )
