"""Drives a stored fetch (``ponto.sync.run``) step by step.

The driver stands on the caller's side: the caller's cursor holds the account's lock
and sees the database as it was when its transaction began. So the driver reads
nothing through that cursor; each step works, commits and reports in a transaction of
its own (``units.run_unit``).
"""

from __future__ import annotations

import logging
import math
import time

from ...ponto_client import (
    BadRequest,
    InvalidCursor,
    NotFound,
    OutOfTime,
    PontoError,
    RateLimited,
    RecentlySynchronized,
    SynchronizationSubtype,
)
from ...tools import units
from ...tools.clients import open_client
from ...tools.problem_codes import TROUBLES, problem_of
from ...tools.units import LOST, ONE_BY_ONE, AddonsChanging
from .run_kinds import CLOSING_STAGES, PAGE_SIZE

_logger = logging.getLogger(__name__)

RUN = "ponto.sync.run"
DETAILS = SynchronizationSubtype.ACCOUNT_DETAILS
# Ponto's answer to a request to ask a bank that is under maintenance.
NOT_AVAILABLE = "accountnotavailable"


class FetchDriver:
    """One fetch, driven by whoever holds its account's lock.

    :param env: any environment of the database
    :param run_id: the ``ponto.sync.run``
    :param attended: whether a person's browser drives; only then is a bank asked
    :param answer_by: of ``time.monotonic()``: Ponto is awaited no longer, and the
        schedule, which has more patience, goes on; None: as long as it takes
    """

    def __init__(
        self, env, run_id: int, *, attended: bool, answer_by: float | None = None
    ):
        self._env = env
        self._run_id = run_id
        self._attended = attended
        self._answer_by = answer_by
        #: Whether a step was left to the scheduled action, which should be woken.
        self.is_left_to_schedule = False
        self._client = None
        self._connection_id = None
        # Whether what went wrong concerns all accounts of the connection.
        self._is_connections = False
        # The step of the fetch that we are at.
        self._number: int | None = None

    def drive(self, deadline: float) -> bool:
        """Step until the fetch is finished, has to wait, or time is up.

        :param deadline: of ``time.monotonic()``
        :return: whether nothing more can be done now
        """
        with self:
            status = self._peek()
            while status["state"] == "running":
                status = self._step(status["stage"])
                if status["waiting"]:
                    return True
                if time.monotonic() >= deadline:
                    return status["state"] != "running"
        return True

    def drive_to_end(self) -> None:
        """Read and import all there is, without waiting for a bank.

        Where a person's browser is about to ask one, it goes on from there.
        """
        with self:
            if self._in_unit(lambda run: run._is_still_to_ask()):
                return
            status = self._peek()
            while status["state"] == "running":
                if status["stage"] == "wait":
                    status = self._unit(lambda run: run._stop_waiting())
                else:
                    status = self._step(status["stage"])

    def __enter__(self):
        return self

    def __exit__(self, *_error) -> None:
        if self._client:
            self._client.close()
            self._client = None

    # === STEPS === #

    def _step(self, stage: str) -> dict:
        """Do one bounded piece and commit it.

        Trouble with Ponto ends the reading and is stored; what was read is kept. Where
        Ponto asks for a pause, nothing else is tried on the way.
        """
        self._is_connections = False
        try:
            closing = CLOSING_STAGES.get(stage)
            if closing:
                return self._unit(lambda run: getattr(run, closing.step)())
            return getattr(self, f"_step_{stage}")()
        except OutOfTime as error:
            self.is_left_to_schedule = True
            code, values = problem_of(error)
            return self._unit(
                lambda run: run._leave_to_schedule(code, values), is_step=False
            )
        except AddonsChanging:
            # Nothing can be stored now; the run stays as its last unit left it.
            raise
        except TROUBLES as error:
            code, values = problem_of(error)
        except Exception as error:  # noqa: BLE001  stored, and told in words
            message = "Ponto fetch %s could not go on"
            reference = units.log_unexpected(_logger, message, self._run_id, error)
            code, values = "internal", {"reference": reference}
        is_connections = self._is_connections
        return self._unit(
            lambda run: run._note_trouble(code, values, is_connections=is_connections)
        )

    def _step_ask(self) -> dict:
        """Ask Ponto to contact the bank: at most once, whatever happens.

        The intention is committed *before* the request. An unattended pump never
        asks.
        """
        if self._attended and not self._has_time_to_ask():
            return self._unit(lambda run: run._ask_later(), is_step=False)
        request = self._if_current(lambda run: run._take_refresh_request())
        if not request:
            return self._peek()
        refs, outcome = {}, "unanswered"
        if self._attended and request["customer_ip"]:
            refs, outcome = self._post_synchronizations(**request)
        status = self._unit(lambda run: run._note_asked(refs, outcome))
        if not refs:
            # An authorization may have been renewed since: its end is told here.
            self._refresh_details()
        return status

    def _has_time_to_ask(self) -> bool:
        """Whether there is a token, and getting it left at least half of the time."""
        begun = time.monotonic()
        try:
            self._ponto()
        except OutOfTime:
            return False
        now = time.monotonic()
        return self._answer_by is None or now - begun <= self._answer_by - now

    def _post_synchronizations(self, *, customer_ip, account_ref, subtypes):
        """:return: ``{subtype: synchronization id}`` and the code of what came of it"""
        refs, outcome = {}, False
        client = self._ponto()
        for subtype in subtypes:
            try:
                answer = client.synchronize(account_ref, subtype, customer_ip)
                refs[subtype] = answer.id
            except RecentlySynchronized:
                outcome = outcome if subtype == DETAILS else "recently"
            except RateLimited:
                raise
            except PontoError as error:
                # Reading comes next, and tells if Ponto itself has trouble.
                _logger.debug("Ponto did not refresh: %s", problem_of(error))
                refused = "maintenance" if _is_maintenance(error) else "unanswered"
                outcome = outcome if subtype == DETAILS else refused
        return refs, outcome

    def _step_wait(self) -> dict:
        refs = self._in_unit(lambda run: run.refresh_refs or {})
        client = self._ponto()
        try:
            found = {kind: client.synchronization(ref) for kind, ref in refs.items()}
        except (RateLimited, OutOfTime):
            raise
        except PontoError as error:
            # Reading comes next, and tells if Ponto itself has trouble.
            _logger.debug("The refresh was not followed: %s", problem_of(error))
            return self._unit(lambda run: run._stop_waiting())
        status = self._unit(lambda run: run._take_synchronizations(found))
        if not status["waiting"]:
            self._refresh_details()
        return status

    def _refresh_details(self) -> None:
        """Show the balance and the authorization that Ponto tells now."""
        account_ref = self._in_unit(lambda run: run.online_account_id.ponto_ref)
        try:
            remote = self._ponto().account(account_ref)
        except RateLimited:
            raise
        except PontoError as error:
            # The schedule reads it within the hour; the transactions count now.
            _logger.debug("Account details were not read: %s", problem_of(error))
            return
        self._unit(lambda run: run._take_account(remote))

    def _step_read(self) -> dict:
        """Read one page and store it."""
        place = self._if_current(lambda run: run._get_kind().place_in_list(run))
        if not place:
            return self._peek()
        page = self._read_page(**place)
        if page is None:
            return self._unit(lambda run: run._get_kind().restart_reading(run))
        return self._unit(lambda run: run._get_kind().take_page(run, page))

    def _read_page(self, *, account_ref, cursor, may_restart):
        """The next page; None where Ponto does not know the cursor any more."""
        client = self._ponto()
        try:
            page = client.transaction_page(account_ref, after=cursor, limit=PAGE_SIZE)
            if not page.items and page.next_cursor:
                # Empty, and not the end: what belongs here would be passed over.
                page = client.transaction_page(
                    account_ref, after=cursor, limit=PAGE_SIZE
                )
        except (InvalidCursor, NotFound, BadRequest):
            if not (cursor and may_restart):
                raise
            return None
        # Some servers answer a lost cursor with nothing: that is not the end.
        lost = cursor and not page.items and not page.next_cursor
        return None if lost and may_restart else page

    def _step_pending(self) -> dict:
        account_ref = self._in_unit(lambda run: run.online_account_id.ponto_ref)
        try:
            unreadable = []
            announced = self._ponto().pending_transactions(
                account_ref, unreadable=unreadable
            )
            pending = list(announced)
            if unreadable:
                # Announcements are information: those that can be read are shown.
                _logger.debug("Announcements were left out: %s", unreadable)
        except (RateLimited, OutOfTime):
            raise
        except PontoError as error:
            # Announcements are information: the booked ones count.
            _logger.debug("Announcements were not read: %s", problem_of(error))
            pending = None
        return self._unit(lambda run: run._take_pending(pending))

    def _step_recognize(self) -> dict:
        return self._unit(lambda run: run._recognize())

    def _step_import(self) -> dict:
        return self._unit(lambda run: run._import_some())

    def _step_undo(self) -> dict:
        return self._unit(lambda run: run._undo_some())

    # === TRANSACTIONS AND CLIENT === #

    def _ponto(self):
        """The client, with a token that lasts; used outside any transaction."""
        if not self._client:
            # Without a token nothing of the connection can be read.
            self._is_connections = True
            until = self._answer_by or math.inf
            self._client = open_client(self._env, self._connection_id, until)
            self._is_connections = False
        return self._client

    def _peek(self) -> dict:
        self._number = None
        return self._unit(lambda run: False, is_step=False)

    def _unit(self, work, *, is_step: bool = True) -> dict:
        """Work on the run in a transaction of its own; where the run stands then.

        A step that is done already is not done again: PostgreSQL's word that it was
        committed may be lost, and so may our lock on the account, with its connection;
        then somebody else goes on with the fetch while we wait for a page.

        :param is_step: whether the work gets the fetch on
        """

        def unit(run):
            self._connection_id = run.online_account_id.connection_id.id
            is_current = self._is_current(run)
            waiting = is_current and bool(work(run))
            if is_current and is_step:
                run._note_step()
            if run.state == "running":
                run._renew_take_over(self._attended, waiting)
            place = {"number": run.step_count, "stage": run.stage, "waiting": waiting}
            return {**place, "state": run.state}

        try:
            status = self._in_unit(unit)
        except (*TROUBLES, *LOST, AddonsChanging):
            raise
        except Exception:
            if not is_step:
                raise
            # One row may be to blame: done again, it costs itself only.
            _logger.debug("A step of Ponto fetch %s is done row by row", self._run_id)
            status = self._in_unit(unit, **{ONE_BY_ONE: True})
        self._number = status["number"]
        return status

    def _if_current(self, work):
        """What a step begins with; None where it is done already."""
        return self._in_unit(lambda run: self._is_current(run) and work(run))

    def _is_current(self, run) -> bool:
        """Whether the fetch stands where we left it, or we only look where it stands."""
        if self._number is None:
            return True
        return run.state == "running" and run.step_count == self._number

    def _in_unit(self, work, **context):
        def in_run(env):
            return work(env[RUN].with_context(**context).browse(self._run_id))

        return units.run_unit(self._env, in_run)


def _is_maintenance(error: PontoError) -> bool:
    return (error.code or "").lower() == NOT_AVAILABLE
