"""How a run ends: trouble, the closing stages, the steps of the end, the result."""

import logging
from datetime import timedelta

import psycopg2

from odoo import fields, models

from ...mapping.dates import shifted
from ...tools import clock, units
from .ponto_sync_run import RESULT_COUNTS
from .ponto_sync_run_steps import NOT_ASKED, REFRESH_RATE
from .run_kinds import CLOSING_STAGES, is_booking

_logger = logging.getLogger(__name__)

# A line that comes a day after a newer one is nothing to speak of.
USUAL_DELAY = timedelta(days=1)
# What ends all reading, and leaves what was read to be booked.
BOOKS_ON = ("disconnected", "not_found")


class PontoSyncRun(models.Model):
    _inherit = "ponto.sync.run"

    # === TROUBLE === #

    def _note_trouble(self, code, values, *, is_connections=False):
        """A stage ended early.

        :param code: of the problem
        :param values: of its sentence; they survive JSON
        :param is_connections: whether no account of the connection could be read now
        """
        self.ensure_one()
        closing = CLOSING_STAGES.get(self.stage)
        if closing:
            getattr(self, closing.note_trouble)(code, values)
            return
        kind = self._get_kind()
        kind.note_trouble(self, code, values, is_connections=is_connections)

    def _note_reading_trouble(self, code, values, *, is_connections):
        """Reading ended early. What was read is booked; the rest comes later."""
        account = self.online_account_id
        values = account._note_failure(code, values)
        if is_connections and code == "rate_limited":
            account.connection_id._note_list_failure(code, values)
        elif code in ("bad_credentials", "key_missing", "misplaced", "no_permission"):
            account.connection_id._note_problem(code, values)
        self._end_reading(code, values)

    def _end_reading(self, code, values=None):
        """Book what was read, or end where nothing was. An undo reads nothing."""
        for run in self.filtered(lambda run: run.kind != "undo"):
            run.write({"problem_code": code, "problem_values": values or False})
            if not is_booking(run.stage):
                if run.read_count:
                    run._begin_booking()
                else:
                    run._finish()
            elif code not in BOOKS_ON:
                run._finish()

    # === END === #

    def _finish(self):
        """Enter the closing stage that is due, or end the run."""
        self.ensure_one()
        for stage in CLOSING_STAGES.values():
            if getattr(self, stage.is_due)():
                if self.stage != stage.name:
                    self.stage = stage.name
                    getattr(self, stage.enter)()
                return
        for step in self._get_kind().ending:
            getattr(self, step)()

    def _settle_statements(self):
        """Settle the statements of the account: a balance may have come although no
        line did."""
        account = self.online_account_id
        if account.statement_grouping != "none":
            message = "Statements of Ponto account %s were not settled"
            account._try_on_statements(account._settle_statements, message)

    def _note_end(self):
        """Note state and result of a run that read or booked."""
        account = self.online_account_id
        if self.problem_code:
            state = "partial" if self.read_count or self.imported_count else "failed"
        else:
            state = "done"
            self._forgive_maintenance()
            if self.walk_from_top:
                account._note_success(self.refresh_outcome)
        self.write(
            {
                "state": state,
                "stage": "done",
                "finished_at": clock.now(),
                "message_code": self._get_message_code(state),
                "message_values": self._prepare_message_values(state),
                "refresh_refs": False,
                "customer_ip": False,
                "walk_cursors": False,
            }
        )

    def _log_outcome(self):
        """Log the result: at INFO where the run changed anything. Trouble is logged with
        the account, once for each change."""
        _logger.log(
            logging.INFO if self._has_result() else logging.DEBUG,
            "Ponto account %s: fetch %s %s, %s read, %s new, %s imported, %s held%s",
            self.online_account_id.id,
            self.id,
            self.state,
            self.read_count,
            self.new_count,
            self.imported_count,
            self.held_count,
            f", {self.problem_code}" if self.problem_code else "",
        )

    def _compare_balance(self):
        """Note whether the books agree with the bank's balance now."""
        account = self.online_account_id
        try:
            with self.env.cr.savepoint():
                account._note_difference()
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001  the run has ended well all the same
            self.env.invalidate_all()
            message = "The balance of Ponto account %s was not compared"
            units.log_unexpected(_logger, message, account.id, error)

    # === RESULT === #

    def _forgive_maintenance(self):
        """That a bank gives nothing while it is under maintenance is no trouble."""
        bank_failed = self.refresh_outcome == "bank_trouble"
        if bank_failed and self.online_account_id._is_under_maintenance():
            self.refresh_outcome = "maintenance"

    def _get_message_code(self, state):
        return "failed" if state == "failed" else self._get_kind().message_code(self)

    def _get_fetch_code(self):
        """``first`` or ``later``: whether a run since linking has read something."""
        earlier = self.search_count(
            [
                ("online_account_id", "=", self.online_account_id.id),
                ("id", "<", self.id),
                ("state", "!=", "failed"),
                ("kind", "!=", "preview"),
                ("finished_at", ">=", self.online_account_id.linked_at),
            ],
            limit=1,
        )
        return "later" if earlier else "first"

    def _is_first_complete(self, state):
        """Whether the whole list was read for the first time since linking."""
        return state == "done" and self.walk_from_top and self._is_first_reading()

    def _is_first_reading(self):
        """Whether no reading of the account came to its end since it was linked."""
        return not self.search_count(
            [
                ("online_account_id", "=", self.online_account_id.id),
                ("id", "<", self.id),
                ("state", "=", "done"),
                ("kind", "!=", "preview"),
                ("walk_from_top", "=", True),
                ("finished_at", ">=", self.online_account_id.linked_at),
            ],
            limit=1,
        )

    def _prepare_message_values(self, state):
        account = self.online_account_id
        values = {
            "bank_data_at": _text(self.synchronized_at),
            "refresh": self.refresh_outcome,
            "problem": self.problem_code,
            "problem_values": self.problem_values,
            "newest": _text(account._edge_date("max")),
            "start": _text(account.sync_start_date),
            "back_dated": self._get_back_dated_days(),
            "again_at": _text(self._get_next_refresh_at()),
            "not_listed": self._count_not_listed(),
            "decided": self._count_decided(),
        }
        oldest = account._edge_date("min") or account.sync_start_date
        if self._is_first_complete(state) and oldest > account.sync_start_date:
            values["oldest"] = _text(oldest)
            values["gap_until"] = _text(shifted(oldest, -1))
        values = {name: value for name, value in values.items() if value}
        return {**values, **self._get_kind().message_values(self)}

    def _get_next_refresh_at(self):
        """When the bank can be asked again, or is there again; False where unknown."""
        if self.refresh_outcome == "maintenance":
            end = self.online_account_id.provider_account_id.maintenance_to
            return end and end > clock.now() and end
        if self.refresh_outcome != "recently":
            return False
        since = self.asked_at - REFRESH_RATE
        earlier = self.search(
            [
                ("online_account_id", "=", self.online_account_id.id),
                ("id", "<", self.id),
                ("asked_at", ">", since),
                ("refresh_outcome", "not in", NOT_ASKED),
            ],
            limit=1,
        )
        # Somebody else may have asked, at Ponto or with other software.
        others = self.synchronized_at
        seen = others and since < others <= self.asked_at and others
        return (earlier.asked_at or seen or self.asked_at) + REFRESH_RATE

    def _get_back_dated_days(self):
        """How many days ago the oldest new line is dated, where newer ones were known
        already; 0 where nothing arrived late."""
        rows = self.env["ponto.transaction"]
        mine = [("booked_run_id", "=", self.id), ("state", "=", "imported")]
        [(oldest,)] = rows._read_group(mine, aggregates=["booking_date:min"])
        if not oldest:
            return 0
        known = [
            ("online_account_id", "=", self.online_account_id.id),
            ("booked_run_id", "<", self.id),
            ("booking_date", ">", oldest + USUAL_DELAY),
        ]
        if not rows.search_count(known, limit=1):
            return 0
        return (self.online_account_id._today() - oldest).days

    def _has_result(self):
        """Whether the run changed anything in the inbox or the books."""
        self.ensure_one()
        return any(self[name] for name in RESULT_COUNTS)


def _text(value):
    """A date or moment as JSON keeps it."""
    return fields.Datetime.to_string(value) if value else False
