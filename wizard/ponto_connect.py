from odoo import api, fields, models
from odoo.exceptions import UserError

from ..mapping.account import prepare_account_vals
from ..mapping.reference import sanitize
from ..models.common.ponto_dialog_mixin import answered_here
from ..tools.clients import trial_client
from ..tools.problem_codes import TROUBLES, problem_of
from ..tools.secret_store import client_secret_of
from ..tools.website import dashboard_url, is_local
from ..wording.problems import refusal_text


class PontoConnect(models.TransientModel):
    """Enter the credentials of an integration, for the first time or anew.

    They are tested before anything is saved: a refusal leaves all as it was.
    """

    _name = "ponto.connect"
    _inherit = ["ponto.secret.mixin", "ponto.dialog.mixin"]
    _description = "Connect with Ponto"

    connection_id = fields.Many2one(
        "ponto.connection",
        help="The connection whose credentials are replaced; empty for a new one.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    journal_id = fields.Many2one(
        "account.journal", help="The journal from which the dialog was opened, if any."
    )
    environment = fields.Selection(
        [("live", "Live"), ("sandbox", "Sandbox")],
        required=True,
        default=lambda self: self._default_environment(),
    )
    client_id = fields.Char(string="Client ID")
    api_url = fields.Char(
        string="API address",
        # Whoever may not choose the address may not prepare it for somebody who may.
        groups="base.group_system",
        default=lambda self: self.env["ponto.connection"]._default_api_url(),
    )
    current_client_id_hint = fields.Char(
        related="connection_id.client_id_hint", related_sudo=False
    )
    new_integration_url = fields.Char(compute="_compute_new_integration_url")
    is_disconnected = fields.Boolean(
        compute="_compute_is_disconnected",
        help="Whether the connection has no credentials because a user disconnected it.",
    )
    is_local = fields.Boolean(
        compute="_compute_new_integration_url",
        help="Whether this is a local test version of Ponto with fictitious data.",
    )
    missing_accounts = fields.Text(
        readonly=True,
        help="Linked accounts that the new integration does not share.",
    )
    confirm_missing = fields.Boolean(string="Replace anyway")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        connection = self.env["ponto.connection"].browse(values.get("connection_id"))
        if connection:
            connection.check_access("read")
            known = {
                "company_id": connection.company_id.id,
                "environment": connection.environment,
                "api_url": connection.api_url,
            }
            values.update({name: known[name] for name in fields_list if name in known})
        return values

    @api.model
    def _default_environment(self):
        """The choice that was made in the assistant, else what the address says."""
        chosen = self._default_company().ponto_connect_environment
        if chosen:
            return chosen
        api_url = self.env["ponto.connection"]._default_api_url()
        return "sandbox" if is_local(api_url) else "live"

    @api.depends("connection_id")
    def _compute_is_disconnected(self):
        for wizard in self:
            wizard.is_disconnected = bool(wizard.connection_id.disconnected_at)

    @api.depends("company_id", "connection_id")
    def _compute_new_integration_url(self):
        for wizard in self:
            address = wizard._get_api_url()
            wizard.is_local = is_local(address)
            wizard.new_integration_url = dashboard_url(
                address,
                "new-custom-integration",
                customIntegrationName=f"Odoo {wizard.company_id.name or ''}".strip(),
            )

    def _get_api_url(self):
        """Where the credentials go; the field of the wizard is the administrator's."""
        self.ensure_one()
        connection = self.connection_id
        typed = self.env.user.has_group("base.group_system") and self.api_url
        return typed or connection.api_url or connection._default_api_url()

    @answered_here
    def action_connect(self):
        """Test the credentials, save them, and go on to Fetch Accounts.

        :raise UserError: in words, with nothing saved, when Ponto refuses
        """
        self.ensure_one()
        self._check_input()
        if self.connection_id:
            return self._replace()
        connection = self.env["ponto.connection"].create(
            {
                "name": self._connection_name(),
                "company_id": self.company_id.id,
                "environment": self.environment,
                "client_id": self.client_id,
                "client_secret": _typed_secret(self),
                **self._api_url_vals(),
            }
        )
        self._try_out(connection)
        self.sudo().client_secret_encrypted = False
        self._note_connected()
        return self.env["ponto.fetch.accounts"]._open(
            connection, journal=self.journal_id, read=False
        )

    def _note_connected(self):
        """The way to a first connection is no longer to be remembered."""
        self.company_id.sudo().write(
            {"ponto_connect_step": False, "ponto_connect_environment": False}
        )

    def _check_input(self):
        self.check_access("write")
        self.env["ponto.connection"].check_access("create")
        if not (self.client_id or "").strip():
            raise UserError(self.env._("Enter the client ID of Ponto's integration."))
        if not self.has_client_secret:
            raise UserError(
                self.env._("Enter the client secret of Ponto's integration.")
            )
        same = self.env["ponto.connection"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("client_id", "=", self.client_id.strip()),
                ("id", "!=", self.connection_id.id),
            ],
            limit=1,
        )
        if same.disconnected_at and not self.connection_id:
            # Somebody comes back with the same integration: its connection goes on.
            self.connection_id = same
        elif same:
            raise UserError(
                self.env._(
                    "%(company)s is already connected with this client ID. Use Fetch "
                    "Accounts on that connection, or Replace credentials if its secret "
                    "changed.",
                    company=self.company_id.name,
                )
            )

    def _connection_name(self):
        if self.environment == "sandbox":
            return self.env._("Ponto sandbox")
        return self.env._("Ponto")

    def _api_url_vals(self):
        """The address goes in only where the system administrator gave one."""
        may_choose = self.env.user.has_group("base.group_system")
        return {"api_url": self.api_url} if may_choose and self.api_url else {}

    # === REPLACING === #

    def _replace(self):
        """Test the new credentials, compare what they share, then put them in."""
        connection = self.connection_id
        connection.check_access("write")
        missing = self._missing_linked_accounts(connection)
        if missing and not self.confirm_missing:
            self.missing_accounts = "\n".join(missing.mapped("display_name"))
            return self._show_dialog()
        is_reconnecting = bool(connection.disconnected_at)
        connection.write(
            {
                "client_id": self.client_id,
                "client_secret": _typed_secret(self),
                **self._api_url_vals(),
            }
        )
        self._try_out(connection)
        self.sudo().client_secret_encrypted = False
        if not is_reconnecting:
            connection.message_post(
                body=self.env._(
                    "Credentials replaced; the client ID now ends with %(hint)s.",
                    hint=connection.client_id_hint,
                )
            )
        return self._go_on(connection)

    def _go_on(self, connection):
        """To Fetch Accounts where something is to be chosen there; else say it worked.

        A bank account that came under a new id is proposed for its old journal, and
        nothing is linked without a tick.
        """
        continued = connection.online_account_ids.filtered(
            lambda account: (
                not account.journal_id
                and (account._search_predecessor() or account._search_alike())
            )
        )
        from_unfed = self.journal_id and not self.journal_id.ponto_online_account_ids
        if continued or from_unfed:
            return self.env["ponto.fetch.accounts"]._open(
                connection, journal=self.journal_id, read=False
            )
        return connection._notification()

    def _try_out(self, connection):
        """Read the account list with the new credentials; a refusal undoes all."""
        try:
            connection._refresh_accounts()
        except TROUBLES as error:
            raise UserError(refusal_text(self.env, *problem_of(error))) from None

    def _missing_linked_accounts(self, connection):
        """Linked accounts that the new integration does not share, under whatever id.

        :raise UserError: when Ponto does not accept the new credentials
        """
        trial = connection.new(
            {
                "client_id": self.client_id.strip(),
                "api_url": self._api_url_vals().get("api_url", connection.api_url),
            }
        )
        try:
            with trial_client(trial, _typed_secret(self)) as client:
                shared = client.accounts(unreadable=[])
                listed = [prepare_account_vals(one) for one in shared]
        except TROUBLES as error:
            raise UserError(refusal_text(self.env, *problem_of(error))) from None
        refs = {vals["ponto_ref"] for vals in listed}
        numbers = {(sanitize(vals["reference"]), vals["currency"]) for vals in listed}
        return connection.online_account_ids.filtered(
            lambda account: (
                account.journal_id
                and not account.revoked_at
                and account.ponto_ref not in refs
                and account._number_and_currency() not in numbers
            )
        )

    def _get_title(self):
        if self.connection_id:
            return self.connection_id._get_credentials_title()
        return self.env._("Connect with Ponto")


def _typed_secret(wizard):
    try:
        return client_secret_of(wizard)
    except TROUBLES as error:
        raise UserError(refusal_text(wizard.env, *problem_of(error))) from None
