"""What a person clicks on a bank line to match it."""

from odoo import Command, models
from odoo.exceptions import UserError

from ...models.common.ponto_dialog_mixin import answered_beside
from ...tools.own_company import check_own_company, of_own_companies

#: Detected, never required.
OCA_MODULE = "account_reconcile_oca"
OCA_ACTION = "account_reconcile_oca.action_bank_statement_line_reconcile"
#: Lines that one preview looks at: a request, not a night's work.
MOST_LINES = 500


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    @answered_beside
    def action_ponto_match(self):
        """Open the candidates of this line, or OCA's screen where it is installed."""
        self.ensure_one()
        self.check_access("write")
        check_own_company(self.journal_id)
        return self._ponto_oca_action() or self._ponto_open_match()

    @answered_beside
    def action_ponto_match_certain(self):
        """Show what is certain, of the lines that are ticked or of all that wait."""
        self.browse().check_access("write")
        self.check_access("write")
        check_own_company(self.journal_id)
        lines = (self or self._ponto_waiting_lines()).filtered(
            lambda line: not line.is_reconciled
        )
        if not lines:
            raise UserError(self.env._("No line here is open for matching."))
        certain = lines._ponto_certain()
        rows = [
            {"line_id": line.id, "item_id": item.id} for line, item in certain.items()
        ]
        dialog = self.env["ponto.match.certain"].create(
            {
                "bank_line_ids": [Command.set(lines.ids)],
                "line_ids": [Command.create(row) for row in rows],
            }
        )
        return dialog._show_dialog()

    @answered_beside
    def action_ponto_undo_match(self):
        """Take the match of these lines back."""
        self.check_access("write")
        check_own_company(self.journal_id)
        self._ponto_undo_match()

    def _ponto_open_match(self):
        self._ponto_check_open()
        rows = [
            {"item_id": one.key, "reason": one.reason, "is_certain": one.certain}
            for one in self._ponto_candidates()
        ]
        rows += [
            {"transfer_line_id": line.id, "reason": "transfer"}
            for line in self._ponto_transfer_lines()
        ]
        dialog = self.env["ponto.match"].create(
            {
                "line_id": self.id,
                "partner_id": self.partner_id.id,
                "candidate_ids": [Command.create(row) for row in rows],
            }
        )
        return dialog._show_dialog()

    def _ponto_waiting_lines(self):
        """Of the journal that is shown, the newest first; else of all."""
        journal = self.env["account.journal"].browse(
            self.env.context.get("default_journal_id")
        )
        domain = [("is_reconciled", "=", False), ("move_id.state", "=", "posted")]
        if journal:
            check_own_company(journal)
            domain.append(("journal_id", "=", journal.id))
        found = self.search(domain, limit=MOST_LINES)
        mine = of_own_companies(found.journal_id)
        return found.filtered(lambda line: line.journal_id in mine)

    def _ponto_oca_action(self):
        """Their screen for this one line; none where it is missing or was renamed."""
        modules = self.env["ir.module.module"].sudo()
        wanted = [("name", "=", OCA_MODULE), ("state", "=", "installed")]
        if not modules.search_count(wanted, limit=1):
            return None
        if not self.env.ref(OCA_ACTION, raise_if_not_found=False):
            return None
        action = self.env["ir.actions.act_window"]._for_xml_id(OCA_ACTION)
        context = {
            "default_journal_id": self.journal_id.id,
            "search_default_journal_id": self.journal_id.id,
        }
        return {**action, "domain": [("id", "=", self.id)], "context": context}
