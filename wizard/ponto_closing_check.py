from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools import clock
from ..tools.own_company import check_own_company, of_own_companies
from ..wording.closing import closing_text
from ..wording.moments import format_date


class PontoClosingCheck(models.TransientModel):
    """One list over all companies and accounts that a user may see: is all of a day in
    the books, and does it agree with the bank?"""

    _name = "ponto.closing.check"
    _inherit = "ponto.reference.mixin"
    _description = "Closing check"

    date = fields.Date(
        string="Check as of",
        required=True,
        default=lambda self: self._default_date(),
        help="Usually the last day of a month that is to be closed.",
    )
    checked_date = fields.Date(
        string="Checked day", readonly=True, help="The date of the balances shown."
    )
    is_date_changed = fields.Boolean(
        compute="_compute_is_date_changed",
        help="Whether the chosen date differs from the date of the balances shown.",
    )
    line_ids = fields.One2many(
        "ponto.closing.check.line", "check_id", string="Accounts", readonly=True
    )
    summary = fields.Char(compute="_compute_summary")
    is_all_proved = fields.Boolean(compute="_compute_summary")
    can_confirm = fields.Boolean(compute="_compute_summary")

    def _default_date(self):
        """The last day of the month before this one."""
        return fields.Date.context_today(self).replace(day=1) - timedelta(days=1)

    @api.depends("date", "checked_date")
    def _compute_is_date_changed(self):
        for check in self:
            check.is_date_changed = check.date != check.checked_date

    @api.depends("date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for check in self:
            check.display_name = self.env._(
                "Closing check of %s", format_date(self.env, check.date)
            )

    @api.depends("line_ids.is_proved", "line_ids.can_confirm", "checked_date")
    @api.depends_context("lang")
    def _compute_summary(self):
        for check in self:
            proved = check.line_ids.filtered("is_proved")
            check.is_all_proved = bool(proved) and proved == check.line_ids
            check.can_confirm = any(proved.mapped("can_confirm"))
            check.summary = check._get_summary(len(proved), len(check.line_ids))

    def _get_summary(self, proved, total):
        values = {"day": format_date(self.env, self.checked_date), "total": total}
        if not total:
            return self.env._("No account is linked to a journal yet.")
        if proved == total:
            return self.env._(
                "All %(total)s accounts are complete and in balance as of %(day)s.",
                **values,
            )
        return self.env._(
            "%(proved)s of %(total)s accounts are complete and in balance as of "
            "%(day)s.",
            proved=proved,
            **values,
        )

    # === BUILDING === #

    @api.private
    @api.model
    def _open(self):
        """A new check of the last month, as a page."""
        check = self.create({})
        check._look()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Closing check"),
            "res_model": self._name,
            "res_id": check.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "current",
        }

    def _look(self):
        """Fill the list anew, with what stands now."""
        self.ensure_one()
        # Nobody writes the list by hand: what it says may be confirmed.
        lines = self.line_ids.sudo()
        lines.unlink()
        self.checked_date = self.date
        accounts = self._accounts()
        found = accounts._find_for_closing(self.checked_date)
        vals_list = [
            self.line_ids._prepare_vals(account, found[account.id])
            for account in accounts
        ]
        lines.create([{**vals, "check_id": self.id} for vals in vals_list])
        self.invalidate_recordset()

    def _accounts(self):
        """All that the user may see, also of companies that are not chosen now."""
        companies = self.env.user.company_ids
        accounts = self.env["ponto.online.account"].with_context(
            allowed_company_ids=companies.ids
        )
        return accounts.search(
            [("journal_id", "!=", False)],
            order="company_id, provider_account_id, reference, id",
        )

    # === ACTIONS === #

    def action_check(self):
        """Look once more, for the day that is chosen."""
        self.ensure_one()
        self.check_access("write")
        self._look()

    def action_confirm(self):
        """Keep who proved what is complete and equal, and when."""
        self.ensure_one()
        self.check_access("write")
        return self.line_ids._confirm()

    def _tell_nothing_confirmed(self):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": self.env._(
                    "Nothing was confirmed: only accounts that are complete and in "
                    "balance can be confirmed, once for each date."
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_open_proofs(self):
        """Open what was proved so far."""
        self.check_access("read")
        return self.env["ir.actions.act_window"]._for_xml_id(
            "account_ponto_sync.ponto_closing_proof_action"
        )


class PontoClosingCheckLine(models.TransientModel):
    """One account in the list."""

    _name = "ponto.closing.check.line"
    _inherit = "ponto.reference.mixin"
    _description = "Account in a closing check"
    _order = "is_proved, id"

    check_id = fields.Many2one("ponto.closing.check", required=True, ondelete="cascade")
    online_account_id = fields.Many2one(
        "ponto.online.account", string="Account", required=True, ondelete="cascade"
    )
    date = fields.Date(
        string="Day",
        related="check_id.checked_date",
        related_sudo=False,
        help="Both balances are as of the end of this date.",
    )
    company_id = fields.Many2one("res.company")
    journal_id = fields.Many2one("account.journal")
    currency_id = fields.Many2one("res.currency")
    is_complete = fields.Boolean(string="Complete")
    is_equal = fields.Boolean(string="In balance")
    is_proved = fields.Boolean()
    report_date = fields.Date(
        string="Reported for",
        help="The date of the reported balance from which the bank balance was calculated.",
    )
    report_date_estimated = fields.Boolean(
        string="Date estimated",
        help="The bank gives no date; this is the date on which Ponto read the balance.",
    )
    bank_balance = fields.Monetary(
        string="Bank",
        help="At the end of the day, calculated from the balance the bank reported.",
    )
    ledger_balance = fields.Monetary(
        string="Books", help="Posted balance at the end of the date."
    )
    difference = fields.Monetary()
    reasons = fields.Json()
    reason_text = fields.Char(string="Open points", compute="_compute_reason_text")
    proof_id = fields.Many2one(
        "ponto.closing.proof", string="Latest confirmation", compute="_compute_proof"
    )
    proof_state = fields.Selection(
        [("holds", "Confirmed"), ("changed", "Changed since")],
        string="Confirmation",
        compute="_compute_proof",
    )
    proof_text = fields.Char(string="Confirmed by", compute="_compute_proof")
    can_confirm = fields.Boolean(
        compute="_compute_proof",
        help="The account belongs to one of the user's companies, and is not confirmed "
        "yet or has changed since.",
    )

    # === ACTIONS === #

    def action_open_account(self):
        """Open the account's page, in the company that the row belongs to."""
        self.ensure_one()
        self.check_access("read")
        company, mine = self.sudo().company_id, self.env.user.company_ids
        allowed = company & mine or mine
        return {
            "type": "ir.actions.act_window",
            "res_model": "ponto.online.account",
            "res_id": self.online_account_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {"allowed_company_ids": allowed.ids},
        }

    # === COMPUTE METHODS === #

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_reason_text(self):
        for line in self:
            reasons = line.reasons or []
            line.reason_text = closing_text(self.env, reasons, line.currency_id)

    @api.depends("online_account_id", "date", "is_proved")
    @api.depends_context("lang", "tz", "uid")
    def _compute_proof(self):
        newest = self._newest_proofs()
        mine = of_own_companies(self)
        for line in self:
            proof = newest.get((line.online_account_id.id, line.date))
            line.proof_id = proof
            line.proof_state = proof and proof.state
            line.proof_text = proof and self._get_proof_text(proof)
            is_open = line.is_proved and line.proof_state != "holds"
            line.can_confirm = is_open and line in mine

    def _newest_proofs(self):
        companies = self.env.user.company_ids
        proofs = self.env["ponto.closing.proof"].with_context(
            allowed_company_ids=companies.ids
        )
        found = proofs.search(
            [
                ("online_account_id", "in", self.online_account_id.ids),
                ("date", "in", self.mapped("date")),
            ],
            order="id",
        )
        return {(proof.online_account_id.id, proof.date): proof for proof in found}

    def _get_proof_text(self, proof):
        text = self.env._(
            "%(name)s, %(day)s",
            name=proof.proved_by_id.sudo().name,
            day=format_date(self.env, proof.proved_at),
        )
        if proof.state == "holds":
            return text
        return self.env._(
            "%(text)s; changed since: %(change)s",
            text=text,
            change=proof.change_message,
        )

    # === BUILDING AND CONFIRMING === #

    def _prepare_vals(self, account, found):
        return {
            "online_account_id": account.id,
            "company_id": account.company_id.id,
            "journal_id": account.journal_id.id,
            "currency_id": account.currency_id.id,
            "is_complete": not found.incomplete,
            "is_equal": not found.unequal,
            "is_proved": found.is_proved,
            "report_date": found.report_day,
            "report_date_estimated": found.is_estimated,
            "bank_balance": found.bank_balance,
            "ledger_balance": found.ledger,
            "difference": account.currency_id.round(found.bank_balance - found.ledger),
            "reasons": [*found.incomplete, *found.unequal],
        }

    def action_confirm(self):
        """Keep who proved these accounts, and when."""
        self.check_access("read")
        check_own_company(self.online_account_id)
        return self._confirm()

    def _confirm(self):
        """What the list says may be old: everything is looked up once more.

        :return: None, or the client action that tells that nothing was kept
        """
        if not self.env.user.has_group("account.group_account_basic"):
            raise AccessError(
                self.env._("Confirming a closing check needs the bank rights.")
            )
        check = self.check_id
        check.ensure_one()
        day = check.checked_date
        accounts = self.filtered("can_confirm").online_account_id & check._accounts()
        found = accounts._find_for_closing(day)
        proved = accounts.filtered(lambda account: found[account.id].is_proved)
        if not proved:
            check._look()
            return check._tell_nothing_confirmed()
        self.env["ponto.closing.proof"].sudo().create(
            [self._prepare_proof(account, found[account.id], day) for account in proved]
        )
        check._look()
        return None

    def _prepare_proof(self, account, found, day):
        return {
            "online_account_id": account.id,
            "journal_id": account.journal_id.id,
            "date": day,
            "ledger_balance": found.ledger,
            "report_date": found.report_day,
            "report_date_estimated": found.is_estimated,
            "bank_balance": found.bank_balance,
            "proved_by_id": self.env.uid,
            "proved_at": clock.now(),
        }
