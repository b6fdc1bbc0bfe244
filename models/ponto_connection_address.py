"""Which host gets the credentials: whoever changes it is remembered."""

import logging

from odoo import api, fields, models

from .ponto_website import api_origin

_logger = logging.getLogger(__name__)


class PontoConnection(models.Model):
    _inherit = "ponto.connection"

    # Old and new address, by whom and when: in the chatter, in the reader's language.
    api_url = fields.Char(tracking=True)

    @api.model_create_multi
    def create(self, vals_list):
        connections = super().create(vals_list)
        usual = self._default_api_url()
        for connection in connections:
            connection._log_host(usual)
        return connections

    def write(self, vals):
        before = {}
        if "api_url" in vals:
            before = {connection: connection.api_url for connection in self}
        result = super().write(vals)
        for connection, address in before.items():
            connection._log_host(address)
        return result

    def _log_host(self, before):
        """Tell the server log about another host; a path is nobody's business there."""
        old, new = api_origin(before), api_origin(self.api_url)
        if old != new:
            _logger.info(
                "Ponto connection %s: user %s changed the API host from %s to %s",
                self.id,
                self.env.uid,
                old,
                new,
            )
