"""Lines that leave a statement, and lines left outside one."""

from odoo import fields, models


class AccountBankStatementLine(models.Model):
    _name = "account.bank.statement.line"
    _inherit = ["account.bank.statement.line", "ponto.reference.mixin"]

    ponto_late_for_id = fields.Many2one(
        "account.bank.statement",
        string="Late for",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="The checked statement of its date, from which the line was left out.",
    )

    def _ponto_leave_statements(self):
        """Take lines that are about to be deleted out of statements that nobody checked:
        core takes each of ours for checked, because its end is the sum of its lines.

        :return: what is called after the lines were deleted
        """
        statements = self.statement_id.filtered("ponto_online_account_id")
        statements -= statements._ponto_keeping()
        lines = self.filtered(lambda line: line.statement_id in statements)
        first = {
            journal: min(group.mapped("internal_index"))
            for journal, group in lines.grouped("journal_id").items()
        }
        if lines:
            statements._ponto_release_lines(lines)

        def follow():
            for journal, index in first.items():
                touched = statements.filtered(lambda st, j=journal: st.journal_id == j)
                statements._ponto_follow(journal, index, touched)

        return follow
