from odoo import api, fields, models

from ..models.common.ponto_dialog_mixin import answered_here
from ..wording.moments import format_date


class PontoBookOpenDay(models.TransientModel):
    """Show on which day held transactions would be booked, before it is done."""

    _name = "ponto.book.open.day"
    _inherit = "ponto.decision.mixin"
    _description = "Book on the first open day"

    days = fields.Json(readonly=True, help="The displayed date of each transaction.")
    line_ids = fields.One2many("ponto.book.open.day.line", "dialog_id", readonly=True)
    summary = fields.Char(compute="_compute_summary")

    @api.model
    def _prepare(self, days):
        """:param days: ``{row id as text: ISO day}``"""
        lines = [
            fields.Command.create({"transaction_id": int(row_id), "open_day": day})
            for row_id, day in days.items()
        ]
        return {"days": days, "line_ids": lines}

    @api.depends("line_ids")
    @api.depends_context("lang")
    def _compute_summary(self):
        for dialog in self:
            days = sorted(set(dialog.line_ids.mapped("open_day")))
            days = [format_date(self.env, day) for day in days]
            dialog.summary = ", ".join(days)

    def _get_title(self):
        return self.env._("Book on the first open day")

    @answered_here
    def action_confirm(self):
        """Book the rows on the days shown; nothing is done where one has changed."""
        self.ensure_one()
        self.check_access("write")
        return self.transaction_ids.action_book_open_day(days=self.days or {})


class PontoBookOpenDayLine(models.TransientModel):
    _name = "ponto.book.open.day.line"
    _inherit = "ponto.reference.mixin"
    _description = "Day of a transaction to book"

    dialog_id = fields.Many2one(
        "ponto.book.open.day", required=True, ondelete="cascade"
    )
    transaction_id = fields.Many2one("ponto.transaction", required=True)
    label = fields.Char(related="transaction_id.label", related_sudo=False)
    amount = fields.Monetary(related="transaction_id.amount", related_sudo=False)
    currency_id = fields.Many2one(
        related="transaction_id.currency_id", related_sudo=False
    )
    bank_day = fields.Date(
        related="transaction_id.booking_date", related_sudo=False, string="Bank date"
    )
    open_day = fields.Date(readonly=True, string="Booked on")
