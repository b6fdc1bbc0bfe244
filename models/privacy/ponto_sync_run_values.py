"""Removing personal values from the history of runs."""

from odoo import models

from .ponto_online_account import KEPT_MESSAGE_VALUES, OF_RUNS


class PontoSyncRun(models.Model):
    _inherit = "ponto.sync.run"

    def _erase_values(self):
        """Counts, moments and codes stay."""
        self.write(dict.fromkeys(OF_RUNS, False))
        for run in self.filtered("message_values"):
            values = run.message_values
            run.message_values = {
                name: values[name] for name in KEPT_MESSAGE_VALUES if name in values
            }
