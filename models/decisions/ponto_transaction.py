"""What a person decides on rows of the inbox; who, when and why is kept.

Every decision checks rights first, takes the rows that it applies to, and refuses in
words where there is none. What becomes of the chosen rows is done by a fetch that
books them and nothing else (``ponto_sync_run.py``).
"""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...tools import clock
from ...tools.own_company import check_own_company
from ...tools.timing import TAKE_OVER

# Held because two transactions may be the same one, and announced before.
ANNOUNCED = ("planned_or_booked", "planned_gone")
# Held because it cannot be told whether they are known already.
TIES = ("same_or_new", "in_books_or_new")
ONE_BY_ONE = (*ANNOUNCED, *TIES, "same_id")
BOOKED = ("imported", "adopted")
# Not booked, and nothing stands against a person's word.
OPEN = ("new", "held")


class PontoTransaction(models.Model):
    _inherit = "ponto.transaction"

    decided_run_id = fields.Many2one(
        "ponto.sync.run",
        string="Processed by",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The run that carries out the last decision of a user.",
    )
    is_deleted = fields.Boolean(
        string="Line deleted",
        compute="_compute_is_deleted",
        search="_search_is_deleted",
        help="The transaction was in the books, and its line was deleted in Odoo.",
    )

    what_to_know = fields.Char(
        compute="_compute_what_to_know",
        help="Reason for the hold, change by the bank, or who ignored it and why.",
    )

    @api.depends("state", "hold_reason", "flag_text", "is_deleted", "history_text")
    def _compute_what_to_know(self):
        for row in self:
            parts = (row._get_status_text(), row.texts_removed_message)
            row.what_to_know = " ".join(filter(None, parts))

    def _get_status_text(self):
        if self.state == "held":
            return self.hold_reason
        if self.flag_code:
            return self.flag_text
        if self.is_deleted or self.state == "ignored":
            events = (self.history_text or "").split("\n")
            deleted = self.env._("Its line was deleted.") if self.is_deleted else ""
            return events[-1] or deleted
        return ""

    @api.depends("state", "statement_line_id")
    def _compute_is_deleted(self):
        for row in self:
            row.is_deleted = row.state in BOOKED and not row.statement_line_id

    def _search_is_deleted(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = Domain("state", "in", BOOKED)
        domain &= Domain("statement_line_id", "=", False)
        return domain if True in value else ~domain

    # === ACTION METHODS === #

    def action_retry(self):
        """Try held rows again on the bank's own day.

        Retrying an announced row declares it another payment than its equal, so several
        of them are never retried at once. Rows that may be known already are compared
        once more, alone or together; nothing is declared.

        :return: the client action that shows what came of it
        """
        self._check_may_decide()
        rows = self.filtered(lambda row: row.state == "held" and row.raw)
        if len(self) > 1:
            # Retrying an announced row declares it another payment: one at a time.
            rows = rows.filtered(lambda row: row.hold_code not in ANNOUNCED)
        joined = not rows and self._runs_to_join()
        if joined:
            return joined._progress_action()
        rows._check_any(
            self.env._(
                "Choose held transactions to retry; planned ones must be retried one "
                "by one."
            )
        )
        rows._check_can_be_booked()
        rows.sudo()._forget_open_day()
        # Retrying for another reason, such as a lifted lock, says nothing of this.
        rows.filtered(lambda row: row.hold_code in ANNOUNCED).sudo().is_another = True
        rows.sudo()._log_event("retried")
        return rows._book_decided()

    def action_hold(self):
        """Keep new rows, which no fetch has booked yet, until a person decides."""
        self._check_may_decide()
        rows = self.filtered(lambda row: row.state == "new").sudo()
        rows._check_any(self.env._("Only new transactions can be held."))
        rows._hold("by_person")
        rows.write(self._prepare_decision())
        rows._log_event("held")

    def action_ask_ignore(self):
        """Open the dialog that asks why held or new rows are set aside."""
        self._check_may_decide()
        rows = self.filtered(lambda row: row.state in OPEN)
        rows._check_any(
            self.env._("Only held transactions and new ones can be ignored.")
        )
        return rows._open_dialog("ponto.ignore")

    def action_ignore(self, note=None):
        """Set held or new rows aside: they never become a line unless restored.

        :param note: why, in the person's words
        """
        self._check_may_decide()
        rows = self.filtered(lambda row: row.state in OPEN).sudo()
        rows._check_any(
            self.env._("Only held transactions and new ones can be ignored.")
        )
        rows.write({"state": "ignored", **self._prepare_decision(note)})
        rows._log_event("ignored", **({"note": note} if note else {}))

    def action_restore(self):
        """Bring back what was ignored, or whose line was deleted.

        What was held is held again. Everything else is booked, once.

        :return: the client action that shows what came of it; None where nothing is
            booked
        """
        self._check_may_decide()
        ignored = self.filtered(lambda row: row.state == "ignored")
        held = ignored.filtered("hold_code")
        booked = (ignored - held) | self.filtered("is_deleted")
        joined = not (held | booked) and self._runs_to_join()
        if joined:
            return joined._progress_action()
        (held | booked)._check_any(self._no_restore_text())
        (held | booked)._check_has_texts()
        lost = booked.filtered(lambda row: not row.raw)
        if lost:
            raise UserError(lost[0]._no_raw_text())
        booked._check_can_be_booked()
        (held | booked).sudo()._log_event("restored")
        held.sudo().write({"state": "held", **self._prepare_decision()})
        return booked._book_decided() if booked else None

    def action_dismiss_flag(self):
        """Take note of what the bank changed; the same change is not shown again.

        ``flag_values`` stay: they tell which change was seen.
        """
        self._check_may_decide()
        rows = self.filtered("flag_code").sudo()
        rows._check_any(self.env._("The bank changed nothing here."))
        rows._log_event("flag_dismissed")
        rows.write({"flag_code": False, **self._prepare_decision()})

    # === CHECKS === #

    def _check_may_decide(self):
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group("account.group_account_basic")):
            raise AccessError(
                self.env._("Deciding on held transactions needs the bank rights.")
            )
        check_own_company(self.online_account_id)

    def _check_any(self, refusal):
        if not self:
            raise UserError(refusal)

    def _check_can_be_booked(self):
        for account in self.online_account_id.sudo():
            if account._get_pause():
                raise UserError(account._get_pause_message())

    def _no_restore_text(self):
        if any(row.state == "before_cutover" for row in self):
            return self._no_raw_text()
        return self.env._(
            "Only ignored transactions, and those whose line was deleted, can be "
            "restored."
        )

    def _no_raw_text(self):
        return self.env._(
            "Only date and amount are kept of transactions before the start date. "
            "Change the account's start date, or import them from a file."
        )

    def _runs_to_join(self):
        """What somebody else began a moment ago with all of these rows."""
        runs = self.sudo().decided_run_id.filtered(lambda run: run._is_recent())
        return runs if all(row.decided_run_id in runs for row in self.sudo()) else None

    # === WHAT FOLLOWS === #

    def _prepare_decision(self, note=None):
        return {
            "decided_by_id": self.env.uid,
            "decided_at": clock.now(),
            "decision_note": note or False,
        }

    def _book_decided(self):
        """Let a fetch book these rows, and nothing else where none is under way.

        :return: the client action that shows what came of it
        """
        runs = self.env["ponto.sync.run"].sudo()
        for account in self.online_account_id.sudo():
            rows = self.filtered(
                lambda row, account=account: row.online_account_id == account
            )
            run = account._run_for_decisions()
            rows.sudo().write(
                {
                    "state": "new",
                    "hold_code": False,
                    "hold_values": False,
                    "statement_line_id": False,
                    "alias_of_id": False,
                    "booked_run_id": False,
                    "decided_run_id": run.id,
                    **self._prepare_decision(),
                }
            )
            runs |= run
        self.env["ponto.connection"]._trigger_fetch(clock.now() + TAKE_OVER)
        return runs._progress_action()

    def _open_dialog(self, model, **values):
        """Open a dialog about these rows; what it shows is what it will do."""
        dialog = self.env[model].create({"transaction_ids": self.ids, **values})
        return dialog._show_dialog()

    def _note_deletion(self, domain):
        """Remember who is about to delete the lines of rows, and when.

        For people only: that a line is gone is told by the data, whatever way it
        went. Our own undo says so itself; the same word of somebody's program, which
        is no superuser, hides nobody.
        """
        if self.env.su and self.env.context.get("ponto_undo"):
            return
        rows = self.sudo().search([("state", "in", BOOKED), *domain])
        if rows and not self.env.user._is_superuser():
            rows.write(self._prepare_decision())
        rows._log_event("deleted")

    # === CHECK OF A PERIOD === #

    def _check_kind(self, run):
        """What a check of a period says of the row."""
        self.ensure_one()
        if self.state == "before_cutover":
            return "early"
        if self.is_deleted:
            return "missing"
        if self.state in BOOKED:
            listed = self | self.alias_ids
            if run.id not in listed.mapped("seen_check_id"):
                return "gone"
            return "changed" if self.flag_code else "known"
        return self.state

    def _import_checked(self):
        """Import what a person ticked after a check, and nothing else.

        :return: the action that shows what came of it
        """
        self._check_may_decide()
        new = self.filtered(lambda row: row.state == "new")
        action = (self - new).action_restore() if self - new else None
        if new:
            new._check_can_be_booked()
            action = new._book_decided()
        return action or {"type": "ir.actions.act_window_close"}
