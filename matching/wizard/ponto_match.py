from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.common.ponto_dialog_mixin import answered_here, answered_in
from ...tools.own_company import check_own_company

REASONS = [
    ("reference", "Amount and structured communication"),
    ("number", "Amount and document number"),
    ("partner", "Amount and partner"),
    ("amount", "Amount only"),
    ("transfer", "Opposite amount in another bank journal"),
]
CLOSE = {"type": "ir.actions.act_window_close"}


class PontoMatch(models.TransientModel):
    """What one bank line may pay; a person points at one."""

    _name = "ponto.match"
    _inherit = "ponto.dialog.mixin"
    _description = "Match a bank line"
    # Core asks that of what a form sets, too.
    _check_company_auto = True

    line_id = fields.Many2one(
        "account.bank.statement.line", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="line_id.company_id", related_sudo=False)
    journal_id = fields.Many2one(related="line_id.journal_id", related_sudo=False)
    currency_id = fields.Many2one(related="line_id.currency_id", related_sudo=False)
    date = fields.Date(related="line_id.date", related_sudo=False)
    amount = fields.Monetary(related="line_id.amount", related_sudo=False)
    label = fields.Char(related="line_id.payment_ref", related_sudo=False)
    partner_name = fields.Char(related="line_id.partner_name", related_sudo=False)
    candidate_ids = fields.One2many("ponto.match.line", "dialog_id", readonly=True)
    partner_id = fields.Many2one("res.partner", check_company=True)
    account_id = fields.Many2one("account.account", check_company=True)

    def _get_title(self):
        return self.env._("Match")

    def _check_rights(self):
        """Of the line itself; the dialog is but a way to it."""
        self.ensure_one()
        self.line_id.check_access("write")
        check_own_company(self.line_id.journal_id)

    @answered_here
    def action_set_partner(self):
        """Whose the line is; then its candidates are looked for anew."""
        self.check_access("write")
        self._check_rights()
        line = self.line_id
        line._ponto_check_open()
        line.partner_id = self.partner_id
        return line._ponto_open_match()

    @answered_here
    def action_set_account(self):
        """Book the line on the account that was chosen."""
        self.check_access("write")
        self._check_rights()
        if not self.account_id:
            raise UserError(self.env._("Choose an account first."))
        self.line_id._ponto_match_account(self.account_id)
        return CLOSE


class PontoMatchLine(models.TransientModel):
    _name = "ponto.match.line"
    _inherit = "ponto.reference.mixin"
    _description = "Possible match of a bank line"

    dialog_id = fields.Many2one("ponto.match", required=True, ondelete="cascade")
    item_id = fields.Many2one(
        "account.move.line", string="Open item", readonly=True, ondelete="cascade"
    )
    transfer_line_id = fields.Many2one(
        "account.bank.statement.line", readonly=True, ondelete="cascade"
    )
    reason = fields.Selection(REASONS, readonly=True)
    is_certain = fields.Boolean(string="Certain", readonly=True)
    kind = fields.Char(compute="_compute_shown", string="Type")
    name = fields.Char(compute="_compute_shown", string="Document")
    partner_name = fields.Char(compute="_compute_shown", string="Partner")
    date = fields.Date(compute="_compute_shown", string="Due")
    amount = fields.Monetary(compute="_compute_shown", string="Open amount")
    currency_id = fields.Many2one("res.currency", compute="_compute_shown")

    @api.depends("item_id", "transfer_line_id")
    @api.depends_context("lang")
    def _compute_shown(self):
        for candidate in self:
            candidate.update(candidate._prepare_shown())

    def _prepare_shown(self):
        item, other = self.item_id, self.transfer_line_id
        if other:
            return {
                "kind": self.env._("Transfer"),
                "name": other.journal_id.name,
                "partner_name": other.partner_name,
                "date": other.date,
                "amount": other.amount,
                "currency_id": other.currency_id,
            }
        kinds = dict(item.move_id._fields["move_type"]._description_selection(self.env))
        payment = self.env._("Outstanding payment")
        return {
            "kind": payment if item.payment_id else kinds.get(item.move_id.move_type),
            "name": item.payment_id.name or item.move_id.name,
            "partner_name": item.partner_id.name,
            "date": item.date_maturity or item.date,
            "amount": item.amount_residual_currency,
            "currency_id": item.currency_id,
        }

    @answered_in("dialog_id")
    def action_choose(self):
        """It is this one."""
        self.ensure_one()
        self.check_access("write")
        self.dialog_id._check_rights()
        if self.transfer_line_id:
            self.transfer_line_id.check_access("write")
            self.dialog_id.line_id._ponto_match_transfer(self.transfer_line_id)
        else:
            self.dialog_id.line_id._ponto_match_item(self.item_id)
        return CLOSE
