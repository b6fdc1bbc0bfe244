"""The scheduled action: cheap when nothing happened, and nobody waits for anybody."""

import logging
import time
from datetime import timedelta

from odoo import api, fields, models

from . import clock, units
from .ponto_connection_accounts import read_listing
from .problems import TROUBLES, problem_of

_logger = logging.getLogger(__name__)

# Longest time one scheduled run serves accounts before it hands back to Odoo. With
# --workers=0 a thread that runs longer than 120 s reloads the whole server.
LONGEST_RUN = 60.0  # seconds
# While a fetch is under way, the account list is not asked for again so soon.
LIST_RESTS = timedelta(minutes=10)


class PontoConnection(models.Model):
    _inherit = "ponto.connection"

    @api.model
    def _cron_fetch_transactions(self):
        """Read what Ponto has collected, for every account that is due.

        The account list of each connection is asked for once; an account whose
        entry moved, or that was not read for a day, becomes due. One account's
        trouble never stops another, and the run never ends as failed because of it.
        """
        cron = self.env["ir.cron"]
        accounts = self.env["ponto.online.account"]
        connections = self.sudo().search([])  # pylint: disable=no-search-all
        cron._commit_progress(remaining=len(connections))
        for connection in connections:
            connection._wake_accounts()
            cron._commit_progress(1)
        due = accounts.sudo()._search_due()
        waiting = len(due)
        if not due:
            return
        cron._commit_progress(remaining=waiting)
        deadline = time.monotonic() + min(self._seconds_left(), LONGEST_RUN)
        for account in due:
            waiting -= account._serve_safely(deadline)
            cron._commit_progress(1, remaining=waiting)
            if time.monotonic() >= deadline:
                break

    def _seconds_left(self):
        end = self.env.context.get("cron_end_time")
        return max(end - time.monotonic(), 1.0) if end else LONGEST_RUN

    def _wake_accounts(self):
        """Ask for the account list once and mark the accounts that moved as due."""
        self.ensure_one()
        if not self._may_ask_now():
            return
        if not units.try_lock(self.env, "ponto.connection", self.id):
            return

        try:
            self._ensure_token()
            self._read_and_apply_listing()
            return
        except TROUBLES as error:
            code, values = problem_of(error)
        except Exception as error:  # noqa: BLE001  one's surprise stops no other
            message = "Ponto connection %s could not be read"
            units.log_unexpected(_logger, message, self.id, error)
            self.env.cr.rollback()
            code, values = "internal", {}
        try:
            self._in_unit(
                lambda connection: connection._note_list_failure(code, values)
            )
        except Exception as error:  # noqa: BLE001
            message = "The problem of Ponto connection %s could not be stored"
            units.log_unexpected(_logger, message, self.id, error)

    def _read_and_apply_listing(self):
        """The network half outside any transaction, the rest in one of its own."""
        client, known = self._in_unit(lambda connection: connection._prepare_listing())
        with client:
            listing = read_listing(client, known)
        self._in_unit(lambda connection: connection._apply_listing(*listing) and None)

    def _prepare_listing(self):
        self._fetch_client_fields()
        return self._client(keep_token=False), self._known_institution_refs()

    def _in_unit(self, work):
        return units.run_unit(
            self.env, lambda env: work(env["ponto.connection"].browse(self.id))
        )

    def _note_list_failure(self, code, values):
        """One connection that answers slowly must not use up the time of the others:
        the schedule leaves its list alone for a while. A person's click is free."""
        self._note_problem(code, values)
        self.list_retry_at = clock.now() + LIST_RESTS

    def _may_ask_now(self):
        self.ensure_one()
        self._fetch_client_fields()
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
