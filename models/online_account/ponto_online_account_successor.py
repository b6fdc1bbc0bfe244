"""The account under the institution that replaces its own."""

from odoo import api, models

from ...mapping.reference import sanitize


class PontoOnlineAccount(models.Model):
    _inherit = "ponto.online.account"

    @api.private
    def _get_successor(self):
        """The account with the same number and currency at an institution that stays;
        none for an account that stays itself."""
        self.ensure_one()
        institution = self.provider_account_id
        number = sanitize(self.reference)
        if not number or not (self.deprecated or institution.deprecated):
            return self.browse()
        siblings = self.connection_id.online_account_ids
        return siblings.filtered(
            lambda one: (
                one.provider_account_id != institution
                and sanitize(one.reference) == number
                and one.currency_code == self.currency_code
                and not (one.deprecated or one.provider_account_id.deprecated)
                and not one.revoked_at
            )
        )[:1]
