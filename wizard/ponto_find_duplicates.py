from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..models.common.ponto_dialog_mixin import answered_here, answered_in
from ..tools.own_company import check_own_company

#: How far back the first look goes, in days.
USUAL_REACH = 90


class PontoFindDuplicates(models.TransientModel):
    """Find what stands twice in a journal, and remove what a person ticks."""

    _name = "ponto.find.duplicates"
    _inherit = "ponto.dialog.mixin"
    _description = "Find duplicates"
    _check_company_auto = True

    journal_id = fields.Many2one(
        "account.journal", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="journal_id.company_id", related_sudo=False)
    date_from = fields.Date(
        string="Lines since",
        required=True,
        default=lambda self: (
            fields.Date.context_today(self) - timedelta(days=USUAL_REACH)
        ),
    )
    is_done = fields.Boolean(readonly=True)
    covered_from = fields.Date(readonly=True)
    is_asked = fields.Boolean(readonly=True)
    line_ids = fields.One2many("ponto.find.duplicates.line", "dialog_id")
    found_count = fields.Integer(compute="_compute_counts")
    ticked_count = fields.Integer(compute="_compute_counts")
    ponto_count = fields.Integer(compute="_compute_counts")

    @api.depends("line_ids.is_ticked", "line_ids.group_number")
    def _compute_counts(self):
        for dialog in self:
            ticked = dialog.line_ids.filtered("is_ticked")
            dialog.found_count = len(set(dialog.line_ids.mapped("group_number")))
            dialog.ticked_count = len(ticked)
            dialog.ponto_count = len(ticked.filtered("is_ponto"))

    def _get_title(self):
        return self.env._("Find duplicates")

    def _check_rights(self):
        """Of the bank's lines; the dialog is but a way to them."""
        self.ensure_one()
        self.check_access("write")
        self.line_ids.line_id.check_access("unlink")
        check_own_company(self.journal_id)

    def _check_ticks(self):
        """Of each group one line stays, and is in the books."""
        if not self.ticked_count:
            raise UserError(self.env._("Tick the lines that are to be removed."))
        for number, rows in self.line_ids.grouped("group_number").items():
            kept = rows.filtered(
                lambda row: not row.is_ticked and row.line_id.move_id.state != "cancel"
            )
            if any(rows.mapped("is_ticked")) and not kept:
                raise UserError(
                    self.env._(
                        "Group %(number)s would keep no line. Keep one of them: the "
                        "payment itself was made.",
                        number=number,
                    )
                )

    # === ACTION METHODS === #

    @answered_here
    def action_find(self):
        """Look, and show what was found."""
        self._check_rights()
        self.line_ids.unlink()
        lines = self.env["account.bank.statement.line"]
        groups, covered = lines._ponto_find_duplicates(self.journal_id, self.date_from)
        every = lines.browse([line.id for group in groups for line in group])
        refs = every._ponto_refs()
        obstacles = every._ponto_removal_obstacles()
        rows = []
        for number, group in enumerate(groups, 1):
            ponto = group.filtered(refs.get)
            rows += [
                {
                    "group_number": number,
                    "line_id": line.id,
                    "is_ponto": line in ponto,
                    # Of two from elsewhere nobody but a person can tell which to keep.
                    # A payment may be made again the next day.
                    "is_ticked": line.date in ponto.mapped("date")
                    and line not in ponto
                    and line not in obstacles,
                }
                for line in group
            ]
        self.write(
            {
                "is_done": True,
                "covered_from": covered,
                "is_asked": False,
                "line_ids": [Command.create(row) for row in rows],
            }
        )
        return self._show_dialog()

    @answered_here
    def action_ask(self):
        """Tell what would be removed, before it is."""
        self._check_rights()
        self._check_ticks()
        self.is_asked = True
        return self._show_dialog()

    @answered_here
    def action_back(self):
        """Change the ticks again, or the day."""
        self._check_rights()
        if self.is_asked:
            self.is_asked = False
        else:
            self.line_ids.unlink()
            self.write({"is_done": False, "covered_from": False})
        return self._show_dialog()

    @answered_here
    def action_remove(self):
        """Remove what is ticked, each by itself, the newest number first.

        :return: the result in words
        """
        self._check_rights()
        # Who removes the other half at this moment comes first, or waits for us.
        self.line_ids.line_id.lock_for_update()
        self._check_ticks()
        if not self.is_asked:
            return self.action_ask()
        rows = self.line_ids.filtered("is_ticked")
        count, refused = len(rows), []
        for line in rows.line_id.sorted("id", reverse=True):
            label = line.move_id.name or line.payment_ref or ""
            try:
                with self.env.cr.savepoint():
                    line._ponto_remove_duplicate()
            except (UserError, ValidationError) as error:
                self.env.invalidate_all()
                refused.append(f"{label}: {error}")
        return self._tell(count, refused)

    def _tell(self, count, refused):
        """:param refused: sentences of those that stay"""
        done = self.env._(
            "Removed: %(done)s of %(count)s.", done=count - len(refused), count=count
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


class PontoFindDuplicatesLine(models.TransientModel):
    _name = "ponto.find.duplicates.line"
    _inherit = "ponto.reference.mixin"
    _description = "Possible duplicate line"
    _order = "group_number, id"

    dialog_id = fields.Many2one(
        "ponto.find.duplicates", required=True, ondelete="cascade"
    )
    group_number = fields.Integer(string="Group", readonly=True)
    line_id = fields.Many2one(
        "account.bank.statement.line", required=True, readonly=True, ondelete="cascade"
    )
    is_ponto = fields.Boolean(readonly=True)
    is_ticked = fields.Boolean(string="Remove")
    date = fields.Date(related="line_id.date", related_sudo=False)
    label = fields.Char(related="line_id.payment_ref", related_sudo=False)
    partner_name = fields.Char(
        related="line_id.partner_name", related_sudo=False, string="Name at the bank"
    )
    amount = fields.Monetary(related="line_id.amount", related_sudo=False)
    currency_id = fields.Many2one(related="line_id.currency_id", related_sudo=False)
    origin = fields.Char(compute="_compute_shown")
    obstacle = fields.Char(compute="_compute_shown", string="Reason for keeping")

    @api.depends("line_id")
    @api.depends_context("lang", "uid")
    def _compute_shown(self):
        origins = self.line_id._ponto_origins()
        obstacles = self.line_id._ponto_removal_obstacles()
        for row in self:
            row.origin = origins.get(row.line_id, "")
            row.obstacle = obstacles.get(row.line_id, "")

    @answered_in("dialog_id")
    def action_not_double(self):
        """This one is a payment of its own; the pair is not shown again."""
        self.ensure_one()
        self.check_access("write")
        dialog = self.dialog_id
        dialog._check_rights()
        group = dialog.line_ids.filtered(
            lambda row: row.group_number == self.group_number
        )
        self.line_id._ponto_tell_apart(group.line_id)
        rest = group - self
        (self | rest if len(rest) == 1 else self).unlink()
        return dialog._show_dialog()
