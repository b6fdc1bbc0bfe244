"""The mails that an institution's renewal contact gets."""

from odoo import models


class PontoProviderAccount(models.Model):
    _inherit = "ponto.provider.account"

    def _get_reminded_partners(self):
        """Whom a mail about this institution goes to, if they have an address."""
        self.ensure_one()
        partners = self.connection_id._get_responsible_user().partner_id
        partners |= self.renewal_contact_id
        return partners.filtered(lambda partner: partner.active and partner.email)
