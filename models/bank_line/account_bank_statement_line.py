from odoo import api, fields, models


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    ponto_transaction_ids = fields.One2many(
        "ponto.transaction",
        "statement_line_id",
        string="Received from Ponto",
        groups="account.group_account_invoice",
    )

    def unlink(self):
        """Remember who deleted a line; that it is gone is told by the data alone."""
        rows = self.env["ponto.transaction"]
        rows._note_deletion([("statement_line_id", "in", self.ids)])
        follow = self._ponto_leave_statements()
        result = super().unlink()
        follow()
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
