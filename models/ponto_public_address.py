"""The office's public address, for an Odoo that does not see where people come from."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .public_address import is_public, plain_address


class ResCompany(models.Model):
    _inherit = "res.company"

    ponto_public_address = fields.Char(
        string="Office's public address",
        groups="account.group_account_manager,base.group_system",
        help="The internet address of the office (IPv4 or IPv6). Ponto is told it when "
        "somebody clicks Fetch transactions and Odoo sees only an address inside your "
        "own network. Leave it empty where people's own addresses reach Odoo.",
    )

    @api.constrains("ponto_public_address")
    def _check_ponto_public_address(self):
        for company in self.sudo().filtered("ponto_public_address"):
            address = plain_address(company.ponto_public_address)
            if not address or not is_public(address):
                raise ValidationError(
                    self.env._(
                        "The office's public address must be one that the internet "
                        "knows, such as 81.82.83.84: not a name, and not an address "
                        "inside your own network."
                    )
                )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ponto_public_address = fields.Char(
        related="company_id.ponto_public_address", readonly=False
    )
