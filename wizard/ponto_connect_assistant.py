"""A first connection, step by step: the bank, Ponto's website, the credentials.

Fetch Accounts and the preview follow as dialogs of their own. Whoever leaves comes
back to the step that was left: before there is a connection the company remembers it,
afterwards what was reached speaks for itself.
"""

from odoo import api, fields, models

from ..models.common.ponto_dialog_mixin import answered_here
from ..models.settings.res_company import CONNECT_STEPS
from ..tools.institution_search import search_institutions

_ORDER = [step for step, _name in CONNECT_STEPS]


class PontoConnect(models.TransientModel):
    _inherit = "ponto.connect"

    step = fields.Selection(
        CONNECT_STEPS, required=True, default=lambda self: self._default_step()
    )
    bank_name = fields.Char(string="Bank", help="Part of the bank's name.")
    bank_country_id = fields.Many2one(
        "res.country",
        string="Country",
        default=lambda self: self.env.company.country_id,
        help="Empty for all countries.",
    )
    bank_line_ids = fields.One2many("ponto.connect.bank", "dialog_id")
    is_searched = fields.Boolean()
    is_cut = fields.Boolean(help="There are more hits than are shown.")

    def _default_step(self):
        if self.env.context.get("default_connection_id"):
            return "credentials"
        return self._default_company().ponto_connect_step or _ORDER[0]

    def _default_company(self):
        """The one that the context names, if it is one of the user's."""
        named = self.env.context.get("default_company_id")
        companies = self.env.user.company_ids
        company = companies.filtered(lambda one: one.id == named) or self.env.company
        return company.sudo()

    # === THE WAY IN === #

    def action_open_assistant(self):
        """Where the company stands: the step that was left, the accounts, or the
        preview that waits for a confirmation."""
        return self._open_where_left(self.env.company)

    @api.model
    @api.private
    def _open_where_left(self, company, journal=None):
        """:param journal: the bank journal that the user came from"""
        self.check_access("write")
        connections = self.env["ponto.connection"].search(
            [("company_id", "=", company.id), ("client_id", "!=", False)]
        )
        # What fed this journal comes first, then what is connected.
        own = journal and journal.ponto_online_account_ids.connection_id
        connected = connections.filtered(lambda one: not one.disconnected_at)
        connection = ((own and own & connections) or connected or connections)[:1]
        waiting = connected.online_account_ids._waiting_for_confirmation()
        if not journal and waiting:
            return waiting.action_open_preview()
        if connection and not connection.disconnected_at:
            fetch_accounts = self.env["ponto.fetch.accounts"]
            return fetch_accounts._open(connection, journal=journal)
        return self._open(company, connection, journal)

    @api.model
    @api.private
    def _ask_credentials(self, connection, problem, journal=None):
        """The way on where the credentials of a connection do not serve.

        :param problem: what is wrong with them, in words
        """
        action = self._open(connection.company_id, connection, journal)
        return {**action, "context": {**action["context"], "ponto_problem": problem}}

    @api.model
    def _open(self, company, connection, journal=None):
        action = connection.action_replace_credentials() if connection else {}
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Connect with Ponto"),
            "res_model": self._name,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            **action,
            "context": {
                "default_company_id": company.id,
                "default_journal_id": journal and journal.id,
                "dialog_size": "extra-large",
                **action.get("context", {}),
            },
        }

    # === STEPS === #

    def action_next(self):
        """Go on to the next step, and remember it."""
        return self._go_to(_ORDER[min(_ORDER.index(self.step) + 1, len(_ORDER) - 1)])

    def action_back(self):
        """Go back a step."""
        return self._go_to(_ORDER[max(_ORDER.index(self.step) - 1, 0)])

    def action_skip(self):
        """Straight to the credentials, for whoever has them already."""
        return self._go_to("credentials")

    def _go_to(self, step):
        self.ensure_one()
        self.check_access("write")
        self.env["ponto.connection"].check_access("create")
        self.step = step
        self.company_id.sudo().write(
            {"ponto_connect_step": step, "ponto_connect_environment": self.environment}
        )
        return self._show_dialog()

    # === IS MY BANK THERE === #

    @answered_here
    def action_search_banks(self):
        """Ask Ponto's public list and show the hits."""
        self.ensure_one()
        self.check_access("write")
        self.env["ponto.connection"].check_access("create")
        asked = self.env["ponto.connection"].new({"api_url": self._get_api_url()})
        found, is_cut = search_institutions(asked, self.bank_name, self.bank_country_id)
        names = self.env["ponto.connect.bank"]._fields
        self.bank_line_ids.unlink()
        self.write(
            {
                "is_searched": True,
                "is_cut": is_cut,
                "bank_line_ids": [
                    fields.Command.create(
                        {name: vals[name] for name in vals if name in names}
                    )
                    for vals in found
                ],
            }
        )
        return self._show_dialog()


class PontoConnectBank(models.TransientModel):
    _name = "ponto.connect.bank"
    _inherit = "ponto.reference.mixin"
    _description = "Bank that Ponto offers"
    _order = "name, id"

    dialog_id = fields.Many2one("ponto.connect", required=True, ondelete="cascade")
    name = fields.Char(string="Bank", required=True)
    bic = fields.Char(string="BIC")
    country_code = fields.Char(string="Country")
    logo_url = fields.Char()
    institution_status = fields.Selection(
        [("stable", "Stable"), ("beta", "Beta"), ("experimental", "Experimental")],
        string="Support level",
    )
    authorization_lifetime_days = fields.Integer(string="Authorization validity (days)")
