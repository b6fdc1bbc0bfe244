"""How a bank line is matched in the books, and how that is taken back."""

from odoo import Command, models
from odoo.exceptions import UserError

from ...tools.own_company import check_own_company
from ...wording.moments import format_date


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    # === MATCHING === #

    def _ponto_match_item(self, item):
        """:param item: one of its candidates, asked again now
        :raise UserError: in words, and nothing is changed
        """
        self._ponto_check_open()
        item.lock_for_update()
        if item not in self._ponto_open_items(among=item):
            raise UserError(
                self.env._(
                    "The chosen item is no longer open, or its amount differs from "
                    "the line's. Nothing was changed; open Match… again."
                )
            )
        counterpart = self._ponto_book(item.account_id, item.partner_id)
        self._ponto_reconcile(counterpart | item)

    def _ponto_match_transfer(self, other):
        """Through the company's account for transfers, both halves at once."""
        both = self | other
        for line in both:
            line._ponto_check_open()
        account = self.company_id.transfer_account_id
        if not account.reconcile:
            raise UserError(
                self.env._(
                    "The company has no account for transfers between its banks. Choose "
                    "one in Settings › Invoicing › Default Accounts, then match again."
                )
            )
        if other not in self._ponto_transfer_lines():
            raise UserError(
                self.env._(
                    "The other line is already matched, or its amount is not the "
                    "opposite. Nothing was changed; open Match… again."
                )
            )
        partner = self.company_id.partner_id
        counterparts = [line._ponto_book(account, partner) for line in both]
        self._ponto_reconcile(counterparts[0] | counterparts[1])

    def _ponto_match_account(self, account):
        """Book the whole amount on an account that a person chose."""
        self._ponto_check_open()
        if account not in account.search(self._ponto_account_domain()):
            raise UserError(
                self.env._(
                    "A bank line cannot be booked on the account of a bank journal, "
                    "an archived account or an account of another company. Nothing "
                    "was changed; choose another account."
                )
            )
        self._ponto_book(account, self.partner_id)

    def _ponto_account_domain(self):
        """Accounts that somebody may choose for a line."""
        journal = self.journal_id
        banks = journal.default_account_id | journal.suspense_account_id
        cash = ("asset_cash", "liability_credit_card", "off_balance")
        return [
            *self.env["account.account"]._check_company_domain(self.company_id),
            ("account_type", "not in", cash),
            ("id", "not in", banks.ids),
        ]

    def _ponto_book(self, account, partner):
        """Put the counterpart where the suspense item is, of the very same amounts.

        :return: the counterpart
        """
        suspense = self._ponto_suspense()
        vals = {
            "name": suspense.name,
            "account_id": account.id,
            "partner_id": partner.id,
            "currency_id": suspense.currency_id.id,
            "amount_currency": suspense.amount_currency,
            "balance": suspense.balance,
        }
        # As core's own action_undo_reconciliation writes a posted entry.
        self.with_context(force_delete=True, skip_readonly_check=True).write(
            {"line_ids": [Command.delete(suspense.id), Command.create(vals)]}
        )
        _liquidity, _suspense, others = self._seek_for_lines()
        return others

    def _ponto_reconcile(self, items):
        items.reconcile()
        if not all(items.mapped("reconciled")):
            raise UserError(
                self.env._(
                    "The two amounts did not cancel each other out, so nothing was "
                    "matched. Please match this line by hand."
                )
            )

    # === UNDO === #

    def _ponto_undo_match(self):
        """Back to the suspense account; of a transfer both halves."""
        lines = (self | self._ponto_other_halves()).filtered(
            lambda line: line._ponto_is_matched()
        )
        if not lines:
            raise UserError(
                self.env._("Nothing to undo: none of the chosen lines is matched.")
            )
        lines.check_access("write")
        check_own_company(lines.journal_id)
        for line in lines:
            line._ponto_check_unlocked()
        lines.lock_for_update()
        lines.action_undo_reconciliation()
        lines.ponto_match_run_id = False
        return lines

    def _ponto_other_halves(self):
        """Lines that these are matched with through an account for transfers."""
        items = self.line_ids.filtered(
            lambda item: item.account_id == item.company_id.transfer_account_id
        )
        debits = items.matched_debit_ids.debit_move_id
        return (debits | items.matched_credit_ids.credit_move_id).statement_line_id

    # === CHECKS === #

    def _ponto_check_open(self):
        """:raise UserError: where the line cannot be matched, in words"""
        self.ensure_one()
        self.lock_for_update()
        if self.move_id.state != "posted":
            raise UserError(
                self.env._(
                    "The entry of this line is not posted, so it is not in the books "
                    "and cannot be matched. Post it first."
                )
            )
        if not self._ponto_suspense():
            raise UserError(
                self.env._(
                    "This line is already matched, fully or partly. Nothing was "
                    "changed; use Undo match first."
                )
            )
        self._ponto_check_unlocked()

    def _ponto_check_unlocked(self):
        """A lock exception of the user counts, as everywhere in Odoo."""
        company, journal = self.company_id, self.journal_id
        locks = company._get_violated_lock_dates(self.date, False, journal)
        if locks:
            raise UserError(
                self.env._(
                    "The line of %(day)s is in a period that is locked until "
                    "%(locked)s, so its match is kept. A user who may change lock "
                    "dates can open the period; it does not open automatically.",
                    day=format_date(self.env, self.date),
                    locked=format_date(self.env, locks[-1][0]),
                )
            )
