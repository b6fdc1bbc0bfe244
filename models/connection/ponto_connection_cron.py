"""The scheduled action: cheap when nothing happened, and nobody waits for anybody."""

import logging
import time
from datetime import timedelta

from odoo import api, fields, models

from ...tools import clock, units
from ...tools.back_off import is_told_pause, pause_after
from ...tools.clients import open_client
from ...tools.problem_codes import TROUBLES, problem_of
from .ponto_connection_listing import read_listing

_logger = logging.getLogger(__name__)

# Longest time one scheduled run serves accounts before it hands back to Odoo. With
# --workers=0 a thread that runs longer than 120 s reloads the whole server.
LONGEST_RUN = 60.0  # seconds
# Longest time that account lists are asked for at one go: one that hangs costs a minute.
LONGEST_LISTS = 30.0  # seconds
# What accounts get even if the lists used up that time.
LEAST_SERVING = 15.0  # seconds
# Trouble of Ponto or of the network, which an answer shows to be over.
HEALED_BY_ANSWER = (
    "not_accepted",
    "not_ponto",
    "ponto_down",
    "rate_limited",
    "tls",
    "too_much",
    "unreachable",
)
# While a fetch is under way, the account list is not asked for again so soon.
LIST_RESTS = timedelta(minutes=10)


class PontoConnection(models.Model):
    _inherit = "ponto.connection"

    failure_count = fields.Integer(
        readonly=True,
        copy=False,
        help="Failed readings of the account list since the last successful one.",
    )

    @api.model
    def _cron_fetch_transactions(self):
        """Read what Ponto has collected, for every account that is due.

        The account list of each connection is asked for once; an account whose
        entry moved, or that was not read for a day, becomes due. One account's
        trouble never stops another, and the run never ends as failed because of it.
        """
        cron = self.env["ir.cron"]
        accounts = self.env["ponto.online.account"]
        # pylint: disable=no-search-all
        connections = self.sudo().search([], order="last_checked_at NULLS FIRST, id")
        cron._commit_progress(remaining=len(connections))
        begun = time.monotonic()
        later = connections._wake_in_time()
        due = accounts.sudo()._search_due()
        waiting = len(due) + later
        if due:
            cron._commit_progress(remaining=waiting)
        now = time.monotonic()
        longest = max(begun + LONGEST_RUN - now, LEAST_SERVING)
        deadline = now + min(self._seconds_left(), longest)
        for account in due:
            waiting -= account._serve_safely(deadline)
            # Told for each one that was passed over, too: what is left to do brings
            # the action back at once.
            cron._commit_progress(1, remaining=waiting)
            if time.monotonic() >= deadline:
                break
        if not waiting:
            self._come_back()

    def _come_back(self):
        """Be there when an open fetch is left alone.

        Who has it in hand may go away, and the trigger of their click is used up by
        the first run after it, which may come too early.
        """
        runs = self.env["ponto.sync.run"].sudo()
        ahead = [("state", "=", "running"), ("next_step_at", ">", clock.now())]
        [(moment,)] = runs._read_group(ahead, aggregates=["next_step_at:min"])
        if moment:
            self._trigger_fetch(moment)

    def _wake_in_time(self):
        """Ask for the account lists, as long as there is time.

        :return: how many connections were left for the next run, which begins with
            them and comes at once
        """
        until = time.monotonic() + LONGEST_LISTS
        for number, connection in enumerate(self, 1):
            connection._wake_accounts()
            self.env["ir.cron"]._commit_progress(1)
            if time.monotonic() >= until:
                return len(self) - number
        return 0

    def _seconds_left(self):
        end = self.env.context.get("cron_end_time")
        return max(end - time.monotonic(), 1.0) if end else LONGEST_RUN

    def _wake_accounts(self):
        """Ask for the account list once and mark the accounts that moved as due."""
        self.ensure_one()
        self._fetch_client_fields()
        self._tell_secret_problem_safely()
        if not self._may_ask_now():
            return
        if not units.try_lock(self.env, "ponto.connection", self.id):
            return

        try:
            self._read_and_apply_listing()
            return
        except TROUBLES as error:
            code, values = problem_of(error)
        except Exception as error:  # noqa: BLE001  one's surprise stops no other
            message = "Ponto connection %s could not be read"
            reference = units.log_unexpected(_logger, message, self.id, error)
            self.env.cr.rollback()
            code, values = "internal", {"reference": reference}
        try:
            self._in_unit(
                lambda connection: connection._note_list_failure(code, values)
            )
        except Exception as error:  # noqa: BLE001
            message = "The problem of Ponto connection %s could not be stored"
            units.log_unexpected(_logger, message, self.id, error)

    def _read_and_apply_listing(self):
        """The network half outside any transaction, the rest in one of its own."""
        known = self._in_unit(lambda connection: connection._known_institution_refs())
        with open_client(self.env, self.id) as client:
            listing = read_listing(client, known)
        self._in_unit(lambda connection: connection._apply_listing(*listing) and None)

    def _in_unit(self, work):
        return units.run_unit(
            self.env, lambda env: work(env["ponto.connection"].browse(self.id))
        )

    def _note_list_failure(self, code, values):
        """One connection that answers slowly must not use up the time of the others:
        the schedule leaves its list alone for longer and longer. A person is free,
        unless Ponto itself asked for a pause."""
        count = self.failure_count + 1
        retry_at = clock.now() + pause_after(count, values.get("retry_after"))
        values = {**values, "retry_at": fields.Datetime.to_string(retry_at)}
        self._note_problem(code, values)
        vals = {"failure_count": count, "list_retry_at": retry_at}
        if code == "rate_limited":
            # The accounts of the connection count as its own requests.
            vals["retry_at"] = retry_at
        self.sudo().write(vals)

    def _note_answer(self):
        """Ponto answered somebody: whether it is well again need not wait any longer,
        unless Ponto itself asked for the pause."""
        healed = self.problem_code in HEALED_BY_ANSWER and not is_told_pause(self)
        if self.list_retry_at and healed:
            self.sudo().write(
                {"list_retry_at": False, "retry_at": False, "failure_count": 0}
            )

    def _may_ask_now(self):
        self.ensure_one()
        rests = (self.retry_at, self.list_retry_at)
        if self._obstacle() or any(rest and rest > clock.now() for rest in rests):
            return False
        recent = clock.now() - LIST_RESTS
        if not self.last_checked_at or self.last_checked_at <= recent:
            return True
        # A long first import brings us back every few seconds: the list can wait.
        busy = self.env["ponto.sync.run"].search_count(
            [
                ("online_account_id.connection_id", "=", self.id),
                ("state", "=", "running"),
            ],
            limit=1,
        )
        return not busy

    @api.model
    def _trigger_fetch(self, at=None):
        """Have the scheduled action run soon, or at a moment."""
        cron = self.env.ref(
            "account_ponto_sync.ir_cron_fetch_transactions", raise_if_not_found=False
        )
        if cron:
            cron.sudo()._trigger(at=at or fields.Datetime.now())
