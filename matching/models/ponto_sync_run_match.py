"""Certain matches after a fetch, where an account's setting asks for them.

A stage of its own within the fetch, after its last batch was booked: in small pieces,
each committed. Whatever goes wrong here, the lines are imported and stay as they are.
"""

import logging

import psycopg2

from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import UserError, ValidationError

from ...models.fetch.run_kinds import ClosingStage, register_closing_stage
from ...tools import units

_logger = logging.getLogger(__name__)

#: About two seconds of work.
MATCH_BATCH = 20


register_closing_stage(
    ClosingStage(
        name="match",
        is_due="_has_to_match",
        enter="_enter_match",
        step="_match_some",
        note_trouble="_note_match_trouble",
        sentences="_get_match_sentences",
    )
)


class PontoSyncRun(models.Model):
    _inherit = "ponto.sync.run"

    stage = fields.Selection(
        selection_add=[("match", "Matching"), ("done",)],
        ondelete={"match": lambda runs: runs.write({"stage": "import"})},
    )
    matched_count = fields.Integer(
        string="Matched",
        readonly=True,
        help="Lines that the fetch matched automatically, according to the account's "
        "setting.",
    )
    match_refused_count = fields.Integer(readonly=True)
    match_place = fields.Json(
        readonly=True, help="The last line that the fetch has matched so far."
    )
    match_problem = fields.Json(
        readonly=True, help="The problem that stopped the matching."
    )

    # === STEPS === #

    def _has_to_match(self):
        """Whether lines that this run booked are to be matched before it ends."""
        self.ensure_one()
        return bool(
            self.online_account_id.match_certain
            and self.imported_count
            and self.stage in ("import", "match")
            and not (self.match_place or {}).get("done")
        )

    def _enter_match(self):
        # Committed before anything is tried: trouble from here on is not the bank's.
        self.match_place = self.match_place or {"after": 0}

    def _note_match_trouble(self, code, values):
        """A run whose matching broke off is complete all the same."""
        self._end_matching(values or {"reference": code})

    def _end_matching(self, problem=None):
        """:param problem: the reference of a surprise, as the log has it"""
        self.write({"match_place": {"done": True}, "match_problem": problem or False})
        self._finish()

    def _match_some(self):
        """One batch; the end of the matching where there is none left."""
        rows = self._rows_to_match()
        if not rows:
            self._end_matching()
            return
        after = rows[-1].id
        error = self._try_to_match(rows)
        if error and len(rows) > 1:
            # Whatever it is, it may be one line's: that one waits, and no other.
            errors = [self._try_to_match(row) for row in rows]
            self.match_refused_count += len(list(filter(None, errors)))
            error = error if all(errors) else None
        if error:
            message = "Ponto fetch %s could not go on matching"
            reference = units.log_unexpected(_logger, message, self.id, error)
            self._end_matching({"reference": reference})
            return
        self.match_place = {"after": after}

    def _try_to_match(self, rows):
        """Match all of them, or none.

        :return: the error that kept them from being matched; None where none did
        """
        try:
            with self.env.cr.savepoint():
                self._match_rows(rows)
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            # The transaction itself is lost: the unit is done again.
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, the fetch goes on
            self.env.invalidate_all()
            return error
        return None

    def _rows_to_match(self):
        """What this fetch booked itself; a recognized line is a file's or a person's."""
        return self.env["ponto.transaction"].search(
            [
                ("booked_run_id", "=", self.id),
                ("state", "=", "imported"),
                ("statement_line_id", "!=", False),
                ("id", ">", (self.match_place or {}).get("after", 0)),
            ],
            order="id",
            limit=MATCH_BATCH,
        )

    def _match_rows(self, rows):
        company = self.company_id
        rows = rows.with_user(SUPERUSER_ID).with_company(company)
        rows = rows.with_context(allowed_company_ids=company.ids)
        lines = rows.filtered(lambda row: row._is_as_it_came()).statement_line_id
        certain = lines._ponto_certain()
        matched, refused = lines.browse(), 0
        for line in lines.filtered(certain.get):
            try:
                with self.env.cr.savepoint():
                    line._ponto_match_item(certain[line])
                    line.ponto_match_run_id = self.id
                    line.flush_recordset()
            except (psycopg2.OperationalError, psycopg2.InterfaceError):
                raise
            except (UserError, ValidationError):
                self.env.invalidate_all()
                refused += 1
            else:
                matched |= line
        self.matched_count += len(matched)
        self.match_refused_count += refused

    # === RESULT === #

    def _get_match_sentences(self):
        env = self.env
        if self.matched_count:
            yield env._("Matched automatically: %(count)s.", count=self.matched_count)
        if self.match_refused_count:
            yield env._(
                "Certain matches refused by Odoo: %(count)s. These lines remain "
                "unmatched.",
                count=self.match_refused_count,
            )
        if self.match_problem:
            yield env._(
                "Matching stopped with an error (reference %(reference)s). The lines "
                "are imported but not matched.",
                reference=self.match_problem.get("reference", ""),
            )

    def action_open_matched(self):
        """Open the lines that these fetches matched by themselves."""
        self.check_access("read")
        action = self.online_account_id.journal_id.action_ponto_open_lines()
        action["domain"] = [("ponto_match_run_id", "in", self.ids)]
        return action


class PontoTransaction(models.Model):
    _inherit = "ponto.transaction"

    def _is_as_it_came(self):
        """Whether nobody touched the line since it was booked, its partner and its
        entry included."""
        self.ensure_one()
        line = self.statement_line_id
        records = (line, line.move_id, *line.move_id.line_ids)
        return (
            all(record.write_uid.id == SUPERUSER_ID for record in records)
            and self._is_line_untouched(line)
            and self._is_line_as_booked(line)
        )
