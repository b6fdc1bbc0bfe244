from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.own_company import check_own_company


class PontoMatchCertain(models.TransientModel):
    """Match all that is certain, after a look at it."""

    _name = "ponto.match.certain"
    _inherit = "ponto.reference.mixin"
    _description = "Match all certain ones"

    bank_line_ids = fields.Many2many(
        "account.bank.statement.line", required=True, readonly=True
    )
    looked_at_count = fields.Integer(compute="_compute_looked_at_count")
    line_ids = fields.One2many("ponto.match.certain.line", "dialog_id")

    @api.depends("bank_line_ids")
    def _compute_looked_at_count(self):
        for dialog in self:
            dialog.looked_at_count = len(dialog.bank_line_ids)

    def _open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Match all certain"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def action_confirm(self):
        """Match what is ticked; one that is refused keeps the others from nothing."""
        self.ensure_one()
        self.check_access("write")
        self.bank_line_ids.check_access("write")
        check_own_company(self.bank_line_ids.journal_id)
        rows = self.line_ids.filtered("is_accepted")
        if not rows:
            raise UserError(self.env._("Nothing is ticked, so nothing was matched."))
        return self._tell(len(rows), rows._match())

    def _tell(self, count, refused):
        """:param refused: sentences of those that were not matched"""
        done = self.env._(
            "Matched: %(done)s of %(count)s.", done=count - len(refused), count=count
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if refused else "success",
                "message": "\n".join([done, *refused]),
                "sticky": bool(refused),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class PontoMatchCertainLine(models.TransientModel):
    _name = "ponto.match.certain.line"
    _inherit = "ponto.reference.mixin"
    _description = "A certain match"

    dialog_id = fields.Many2one(
        "ponto.match.certain", required=True, ondelete="cascade"
    )
    is_accepted = fields.Boolean(string="Match", default=True)
    line_id = fields.Many2one(
        "account.bank.statement.line", required=True, readonly=True, ondelete="cascade"
    )
    item_id = fields.Many2one("account.move.line", readonly=True, ondelete="cascade")
    date = fields.Date(related="line_id.date", related_sudo=False)
    label = fields.Char(related="line_id.payment_ref", related_sudo=False)
    amount = fields.Monetary(related="line_id.amount", related_sudo=False)
    currency_id = fields.Many2one(related="line_id.currency_id", related_sudo=False)
    name = fields.Char(
        related="item_id.move_id.name", related_sudo=False, string="Matched with"
    )
    partner_name = fields.Char(
        related="item_id.partner_id.name", related_sudo=False, string="Partner"
    )

    def _match(self):
        """Each by itself, and only while it is still certain.

        :return: sentences of those that were refused
        """
        still = self.line_id._ponto_certain()
        refused = []
        for row in self:
            line = row.line_id
            try:
                with self.env.cr.savepoint():
                    row._check_still_certain(still.get(line))
                    line._ponto_match_item(row.item_id)
            except UserError as error:
                refused.append(f"{line.move_id.name}: {error}")
        return refused

    def _check_still_certain(self, item):
        if not self.item_id or item != self.item_id:
            raise UserError(self.env._("It is not certain any more; look at it again."))
