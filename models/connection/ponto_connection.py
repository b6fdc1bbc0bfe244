import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools import clock
from ...tools.problem_codes import TROUBLES, problem_of
from ...wording.problems import problem_text

_logger = logging.getLogger(__name__)

#: Obstacle of a connection whose credentials a person erased.
DISCONNECTED = "disconnected"


class PontoConnection(models.Model):
    """One Ponto integration of one company: its credentials and its state."""

    _name = "ponto.connection"
    _inherit = [
        "ponto.secret.mixin",
        "ponto.closed.fields.mixin",
        "ponto.reference.mixin",
        "mail.thread",
    ]
    _description = "Ponto connection"
    _order = "company_id, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, default=lambda self: self.env._("Ponto"))
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    environment = fields.Selection(
        [("live", "Live"), ("sandbox", "Sandbox")],
        required=True,
        default="live",
        help="Sandbox: Ponto's fictitious banks, for testing. A journal never contains "
        "both live and sandbox data.",
    )
    responsible_user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user if self.env.user.active else False,
        help="Gets an activity when this connection needs attention.",
    )
    mode = fields.Selection(
        [
            ("client_credentials", "Custom integration"),
            ("ponto_connect", "Ponto Connect"),
        ],
        required=True,
        default="client_credentials",
    )
    api_url = fields.Char(
        string="API address",
        required=True,
        copy=False,
        default=lambda self: self._default_api_url(),
        # Old and new address, by whom and when: in the chatter.
        tracking=True,
        help="Address of Ponto's API. Only the system administrator may change it.",
    )
    client_id = fields.Char(string="Client ID", copy=False)
    client_id_hint = fields.Char(
        string="Client ID ends with", compute="_compute_client_id_hint"
    )
    token_encrypted = fields.Char(
        groups=fields.NO_ACCESS, copy=False, prefetch=False, readonly=True
    )
    token_expires_at = fields.Datetime(copy=False, readonly=True)
    state = fields.Selection(
        [("draft", "Not connected"), ("connected", "Connected"), ("error", "Error")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    last_checked_at = fields.Datetime(
        string="Last checked",
        readonly=True,
        copy=False,
        help="When Ponto's account list was last read.",
    )
    problem_code = fields.Char(readonly=True, copy=False)
    problem_values = fields.Json(readonly=True, copy=False)
    retry_at = fields.Datetime(
        readonly=True, copy=False, help="Ponto is not contacted before this moment."
    )
    list_retry_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="The scheduled action asks for the account list again after this time.",
    )
    status_message = fields.Char(
        string="Details",
        compute="_compute_status_message",
        help="Status of the connection, and what to do if necessary.",
    )
    provider_account_ids = fields.One2many(
        "ponto.provider.account", "connection_id", string="Institutions"
    )
    online_account_ids = fields.One2many(
        "ponto.online.account", "connection_id", string="Accounts"
    )

    _client_uniq = models.UniqueIndex(
        "(company_id, client_id) WHERE client_id IS NOT NULL AND active",
        "This company is already connected with this client ID.",
    )

    # === COMPUTE METHODS === #

    @api.depends("client_id")
    def _compute_client_id_hint(self):
        for connection in self:
            connection.client_id_hint = (
                f"…{connection.client_id[-4:]}" if connection.client_id else False
            )

    @api.depends(
        "state",
        "problem_code",
        "problem_values",
        "online_account_ids",
        "client_secret_encrypted",
        "granted_scope",
        "disconnected_at",
        "disconnected_by_id.name",
    )
    @api.depends_context("lang", "tz", "uid")
    def _compute_status_message(self):
        for connection in self:
            connection.status_message = connection._get_status_message()

    def _get_status_message(self):
        self.ensure_one()
        if self.disconnected_at:
            return self._get_disconnected_sentence()
        notice = self.state == "connected" and self.payments_notice
        return " ".join(filter(None, [self._get_connection_sentence(), notice]))

    def _get_connection_sentence(self):
        """The state of a connection that has not been disconnected."""
        code, values = self._get_problem()
        if code:
            return problem_text(self.env, code, values)
        if self.state == "draft" and not self._has_credentials():
            return problem_text(self.env, "no_credentials")
        if self.state == "draft":
            return self.env._("Not connected yet: test the credentials.")
        accounts = self.online_account_ids.filtered(
            lambda account: not account.revoked_at
        )
        if not accounts:
            return self.env._(
                "Connected, but no account is shared with this integration. Tick the "
                "accounts in the integration at Ponto, then click Fetch Accounts."
            )
        banks = len(accounts.provider_account_id)
        if len(accounts) == 1:
            return self.env._("Connected: 1 account.")
        if banks == 1:
            return self.env._("Connected: %s accounts at 1 bank.", len(accounts))
        return self.env._(
            "Connected: %(accounts)s accounts at %(banks)s banks.",
            accounts=len(accounts),
            banks=banks,
        )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not self._may_choose_address():
                # A default from the context or of the user would fill it unseen.
                vals.setdefault("api_url", self._default_api_url())
            self.browse()._check_api_url_right(vals)
            self._clean_credentials(vals)
        connections = super().create(vals_list)
        usual = self._default_api_url()
        for connection in connections:
            connection._log_host(usual)
        return connections

    def write(self, vals):
        self._check_open_fields(vals)
        self._check_api_url_right(vals)
        self._clean_credentials(vals)
        if {"company_id", "environment"} & vals.keys():
            self._check_place_stays(vals)
        if {"client_id", "client_secret", "api_url"} & vals.keys():
            self.check_access("write")
            self.sudo()._forget_token()
        if vals.get("api_url") and not vals.get("client_secret"):
            self._forget_secret_for_other_host(vals["api_url"])
        hosts = {one: one.api_url for one in self} if "api_url" in vals else {}
        reading_only = self._filter_reading_only() if "granted_scope" in vals else ()
        has_secret = (vals.get("client_secret") or "").strip()
        connected_again = self.filtered("disconnected_at") if has_secret else self[:0]
        result = super().write(vals)
        if {"client_id", "client_secret_encrypted"} & vals.keys():
            self.sudo()._note_no_credentials()
        if "company_id" in vals:
            # The new place must be one's own, too.
            self.check_access("write")
        for connection, host in hosts.items():
            connection._log_host(host)
        for connection in reading_only:
            connection._tell_payments_scope()
        connected_again.sudo()._resume()
        return result

    def _has_credentials(self):
        self.ensure_one()
        return bool(self.client_id and self.sudo().client_secret_encrypted)

    def _note_no_credentials(self):
        """Nobody is connected without a secret, whatever took it away."""
        bare = self.filtered(
            lambda one: one.state == "connected" and not one._has_credentials()
        )
        bare.write({"state": "draft", "problem_code": False, "problem_values": False})

    def _check_place_stays(self, vals):
        """Not a constraint: what is related to these two fields would just follow."""
        for connection in self.with_context(active_test=False):
            if not connection.sudo().online_account_ids:
                continue
            if (
                vals.get("company_id", connection.company_id.id)
                != connection.company_id.id
            ):
                raise ValidationError(
                    self.env._("A connection that has accounts keeps its company.")
                )
            if (
                vals.get("environment", connection.environment)
                != connection.environment
            ):
                raise ValidationError(
                    self.env._(
                        "A connection that has accounts stays live or sandbox: the "
                        "two are never mixed. Create a new connection for the other "
                        "environment."
                    )
                )

    def _forget_token(self):
        """A token belongs to the credentials and the host that gave it."""
        self.write({"token_encrypted": False, "token_expires_at": False})

    @api.model
    def _clean_credentials(self, vals):
        if vals.get("client_id"):
            vals["client_id"] = vals["client_id"].strip()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_history(self):
        connections = self.with_context(active_test=False)
        if connections.online_account_ids.transaction_ids:
            raise UserError(
                self.env._(
                    "This connection has imported transactions; its history prevents "
                    "importing them twice. Archive it instead."
                )
            )

    # === ACTION METHODS === #

    def action_test_connection(self):
        """Ask Ponto for a token and the account list, and say what came of it.

        :return: a notification in words; a refusal is stored as the connection's
            state and never blocks the next attempt
        """
        self.check_access("write")
        self.ensure_one()
        self._ask_scope_anew()
        try:
            self._refresh_accounts()
        except TROUBLES as error:
            self._note_problem(*problem_of(error))
        return self._notification()

    def _notification(self):
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.name,
                "message": self.status_message,
                "type": self._get_notification_type(),
                "sticky": self.state == "error",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _get_notification_type(self):
        if self.disconnected_at:
            return "warning"
        if self.state == "error":
            return "danger"
        return "warning" if self.may_start_payments else "success"

    def action_replace_credentials(self):
        """Open the dialog that tests new credentials before they replace the old."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self._get_credentials_title(),
            "res_model": "ponto.connect",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_connection_id": self.id,
                "dialog_size": "extra-large",
            },
        }

    def _get_credentials_title(self):
        if self.disconnected_at:
            return self.env._("Connect again")
        return self.env._("Replace credentials")

    def action_fetch_accounts(self):
        """Read Ponto's account list and open the Fetch Accounts dialog."""
        self.ensure_one()
        return self.env["ponto.fetch.accounts"]._open(self)

    # === STATE === #

    @api.private
    def _note_problem(self, code, values=None):
        """Remember what went wrong; it is told once and never blocks a retry.

        A disconnected connection is no problem: a person chose it.
        """
        self.ensure_one()
        if code == DISCONNECTED:
            return
        values = dict(values or {})
        vals = {"state": "error", "problem_code": code}
        vals["retry_at"] = False
        if values.get("retry_after"):
            pause = timedelta(seconds=values["retry_after"])
            vals["retry_at"] = clock.now() + pause
            values["retry_at"] = fields.Datetime.to_string(vals["retry_at"])
        vals["problem_values"] = values or False
        if self.problem_code != code:
            _logger.info("Ponto connection %s: %s", self.id, code)
        self.sudo().write(vals)

    @api.private
    def _note_success(self):
        """The account list was read: whatever was wrong is over."""
        self.ensure_one()
        vals = {"last_checked_at": clock.now()}
        if not self._has_credentials():
            # Asked for with what was taken away meanwhile.
            self.sudo().write(vals)
            return
        self.online_account_ids._forget_trouble_of_connection()
        if self.list_retry_at:
            vals.update(list_retry_at=False, failure_count=0)
        if self.state != "connected" or self.problem_code:
            vals.update(
                state="connected",
                problem_code=False,
                problem_values=False,
                retry_at=False,
            )
        self.sudo().write(vals)
