"""A fetch as a stored state machine: each step is bounded, committed, resumable.

Two pumps drive it through ``fetch_driver.py``: the browser (``action_step``) and the
scheduled action. The methods here run inside one unit each.
"""

import logging
from datetime import timedelta

from odoo import fields, models
from odoo.http import request

from ..mapping.account import prepare_account_vals
from ..mapping.dates import shifted
from ..ponto_client import SynchronizationSubtype
from . import clock
from .ponto_sync_run import BOOKING_STAGES, RESULT_COUNTS
from .problem_codes import synchronization_problem
from .public_address import is_browser, seen_address, sendable_address

_logger = logging.getLogger(__name__)

# The bank gets this long to answer before Odoo reads what is there.
REFRESH_PATIENCE = timedelta(seconds=60)
# So long after the click the person still counts as present.
PRESENT = timedelta(minutes=5)
# Ponto lets a bank be asked again so long after the last time.
REFRESH_RATE = timedelta(minutes=5)
# A run that nobody steps for this long is taken over by the scheduled action.
TAKE_OVER = timedelta(minutes=1)
# How long a browser leaves a slow Ponto to the scheduled action, and that one a bank.
SLOW_PAUSE = timedelta(seconds=10)
# Where the schedule does not come for so long, a Ponto that is slow is told as trouble.
SLOW_PATIENCE = timedelta(minutes=2)
# A line that comes a day after a newer one is nothing to speak of.
USUAL_DELAY = timedelta(days=1)
# Outcomes after which Ponto did not pass the question on to the bank.
NOT_ASKED = ("recently", "unanswered", "maintenance")
# What ends all reading, and leaves what was read to be booked.
BOOKS_ON = ("disconnected", "not_found")
TRANSACTIONS = SynchronizationSubtype.ACCOUNT_TRANSACTIONS
TRANSACTIONS_AND_PENDING = SynchronizationSubtype.ACCOUNT_TRANSACTIONS_WITH_UNSETTLED
DETAILS = SynchronizationSubtype.ACCOUNT_DETAILS


class PontoSyncRun(models.Model):
    _inherit = "ponto.sync.run"

    def _is_ripe(self):
        """Whether the scheduled action should take this open run over."""
        self.ensure_one()
        return not self.next_step_at or self.next_step_at <= clock.now()

    def _renew_take_over(self, attended, waiting):
        """Say from when on the scheduled action takes the fetch over.

        It sees to it that it runs then (``_come_back``); the first time, whoever began
        the fetch does.

        :param waiting: whether there is nothing to do but to wait for a bank
        """
        if attended and self._is_for_browser() and not self.is_left:
            # Time for the browser to come back.
            self.next_step_at = clock.now() + TAKE_OVER
        elif waiting and not attended:
            self.next_step_at = clock.now() + SLOW_PAUSE
        else:
            # The schedule itself is at it, and goes on as soon as it has time.
            self.next_step_at = False

    def _is_still_to_ask(self):
        """Whether the browser of a person who clicked is about to ask the bank."""
        self.ensure_one()
        return self.stage == "ask" and not self._is_ripe()

    def _is_for_browser(self):
        """Whether a browser may drive this fetch now."""
        self.ensure_one()
        slow = self.slow_until and self.slow_until > clock.now()
        return self.state == "running" and not slow

    def _leave_to_schedule(self, code, values):
        """Ponto takes longer than a person's request may hold a worker.

        Should the schedule not come, the browser tries again, for two minutes.

        :param code: of the problem that is noted then
        :return: whether there is nothing more to do now
        """
        now = clock.now()
        if self.slow_since and self.slow_since <= now - SLOW_PATIENCE:
            self._note_trouble(code, values)
            return False
        self.write(
            {"slow_until": now + SLOW_PAUSE, "slow_since": self.slow_since or now}
        )
        return True

    def _note_step(self):
        """A step was done: somebody gets on with the fetch."""
        self.step_count += 1
        if self.slow_since:
            self.slow_since = False

    # === ASKING THE BANK === #

    def _prepare_refresh_vals(self, account):
        """Where a fetch that a person asked for begins.

        Only a person at a browser counts as present, and Ponto wants that person's
        real address: see ``public_address.py``. A bank under maintenance is not asked.
        """
        if not is_browser(request):
            return {"stage": "read"}
        if account._is_under_maintenance():
            return {"stage": "read", "refresh_outcome": "maintenance"}
        address = sendable_address(
            seen_address(request),
            account.connection_id.api_url,
            account.company_id.sudo().ponto_public_address,
        )
        if address:
            return {"stage": "ask", "customer_ip": address}
        return {"stage": "read", "refresh_outcome": "no_address"}

    def _take_refresh_request(self):
        """What the driver needs for asking; it is noted as asked from now on."""
        self.ensure_one()
        account = self.online_account_id
        pending = account.provider_account_id.pending_available
        # Who clicked long ago is not there any more: Ponto wants a person present.
        present = clock.now() - self.started_at <= PRESENT
        request_values = {
            "customer_ip": present and self.customer_ip,
            "account_ref": account.ponto_ref,
            # What counts comes first: time may be over before the second.
            "subtypes": (
                TRANSACTIONS_AND_PENDING if pending else TRANSACTIONS,
                DETAILS,
            ),
        }
        self.write({"stage": "wait", "customer_ip": False, "asked_at": clock.now()})
        return request_values

    def _ask_later(self):
        """There was no time left for asking: the browser comes again, for a minute.

        :return: that there is nothing more to do now
        """
        if clock.now() - self.started_at >= REFRESH_PATIENCE:
            self.customer_ip = False
            self._note_asked({}, "unanswered")
        return True

    def _note_asked(self, refs, outcome):
        vals = {"refresh_refs": refs or False, "refresh_outcome": outcome}
        if not refs:
            vals["stage"] = "read"
        self.write(vals)

    def _take_synchronizations(self, found):
        """Whether the bank has answered; looked at once.

        :param found: ``{subtype: Synchronization}`` as Ponto tells now
        :return: whether to wait on
        """
        outcome = self.refresh_outcome
        still_open = {}
        for subtype, synchronization in found.items():
            if not synchronization.is_finished:
                still_open[subtype] = synchronization.id
            elif synchronization.is_failed and subtype != DETAILS:
                outcome = synchronization_problem(synchronization)
        self.write({"refresh_refs": still_open or False, "refresh_outcome": outcome})
        if not still_open.keys() - {DETAILS}:
            # The balance may come later; it is in the account list then.
            self.write({"stage": "read", "refresh_refs": False})
            return False
        if clock.now() - self.asked_at >= REFRESH_PATIENCE:
            self._stop_waiting()
            return False
        return True

    def _take_account(self, remote):
        """What Ponto says of the account after the bank was asked."""
        account = self.online_account_id
        vals = prepare_account_vals(remote)
        vals.pop("institution_ref")
        account.connection_id._apply_account(account, vals, None)

    def _stop_waiting(self):
        self.write(
            {
                "stage": "read",
                "refresh_refs": False,
                "refresh_outcome": self.refresh_outcome or "slow",
            }
        )

    # === READING ANNOUNCEMENTS AND IMPORTING === #

    def _take_pending(self, pending):
        """:param pending: what the bank announces now; None where it is not known"""
        if pending is not None:
            account = self.online_account_id
            self.env["ponto.pending.transaction"]._replace(account, pending)
        self._begin_import()

    def _begin_import(self):
        account = self.online_account_id
        self.env["ponto.transaction"]._release_planned(account, self)
        self.stage = "recognize"

    def _recognize(self):
        """Find what the inbox or the books have already, before anything is booked.

        What several transactions could be is decided on the whole list only; where it
        is not read to the end, those wait.
        """
        account = self.online_account_id
        rows = self.env["ponto.transaction"]
        place = self.recognize_place or {"part": "reissued"}
        if not self.recognize_place:
            rows._hold_absurd_days(account, self)
        if account._get_pause():
            self.stage = "import"
        elif account.walk_run_id:
            # An id is exact: it needs no complete list.
            if self._is_first_reading() or account.read_all:
                rows._adopt_by_id(account, self)
            rows._note_undecided(account)
            self._begin_booking(account)
        elif place["part"] == "reissued":
            rows._note_undecided(account)
            if not place.get("after") and self._may_bear_ids():
                rows._adopt_by_id(account, self)
            after = rows._recognize_reissued(account, self, place.get("after"))
            part = "reissued" if after else "lines"
            self.recognize_place = {"part": part, "after": after}
            if not after:
                rows._flag_gone(account, self)
        else:
            after = rows._adopt_by_amount(account, self, place.get("after"))
            self.recognize_place = {"part": "lines", "after": after}
            if not after:
                self._begin_booking(account)

    def _may_bear_ids(self):
        """Whether lines of an earlier installation may stand where was never read."""
        return self._is_first_reading() or self.read_all_again

    def _begin_booking(self, account):
        waiting = self.env["ponto.transaction"].search_count(
            [
                ("online_account_id", "=", account.id),
                ("state", "=", "new"),
                ("is_undecided", "=", False),
            ]
        )
        self.write(
            {
                "stage": "import",
                "recognize_place": False,
                "to_import_count": self.imported_count + waiting,
            }
        )

    def _import_some(self):
        """One batch; the end of the fetch where there is none left."""
        if self.stage != "import":
            # A person's decision meanwhile: it is compared with the books first.
            return
        account = self.online_account_id
        imported, held, skipped = 0, 0, 0
        if account._get_pause():
            # What was read waits, and is booked when the pause is over.
            self.problem_code = self.problem_code or "paused"
            account.reads_left = max(account.reads_left, 1)
        else:
            rows = self.env["ponto.transaction"]
            imported, held, skipped = rows._import_batch(account, self)
        if not imported and not held and not skipped:
            self._finish()
            return
        self.write(
            {
                "imported_count": self.imported_count + imported,
                "held_count": self.held_count + held,
                "skipped_count": self.skipped_count + skipped,
            }
        )

    # === ENDING === #

    def _note_trouble(self, code, values, *, is_connections=False):
        """Reading ended early. What was read is imported; the rest comes later.

        :param is_connections: whether no account of the connection could be read now
        """
        account = self.online_account_id
        values = account._note_failure(code, values)
        if is_connections and code == "rate_limited":
            account.connection_id._note_list_failure(code, values)
        elif code in ("bad_credentials", "key_missing", "misplaced", "no_permission"):
            account.connection_id._note_problem(code, values)
        self._end_reading(code, values)

    def _end_reading(self, code, values=None):
        """Go on to booking what was read, or end where nothing was."""
        for run in self:
            run.write({"problem_code": code, "problem_values": values or False})
            is_booking = run.stage in BOOKING_STAGES
            if is_booking and code not in BOOKS_ON:
                run._finish()
            elif not is_booking and run.read_count:
                run._begin_import()
            elif not is_booking:
                run._finish()

    def _finish(self):
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
        self._log_outcome()

    def _forgive_maintenance(self):
        """That a bank gives nothing while it is under maintenance is no trouble."""
        bank_failed = self.refresh_outcome == "bank_trouble"
        if bank_failed and self.online_account_id._is_under_maintenance():
            self.refresh_outcome = "maintenance"

    def _get_message_code(self, state):
        if state == "failed":
            return "failed"
        earlier = self.search_count(
            [
                ("online_account_id", "=", self.online_account_id.id),
                ("id", "<", self.id),
                ("state", "!=", "failed"),
                ("trigger", "!=", "preview"),
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
                ("trigger", "!=", "preview"),
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
        }
        oldest = account._edge_date("min") or account.sync_start_date
        if self._is_first_complete(state) and oldest > account.sync_start_date:
            values["oldest"] = _text(oldest)
            values["gap_until"] = _text(shifted(oldest, -1))
        return {name: value for name, value in values.items() if value}

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

    def _log_outcome(self):
        """Told where something came of it. What went wrong is told by the account, once
        for each change."""
        _logger.log(
            logging.INFO if self._came_of_it() else logging.DEBUG,
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

    def _came_of_it(self):
        """Whether the fetch changed anything in the inbox or the books."""
        self.ensure_one()
        return any(self[name] for name in RESULT_COUNTS)


def _text(value):
    """A date or moment as JSON keeps it."""
    return fields.Datetime.to_string(value) if value else False
