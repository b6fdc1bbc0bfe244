"""Whether certain ones are matched after a fetch, and what was matched that way."""

from odoo import fields, models


class PontoOnlineAccount(models.Model):
    _inherit = "ponto.online.account"

    match_certain = fields.Boolean(
        string="Match automatically after a fetch",
        help="A new line whose text names one open item of exactly the same amount, and "
        "no other, is matched with it at the end of the fetch. The result shows how "
        "many; each match can be undone.",
    )


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    ponto_match_run_id = fields.Many2one(
        "ponto.sync.run",
        string="Matched by fetch",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="The fetch that matched the line automatically.",
    )
