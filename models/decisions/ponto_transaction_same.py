"""Whether a row is a payment that the books have already: a person says so."""

from odoo import models
from odoo.exceptions import UserError

from .ponto_transaction import ONE_BY_ONE, TIES


class PontoTransaction(models.Model):
    _inherit = "ponto.transaction"

    # === ANOTHER ONE === #

    def action_import_as_twin(self):
        """Not the same: book rows that were held because an equal one is known.

        :return: the client action that shows what came of it
        """
        self._check_may_decide()
        rows = self.filtered(
            lambda row: row.state == "held" and row.hold_code in ONE_BY_ONE and row.raw
        )
        rows._check_any(self.env._("None of these was held as a possible duplicate."))
        rows._check_can_be_booked()
        rows.sudo().is_another = True
        rows.sudo()._log_event("another")
        return rows._book_decided()

    def action_separate(self):
        """Not the same: book rows that were recognized as known ones.

        The line or row that they were taken for stays as it is.

        :return: the client action that shows what came of it
        """
        self._check_may_decide()
        self._check_has_texts()
        rows = self.filtered(lambda row: row._may_be_separated())
        rows._check_any(
            self.env._(
                "Only transactions recognized as a known payment can be separated."
            )
        )
        rows._check_can_be_booked()
        for row in rows.sudo():
            row._detach_line()
        rows.sudo().is_another = True
        rows.sudo()._log_event("separated")
        return rows._book_decided()

    def _may_be_separated(self):
        self.ensure_one()
        adopted = self.state == "adopted" and self.statement_line_id
        return bool(self.raw and (adopted or self.state == "alias"))

    def _detach_line(self):
        """Take this row's mark off the line that it was recognized as."""
        self.ensure_one()
        line = self.statement_line_id
        details = dict(line.transaction_details or {})
        mark = details.get("ponto") or {}
        if self.state == "adopted" and mark.get("transaction") == self.ponto_ref:
            del details["ponto"]
            line.transaction_details = details or False

    # === THE SAME ONE === #

    def action_ask_same_as(self):
        """Open the dialog that lists what a held row may be."""
        self.ensure_one()
        self._check_may_decide()
        self._check_is_tie()
        dialog = self.env["ponto.same.as"].create({"transaction_id": self.id})
        dialog.sudo()._fill()
        return dialog._show_dialog()

    def action_same_as(self, line=None, row=None):
        """Say which line of the journal, or which known transaction, a row is.

        :return: None; where the known one was never booked, this one is, and the client
            action shows what came of it
        :param line: an ``account.bank.statement.line``, or its id
        :param row: a ``ponto.transaction``, or its id
        :raise UserError: in words, where it is none of the candidates
        """
        self.ensure_one()
        self._check_may_decide()
        self._check_is_tie()
        held = self.sudo()
        line = held._among(line, held._candidate_lines())
        known = held._among(row, held._candidate_rows())
        if len(line) + len(known) != 1:
            raise UserError(self.env._("Choose one of the listed payments."))
        if line:
            held._adopt(line, "person")
        else:
            held._make_alias_of(known)
        held.write(self._prepare_decision())
        held._log_event("same")
        if held.state != "held":
            return None
        # What it is was never booked, and cannot be any more: it stays, and is booked.
        held.is_another = True
        return self._book_decided()

    def _check_is_tie(self):
        if self.state != "held" or self.hold_code not in TIES:
            raise UserError(self.env._("It was not held as a possible duplicate."))

    def _among(self, chosen, candidates):
        """The chosen one, if it is a candidate; else nothing."""
        if not chosen:
            return candidates.browse()
        return candidates.filtered(
            lambda record: record.id == getattr(chosen, "id", chosen)
        )
