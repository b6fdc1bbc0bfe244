from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_list


class PontoFetchAccountsLine(models.TransientModel):
    """One account in the Fetch Accounts dialog, and what to do with it."""

    _name = "ponto.fetch.accounts.line"
    _inherit = "ponto.reference.mixin"
    _description = "Account line in Fetch Accounts"
    _order = "id"

    wizard_id = fields.Many2one(
        "ponto.fetch.accounts", required=True, ondelete="cascade"
    )
    online_account_id = fields.Many2one(
        "ponto.online.account", required=True, string="Account"
    )
    action = fields.Selection(
        [
            ("keep", "Keep"),
            ("link", "Link to a journal"),
            ("create", "Create a journal"),
            ("skip", "Do not use"),
        ],
        required=True,
        default="skip",
        help="Keep: linked already, and never touched here.",
    )
    selected = fields.Boolean(
        string="Use", compute="_compute_selected", inverse="_inverse_selected"
    )
    journal_id = fields.Many2one(
        "account.journal",
        domain="[('company_id', '=', company_id), ('type', 'in', ('bank', 'credit')),"
        " ('ponto_online_account_ids', '=', False)]",
        help="Empty: a new journal with its own account is created.",
    )
    sync_start_date = fields.Date(
        string="Start date", help="Nothing dated before this day is imported."
    )
    doubt_code = fields.Char(readonly=True)
    remark = fields.Char(compute="_compute_remark")
    company_id = fields.Many2one(related="wizard_id.company_id", related_sudo=False)
    provider_account_id = fields.Many2one(
        related="online_account_id.provider_account_id", related_sudo=False
    )
    institution_status = fields.Selection(
        related="online_account_id.provider_account_id.institution_status",
        related_sudo=False,
    )
    reference = fields.Char(related="online_account_id.reference", related_sudo=False)
    holder_name = fields.Char(
        related="online_account_id.holder_name", related_sudo=False
    )
    currency_id = fields.Many2one(
        related="online_account_id.currency_id", related_sudo=False
    )
    currency_code = fields.Char(
        related="online_account_id.currency_code",
        related_sudo=False,
        string="Currency code",
    )
    balance = fields.Monetary(related="online_account_id.balance", related_sudo=False)
    is_balance_known = fields.Boolean(
        related="online_account_id.is_balance_known", related_sudo=False
    )
    authorization_expires_at = fields.Datetime(
        related="online_account_id.authorization_expires_at", related_sudo=False
    )

    @api.depends("action")
    def _compute_selected(self):
        for line in self:
            line.selected = line.action != "skip"

    def _inverse_selected(self):
        for line in self:
            line._choose_action()

    @api.onchange("selected", "journal_id")
    def _onchange_choice(self):
        self._choose_action()
        if self.action in ("link", "create"):
            account = self.online_account_id._origin
            self.sync_start_date = account._propose_start_date(self.journal_id._origin)

    def _choose_action(self):
        """A linked account stays linked; for the others the tick and the journal
        decide."""
        if self.action == "keep":
            return
        if not self.selected:
            self.action = "skip"
        else:
            self.action = "link" if self.journal_id else "create"

    @api.depends("doubt_code", "action", "journal_id", "online_account_id")
    @api.depends_context("lang")
    def _compute_remark(self):
        for line in self:
            line.remark = line._get_remark()

    def _get_remark(self):
        account = self.online_account_id
        if self.action == "keep":
            return account.status_message
        if self.action == "skip":
            return self._get_doubt_text()
        if self.doubt_code == "already_fed":
            return self._get_doubled_text()
        if self.doubt_code == "listed_twice":
            return self.env._(
                "It may be the same as another account in this list: then every "
                "payment is booked twice."
            )
        if self.action == "create":
            return self.env._("A new journal is made.")
        return account._journal_refusal(self.journal_id) if self.journal_id else ""

    def _get_doubt_text(self):
        env, account = self.env, self.online_account_id
        if self.doubt_code == "already_fed":
            return self._get_already_fed_text()
        if self.doubt_code == "looks_alike":
            return self._get_looks_alike_text()
        doubts = {
            "listed_twice": env._(
                "Not ticked: another account in this list has the same number, or "
                "nothing tells the two apart."
            ),
            "other_company": env._(
                "Not ticked: this account number belongs to another company."
            ),
            "other_holder": env._(
                "Not ticked: the holder %(holder)s does not look like %(company)s.",
                holder=account.holder_name or "",
                company=self.company_id.name,
            ),
            "inactive_currency": env._(
                "Not ticked: the currency %(code)s is not active in Odoo.",
                code=account.currency_code,
            ),
        }
        return doubts.get(self.doubt_code, "")

    def _get_already_fed_text(self):
        doubled = self.online_account_id._search_doubled()[:1]
        journal = doubled.journal_id.display_name or ""
        if not self.online_account_id.reference:
            return self.env._(
                "Not ticked: this account cannot be told apart from the one that is "
                "already linked to %(journal)s.",
                journal=journal,
            )
        return self.env._(
            "Not ticked: this number is already linked to %(journal)s.", journal=journal
        )

    def _get_doubled_text(self):
        doubled = self.online_account_id._search_doubled()[:1]
        return self.env._(
            "It looks like the account that is already linked to %(journal)s: if it "
            "is the same account, every payment is booked twice.",
            journal=doubled.journal_id.display_name or "",
        )

    def _get_looks_alike_text(self):
        alike = self.online_account_id._search_alike()
        journals = self.env["account.journal"].sudo()
        journals = journals.union(*(account._latest_journal() for account in alike))
        return self.env._(
            "Not ticked: it looks like an account that was linked to %(journals)s "
            "and is no longer shared. If it is the same account, choose that journal "
            "to continue there.",
            journals=format_list(self.env, journals.mapped("display_name"), "or"),
        )

    def _problems(self):
        """What forbids these lines, one sentence each; nothing is changed."""
        problems = []
        for line in self:
            account = line.online_account_id
            text = line._problem(account)
            if text:
                problems.append(f"{account._short_name()}: {text}")
        return problems

    def _problem(self, account):
        if account.journal_id:
            return self.env._("It is already linked to a journal.")
        if account._fed_in_another_company():
            return self.env._("It is linked to a journal of another company.")
        if self.doubt_code not in ("already_fed", "other_company"):
            doubled = account._search_doubled()[:1]
            if doubled:
                return self.env._(
                    "The same account was linked meanwhile. Click Fetch Accounts again."
                )
        if self.action == "create":
            return self._start_problem(account, None)
        if not self.journal_id:
            return self.env._("Choose a journal.")
        used = self.wizard_id.line_ids.filtered(
            lambda line: (
                line.action in ("link", "keep") and line.journal_id == self.journal_id
            )
        )
        if len(used) > 1:
            return self.env._("The same journal is chosen twice.")
        refusal = account._journal_refusal(self.journal_id)
        return refusal or self._start_problem(account, self.journal_id)

    def _start_problem(self, account, journal):
        start = self.sync_start_date
        return account._start_date_refusal(journal, start) if start else ""

    @api.constrains("online_account_id", "wizard_id")
    def _check_same_connection(self):
        for line in self.sudo():
            if line.online_account_id.connection_id != line.wizard_id.connection_id:
                raise AccessError(
                    self.env._("This account belongs to another connection.")
                )

    def _apply(self):
        """Link the account; a journal is made where none was chosen."""
        self.ensure_one()
        account = self.online_account_id
        journal = self.journal_id
        if self.action == "create":
            journal = account._create_journal()
        account.write(
            {
                "auto_sync": self.wizard_id.auto_sync,
                "date_field": self.wizard_id.date_field,
            }
        )
        account.link_journal(journal, self.sync_start_date or None)
