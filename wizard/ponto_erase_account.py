from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.common.ponto_dialog_mixin import answered_here


class PontoEraseAccount(models.TransientModel):
    """Tell what erasing an account takes away and what stays, then do it."""

    _name = "ponto.erase.account"
    _inherit = "ponto.dialog.mixin"
    _description = "Erase a Ponto account's personal data"
    _dialog_size = "large"

    account_id = fields.Many2one("ponto.online.account", required=True, readonly=True)
    scope = fields.Selection(
        [
            ("data", "Erase personal data; keep digests of booked transactions"),
            ("wholly", "Erase the account and all data about its transactions"),
        ],
        required=True,
        default="data",
    )
    is_understood = fields.Boolean(string="Erase the history as well")
    row_count = fields.Integer(
        compute="_compute_counts", string="Received transactions"
    )
    line_count = fields.Integer(compute="_compute_counts", string="Lines kept")
    waiting_count = fields.Integer(
        compute="_compute_counts", string="Not booked: ignored permanently"
    )
    refusal = fields.Char(compute="_compute_refusal")

    @api.depends("account_id")
    def _compute_counts(self):
        rows = self.env["ponto.transaction"]
        for dialog in self:
            mine = [("online_account_id", "=", dialog.account_id.id)]
            dialog.row_count = rows.search_count(mine)
            dialog.line_count = rows.search_count(
                [*mine, ("statement_line_id", "!=", False)]
            )
            dialog.waiting_count = rows.search_count(
                [*mine, ("state", "in", ("new", "planned", "held"))]
            )

    @api.depends("account_id", "scope")
    @api.depends_context("lang")
    def _compute_refusal(self):
        for dialog in self:
            account = dialog.account_id
            refusal = account._erase_refusal()
            if dialog.scope == "wholly":
                refusal = refusal or account._forget_refusal()
            dialog.refusal = refusal

    def _get_title(self):
        return self.env._("Erase personal data")

    @answered_here
    def action_confirm(self):
        """Erase; the memory against doubles only where that was said twice.

        :return: the client action that closes the dialog, and leaves an account that
            is gone
        """
        self.ensure_one()
        self.check_access("write")
        wholly = self.scope == "wholly"
        if wholly and not self.is_understood:
            raise UserError(
                self.env._(
                    "Tick that the history is erased as well: transactions that the "
                    "bank still lists may be booked again when the account is linked "
                    "again."
                )
            )
        self.account_id.erase(wholly)
        if not wholly:
            return {"type": "ir.actions.client", "tag": "soft_reload"}
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "account_ponto_sync.ponto_online_account_action"
            ),
            "target": "main",
        }
