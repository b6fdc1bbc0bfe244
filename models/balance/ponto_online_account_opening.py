"""What an account held before its start date: worked out, and posted on request only.

Of rows before the start nothing is imported, so the ledger lacks what the account held
then. The bank's first balance less all movements since tells it.
"""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount

from ...rules import balance as sums
from ...tools import units
from ...wording.moments import format_date
from . import balance_sums

# A line that was posted here says so in its ``transaction_details``, which also keeps
# it from being taken for a payment that came from a file.
OPENING_KEY = "opening"


class PontoOnlineAccount(models.Model):
    _inherit = "ponto.online.account"

    opening_line_id = fields.Many2one(
        "account.bank.statement.line",
        string="Opening balance",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="The bank line with the account's balance before its start date.",
    )

    def action_propose_opening(self):
        """Open the dialog that works out the opening balance; posts nothing."""
        self.ensure_one()
        self.check_access("read")
        dialog = self.env["ponto.opening.balance"].create({"account_id": self.id})
        return dialog._show_dialog()

    def _propose_opening(self):
        """The figures of the dialog: bank balance less all movements since the start."""
        self.ensure_one()
        figures = {
            "opening_date": False,
            "report_date": False,
            "bank_balance": 0.0,
            "movement_count": 0,
            "movement_sum": 0.0,
            "bank_opening": 0.0,
            "ledger_opening": 0.0,
            "amount": 0.0,
            "left_over": 0.0,
        }
        if not self._has_comparable_balance():
            return figures
        opening = self._find_openings(self._past_reports()).get(self.id)
        if not opening:
            return figures
        report, count, moved, bank_opening = opening
        day = self._opening_day()
        ledger = balance_sums.ledger_at(self, {self.id: day})[self.id]
        amount = self.currency_id.round(float(bank_opening - ledger))
        return {
            "opening_date": day,
            "report_date": report.day,
            "bank_balance": float(report.amount),
            "movement_count": count,
            "movement_sum": float(moved),
            "bank_opening": float(bank_opening),
            "ledger_opening": float(ledger),
            "amount": amount,
            "left_over": self.currency_id.round(self.balance_difference - amount),
        }

    def _opening_refusal(self, figures):
        """Why it cannot be posted, in words; '' where it can."""
        self.ensure_one()
        env = self.env
        if self.awaits_confirmation:
            return self._get_pause_message()
        line = self._existing_opening()
        if line:
            return env._(
                "The opening balance was posted on %(day)s: %(amount)s. Correct or "
                "delete that line if it is wrong.",
                day=format_date(env, line.date),
                amount=format_amount(env, line.amount, line.currency_id),
            )
        day = figures["opening_date"]
        if not day:
            return self._get_unknown_message() or env._(
                "The bank has reported no balance since the start date."
            )
        if self.balance_state == "equal":
            return env._("The books agree with the bank already.")
        if self._is_no_amount(figures["amount"]):
            return env._("The books agree with the bank before the start date already.")
        later = self._find_later_opening(day, figures["amount"])
        if later:
            return env._(
                "The books have %(amount)s on %(later)s that did not come from the "
                "bank: probably the opening balance, dated on or after the start "
                "date. Date that entry on or before %(day)s; nothing is posted a "
                "second time.",
                amount=format_amount(env, figures["amount"], self.currency_id),
                later=format_date(env, later),
                day=format_date(env, day),
            )
        return self._opening_day_refusal(day)

    def _find_later_opening(self, day, amount):
        """The day on which somebody entered the same amount by hand; None: nobody.

        :param day: the day before the start
        """
        window = balance_sums.Window(after=day, until=self.balance_date)
        certain, _possible = balance_sums.parts(self, {self.id: window})[self.id]
        entries = [part for part in certain if part.kind == "entry"]
        same = [
            part.day
            for part in entries
            # What the books have and the bank has not counts the other way round.
            if self._is_no_amount(float(part.amount) + amount)
        ]
        total = float(sums.total(entries)) + amount
        if not same and entries and self._is_no_amount(total):
            same = [part.day for part in entries]
        return min(same, default=None)

    def _opening_day_refusal(self, day):
        env = self.env
        account = self.with_env(units.plain_superuser(env))
        company, journal = account.company_id, account.journal_id
        if company._get_violated_lock_dates(day, False, journal):
            return env._(
                "%s is in a closed period. Include the opening balance in your own "
                "entry for that period, or have the lock date lifted.",
                format_date(env, day),
            )
        rows = env["ponto.transaction"].sudo()
        if lacking := rows._find_missing_rate(account, day):
            return env._(
                "There is no exchange rate for %(currency)s on or before %(day)s. Enter "
                "the rate first.",
                currency=lacking.name,
                day=format_date(env, day),
            )
        return ""

    def _existing_opening(self):
        """The line that was posted, by this installation or an earlier one."""
        self.ensure_one()
        account = self.sudo()
        if account.opening_line_id.journal_id == account.journal_id:
            return account.opening_line_id
        lines = self.env["account.bank.statement.line"].sudo()
        lines.flush_model(["journal_id", "transaction_details"])
        found = self.env.execute_query(
            SQL(
                """
                SELECT id FROM account_bank_statement_line
                 WHERE journal_id = %s
                   AND transaction_details -> 'ponto' ->> %s IS NOT NULL
                 ORDER BY id LIMIT 1""",
                self.journal_id.id or None,
                OPENING_KEY,
            )
        )
        return lines.browse([id_ for (id_,) in found])

    def _post_opening(self):
        """One line on the day before the start.

        :raise UserError: in words, with nothing posted
        """
        self.ensure_one()
        self.journal_id.check_access("read")
        account = self.with_env(units.plain_superuser(self.env))
        account.lock_for_update()
        figures = account._propose_opening()
        refusal = self._opening_refusal(figures)
        if refusal:
            raise UserError(refusal)
        company = account.company_id
        lines = self.env["account.bank.statement.line"].with_company(company)
        line = lines.with_context(allowed_company_ids=company.ids).create(
            {
                "journal_id": account.journal_id.id,
                "date": figures["opening_date"],
                "amount": figures["amount"],
                "payment_ref": self.env._("Opening balance"),
                "transaction_details": {"ponto": {OPENING_KEY: account.ponto_ref}},
            }
        )
        if line.date != figures["opening_date"] or line.move_id.state != "posted":
            raise UserError(
                self.env._(
                    "Odoo would book the opening balance on another date; nothing "
                    "was posted. Check the lock dates and the journal's settings."
                )
            )
        account.opening_line_id = line
        account.invalidate_recordset()
        account._note_difference()
        return line

    def _open_posted_opening(self, line):
        """Show the line that was posted."""
        action = self.journal_id.action_ponto_open_lines()
        return {**action, "domain": [("id", "=", line.id)]}
