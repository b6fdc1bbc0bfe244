"""Undo of a whole fetch: what it booked leaves the books and does not come back.

The undo is a run of its own, driven like a fetch: in small pieces, each committed, so
that a kill costs nothing. From the highest number down, because a number in the
middle of others stays empty (ponto_transaction.py has the row's half).
"""

import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...tools import clock
from ...tools.timing import TAKE_OVER
from ...wording.moments import short_moment
from ...wording.problems import problem_text
from ...wording.undo import undo_gap_text, undo_kept_text
from ..fetch.ponto_sync_run import BANK_SILENT

_logger = logging.getLogger(__name__)

# About half a second of work.
UNDO_BATCH = 30


class PontoSyncRun(models.Model):
    _inherit = "ponto.sync.run"

    undo_run_ids = fields.One2many("ponto.sync.run", "undo_of_id", string="Undone by")
    undo_left_ids = fields.One2many(
        "ponto.transaction", "undo_run_id", string="Not undone"
    )
    undo_counts = fields.Json(
        readonly=True,
        help="Number of transactions so far: removed, cancelled, detached, and kept by "
        "reason.",
    )
    undo_numbers = fields.Json(
        readonly=True,
        help="Ranges of removed numbers, by journal and prefix.",
    )
    can_undo = fields.Boolean(
        compute="_compute_can_undo",
        help="The fetch has finished, and some of what it booked is still there.",
    )

    outcome = fields.Selection(
        [
            ("running", "Running"),
            ("done", "Done"),
            ("silent", "No data from the bank"),
            ("partial", "Partly done"),
            ("failed", "Failed"),
            ("partly_undone", "Partly undone"),
            ("undone", "Undone"),
        ],
        compute="_compute_outcome",
        help="How the fetch ended, and whether it was undone since.",
    )

    # === COMPUTE METHODS === #

    @api.depends("state", "refresh_outcome", "undo_run_ids.state")
    def _compute_outcome(self):
        for run in self:
            run.outcome = run._get_outcome()

    def _get_outcome(self):
        self.ensure_one()
        if self._get_undo():
            return "partly_undone" if self.can_undo else "undone"
        if self.state == "done" and self.refresh_outcome in BANK_SILENT:
            return "silent"
        return self.state

    def _get_undo(self):
        """The latest undo of this fetch that took something away."""
        undos = self.undo_run_ids.filtered(
            lambda undo: undo.state != "running" and _is_anything_undone(undo)
        )
        return undos.sorted("id")[-1:]

    def _compute_can_undo(self):
        counts = dict(
            self.env["ponto.transaction"]._read_group(
                Domain("booked_run_id", "in", self.ids) & self._undoable_domain(),
                ["booked_run_id"],
                ["__count"],
            )
        )
        for run in self:
            over = run.state != "running" and run.kind != "undo"
            run.can_undo = over and bool(counts.get(run))

    def _undoable_domain(self):
        return Domain("state", "in", ("imported", "adopted")) & Domain(
            "statement_line_id", "!=", False
        )

    # === ACTION METHODS === #

    def action_undo(self):
        """Take what this fetch booked out of the books again, and remember that.

        Lines that are matched, locked or otherwise a person's stay, with the reason.
        Recognized lines stay as they came from elsewhere.

        :return: the client action that shows progress and result
        """
        self.check_access("read")
        self.ensure_one()
        self._check_has_undo_rights()
        joined = self._undo_to_join()
        if joined:
            return joined._undo_action()
        self._check_may_undo()
        rows = self._rows_to_undo()
        account = self.sudo().online_account_id
        run = account._create_run(
            "user",
            kind="undo",
            stage="undo",
            user_id=self.env.uid,
            undo_of_id=self.id,
            to_import_count=len(rows),
        )
        self.env["ponto.connection"]._trigger_fetch(clock.now() + TAKE_OVER)
        return run._undo_action()

    def _undo_action(self):
        return {**self._progress_action(), "name": self.env._("Undo a fetch")}

    def _undo_to_join(self):
        """The undo that somebody else began: under way, or done a moment ago."""
        undos = self.sudo().undo_run_ids.filtered(lambda undo: undo._is_recent())
        under_way = undos.filtered(lambda undo: undo.state == "running")
        return under_way or (not self.can_undo and undos.sorted("id")[-1:])

    def _check_has_undo_rights(self):
        if not (self.env.su or self.env.user.has_group("account.group_account_basic")):
            raise AccessError(self.env._("Undoing a fetch needs the bank rights."))

    def _check_may_undo(self):
        if self.kind == "undo":
            raise UserError(
                self.env._(
                    "An undo cannot be undone. Use Restore for single transactions."
                )
            )
        if self.state == "running" or self.sudo().online_account_id._open_run():
            raise UserError(
                self.env._(
                    "A fetch of this account is under way. Wait until it is done, then "
                    "undo."
                )
            )

    def _rows_to_undo(self):
        rows = self.sudo().booked_ids.filtered_domain(self._undoable_domain())
        if not rows:
            raise UserError(self.env._("This fetch has nothing left to undo."))
        # Of a branch's user, who sees the parent's fetches, the parent's lines are
        # nobody's business.
        rows.statement_line_id.sudo(False).check_access("unlink")
        return rows

    def action_open_undo_left(self):
        """Open what an undo had to leave, each with its reason."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account_ponto_sync.ponto_transaction_action"
        )
        action["domain"] = [("undo_run_id", "in", self.ids)]
        action["context"] = {}
        return action

    # === STEPS === #

    def _undo_some(self):
        """One batch; the end of the undo where there is none left."""
        self.ensure_one()
        rows = self.env["ponto.transaction"]._search_to_undo(self, UNDO_BATCH)
        if not rows:
            self._go_on()
            return
        rows._undo(self)

    def _note_undone(self, *, kept=None, **counts):
        """Count what became of rows: ``removed``, ``cancelled``, ``detached`` and
        ``kept`` with the code of its reason."""
        totals = dict(self.undo_counts or {})
        for name, count in counts.items():
            totals[name] = totals.get(name, 0) + count
        if kept:
            reasons = dict(totals.get("kept") or {})
            reasons[kept] = reasons.get(kept, 0) + 1
            totals["kept"] = reasons
        self.undo_counts = totals

    def _note_numbers(self, moves):
        """Remember the numbers of entries that are about to be deleted."""
        numbers = dict(self.undo_numbers or {})
        named = moves.filtered(lambda move: move.name and move.name != "/")
        for (journal, prefix), group in named.grouped(
            lambda move: (move.journal_id, move.sequence_prefix)
        ).items():
            key = f"{journal.id}|{prefix}"
            items = [(move.sequence_number, move.name) for move in group]
            numbers[key] = _add_to_ranges(numbers.get(key, []), items)
        self.undo_numbers = numbers

    # === ENDING === #

    def _note_undo_end(self):
        counts = self.undo_counts or {}
        kept = counts.get("kept") or {}
        gaps = self._find_gaps()
        values = {**counts, "gaps": gaps, "problem": self.problem_code or None}
        self.write(
            {
                "state": "partial" if kept or self.problem_code else "done",
                "stage": "done",
                "finished_at": clock.now(),
                "message_code": "undo",
                "message_values": {k: v for k, v in values.items() if v},
                "undo_numbers": False,
            }
        )

    def _log_undo(self):
        counts = self.undo_counts or {}
        _logger.info(
            "Ponto account %s: fetch %s undone by %s: %s removed, %s cancelled, "
            "%s detached, %s kept",
            self.online_account_id.id,
            self.undo_of_id.id,
            self.id,
            counts.get("removed", 0),
            counts.get("cancelled", 0),
            counts.get("detached", 0),
            sum((counts.get("kept") or {}).values()),
        )

    def _find_gaps(self):
        """Numbers that were taken away and lie below one that is in use.

        :return: ``[first number, last number, count]`` of each run, lowest first
        """
        gaps = []
        for key, ranges in sorted((self.undo_numbers or {}).items()):
            journal_id, prefix = key.split("|", 1)
            highest = self.env["account.move"].search(
                [
                    ("journal_id", "=", int(journal_id)),
                    ("sequence_prefix", "=", prefix),
                ],
                order="sequence_number desc",
                limit=1,
            )
            gaps += [
                [first_name, last_name, last - first + 1]
                for first, last, first_name, last_name in ranges
                if last < highest.sequence_number
            ]
        return gaps

    # === RESULT === #

    def _get_undo_sentences(self, values):
        """The result of an undo."""
        sentences = [
            self._get_undo_sentence(values),
            undo_gap_text(self.env, values.get("gaps")),
        ]
        if values.get("problem"):
            sentences.append(problem_text(self.env, values["problem"], None))
        return sentences

    def _get_undone_sentence(self):
        undo = self._get_undo()
        if not undo:
            return ""
        return self.env._(
            "Undone on %(moment)s by %(who)s.",
            moment=short_moment(self.env, undo.finished_at),
            who=undo.user_id.sudo().name or "Odoo",
        )

    def _get_undo_sentence(self, values):
        env = self.env
        removed = values.get("removed", 0) + values.get("cancelled", 0)
        parts = [env._("%s removed", removed)]
        if values.get("cancelled"):
            parts[0] = env._(
                "%(removed)s removed (%(cancelled)s of their entries are kept as "
                "cancelled for the audit trail)",
                removed=removed,
                cancelled=values["cancelled"],
            )
        if values.get("detached"):
            parts.append(
                env._("%s lines from other sources separated", values["detached"])
            )
        kept = values.get("kept")
        if not kept:
            return "{}.".format(", ".join(parts))
        return env._(
            "%(undone)s, %(count)s kept: %(reasons)s.",
            undone=", ".join(parts),
            count=sum(kept.values()),
            reasons=undo_kept_text(env, kept),
        )


def _is_anything_undone(undo):
    counts = undo.undo_counts or {}
    return any(counts.get(name) for name in ("removed", "cancelled", "detached"))


def _add_to_ranges(ranges, items):
    """Runs of numbers, ``[first, last, name of the first, name of the last]``.

    :param items: ``(number, name)`` to add
    """
    pieces = [*ranges, *([number, number, name, name] for number, name in items)]
    merged = []
    for piece in sorted(pieces):
        if merged and piece[0] == merged[-1][1] + 1:
            merged[-1] = [merged[-1][0], piece[1], merged[-1][2], piece[3]]
        else:
            merged.append(list(piece))
    return merged
