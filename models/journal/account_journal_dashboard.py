from odoo import models

from ...tools.problem_codes import NEEDS_CREDENTIALS
from ...wording.card import split_status

# States in which a click has something to fetch.
NOT_FETCHED = ("revoked", "paused")


class AccountJournal(models.Model):
    _inherit = "account.journal"

    def _fill_bank_cash_dashboard_data(self, dashboard_data):
        """Tell the card whether Ponto feeds the journal, and how it goes."""
        super()._fill_bank_cash_dashboard_data(dashboard_data)
        journals = self.filtered(lambda journal: journal.type in ("bank", "credit"))
        accounts = self.env["ponto.online.account"].search(
            [("journal_id", "in", journals.ids)]
        )
        accounts.connection_id._fetch_client_fields()
        by_journal = {account.journal_id.id: account for account in accounts}
        for journal in journals:
            account = by_journal.get(journal.id)
            dashboard_data[journal.id]["ponto"] = journal._ponto_card_data(account)

    def _ponto_card_data(self, account):
        """:return: what the card's template reads; texts in the reader's language"""
        self.ensure_one()
        if not account:
            free = self.bank_statements_source in (False, "undefined", "ponto")
            return {"state": False, "can_connect": free}
        state = account.state
        renewal = account._get_renewal_badge()
        headline, rest = split_status(account.status_message)
        card = {
            "state": state,
            "can_connect": False,
            "is_disconnected": account._is_disconnected(),
            "can_fetch": state not in NOT_FETCHED,
            "needs_credentials": state == "error"
            and account._get_problem()[0] in NEEDS_CREDENTIALS,
            "awaits_confirmation": account._get_pause() == "preview",
            # In the card's menu it is always there: one may renew before the end.
            "is_renewal_due": bool(renewal),
            "renewal": renewal,
            "sentence": account.status_message,
            "headline": headline,
            "rest": rest,
            "sandbox": account.environment == "sandbox",
            "held": account.held_count,
            "color": account.status_color,
            "balance_state": account.balance_state,
        }
        if account.balance_state == "different":
            card["balance_sentence"] = account._get_card_balance_sentence()
            card["balance_message"] = account.balance_message
            if card["color"] in ("success", "info"):
                card["color"] = "warning"
        return card
