from odoo import api, fields, models
from odoo.fields import Domain

from ..mapping.dates import shifted
from ..models.common.ponto_dialog_mixin import answered_here


class PontoMoveStart(models.TransientModel):
    """Change the start date of an account, after seeing what it means."""

    _name = "ponto.move.start"
    _inherit = "ponto.dialog.mixin"
    _description = "Change the start date"
    _dialog_size = "large"

    account_id = fields.Many2one("ponto.online.account", required=True, readonly=True)
    current_start = fields.Date(
        related="account_id.sync_start_date",
        related_sudo=False,
        string="Start date",
        help="Nothing dated before this day is imported now.",
    )
    currency_id = fields.Many2one(related="account_id.currency_id", related_sudo=False)
    new_start = fields.Date(
        string="New start date", help="Nothing dated before this day is imported then."
    )
    direction = fields.Selection(
        [("same", "Same"), ("earlier", "Earlier"), ("later", "Later")],
        compute="_compute_preview",
    )
    waiting_count = fields.Integer(
        compute="_compute_preview",
        string="Transactions between the two dates",
        help="Transactions that Ponto listed between these dates and that were left out "
        "so far.",
    )
    money_in = fields.Monetary(
        compute="_compute_preview", help="Total of incoming amounts on these dates."
    )
    money_out = fields.Monetary(
        compute="_compute_preview", help="Total of outgoing amounts on these dates."
    )
    first_day = fields.Date(
        compute="_compute_preview",
        help="Date of the oldest transaction that was left out.",
    )
    last_day = fields.Date(
        compute="_compute_preview",
        help="Date of the latest transaction that was left out.",
    )
    locked_count = fields.Integer(
        compute="_compute_preview",
        string="In a closed period: held",
        help="They wait until the period is open, or a user decides.",
    )
    alike_count = fields.Integer(
        compute="_compute_preview",
        string="Similar to a line in the journal",
        help="Same amount, same or adjacent date. They are compared one by one before "
        "anything is booked.",
    )
    late_count = fields.Integer(
        compute="_compute_preview",
        string="Held as dated before the start date: released",
        help="Transactions that arrived late with such a date; they are checked again.",
    )
    lock_warning = fields.Char(compute="_compute_preview")
    allow_locked = fields.Boolean(
        string="Use this start date anyway",
        help="Transactions in the closed period are held.",
    )

    @api.depends("new_start", "account_id")
    @api.depends_context("lang")
    def _compute_preview(self):
        for dialog in self:
            dialog.update(dialog._prepare_preview())

    def _prepare_preview(self):
        """What a new start date means; nothing is written."""
        account, start = self.account_id, self.new_start
        current = account.sync_start_date
        preview = {
            "direction": "same",
            "waiting_count": 0,
            "money_in": 0.0,
            "money_out": 0.0,
            "first_day": False,
            "last_day": False,
            "locked_count": 0,
            "alike_count": 0,
            "late_count": 0,
            "lock_warning": False,
        }
        if not start or start == current:
            return preview
        preview["lock_warning"] = account._start_date_refusal(account.journal_id, start)
        if start > current:
            return {**preview, "direction": "later"}
        return {**preview, "direction": "earlier", **self._prepare_earlier(start)}

    def _prepare_earlier(self, start):
        account = self.account_id
        inbox = self.env["ponto.transaction"]
        rows = inbox.search(
            [
                ("online_account_id", "=", account.id),
                ("state", "=", "before_cutover"),
                ("booking_date", ">=", start),
            ]
        )
        days = rows.mapped("booking_date")
        locked = account._locked_until(account.journal_id)
        amounts = rows.mapped("amount")
        return {
            "waiting_count": len(rows),
            "money_in": sum(amount for amount in amounts if amount > 0),
            "money_out": sum(amount for amount in amounts if amount < 0),
            "first_day": min(days, default=False),
            "last_day": max(days, default=False),
            "locked_count": len([day for day in days if locked and day <= locked]),
            "alike_count": self._count_alike(rows),
            "late_count": inbox.search_count(account._late_domain(start)),
        }

    def _count_alike(self, rows):
        """Rows for which the journal has a line of the amount on the day or beside it."""
        if not rows:
            return 0
        days = rows.mapped("booking_date")
        lines = self.env["account.bank.statement.line"].search(
            Domain("journal_id", "=", self.account_id.journal_id.id)
            & Domain("state", "!=", "cancel")
            & Domain("date", ">=", shifted(min(days), -1))
            & Domain("date", "<=", shifted(max(days), 1))
        )
        round_ = self.account_id.currency_id.round
        known = {(line.date, round_(line.amount)) for line in lines}
        return len(
            rows.filtered(
                lambda row: any(
                    (shifted(row.booking_date, shift), round_(row.amount)) in known
                    for shift in (-1, 0, 1)
                )
            )
        )

    def _get_title(self):
        return self.env._("Change the start date")

    @answered_here
    def action_confirm(self):
        """Move the start date; an earlier one starts the reading."""
        self.ensure_one()
        self.check_access("write")
        run = self.account_id.move_start(self.new_start, self.allow_locked)
        if run:
            return run._progress_action()
        return {"type": "ir.actions.act_window_close"}
