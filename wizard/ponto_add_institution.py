from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.common.ponto_dialog_mixin import answered_here
from ..tools.institution_search import search_institutions
from ..tools.units import plain_superuser


class PontoAddInstitution(models.TransientModel):
    """Search Ponto's public list of institutions, before paying for anything."""

    _name = "ponto.add.institution"
    _inherit = "ponto.dialog.mixin"
    _description = "Add an institution"

    connection_id = fields.Many2one(
        "ponto.connection",
        required=True,
        default=lambda self: self._default_connection(),
        domain="[('company_id', 'in', allowed_company_ids)]",
    )
    name = fields.Char(string="Bank")
    country_id = fields.Many2one(
        "res.country", default=lambda self: self.env.company.country_id
    )
    line_ids = fields.One2many("ponto.add.institution.line", "wizard_id")
    searched = fields.Boolean()
    more = fields.Boolean(help="There are more hits than are shown.")

    def _default_connection(self):
        return self.env["ponto.connection"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("disconnected_at", "=", False),
            ],
            limit=1,
        )

    @answered_here
    def action_search(self):
        """Ask Ponto's public list and show the hits; deprecated ones are left out."""
        self.ensure_one()
        self.connection_id.check_access("write")
        if self.connection_id.disconnected_at:
            raise UserError(self.connection_id.status_message)
        found, more = search_institutions(
            self.connection_id, self.name, self.country_id
        )
        # Nobody writes the hits by hand: what they say becomes an institution.
        self.sudo().line_ids = [
            fields.Command.clear(),
            *(fields.Command.create(self._prepare_line(vals)) for vals in found),
        ]
        self.write({"searched": True, "more": more})
        return self._show_dialog()

    def _get_title(self):
        return self.env._("Add an institution")

    def _prepare_line(self, vals):
        names = self.env["ponto.add.institution.line"]._fields
        return {name: value for name, value in vals.items() if name in names}


class PontoAddInstitutionLine(models.TransientModel):
    _name = "ponto.add.institution.line"
    _inherit = "ponto.reference.mixin"
    _description = "Institution that Ponto offers"
    _order = "name, id"

    wizard_id = fields.Many2one(
        "ponto.add.institution", required=True, ondelete="cascade"
    )
    institution_ref = fields.Char(required=True)
    name = fields.Char(required=True)
    bic = fields.Char()
    country_code = fields.Char(string="Country")
    logo_url = fields.Char()
    institution_status = fields.Selection(
        [("stable", "Stable"), ("beta", "Beta"), ("experimental", "Experimental")],
        string="Support level",
    )
    authorization_lifetime_days = fields.Integer(string="Authorization validity (days)")
    time_zone = fields.Char()
    pending_available = fields.Boolean()
    known = fields.Boolean(compute="_compute_known", string="Already listed")

    @api.depends("institution_ref", "wizard_id.connection_id")
    def _compute_known(self):
        for line in self:
            listed = line.wizard_id.connection_id.provider_account_ids
            line.known = line.institution_ref in listed.mapped("institution_ref")

    def action_add(self):
        """List the institution as *no account authorized yet* and open it."""
        self.ensure_one()
        connection = self.wizard_id.connection_id
        connection.check_access("write")
        institution = connection.provider_account_ids.filtered(
            lambda listed: listed.institution_ref == self.institution_ref
        )
        if not institution:
            worker = institution.with_env(plain_superuser(self.env))
            institution = worker.create(
                {
                    "connection_id": connection.id,
                    **{
                        name: self[name]
                        for name in (
                            "institution_ref",
                            "name",
                            "bic",
                            "country_code",
                            "logo_url",
                            "institution_status",
                            "authorization_lifetime_days",
                            "time_zone",
                            "pending_available",
                        )
                    },
                }
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "ponto.provider.account",
            "res_id": institution.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
