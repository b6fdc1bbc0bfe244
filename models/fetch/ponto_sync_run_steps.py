"""A fetch as a stored state machine: each step is bounded, committed, resumable.

Two pumps drive it through ``fetch_driver.py``: the browser (``action_step``) and the
scheduled action. The methods here run inside one unit each.
"""

import logging
from datetime import timedelta

from odoo import models
from odoo.http import request

from ...mapping.account import prepare_account_vals
from ...ponto_client import SynchronizationSubtype
from ...tools import clock
from ...tools.problem_codes import synchronization_problem
from ...tools.public_address import is_browser, seen_address, sendable_address
from ...tools.timing import TAKE_OVER

_logger = logging.getLogger(__name__)

# The bank gets this long to answer before Odoo reads what is there.
REFRESH_PATIENCE = timedelta(seconds=60)
# So long after the click the person still counts as present.
PRESENT = timedelta(minutes=5)
# Ponto lets a bank be asked again so long after the last time.
REFRESH_RATE = timedelta(minutes=5)
# How long a browser leaves a slow Ponto to the scheduled action, and that one a bank.
SLOW_PAUSE = timedelta(seconds=10)
# Where the schedule does not come for so long, a Ponto that is slow is told as trouble.
SLOW_PATIENCE = timedelta(minutes=2)
# Outcomes after which Ponto did not pass the question on to the bank.
NOT_ASKED = ("recently", "unanswered", "maintenance")
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

    # === FROM STAGE TO STAGE === #

    def _go_on(self):
        """Enter the next stage of this kind of run; after the last one, end it."""
        stages = self._get_kind().stages
        for stage in stages[stages.index(self.stage) + 1 :]:
            if getattr(self, f"_enter_{stage}")():
                return
        self._finish()

    def _begin_booking(self):
        """Go on to what was read so far, where this kind of run books."""
        if "recognize" in self._get_kind().stages:
            self._enter_recognize()
        else:
            self._finish()

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

    def _enter_pending(self):
        """:return: whether the institution announces transactions at all"""
        if not self.online_account_id.provider_account_id.pending_available:
            return False
        self.stage = "pending"
        return True

    def _take_pending(self, pending):
        """:param pending: what the bank announces now; None where it is not known"""
        if pending is not None:
            account = self.online_account_id
            self.env["ponto.pending.transaction"]._replace(account, pending)
        self._go_on()

    def _enter_recognize(self):
        rows = self.env["ponto.transaction"]
        rows._release_planned(self.online_account_id, self)
        self.stage = "recognize"
        return True

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
            self._go_on()
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
                self._go_on()

    def _may_bear_ids(self):
        """Whether lines of an earlier installation may stand where was never read."""
        return self._is_first_reading() or self.read_all_again

    def _enter_import(self):
        waiting = self.env["ponto.transaction"].search_count(
            [
                ("online_account_id", "=", self.online_account_id.id),
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
        return True

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
            self._go_on()
            return
        self.write(
            {
                "imported_count": self.imported_count + imported,
                "held_count": self.held_count + held,
                "skipped_count": self.skipped_count + skipped,
            }
        )
