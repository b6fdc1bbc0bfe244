"""Possible doubles of an account's lines."""

from odoo import api, fields, models


class PontoOnlineAccount(models.Model):
    _inherit = "ponto.online.account"

    possible_double_count = fields.Integer(
        string="Possible duplicates",
        compute="_compute_possible_double_count",
        help="Lines of the journal, from a file or by hand, that Ponto had booked.",
    )

    @api.depends("journal_id")
    def _compute_possible_double_count(self):
        lines = self.env["account.bank.statement.line"].sudo()
        found = lines.browse(lines._ponto_find_doubles(self.journal_id))
        counts = {
            journal: len(group)
            for journal, group in found.grouped("journal_id").items()
        }
        for account in self:
            account.possible_double_count = counts.get(account.journal_id.sudo(), 0)

    def action_open_possible_doubles(self):
        """Open the lines that a file brought although Ponto had booked the payment."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account_ponto_sync.possible_double_action"
        )
        action["domain"] = [
            ("journal_id", "in", self.journal_id.ids),
            ("ponto_possible_double", "=", True),
        ]
        return action
