from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.common.ponto_dialog_mixin import answered_here
from ..tools.own_company import check_own_company
from ..wording.moments import format_date


class PontoPreview(models.TransientModel):
    """What the first fetch of some accounts would book, before it books anything."""

    _name = "ponto.preview"
    _inherit = "ponto.dialog.mixin"
    _description = "Preview of the first import"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    line_ids = fields.One2many("ponto.preview.line", "dialog_id", string="Accounts")
    is_sandbox = fields.Boolean(compute="_compute_is_sandbox")
    summary = fields.Char(compute="_compute_summary")

    @api.private
    @api.model
    def _open(self, accounts):
        """:param accounts: of one integration, and so of one company"""
        dialog = self.create(
            {
                "company_id": accounts.company_id[:1].id,
                "line_ids": [
                    fields.Command.create(
                        {
                            "account_id": account.id,
                            "sync_start_date": account.sync_start_date,
                        }
                    )
                    for account in accounts.sorted("display_name")
                ],
            }
        )
        return dialog._show_dialog()

    def _get_title(self):
        return self.env._("Preview of the first import")

    @api.depends("line_ids")
    def _compute_is_sandbox(self):
        for dialog in self:
            environments = dialog.line_ids.account_id.mapped("environment")
            dialog.is_sandbox = "sandbox" in environments

    @api.depends("line_ids.wanted_count", "line_ids.alike_count")
    @api.depends_context("lang")
    def _compute_summary(self):
        for dialog in self:
            wanted = sum(dialog.line_ids.mapped("wanted_count"))
            alike = sum(dialog.line_ids.mapped("alike_count"))
            dialog.summary = self.env._(
                "New lines if you confirm: %(count)s. Nothing is booked before you "
                "confirm.",
                count=wanted - alike,
            )

    @answered_here
    def action_confirm(self):
        """Take over the start dates and begin the first fetch.

        :return: the client action that shows progress and result
        """
        self.ensure_one()
        self.check_access("write")
        accounts = self.line_ids.account_id
        check_own_company(accounts)
        confirmed = accounts.filtered(lambda account: not account.awaits_confirmation)
        under_way = accounts.sudo()._open_runs()
        if confirmed == accounts == under_way.online_account_id:
            # Somebody else confirmed a moment ago: their first fetch is shown.
            return under_way._progress_action()
        if confirmed:
            raise UserError(
                self.env._(
                    "Another user has confirmed in the meantime: close this dialog."
                )
            )
        for line in self.line_ids:
            line.account_id.move_first_start(line.sync_start_date)
        return accounts.confirm_first_fetch()._progress_action()


class PontoPreviewLine(models.TransientModel):
    _name = "ponto.preview.line"
    _inherit = "ponto.reference.mixin"
    _description = "Account in the preview of the first import"
    _order = "id"

    dialog_id = fields.Many2one("ponto.preview", required=True, ondelete="cascade")
    account_id = fields.Many2one("ponto.online.account", required=True, readonly=True)
    journal_id = fields.Many2one(
        related="account_id.journal_id", related_sudo=False, string="Journal"
    )
    sync_start_date = fields.Date(
        string="Start date",
        required=True,
        help="Nothing dated before this day is booked.",
    )
    wanted_count = fields.Integer(compute="_compute_counts")
    alike_count = fields.Integer(compute="_compute_counts")
    summary = fields.Char(string="Effect", compute="_compute_counts")

    @api.depends("account_id", "sync_start_date")
    @api.depends_context("lang")
    def _compute_counts(self):
        for line in self:
            account = line.account_id
            found = account.count_first_fetch(
                line.sync_start_date or account.sync_start_date
            )
            line.wanted_count = found["wanted"]
            line.alike_count = found["alike"]
            line.summary = line._get_summary(found)

    def _get_summary(self, found):
        env, account = self.env, self.account_id
        if not found["listed"]:
            return self._get_trouble() or env._("Ponto lists no transactions.")
        parts = [
            env._(
                "%(count)s at Ponto since %(day)s",
                count=found["listed"],
                day=format_date(env, found["oldest"]),
            )
            if found["oldest"]
            else env._("%(count)s at Ponto", count=found["listed"]),
            env._(
                "%(count)s from %(day)s",
                count=found["wanted"],
                day=format_date(env, self.sync_start_date or account.sync_start_date),
            ),
        ]
        if found["alike"]:
            parts.append(
                env._(
                    "%(count)s of them look like existing lines: they are compared "
                    "one by one, and nothing is booked twice",
                    count=found["alike"],
                )
            )
        if found["locked"]:
            parts.append(
                env._("%(count)s in a closed period: held", count=found["locked"])
            )
        if found["planned"]:
            parts.append(
                env._("%(count)s planned for later dates", count=found["planned"])
            )
        if found["held"]:
            parts.append(
                env._("%(count)s will need your decision", count=found["held"])
            )
        text = "; ".join(parts)
        return f"{text}. {self._get_trouble()}".strip()

    def _get_trouble(self):
        """Whether the list was read to its end."""
        if self.account_id.complete_at:
            return ""
        if self.account_id._open_run():
            return self.env._("Ponto's list is still being read.")
        return self.env._(
            "Ponto's list was not read completely: the numbers may be too low. The "
            "first fetch reads the rest."
        )
