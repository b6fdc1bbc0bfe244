"""A bank under maintenance: it is not asked, and nothing about it is alarming."""

from odoo import models

from . import clock

# What an account's availability says while Ponto only shows what it has.
READ_ONLY = "readonly"


class PontoProviderAccount(models.Model):
    _inherit = "ponto.provider.account"

    def _is_in_maintenance_window(self):
        """Whether Ponto announced maintenance for now."""
        self.ensure_one()
        begin, end = self.maintenance_from, self.maintenance_to
        return bool(begin and end and begin <= clock.now() < end)

    def _is_maintenance_over(self):
        self.ensure_one()
        return bool(self.maintenance_to and self.maintenance_to <= clock.now())


class PontoOnlineAccount(models.Model):
    _inherit = "ponto.online.account"

    def _is_under_maintenance(self):
        """Whether the bank cannot be asked for now, for no fault of anybody's.

        What the account list says of the account is up to an hour old; a window that
        has ended since counts more.
        """
        self.ensure_one()
        bank = self.provider_account_id
        if bank._is_in_maintenance_window():
            return True
        return self.availability == READ_ONLY and not bank._is_maintenance_over()

    def write(self, vals):
        result = super().write(vals)
        if vals.get("availability") == READ_ONLY:
            # The bank's details are read once a week; until when it lasts, now.
            self.provider_account_id.sudo().details_read_at = False
        return result
