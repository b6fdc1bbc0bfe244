from odoo import api, fields, models

from ..models.common.ponto_dialog_mixin import answered_here, answered_in


class PontoSameAs(models.TransientModel):
    """List what a held transaction may be; a person points at one."""

    _name = "ponto.same.as"
    _inherit = "ponto.dialog.mixin"
    _description = "Identify payment"

    transaction_id = fields.Many2one("ponto.transaction", required=True, readonly=True)
    booking_date = fields.Date(
        related="transaction_id.booking_date", related_sudo=False
    )
    amount = fields.Monetary(related="transaction_id.amount", related_sudo=False)
    currency_id = fields.Many2one(
        related="transaction_id.currency_id", related_sudo=False
    )
    label = fields.Char(related="transaction_id.label", related_sudo=False)
    counterpart_name = fields.Char(
        related="transaction_id.counterpart_name", related_sudo=False
    )
    candidate_ids = fields.One2many("ponto.same.as.line", "dialog_id", readonly=True)

    def _fill(self):
        """List the lines of the journal and the known rows that it may be."""
        self.ensure_one()
        row = self.transaction_id
        lines = [{"line_id": line.id} for line in row._candidate_lines()]
        rows = [{"row_id": known.id} for known in row._candidate_rows()]
        self.candidate_ids = [fields.Command.create(vals) for vals in lines + rows]

    def _get_title(self):
        return self.env._("Identify payment")

    @answered_here
    def action_another(self):
        """None of them: book it."""
        self.ensure_one()
        self.check_access("write")
        return self.transaction_id.action_import_as_twin()


class PontoSameAsLine(models.TransientModel):
    _name = "ponto.same.as.line"
    _inherit = "ponto.reference.mixin"
    _description = "Possible same payment of a held transaction"

    dialog_id = fields.Many2one("ponto.same.as", required=True, ondelete="cascade")
    line_id = fields.Many2one("account.bank.statement.line", readonly=True)
    row_id = fields.Many2one("ponto.transaction", readonly=True)
    kind = fields.Char(compute="_compute_shown", string="Type")
    date = fields.Date(compute="_compute_shown")
    amount = fields.Monetary(compute="_compute_shown")
    currency_id = fields.Many2one("res.currency", compute="_compute_shown")
    label = fields.Char(compute="_compute_shown")
    counterpart_name = fields.Char(compute="_compute_shown", string="Counterparty")

    @api.depends("line_id", "row_id")
    @api.depends_context("lang")
    def _compute_shown(self):
        for candidate in self:
            candidate.update(candidate._prepare_shown())

    def _prepare_shown(self):
        line, row = self.line_id, self.row_id
        if line:
            elsewhere = self.env._("Line from a file or by hand")
            if line.sudo().ponto_transaction_ids:
                elsewhere = self.env._("Line from another account")
            return {
                "kind": elsewhere,
                "date": line.date,
                "amount": line.amount,
                "currency_id": line.currency_id,
                "label": line.payment_ref,
                "counterpart_name": line.partner_name or line.partner_id.name,
            }
        kinds = dict(row._fields["state"]._description_selection(self.env))
        deleted = self.env._("Received before; its line was deleted")
        received = self.env._("Received before: %s", kinds.get(row.state, ""))
        return {
            "kind": deleted if row.is_deleted else received,
            "date": row.booking_date,
            "amount": row.amount,
            "currency_id": row.currency_id,
            "label": row.label or row.statement_line_id.payment_ref,
            "counterpart_name": row.counterpart_name
            or row.statement_line_id.partner_name,
        }

    @answered_in("dialog_id")
    def action_choose(self):
        """It is this one."""
        self.ensure_one()
        self.check_access("write")
        action = self.dialog_id.transaction_id.action_same_as(
            line=self.line_id or None, row=self.row_id or None
        )
        return action or {"type": "ir.actions.act_window_close"}
