"""Where the links of a bank's card lead: core's own find nothing in Community."""

from odoo import models

_STATEMENTS = "account.bank.statement"


class AccountJournal(models.Model):
    _inherit = "account.journal"

    def action_ponto_open_lines(self):
        """Open the bank lines of these journals."""
        self.check_access("read")
        several = len(self) != 1
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account_ponto_sync.account_bank_statement_line_action"
            if several
            else "account_ponto_sync.account_bank_statement_line_journal_action"
        )
        action["domain"] = [("journal_id", "in", self.ids)]
        context = {"ponto_bank_order": True}
        if not several:
            action["display_name"] = self.env._(
                "Transactions of %(journal)s", journal=self.display_name
            )
            context["default_journal_id"] = self.id
        # As the link asks for it: "12 not matched".
        if self.env.context.get("search_default_not_matched"):
            context["search_default_not_matched"] = 1
        action["context"] = context
        return action

    def open_action(self):
        """Where core opens the statements of a bank journal, open its lines instead:
        fed lines belong to no statement, and Community has no other door to them.

        Where another addon leads somewhere else, or the statements were asked for, so
        it stays.
        """
        action = super().open_action()
        asked = self.env.context.get("action_name")
        if action.get("res_model") == _STATEMENTS and not asked:
            return self.action_ponto_open_lines()
        return action

    def open_action_with_context(self):
        return self._ponto_explain_statements(super().open_action_with_context())

    def open_invalid_statements_action(self):
        """Only those of this journal, which is what the card says."""
        action = self._ponto_explain_statements(
            super().open_invalid_statements_action()
        )
        if action.get("res_model") == _STATEMENTS:
            action["context"] = {
                "search_default_journal_id": self.id,
                "search_default_invalid": 1,
            }
        return action

    def _ponto_explain_statements(self, action):
        """Tell whoever finds no statement that the feed needs none, and open each."""
        if not action or action.get("res_model") != _STATEMENTS:
            return action
        account = self.sudo().ponto_online_account_ids[:1]
        if not account:
            return action
        action["help"] = self.env["ir.qweb"]._render(
            "account_ponto_sync.no_statement_help", {"account": account}
        )
        if not any(kind == "form" for _view, kind in action["views"]):
            action["views"] = [*action["views"], (False, "form")]
        return action
