from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import str2bool

from ...tools import clock

# Name, logo and consent length of an institution seldom change.
DETAILS_LAST = timedelta(days=7)

LOGOS_PARAMETER = "account_ponto_sync.load_logos"

STATES = [
    ("no_account", "No account authorized yet"),
    ("connected", "Connected"),
    ("expiring", "Authorization ends soon"),
    ("expired", "Authorization ended"),
    ("error", "Error"),
    ("disconnected", "Disconnected"),
]


class PontoProviderAccount(models.Model):
    """One institution that can be reached through a connection."""

    _name = "ponto.provider.account"
    _inherit = ["ponto.closed.fields.mixin", "ponto.reference.mixin", "mail.thread"]
    _description = "Ponto institution"
    _order = "connection_id, name, id"
    _check_company_auto = True
    # What Ponto says of an institution, where it belongs, and what the reminders
    # remember.
    _closed_fields = frozenset(
        {
            "connection_id",
            "company_id",
            "institution_ref",
            "institution_status",
            "bic",
            "country_code",
            "logo_url",
            "time_zone",
            "authorization_lifetime_days",
            "pending_available",
            "deprecated",
            "maintenance_from",
            "maintenance_to",
            "details_read_at",
            "renewal_end",
            "renewal_is_early",
            "renewal_rung",
            "renewal_rung_on",
            "renewal_mail_from",
            "is_closed_at_bank",
            "trouble_told_at",
        }
    )

    name = fields.Char(required=True, help="Name of the bank at Ponto.")
    connection_id = fields.Many2one(
        "ponto.connection",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
        group_expand="_group_expand_connection",
    )
    company_id = fields.Many2one(
        related="connection_id.company_id", store=True, index=True
    )
    environment = fields.Selection(related="connection_id.environment")
    institution_ref = fields.Char(
        string="Ponto institution ID",
        index=True,
        help="Identifies the institution in questions to Ponto's support.",
    )
    institution_status = fields.Selection(
        [("stable", "Stable"), ("beta", "Beta"), ("experimental", "Experimental")],
        string="Support level",
        help="Ponto offers a beta institution before it is fully tested. Ponto provides "
        "the support for it.",
    )
    beta_notice = fields.Char(compute="_compute_beta_notice")
    bic = fields.Char(string="BIC", help="The bank's identifier code.")
    country_code = fields.Char(
        string="Country", help="Empty for an institution that is international."
    )
    logo_url = fields.Char()
    time_zone = fields.Char(help="The time zone of the bank's dates.")
    authorization_lifetime_days = fields.Integer(
        string="Authorization validity (days)",
        help="How long an authorization between the bank and Ponto lasts.",
    )
    pending_available = fields.Boolean(string="Provides pending transactions")
    deprecated = fields.Boolean(
        help="Ponto replaces this institution with another one."
    )
    maintenance_from = fields.Datetime()
    maintenance_to = fields.Datetime()
    details_read_at = fields.Datetime()
    renewal_contact_id = fields.Many2one(
        "res.partner",
        string="Renewal contact",
        check_company=True,
        help="The company's representative (or a person with a mandate), who renews "
        "the bank's authorization at Ponto. Need not be a user of Odoo.",
    )
    state = fields.Selection(
        STATES, compute="_compute_state", search="_search_state", string="Status"
    )
    state_message = fields.Char(compute="_compute_state")
    authorization_expires_at = fields.Datetime(
        string="Authorized until",
        compute="_compute_authorization_expires_at",
        help="The first moment at which the bank's permission for one of the "
        "accounts is expected to end. It is renewed at Ponto.",
    )
    online_account_ids = fields.One2many(
        "ponto.online.account", "provider_account_id", string="Accounts"
    )
    connection_disconnected_at = fields.Datetime(
        related="connection_id.disconnected_at", related_sudo=False
    )
    account_count = fields.Integer(compute="_compute_account_count")
    new_account_count = fields.Integer(
        string="New",
        compute="_compute_account_count",
        help="Accounts not linked to a journal yet: choose one with Fetch Accounts.",
    )

    _institution_uniq = models.UniqueIndex(
        "(connection_id, institution_ref) WHERE institution_ref IS NOT NULL",
        "This institution is already listed for this connection.",
    )

    # === COMPUTE METHODS === #

    @api.depends("institution_status")
    @api.depends_context("lang")
    def _compute_beta_notice(self):
        for institution in self:
            institution.beta_notice = institution.institution_status in (
                "beta",
                "experimental",
            ) and self.env._(
                "Ponto offers this institution in beta. Ponto provides the support."
            )

    @api.depends("online_account_ids.revoked_at", "online_account_ids.journal_id")
    def _compute_account_count(self):
        for institution in self:
            accounts = institution._listed_accounts()
            institution.account_count = len(accounts)
            new = accounts.filtered(lambda account: not account.journal_id)
            institution.new_account_count = len(new)

    @api.depends(
        "online_account_ids.authorization_expires_at", "online_account_ids.revoked_at"
    )
    def _compute_authorization_expires_at(self):
        for institution in self:
            ends = institution._listed_accounts().mapped("authorization_expires_at")
            institution.authorization_expires_at = min(
                filter(None, ends), default=False
            )

    @api.depends(
        "online_account_ids.state",
        "connection_id.state",
        "connection_id.disconnected_at",
        "connection_id.disconnected_by_id",
    )
    @api.depends_context("lang", "tz", "uid")
    def _compute_state(self):
        for institution in self:
            institution.state = institution._get_state()
            institution.state_message = institution._get_state_message()

    def _get_state(self):
        self.ensure_one()
        if self.connection_id.disconnected_at:
            return "disconnected"
        accounts = self.online_account_ids
        listed = self._listed_accounts()
        states = set(listed.mapped("state"))
        if not accounts:
            return "no_account"
        if not listed or self.is_closed_at_bank:
            return "disconnected"
        if self.connection_id.state == "error":
            return "error"
        # An account that feeds nothing has an authorization that ends, too.
        states |= {account._get_authorization_state() for account in listed}
        # What a person must do comes before what may pass by itself.
        for state in ("expired", "error", "expiring"):
            if state in states:
                return state
        return "connected"

    def _get_state_message(self):
        self.ensure_one()
        if self.connection_id.disconnected_at:
            return self.connection_id._get_disconnected_sentence()
        if self.state == "no_account":
            return self.env._(
                "None of this institution's accounts is authorized yet. At Ponto, "
                "add the accounts and tick them in the integration; then click Fetch "
                "Accounts."
            )
        if self.state == "error":
            troubled = self.online_account_ids.filtered(lambda a: a.state == "error")
            if self.connection_id.state == "error":
                return self.connection_id.status_message
            return troubled[:1].status_message
        if self.is_closed_at_bank:
            return self.env._(
                "Closed at the bank. No more reminders are sent; the history is kept."
            )
        if self.state == "disconnected":
            return self.env._(
                "Ponto no longer shares any account of this institution. The history "
                "is kept."
            )
        listed = self._listed_accounts()
        spoken_of = listed.filtered(
            lambda account: (
                self.state in (account.state, account._get_authorization_state())
            )
        )
        worst = (spoken_of or listed).sorted(
            lambda account: account.authorization_expires_at or fields.Datetime.now()
        )
        return worst[:1]._get_authorization_message()

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        institutions = self.search([])  # pylint: disable=no-search-all
        found = institutions.filtered(lambda institution: institution.state in value)
        return Domain("id", "in", found.ids)

    @api.model
    def _group_expand_connection(self, connections, domain):
        """Show connections without any institution, so that Fetch Accounts and the
        credentials are always within reach."""
        return connections.search([("company_id", "parent_of", self.env.companies.ids)])

    def _listed_accounts(self):
        return self.online_account_ids.filtered(lambda account: not account.revoked_at)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_accounts(self):
        if self.with_context(active_test=False).online_account_ids:
            raise UserError(
                self.env._(
                    "This institution has accounts; their history stays. Only an "
                    "institution without any account can be taken off the list."
                )
            )

    # === ACTION METHODS === #

    def action_fetch_accounts(self):
        """Read Ponto's account list and open the Fetch Accounts dialog.

        :raise UserError: in words, when Ponto cannot be read; nothing is changed
        """
        self.ensure_one()
        return self.env["ponto.fetch.accounts"]._open(
            self.connection_id, provider_account=self
        )

    def action_open_runs(self):
        """Open the history of the fetches of all accounts of these institutions."""
        self.check_access("read")
        return self.online_account_ids.action_open_runs()

    def action_replace_credentials(self):
        self.ensure_one()
        return self.connection_id.action_replace_credentials()

    def action_disconnect(self):
        """Open the dialog; it tells what else the connection reads."""
        self.ensure_one()
        return self.connection_id.action_disconnect()

    def action_reauthorize(self):
        """Open the dialog that renews this bank's permission, also before it ends."""
        self.check_access("read")
        self.ensure_one()
        return self.env["ponto.reauthorize"]._begin(self)

    # === BUSINESS METHODS === #

    @api.model
    def _prepare_from_institution(self, vals):
        """Field values from what ``mapping`` made of an institution."""
        status = vals["institution_status"]
        known_status = dict(self._fields["institution_status"].selection)
        return {
            "institution_ref": vals["institution_ref"],
            "name": vals["name"] or vals["institution_ref"],
            "bic": vals["bic"],
            "country_code": vals["country"],
            "institution_status": status if status in known_status else False,
            "deprecated": vals["deprecated"],
            "logo_url": self._loads_logos() and vals["logo_url"],
            "time_zone": vals["time_zone"],
            "authorization_lifetime_days": vals["authorization_lifetime_days"],
            "pending_available": vals["pending_available"],
            "maintenance_from": vals["maintenance_from"],
            "maintenance_to": vals["maintenance_to"],
            "details_read_at": clock.now(),
        }

    def _loads_logos(self):
        """Browsers load logos from where Ponto says, which tells that host who looks."""
        parameters = self.env["ir.config_parameter"].sudo()
        return str2bool(parameters.get_param(LOGOS_PARAMETER, "True"))

    def _is_outdated(self):
        self.ensure_one()
        read_at = self.details_read_at
        return not read_at or read_at < clock.now() - DETAILS_LAST

    # === MAINTENANCE === #

    def _is_in_maintenance_window(self):
        """Whether Ponto announced maintenance for now."""
        self.ensure_one()
        begin, end = self.maintenance_from, self.maintenance_to
        return bool(begin and end and begin <= clock.now() < end)

    def _is_maintenance_over(self):
        self.ensure_one()
        return bool(self.maintenance_to and self.maintenance_to <= clock.now())
