from odoo import api, fields, models

from ...mapping.dates import today_in
from ...tools import clock
from ...wording.problems import problem_text

STATES = [
    ("unlinked", "New: choose a journal"),
    ("ok", "Connected"),
    ("fetching", "Fetching"),
    ("expiring", "Authorization ends soon"),
    ("expired", "Authorization ended"),
    ("error", "Error"),
    ("paused", "Paused"),
    ("revoked", "No longer shared"),
]


class PontoOnlineAccount(models.Model):
    """One account at an institution, and the journal that it feeds."""

    _name = "ponto.online.account"
    _inherit = ["ponto.closed.fields.mixin", "ponto.reference.mixin", "mail.thread"]
    _description = "Ponto account"
    _order = "provider_account_id, reference, currency_id, id"
    _rec_name = "reference"
    _check_company_auto = True
    # Where an account belongs; what else is closed is read-only: Ponto says it, or
    # ``link_journal`` decides it, and refusals and lock dates are checked nowhere else.
    _closed_fields = frozenset({"connection_id", "provider_account_id"})

    active = fields.Boolean(default=True)
    connection_id = fields.Many2one(
        "ponto.connection",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    provider_account_id = fields.Many2one(
        "ponto.provider.account",
        string="Institution",
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(
        related="connection_id.company_id", store=True, index=True
    )
    environment = fields.Selection(related="connection_id.environment")

    # What Ponto says of the account
    ponto_ref = fields.Char(string="Ponto account ID", required=True, readonly=True)
    reference = fields.Char(
        string="Account number",
        readonly=True,
        help="IBAN or other number, as the bank gives it.",
    )
    reference_type = fields.Char(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    currency_code = fields.Char(
        readonly=True, help="As Ponto wrote it, also where Odoo has no such currency."
    )
    holder_name = fields.Char(
        string="Holder", readonly=True, help="Holder of the account."
    )
    description = fields.Char(readonly=True)
    product = fields.Char(readonly=True)
    subtype = fields.Char(readonly=True)
    internal_reference = fields.Char(readonly=True)
    deprecated = fields.Boolean(readonly=True)
    availability = fields.Char(readonly=True)
    balance = fields.Monetary(
        string="Balance at the bank",
        readonly=True,
        help="The booked balance as the bank last reported it.",
    )
    balance_date = fields.Date(readonly=True, help="The date of the bank's balance.")
    available_balance = fields.Monetary(readonly=True)
    authorized_at = fields.Datetime(readonly=True)
    authorization_expires_at = fields.Datetime(
        string="Authorized until",
        readonly=True,
        help="When the bank's permission for Ponto is expected to end.",
    )
    revoked_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="The time since which Ponto no longer shares the account with this "
        "integration.",
    )

    # What a person chose
    journal_id = fields.Many2one(
        "account.journal",
        readonly=True,
        copy=False,
        ondelete="restrict",
        check_company=True,
        index=True,
        help="Set by Fetch Accounts.",
    )
    sync_start_date = fields.Date(
        string="Start date",
        readonly=True,
        copy=False,
        help="Nothing dated before this day is imported.",
    )
    date_field = fields.Selection(
        [("execution", "Execution date"), ("value", "Value date")],
        string="Date of a line",
        required=True,
        default="execution",
        help="If the bank gives only one of the two dates, that date is used. Changing "
        "this setting moves no existing line.",
    )
    statement_grouping = fields.Selection(
        [("none", "None"), ("day", "Day"), ("week", "Week"), ("month", "Month")],
        string="Statements",
        required=True,
        default="none",
    )
    skip_zero_amounts = fields.Boolean(
        string="Skip zero amounts",
        help="On: transactions of 0.00 are skipped instead of becoming lines.",
    )
    predecessor_id = fields.Many2one(
        "ponto.online.account",
        string="Continues",
        readonly=True,
        copy=False,
        ondelete="set null",
        check_company=True,
        help="The same bank account under its previous Ponto ID.",
    )
    auto_sync = fields.Boolean(
        string="Fetch automatically",
        default=True,
        help="Off: transactions are read only when a user clicks Fetch.",
    )

    # What the last readings found
    bank_data_at = fields.Datetime(
        string="Bank data as of",
        readonly=True,
        copy=False,
        help="When Ponto last received this account's transactions from the bank.",
    )
    last_success_at = fields.Datetime(readonly=True, copy=False)
    problem_code = fields.Char(readonly=True, copy=False)
    problem_values = fields.Json(readonly=True, copy=False)
    retry_at = fields.Datetime(readonly=True, copy=False)

    run_ids = fields.One2many("ponto.sync.run", "online_account_id", string="Fetches")
    transaction_ids = fields.One2many("ponto.transaction", "online_account_id")
    balance_ids = fields.One2many("ponto.balance", "online_account_id")
    pending_ids = fields.One2many("ponto.pending.transaction", "online_account_id")
    held_count = fields.Integer(compute="_compute_held_count")

    state = fields.Selection(
        STATES, compute="_compute_state", search="_search_state", string="Status"
    )
    status_message = fields.Char(
        string="Details",
        compute="_compute_status_message",
        help="Status of the account, and what to do if necessary.",
    )

    _ponto_ref_uniq = models.UniqueIndex(
        "(connection_id, ponto_ref)", "This account is already known."
    )
    _journal_uniq = models.UniqueIndex(
        "(journal_id) WHERE journal_id IS NOT NULL",
        "This journal is already linked to another account.",
    )

    # === COMPUTE METHODS === #

    @api.depends("reference", "currency_id", "provider_account_id.name")
    def _compute_display_name(self):
        for account in self:
            parts = (
                account.provider_account_id.name,
                account.reference or account.description,
                account.currency_code,
            )
            account.display_name = " · ".join(filter(None, parts))

    def _compute_held_count(self):
        counts = dict(
            self.env["ponto.transaction"]._read_group(
                [("online_account_id", "in", self.ids), ("state", "=", "held")],
                ["online_account_id"],
                ["__count"],
            )
        )
        for account in self:
            account.held_count = counts.get(account, 0)

    # === WHAT PONTO'S ACCOUNT LIST TELLS === #

    def _prepare_from_account(self, vals):
        """Field values from what ``mapping`` made of an account, known or not."""
        vals = self._without_erased(vals)
        code = vals.pop("currency")
        currency = self.currency_id
        if not currency or currency.name != code:
            currencies = self.env["res.currency"].with_context(active_test=False)
            currency = currencies.search([("name", "=", code)], limit=1)
        amounts = {
            name: float(value)
            for name in ("balance", "available_balance")
            if (value := vals.pop(name)) is not None
        }
        return {**vals, **amounts, "currency_id": currency.id, "currency_code": code}

    def _mark_revoked(self):
        for account in self:
            account.write({"revoked_at": clock.now()})
            # What was read before is still booked; nothing more can be read.
            account._open_run()._end_reading("not_found")
            if account.journal_id:
                account.message_post(body=problem_text(self.env, "not_found"))

    def _short_name(self):
        """Institution, last four of the number, currency: for texts that may be
        logged, where no account number has a place."""
        self.ensure_one()
        number = f"…{self.reference[-4:]}" if self.reference else False
        parts = (self.provider_account_id.name, number, self.currency_code)
        return " · ".join(filter(None, parts))

    def _today(self):
        """Today's date where the bank is."""
        self.ensure_one()
        return today_in(self.provider_account_id.time_zone or None, clock.aware_now())

    # === ACTION METHODS === #

    def action_open_lines(self):
        """Open the statement lines of the journal that this account feeds."""
        self.ensure_one()
        return self.journal_id.action_ponto_open_lines()

    def action_open_held(self):
        self.check_access("read")
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account_ponto_sync.ponto_transaction_action"
        )
        action["domain"] = [("online_account_id", "=", self.id)]
        action["context"] = {"search_default_held": 1}
        return action
