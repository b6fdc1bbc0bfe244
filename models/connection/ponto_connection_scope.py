"""What Ponto granted an integration: Odoo reads only, so more than that is told."""

from odoo import api, fields, models

PAYMENTS = "pi"


class PontoConnection(models.Model):
    _inherit = "ponto.connection"

    granted_scope = fields.Char(
        string="Granted by Ponto",
        readonly=True,
        copy=False,
        help="Scopes of the latest token: ai is account information, pi is payment "
        "initiation.",
    )
    may_start_payments = fields.Boolean(compute="_compute_may_start_payments")
    payments_notice = fields.Char(compute="_compute_may_start_payments")

    @api.depends("granted_scope")
    @api.depends_context("lang")
    def _compute_may_start_payments(self):
        notice = self.env._(
            "This integration may also start payments; choose account information only."
        )
        for connection in self:
            scopes = (connection.granted_scope or "").split()
            connection.may_start_payments = PAYMENTS in scopes
            connection.payments_notice = PAYMENTS in scopes and notice

    def _filter_reading_only(self):
        return self.filtered(lambda connection: not connection.may_start_payments)

    def _tell_payments_scope(self):
        """Post the notice, where Ponto grants more now than Odoo needs."""
        if self.may_start_payments:
            self.message_post(body=self.payments_notice)

    def _ask_scope_anew(self):
        """Ask for a new token at the next request, where the present one may start
        payments: only a new token tells that the scope was reduced at Ponto."""
        self.filtered("may_start_payments").sudo()._forget_token()
