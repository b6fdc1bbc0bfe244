"""What Ponto granted an integration: Odoo reads only, so more than that is told."""

from odoo import api, fields, models

PAYMENTS = "pi"


class PontoConnection(models.Model):
    _inherit = "ponto.connection"

    granted_scope = fields.Char(
        string="Granted by Ponto",
        readonly=True,
        copy=False,
        help="Of the newest token: ai is account information, pi starting payments.",
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

    def write(self, vals):
        """Tell once when Ponto begins to grant more than Odoo needs."""
        if "granted_scope" not in vals:
            return super().write(vals)
        harmless = self.filtered(lambda connection: not connection.may_start_payments)
        result = super().write(vals)
        for connection in harmless.filtered("may_start_payments"):
            connection.message_post(body=connection.payments_notice)
        return result

    def action_test_connection(self):
        """Test with a new token where the last one had too much: only a new one tells
        that somebody put it right at Ponto."""
        self.check_access("write")
        self._ask_scope_anew()
        return super().action_test_connection()

    def _ask_scope_anew(self):
        self.filtered("may_start_payments").sudo()._forget_token()

    @api.depends("granted_scope")
    def _compute_status_message(self):
        return super()._compute_status_message()

    def _get_status_message(self):
        message = super()._get_status_message()
        if self.state == "connected" and self.payments_notice:
            return f"{message} {self.payments_notice}"
        return message

    def _get_notification_type(self):
        kind = super()._get_notification_type()
        return "warning" if kind == "success" and self.may_start_payments else kind
