"""The balance on the journal's card: a word only where it is confirmed to differ."""

from odoo import models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    def _ponto_card_data(self, account):
        card = super()._ponto_card_data(account)
        if not account:
            return card
        state = account.balance_state
        card["balance_state"] = state
        if state != "different":
            return card
        card["balance_sentence"] = account._get_card_balance_sentence()
        card["balance_message"] = account.balance_message
        if card["color"] in ("success", "info"):
            card["color"] = "warning"
        return card
