import time

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.common.ponto_dialog_mixin import answered_here
from ...tools.own_company import check_own_company

#: How long a person waits before the next look at how far it is, in seconds.
STEP_BUDGET = 3.0
#: For which one look at the open items is made.
STEP_ROWS = 50


class PontoMatchCertain(models.TransientModel):
    """Match all that is certain, after a look at it."""

    _name = "ponto.match.certain"
    _inherit = "ponto.dialog.mixin"
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

    def _get_title(self):
        return self.env._("Match all certain")

    @answered_here
    def action_confirm(self):
        """Match what is ticked; one that is refused keeps the others from nothing.

        :return: the result in words; where it takes longer, the client action that goes
            on and shows how far it is
        """
        self._check_rights()
        if not self.line_ids.filtered("is_accepted"):
            raise UserError(self.env._("Nothing is ticked, so nothing was matched."))
        progress = self.action_step()
        if progress["done"]:
            return self._tell(progress)
        return {
            "type": "ir.actions.client",
            "tag": "account_ponto_sync.match_progress",
            "name": self.env._("Match all certain"),
            "target": "new",
            "params": {"dialog_id": self.id, "progress": progress},
        }

    def action_step(self):
        """Match some of what is ticked: a request ends in a commit, so that a browser
        which goes away loses nothing that was matched.

        :return: ``done``; the sentence ``message``; how many were ``tried`` of ``count``;
            ``refused``: sentences of this step
        """
        self._check_rights()
        deadline = time.monotonic() + STEP_BUDGET
        rows, refused = self._next_rows(), []
        while rows:
            refused += rows._match(deadline)
            rows = self._next_rows() if time.monotonic() < deadline else None
        ticked = self.line_ids.filtered("is_accepted")
        tried = ticked.filtered("is_tried")
        return {
            "done": tried == ticked,
            "count": len(ticked),
            "tried": len(tried),
            "message": self.env._(
                "Matched: %(done)s of %(count)s.",
                done=len(tried.filtered("is_matched")),
                count=len(ticked),
            ),
            "refused": refused,
        }

    def _check_rights(self):
        """Of the lines themselves; the dialog is but a way to them."""
        self.ensure_one()
        self.check_access("write")
        self.bank_line_ids.check_access("write")
        check_own_company(self.bank_line_ids.journal_id)

    def _next_rows(self):
        waiting = self.line_ids.filtered(
            lambda row: row.is_accepted and not row.is_tried
        )
        return waiting[:STEP_ROWS]

    def _tell(self, progress):
        refused = progress["refused"]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if refused else "success",
                "message": "\n".join([progress["message"], *refused]),
                "sticky": bool(refused),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class PontoMatchCertainLine(models.TransientModel):
    _name = "ponto.match.certain.line"
    _inherit = "ponto.reference.mixin"
    _description = "Certain match"

    dialog_id = fields.Many2one(
        "ponto.match.certain", required=True, ondelete="cascade"
    )
    is_accepted = fields.Boolean(string="Match", default=True)
    line_id = fields.Many2one(
        "account.bank.statement.line", required=True, readonly=True, ondelete="cascade"
    )
    item_id = fields.Many2one(
        "account.move.line", string="Open item", readonly=True, ondelete="cascade"
    )
    is_tried = fields.Boolean(readonly=True)
    is_matched = fields.Boolean(readonly=True)
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

    def _match(self, deadline):
        """Each by itself, and only while it is still certain.

        :param deadline: of ``time.monotonic()``; at least one is tried
        :return: sentences of those that were refused
        """
        still = self.line_id._ponto_certain()
        refused = []
        for row in self:
            line = row.line_id
            row.is_tried = True
            try:
                with self.env.cr.savepoint():
                    row._check_still_certain(still.get(line))
                    line._ponto_match_item(row.item_id)
                    row.is_matched = True
            except UserError as error:
                refused.append(f"{line.move_id.name}: {error}")
            if time.monotonic() >= deadline:
                break
        return refused

    def _check_still_certain(self, item):
        if not self.item_id or item != self.item_id:
            raise UserError(
                self.env._("The match is no longer certain; check it again.")
            )
