from odoo import api, fields, models
from odoo.exceptions import UserError

from ..mapping.dates import shifted
from ..models.common.ponto_dialog_mixin import answered_here
from ..tools.own_company import check_own_company
from ..wording.moments import format_date

KINDS = [
    ("missing", "Missing: line deleted"),
    ("new", "New"),
    ("ignored", "Ignored"),
    ("held", "Held"),
    ("changed", "Changed at the bank"),
    ("gone", "No longer listed by Ponto"),
    ("planned", "Planned for a later date"),
]
# What a person may have imported here.
OFFERED = ("missing", "new", "ignored")


class PontoCheckPeriod(models.TransientModel):
    """Compare a period with Ponto, and import again what is chosen, nothing else."""

    _name = "ponto.check.period"
    _inherit = "ponto.dialog.mixin"
    _description = "Check a period"

    account_id = fields.Many2one("ponto.online.account", required=True, readonly=True)
    date_from = fields.Date(
        string="From", required=True, help="First day that is compared."
    )
    date_to = fields.Date(string="To", required=True, help="Last day that is compared.")
    run_id = fields.Many2one("ponto.sync.run", readonly=True, ondelete="cascade")
    line_ids = fields.One2many("ponto.check.period.line", "dialog_id")
    known_count = fields.Integer(readonly=True)
    early_count = fields.Integer(readonly=True)
    summary = fields.Char(compute="_compute_summary")

    @api.depends("run_id", "line_ids.kind", "known_count", "early_count")
    @api.depends_context("lang")
    def _compute_summary(self):
        for dialog in self:
            dialog.summary = dialog._get_summary() if dialog.run_id else False

    def _get_summary(self):
        env = self.env
        parts = [env._("%(count)s in the books", count=self.known_count)]
        words = dict(self.line_ids._fields["kind"]._description_selection(env))
        for kind, lines in self.line_ids.grouped("kind").items():
            name = words[kind].split(":")[0].lower()
            parts.append(f"{len(lines)} {name}")
        if self.early_count:
            parts.append(
                env._("%(count)s before the start date", count=self.early_count)
            )
        start, end = format_date(env, self.date_from), format_date(env, self.date_to)
        return f"{start} – {end}: {', '.join(parts)}."

    def _get_title(self):
        return self.env._("Check a period")

    @answered_here
    def action_check(self):
        """Read Ponto's list as far back as the period; the result opens when done."""
        self.ensure_one()
        self.check_access("write")
        if self.date_from > self.date_to:
            raise UserError(self.env._("The period ends before it begins."))
        run = self.account_id.request_check(self.date_from, self.date_to)
        return run._progress_action()

    # === WHAT WAS FOUND === #

    def _fill(self):
        """List what is not simply in the books."""
        self.ensure_one()
        rows = self._period_rows()
        kinds = {row: row._check_kind(self.run_id) for row in rows}
        alike = self._alike_ids([row for row, kind in kinds.items() if kind == "new"])
        self.write(
            {
                "known_count": sum(kind == "known" for kind in kinds.values()),
                "early_count": sum(kind == "early" for kind in kinds.values()),
                "line_ids": [
                    fields.Command.create(
                        {
                            "transaction_id": row.id,
                            "kind": kind,
                            "is_offered": kind in OFFERED
                            and bool(row.raw)
                            and row.id not in alike,
                            "is_alike": row.id in alike,
                        }
                    )
                    for row, kind in kinds.items()
                    if kind not in ("known", "early")
                ],
            }
        )

    def _period_rows(self):
        return self.env["ponto.transaction"].search(
            [
                ("online_account_id", "=", self.account_id.id),
                ("booking_date", ">=", self.date_from),
                ("booking_date", "<=", self.date_to),
                ("state", "!=", "alias"),
            ]
        )

    def _alike_ids(self, rows):
        """New rows beside an equal transaction or line: a fetch compares them first."""
        lines = self.env["account.bank.statement.line"]
        alike = set()
        for row in rows:
            domain = [
                ("journal_id", "=", self.account_id.journal_id.id),
                ("date", ">=", shifted(row.booking_date, -1)),
                ("date", "<=", shifted(row.booking_date, 1)),
                ("amount", "=", row.amount),
            ]
            if lines.search_count(domain, limit=1):
                alike.add(row.id)
        return alike

    @answered_here
    def action_import(self):
        """Import exactly what is ticked.

        :return: the client action that shows what came of it
        """
        self.ensure_one()
        self.check_access("write")
        check_own_company(self.account_id)
        ticked = self.line_ids.filtered(lambda line: line.selected and line.is_offered)
        rows = ticked.transaction_id
        rows = rows.filtered(
            lambda row: row.state in ("new", "ignored") or row.is_deleted
        )
        if not rows:
            raise UserError(self.env._("Tick the transactions to import."))
        return rows._import_checked()


class PontoCheckPeriodLine(models.TransientModel):
    _name = "ponto.check.period.line"
    _inherit = "ponto.reference.mixin"
    _description = "Result of a check of a period"
    _order = "kind, id"

    dialog_id = fields.Many2one("ponto.check.period", required=True, ondelete="cascade")
    transaction_id = fields.Many2one("ponto.transaction", required=True, readonly=True)
    kind = fields.Selection(KINDS, readonly=True, string="Type")
    is_offered = fields.Boolean(readonly=True)
    is_alike = fields.Boolean(readonly=True)
    selected = fields.Boolean(string="Import")
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
    remark = fields.Char(compute="_compute_remark")

    @api.depends("transaction_id", "kind", "is_alike")
    @api.depends_context("lang", "tz")
    def _compute_remark(self):
        for line in self:
            line.remark = line._get_remark()

    def _get_remark(self):
        row = self.transaction_id
        if self.is_alike:
            return self.env._(
                "The journal has an equal line: the next fetch compares the two first."
            )
        if self.kind == "held":
            return row.hold_reason
        if self.kind == "changed":
            return row.flag_text
        if self.kind in ("missing", "ignored"):
            return (row.history_text or "").split("\n")[-1]
        return ""
