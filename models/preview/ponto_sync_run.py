"""Opening the preview from the page of progress."""

from odoo import models


class PontoSyncRun(models.Model):
    _inherit = "ponto.sync.run"

    def action_open_preview(self):
        """Open what the first fetch would book, where that was read."""
        self.check_access("read")
        return self.online_account_id.action_open_preview()
