from odoo import fields, models


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    ponto_transaction_ids = fields.One2many(
        "ponto.transaction",
        "statement_line_id",
        string="Received from Ponto",
        groups="account.group_account_invoice",
    )
