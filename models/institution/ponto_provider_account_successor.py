"""Institutions that Ponto offers in beta, or replaces by others."""

from odoo import api, fields, models

# Ponto's help centre: several of its articles were read for this addon, its front page
# was not. The form of an institution links to it as well.
SUPPORT_URL = "https://pontosupport.isabel.eu"


class PontoProviderAccount(models.Model):
    _inherit = "ponto.provider.account"

    successor_id = fields.Many2one(
        "ponto.provider.account",
        compute="_compute_successor_id",
        string="Replaced by",
        help="The institution that has the same accounts now.",
    )
    successor_notice = fields.Char(compute="_compute_successor_id")

    @api.depends(
        "deprecated",
        "online_account_ids.deprecated",
        "connection_id.online_account_ids.reference",
    )
    @api.depends_context("lang")
    def _compute_successor_id(self):
        for institution in self:
            accounts = institution._listed_accounts()
            successors = accounts.browse()
            for account in accounts:
                successors |= account._get_successor()
            institution.successor_id = successors[:1].provider_account_id
            institution.successor_notice = institution._get_successor_sentence()

    def _get_successor_sentence(self):
        """Where the accounts of a replaced institution are now; '' if there."""
        self.ensure_one()
        successor = self.successor_id
        if successor:
            return self.env._(
                "Ponto has replaced this institution. The same account is now at "
                "%(successor)s: link that one with Fetch Accounts; journal, start "
                "date and history continue.",
                successor=successor.name,
            )
        if self.deprecated:
            return self.env._(
                "Ponto has replaced this institution. At Ponto, add its accounts "
                "again under the new institution, tick them in the integration, and "
                "click Fetch Accounts."
            )
        return ""

    @api.private
    def _get_support_hint(self):
        """Who helps with trouble at this institution, to be added to a sentence about
        it; '' where nothing is special, also for an empty recordset."""
        if self.institution_status not in ("beta", "experimental"):
            return ""
        return self.env._(
            "Ponto offers %(bank)s in beta; support: %(url)s",
            bank=self.name,
            url=SUPPORT_URL,
        )
