"""One transaction leaves the books again, or stays, with the reason."""

import logging

import psycopg2

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools import clock, units
from ...wording.undo import UNDO_CODES, undo_left_text

_logger = logging.getLogger(__name__)


class PontoTransaction(models.Model):
    _inherit = "ponto.transaction"

    undo_run_id = fields.Many2one(
        "ponto.sync.run",
        string="Kept by undo",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The undo that could not remove it.",
    )
    undo_left_code = fields.Selection(
        [(code, code) for code in UNDO_CODES],
        readonly=True,
        string="Reason not undone (code)",
    )
    undo_left_values = fields.Json(readonly=True)
    undo_left_reason = fields.Char(
        string="Reason not undone", compute="_compute_undo_left_reason"
    )

    @api.depends("undo_left_code", "undo_left_values")
    @api.depends_context("lang")
    def _compute_undo_left_reason(self):
        for row in self:
            row.undo_left_reason = undo_left_text(
                self.env, row.undo_left_code, row.undo_left_values
            )

    @api.private
    @api.model
    def _search_to_undo(self, run, limit):
        """The next rows to undo, the highest number first.

        :param run: the undo; what it had to leave is not looked at again
        """
        self.flush_model()
        self.env["account.move"].flush_model(["sequence_prefix", "sequence_number"])
        self.env.cr.execute(
            """
            SELECT t.id
              FROM ponto_transaction t
              JOIN account_bank_statement_line l ON l.id = t.statement_line_id
              JOIN account_move m ON m.id = l.move_id
             WHERE t.booked_run_id = %s
               AND t.state IN ('imported', 'adopted')
               AND t.undo_run_id IS DISTINCT FROM %s
             ORDER BY m.sequence_prefix DESC, m.sequence_number DESC, t.id DESC
             LIMIT %s""",
            [run.undo_of_id.id, run.id, limit],
        )
        return self.browse(row_id for (row_id,) in self.env.cr.fetchall())

    @api.private
    def _undo(self, run):
        """Undo these rows of one account as far as may be.

        :param run: the undo, which counts
        """
        rows = self._as_undoing_person(run)
        documented = rows._moves_with_documents()
        keeping = rows.statement_line_id.statement_id._ponto_keeping()
        ready = rows.browse()
        for row in rows:
            may_go = row._isolate(
                lambda row=row: row._may_be_removed(run, documented, keeping),
                run,
                lambda error, row=row: row._leave(
                    run, "refused", {"detail": _detail(row, error)}
                ),
            )
            if may_go:
                ready |= row
        ready._remove_lines(run)

    def _may_be_removed(self, run, documented, keeping):
        """Whether the line may go; one that came from elsewhere is let go of."""
        if self.state == "adopted":
            self._let_line_go()
            run._note_undone(detached=1)
            return False
        obstacle = self._undo_obstacle(documented, keeping)
        if obstacle:
            self._leave(run, *obstacle)
        return not obstacle

    def _as_undoing_person(self, run):
        """With the rights and in the company of booking, in the name of whoever asked:
        the chatter of an entry that the audit trail keeps tells who cancelled it."""
        company = run.company_id
        rows = self.with_user(run.user_id or SUPERUSER_ID).sudo().with_company(company)
        return rows.with_context(
            allowed_company_ids=company.ids,
            lang=company.partner_id.lang or "en_US",
            ponto_undo=True,
        )

    # === WHAT STANDS AGAINST IT === #

    def _undo_obstacle(self, documented, keeping):
        """Code and values of what keeps the line where it is; None where nothing.

        :param documented: entries to which a document is attached
        :param keeping: statements that no line is taken out of
        """
        self.ensure_one()
        if self.texts_removed_at:
            # What could not be restored is not undone.
            return "texts_removed", {}
        line = self.statement_line_id
        move = line.move_id
        # A lock exception of whoever asked would let them do more than booking may.
        company = line.company_id.with_user(SUPERUSER_ID)
        if company._get_violated_lock_dates(line.date, False, line.journal_id):
            return "locked", {"date": fields.Date.to_string(line.date)}
        if move.inalterable_hash:
            return "hashed", {}
        if move.state != "posted":
            return "not_posted", {}
        if line._ponto_is_matched():
            return "reconciled", {}
        if not self._is_line_as_booked(line):
            return "edited", {}
        if line.statement_id in keeping:
            return "checked_statement", {"name": line.statement_id.name or ""}
        if move in documented:
            return "documents", {}
        return None

    def _is_line_as_booked(self, line):
        """Money and day; a text or a partner that somebody set is no work to lose."""
        amount = line.currency_id.compare_amounts(line.amount, self.amount) == 0
        return (
            amount
            and line.date == self.booking_date
            and not line.foreign_currency_id
            and len(line.move_id.line_ids) == 2
        )

    def _moves_with_documents(self):
        attachments = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "account.move"),
                ("res_id", "in", self.statement_line_id.move_id.ids),
                ("res_field", "=", False),
            ]
        )
        return self.env["account.move"].browse(set(attachments.mapped("res_id")))

    # === DOING IT === #

    def _remove_lines(self, run):
        """All in one go; where one is refused, one by one, and that one is left."""
        if not self:
            return
        # What fails here is of other rows.
        self.env.flush_all()
        try:
            with self.env.cr.savepoint():
                self._remove_lines_or_raise(run)
            return
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            # The transaction itself is lost: the unit is done again.
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, it is this row's
            self.env.invalidate_all()
            if len(self) == 1:
                self._leave(run, "refused", {"detail": _detail(self, error)})
                return
        for row in self:
            row._remove_lines(run)

    def _remove_lines_or_raise(self, run):
        lines = self.statement_line_id
        moves = lines.move_id
        # As of now: where the audit trail holds, core cancels and keeps the number.
        cancels = moves._is_protected_by_audit_trail()
        if not cancels:
            run._note_numbers(moves)
            # What core would write into the chatter of an entry goes with the entry.
            lines = lines.with_context(tracking_disable=True)
        self._set_undone()
        lines.unlink()
        self.env.flush_all()
        run._note_undone(**{"cancelled" if cancels else "removed": len(self)})

    def _let_line_go(self):
        """The line came from elsewhere: it stays there, and is not Ponto's any more."""
        self.ensure_one()
        line = self.statement_line_id
        details = dict(line.transaction_details or {})
        details.pop("ponto", None)
        line.transaction_details = details or False
        self._set_undone()

    def _set_undone(self):
        self.write(
            {
                "state": "ignored",
                "statement_line_id": False,
                "hold_code": False,
                "hold_values": False,
                "flag_code": False,
                "flag_values": False,
                "undo_run_id": False,
                "undo_left_code": False,
                "undo_left_values": False,
                "decided_by_id": self.env.uid,
                "decided_at": clock.now(),
            }
        )
        self._log_event("undone")

    def _leave(self, run, code, values):
        self.write(
            {
                "undo_run_id": run.id,
                "undo_left_code": code,
                "undo_left_values": values or False,
            }
        )
        run._note_undone(kept=code)


def _detail(row, error):
    if isinstance(error, (UserError, ValidationError)):
        return str(error)[:300]
    # Not something that a person caused: the log tells the administrator.
    message = "Row %s of the Ponto inbox could not be undone"
    units.log_unexpected(_logger, message, row.id, error)
    return type(error).__name__
