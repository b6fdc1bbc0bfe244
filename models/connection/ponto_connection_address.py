"""The API address: which host gets the credentials, and who may change it."""

import logging

from odoo import api, models
from odoo.exceptions import AccessError, ValidationError

from ...ponto_client import DEFAULT_API_URL, ClientConfig, PontoError
from ...tools.problem_codes import problem_of
from ...tools.website import api_origin
from ...wording.problems import problem_text

_logger = logging.getLogger(__name__)

API_URL_PARAMETER = "account_ponto_sync.api_url"


class PontoConnection(models.Model):
    _inherit = "ponto.connection"

    @api.model
    def _default_api_url(self):
        """Ponto's own address, unless the system administrator set another one (a
        local Ponto on a staging server) as system parameter."""
        parameters = self.env["ir.config_parameter"].sudo()
        return parameters.get_param(API_URL_PARAMETER) or DEFAULT_API_URL

    def _get_api_url(self):
        """Where the secret may be sent."""
        self.ensure_one()
        return self.api_url

    @api.onchange("api_url")
    def _onchange_api_url(self):
        """Say what saving would erase, while the old address can still be put back."""
        kept = self._origin
        if not kept.has_client_secret or self.api_url == kept.api_url:
            return None
        return {
            "warning": {
                "title": self.env._("The client secret will be erased"),
                "message": self.env._(
                    "The stored secret was entered for %(address)s and is never sent "
                    "to another address. If you save, it is erased: nothing is "
                    "fetched until a secret is entered with Replace credentials. To "
                    "keep it, discard the change.",
                    address=kept.api_url,
                ),
            }
        }

    @api.constrains("api_url")
    def _check_api_url(self):
        for connection in self:
            try:
                ClientConfig(
                    api_url=connection.api_url or "",
                    client_id="check",
                    client_secret="check",  # noqa: S106
                )
            except PontoError as error:
                raise ValidationError(
                    problem_text(self.env, *problem_of(error))
                ) from None

    def _forget_secret_for_other_host(self, api_url):
        """A stored secret is never handed to another host than it was entered for."""
        moved = self.filtered(lambda connection: connection.api_url != api_url)
        moved.sudo().client_secret_encrypted = False

    def _may_choose_address(self):
        return self.env.su or self.env.user.has_group("base.group_system")

    def _check_api_url_right(self, vals):
        """The address decides who gets the secret: the system administrator's."""
        if self._may_choose_address():
            return
        url = vals.get("api_url")
        # On creating there is no address yet that could be kept.
        kept = self and all(connection.api_url == url for connection in self)
        if url and url != self._default_api_url() and not kept:
            raise AccessError(
                self.env._("Only the system administrator may change the API address.")
            )

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
