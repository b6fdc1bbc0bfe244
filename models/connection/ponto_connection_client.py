"""Who may talk to Ponto, and with which token."""

from datetime import timedelta

from odoo import api, models

from ...tools import clock
from ...tools.clients import open_client
from .ponto_connection import DISCONNECTED

# A new token is asked for when less than this is left of the old one.
TOKEN_MARGIN = timedelta(minutes=2)
# What talking to Ponto needs of a connection: the secret ones are read only by name.
CLIENT_FIELDS = (
    "active",
    "api_url",
    "client_id",
    "client_secret_encrypted",
    "company_id",
    "disconnected_at",
    "failure_count",
    "last_checked_at",
    "list_retry_at",
    "problem_code",
    "retry_at",
    "state",
    "told_problem",
    "token_encrypted",
    "token_expires_at",
)


class PontoConnection(models.Model):
    _inherit = "ponto.connection"

    def _fetch_client_fields(self):
        """One statement instead of one for each group of fields."""
        self.sudo().fetch(CLIENT_FIELDS)

    @api.private
    def _obstacle(self):
        """Code of what forbids any request; False where nothing does."""
        self.ensure_one()
        if self._is_neutralized():
            return "neutralized"
        if not self._has_credentials():
            return DISCONNECTED if self.disconnected_at else "no_credentials"
        return self._secret_problem()

    @api.private
    def _is_neutralized(self):
        parameters = self.env["ir.config_parameter"].sudo()
        return bool(parameters.get_param("database.is_neutralized"))

    @api.private
    def _ensure_token(self, deadline=None):
        """Have a token that lasts; see :func:`open_client`."""
        self.ensure_one()
        open_client(self.env, self.id, deadline).close()

    def _token_lasts(self):
        expires_at = self.sudo().token_expires_at
        return bool(expires_at and expires_at > clock.now() + TOKEN_MARGIN)
