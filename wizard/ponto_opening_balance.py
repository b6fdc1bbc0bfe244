from odoo import api, fields, models

from ..models.common.ponto_dialog_mixin import answered_here
from ..tools.own_company import check_own_company


class PontoOpeningBalance(models.TransientModel):
    """Propose what the account held before the start date, and post it if wished."""

    _name = "ponto.opening.balance"
    _inherit = "ponto.dialog.mixin"
    _description = "Opening balance"
    _dialog_size = "large"

    account_id = fields.Many2one("ponto.online.account", required=True, readonly=True)
    currency_id = fields.Many2one(related="account_id.currency_id", related_sudo=False)
    journal_id = fields.Many2one(related="account_id.journal_id", related_sudo=False)
    opening_date = fields.Date(
        compute="_compute_proposal",
        string="Day of the opening balance",
        help="The day before the account's start date.",
    )
    report_date = fields.Date(compute="_compute_proposal", string="Reported on")
    bank_balance = fields.Monetary(
        compute="_compute_proposal", string="Balance at the bank"
    )
    movement_count = fields.Integer(
        compute="_compute_proposal", string="Transactions since the start date"
    )
    movement_sum = fields.Monetary(
        compute="_compute_proposal", string="Their sum (subtracted)"
    )
    bank_opening = fields.Monetary(
        compute="_compute_proposal", string="The bank's balance before the start"
    )
    ledger_opening = fields.Monetary(
        compute="_compute_proposal", string="In the books already"
    )
    amount = fields.Monetary(compute="_compute_proposal", string="To be posted")
    left_over = fields.Monetary(
        compute="_compute_proposal", string="Remaining difference"
    )
    refusal = fields.Char(
        compute="_compute_proposal", help="Reason why nothing can be posted."
    )

    # === THE PROPOSAL === #

    @api.depends("account_id")
    @api.depends_context("lang")
    def _compute_proposal(self):
        for dialog in self:
            figures = dialog.account_id._propose_opening()
            dialog.update(figures)
            dialog.refusal = dialog.account_id._opening_refusal(figures)

    # === ACTIONS === #

    def _get_title(self):
        return self.env._("Opening balance")

    @answered_here
    def action_post(self):
        """Post the proposed amount as one bank line; a second click changes nothing."""
        self.ensure_one()
        self.check_access("write")
        check_own_company(self.account_id)
        line = self.account_id._post_opening()
        return self.account_id._open_posted_opening(line)
