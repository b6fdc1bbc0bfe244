from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import float_compare, format_date, format_datetime

from ..mapping.dates import today_in
from . import clock
from .problems import problem_text

# An authorization that ends within this time is said to end soon.
EXPIRING_LEAD = timedelta(days=30)

# Where an account belongs never changes.
PLACE_FIELDS = ("connection_id", "provider_account_id")

STATES = [
    ("unlinked", "New: choose a journal"),
    ("ok", "Up to date"),
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
    _inherit = ["mail.thread"]
    _description = "Ponto account"
    _order = "provider_account_id, reference, currency_id, id"
    _rec_name = "reference"
    _check_company_auto = True

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
    ponto_ref = fields.Char(string="Ponto's account id", required=True, readonly=True)
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
        string="Holder", readonly=True, help="In whose name the account is."
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
    balance_date = fields.Date(
        readonly=True, help="The day to which the bank's balance belongs."
    )
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
        help="Since when Ponto no longer shares the account with this integration.",
    )

    # What a person chose
    journal_id = fields.Many2one(
        "account.journal",
        string="Feeds",
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
        help="Where the bank gives only one of the two, that one is used. Changing "
        "this moves no existing line.",
    )
    statement_grouping = fields.Selection(
        [("none", "None"), ("day", "Day"), ("week", "Week"), ("month", "Month")],
        string="Statements",
        required=True,
        default="none",
    )
    auto_sync = fields.Boolean(
        string="Fetch automatically",
        default=True,
        help="Off: transactions are read only when somebody clicks Fetch.",
    )

    # What the last readings found
    bank_data_at = fields.Datetime(
        string="Bank data of",
        readonly=True,
        copy=False,
        help="When Ponto last heard from the bank about this account's transactions.",
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
        string="What to know",
        compute="_compute_status_message",
        help="How the account stands, and what to do if anything.",
    )
    ledger_balance = fields.Monetary(
        compute="_compute_ledger_balance",
        help="Posted entries on the journal's bank account, in its currency.",
    )
    balance_difference = fields.Monetary(
        compute="_compute_ledger_balance",
        help="Balance at the bank less the ledger's. Until an opening balance is "
        "booked it is what the account held before the start date.",
    )

    _ponto_ref_uniq = models.UniqueIndex(
        "(connection_id, ponto_ref)", "This account is already known."
    )
    _journal_uniq = models.UniqueIndex(
        "(journal_id) WHERE journal_id IS NOT NULL",
        "This journal is already fed by another account.",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """What Ponto says and what :meth:`link_journal` decides is not written by
        hand: its refusals and the lock dates are checked nowhere else.

        :raise AccessError: for everybody without superuser rights
        """
        closed = [
            name for name in vals if self._fields[name].readonly or name in PLACE_FIELDS
        ]
        if closed and not self.env.su:
            raise AccessError(
                self.env._("This is set by Ponto and by Fetch Accounts, not by hand.")
            )
        return super().write(vals)

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

    @api.depends(
        "journal_id.active",
        "revoked_at",
        "problem_code",
        "authorization_expires_at",
        "run_ids.state",
    )
    def _compute_state(self):
        for account in self:
            account.state = account._get_state()

    def _get_state(self):
        self.ensure_one()
        by_date = self._get_authorization_state()
        if self.revoked_at:
            return "revoked"
        if not self.journal_id:
            return "unlinked"
        if self._get_pause():
            return "paused"
        if any(run.state == "running" for run in self.run_ids):
            return "fetching"
        if by_date == "expired" or self.problem_code == "authorization":
            return "expired"
        if self.problem_code:
            return "error"
        return by_date or "ok"

    def _get_authorization_state(self):
        """``expired``, ``expiring`` or False, by the date that Ponto expects."""
        self.ensure_one()
        ends = self.authorization_expires_at
        if not ends:
            return False
        if ends <= clock.now():
            return "expired"
        return "expiring" if ends <= clock.now() + EXPIRING_LEAD else False

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        accounts = self.with_context(active_test=False).search([])
        found = accounts.filtered(lambda account: account.state in value)
        return Domain("id", "in", found.ids)

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

    @api.depends("state", "bank_data_at", "problem_values", "last_success_at")
    @api.depends_context("lang", "tz")
    def _compute_status_message(self):
        for account in self:
            account.status_message = account._get_status_message()

    def _get_status_message(self):
        self.ensure_one()
        state = self.state
        if state == "revoked":
            return problem_text(self.env, "not_found")
        if state == "unlinked":
            return self.env._("New: choose a journal with Fetch Accounts.")
        if state == "paused":
            return self._get_pause_message()
        if state == "fetching":
            return self.env._("Fetching now.")
        if state == "error":
            return problem_text(self.env, self.problem_code, self.problem_values)
        if state in ("expired", "expiring"):
            return self._get_authorization_message()
        return self._get_freshness_message()

    def _get_freshness_message(self):
        if not self.last_success_at:
            return self.env._("Nothing was fetched yet.")
        if not self.bank_data_at:
            return self.env._("Read; Ponto has not heard from the bank yet.")
        return self.env._(
            "Bank data of %(moment)s.",
            moment=format_datetime(self.env, self.bank_data_at, dt_format="short"),
        )

    def _get_authorization_message(self):
        """What to know about the bank's permission; '' for an empty recordset."""
        if not self or not self.authorization_expires_at:
            return self._get_freshness_message() if self.journal_id else ""
        day = format_date(self.env, self.authorization_expires_at)
        state = self._get_authorization_state()
        if state == "expired" or self.state == "expired":
            return self.env._(
                "No new transactions: the bank's permission ended on %(day)s. The "
                "company's representative (or a person with a mandate) renews it at "
                "Ponto with their own bank login; the accountant cannot do it for "
                "them. The gap is then filled by itself.",
                day=day,
            )
        if state == "expiring":
            return self.env._(
                "Renew by %(day)s at Ponto: the company's representative (or a person "
                "with a mandate) does it with their own bank login; "
                "the accountant cannot do it for them.",
                day=day,
            )
        return self.env._("Authorized until %(day)s.", day=day)

    @api.depends("journal_id", "balance")
    def _compute_ledger_balance(self):
        for account in self:
            journal = account.journal_id.sudo()
            ledger = 0.0
            if journal:
                ledger = journal._get_journal_bank_account_balance(
                    [("parent_state", "=", "posted")]
                )[0]
            account.ledger_balance = ledger
            account.balance_difference = (
                account._bank_balance_as_ledger() - ledger if journal else 0.0
            )

    def _bank_balance_as_ledger(self):
        """The bank's balance with the sign the ledger gives it: banks report what is
        owed on a card as a positive amount."""
        if self.subtype == "card" and self.balance > 0:
            return -self.balance
        return self.balance

    # === WHY AN ACCOUNT WAITS === #

    def _get_pause(self):
        """Code of what keeps a linked account from being read; False where nothing.

        Such an account costs no call to Ponto, and goes on by itself when the cause
        is gone.
        """
        self.ensure_one()
        journal = self.journal_id.sudo()
        if not journal:
            return "unlinked"
        if not self.active:
            return "archived"
        if not self.connection_id.active:
            return "connection_archived"
        if not journal.active:
            return "journal_archived"
        if self._is_journal_of_another_kind(journal):
            return "journal_mismatch"
        if journal.restrict_mode_hash_table:
            return "journal_hashed"
        if not journal.suspense_account_id:
            return "no_suspense_account"
        if self.deprecated and self._get_authorization_state() == "expired":
            return "deprecated"
        return False

    def _is_journal_of_another_kind(self, journal):
        """Currency and company were checked at linking; they may have changed since."""
        currency = journal.currency_id or journal.company_id.currency_id
        return currency != self.currency_id or journal.company_id != self.company_id

    def _get_pause_message(self):
        texts = {
            "unlinked": self.env._("This account feeds no journal."),
            "journal_mismatch": self.env._(
                "Paused: the journal's currency or company is no longer the account's. "
                "Nothing is booked until they agree again; set the journal back, or "
                "link the account to another one."
            ),
            "archived": self.env._("Paused: this account is archived in Odoo."),
            "connection_archived": self.env._("Paused: the connection is archived."),
            "journal_archived": self.env._(
                "Paused: the journal is archived. Fetching goes on, without a gap, "
                "when it is restored."
            ),
            "journal_hashed": self.env._(
                "Paused: the journal secures its entries with a hash, and then accepts "
                "no line that is still to be matched. Use another journal, or switch "
                "the hash off."
            ),
            "no_suspense_account": self.env._(
                "Paused: the journal has no suspense account. Set one in the journal; "
                "fetching then goes on by itself."
            ),
            "deprecated": self.env._(
                "Paused: Ponto has replaced this institution by another one. Link the "
                "account again under the new institution."
            ),
        }
        return texts[self._get_pause()]

    # === WHAT PONTO'S ACCOUNT LIST TELLS === #

    @api.model
    def _prepare_from_account(self, vals):
        """Field values from what ``mapping`` made of an account."""
        code = vals.pop("currency")
        currency = self.env["res.currency"].with_context(active_test=False)
        currency = currency.search([("name", "=", code)], limit=1)
        amounts = {
            name: float(value)
            for name in ("balance", "available_balance")
            if (value := vals.pop(name)) is not None
        }
        return {**vals, **amounts, "currency_id": currency.id, "currency_code": code}

    def _record_balance(self):
        """Keep the balance as the bank reported it: Ponto tells only today's."""
        self.ensure_one()
        if not self.balance_date:
            return
        vals = {
            "online_account_id": self.id,
            "date": self.balance_date,
            "amount": self.balance,
            "source": "reported",
            "kind": "current",
        }
        model = self.env["ponto.balance"].sudo()
        newest = model.search(
            [("online_account_id", "=", self.id), ("source", "=", "reported")],
            order="id desc",
            limit=1,
        )
        # Of an account in a currency that Odoo does not know, too.
        same_amount = (
            float_compare(newest.amount, self.balance, precision_digits=6) == 0
        )
        if not newest or newest.date != self.balance_date or not same_amount:
            model.create({**vals, "read_at": clock.now()})

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
