from odoo import fields, models


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
        rows = self.env["ponto.transaction"].sudo()
        rows._note_deletion([("statement_line_id", "in", self.ids)])
        return super().unlink()
