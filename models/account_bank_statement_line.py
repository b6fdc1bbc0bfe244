from odoo import api, fields, models


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    ponto_transaction_ids = fields.One2many(
        "ponto.transaction",
        "statement_line_id",
        string="Received from Ponto",
        groups="account.group_account_invoice",
    )

    ponto_late_for_id = fields.Many2one(
        "account.bank.statement",
        string="Late for",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="The checked statement that covers its day, and that it was left out of.",
    )

    def unlink(self):
        """Of a statement that nobody checked a line can be deleted: core takes each of
        ours for checked, because its end is the sum of its lines.

        Who deleted a line is remembered; *that* it is gone is told by the data alone.
        """
        rows = self.env["ponto.transaction"].sudo()
        rows._note_deletion([("statement_line_id", "in", self.ids)])
        statements = self.statement_id.filtered("ponto_online_account_id")
        statements -= statements._ponto_keeping()
        lines = self.filtered(lambda line: line.statement_id in statements)
        first = {
            journal: min(group.mapped("internal_index"))
            for journal, group in lines.grouped("journal_id").items()
        }
        if lines:
            statements._ponto_release_lines(lines)
        result = super().unlink()
        for journal, index in first.items():
            touched = statements.filtered(lambda st, j=journal: st.journal_id == j)
            statements._ponto_follow(journal, index, touched)
        return result

    @api.private
    def _ponto_is_matched(self):
        """Whether somebody matched the line, in whole or in part.

        Core calls a line of 0.00 reconciled although nobody touched it.
        """
        self.ensure_one()
        _liquidity, suspense, others = self._seek_for_lines()
        items = self.move_id.line_ids
        matched = items.matched_debit_ids | items.matched_credit_ids
        return bool(others or not suspense or matched or self.payment_ids)
