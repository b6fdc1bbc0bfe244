"""When an account is read, by whom, and never twice at once."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...ponto_client import bank_days
from ...tools import clock, units
from ...tools.back_off import is_told_pause, pause_after
from ...tools.timing import TAKE_OVER
from ...wording.problems import problem_text
from ..connection.ponto_connection_listing import READS_PER_MOVE, changed_vals
from .fetch_driver import FetchDriver
from .run_kinds import is_booking

_logger = logging.getLogger(__name__)

# Every fed account is read once in this time, whatever the account list says.
DAILY = timedelta(hours=24)
# News in the account list shows that Ponto is there again.
HEALED_BY_NEWS = ("ponto_down", "unreachable", "not_ponto", "too_much")
# Without right credentials there is no account list either.
OF_CREDENTIALS = (
    "bad_credentials",
    "copy",
    "key_missing",
    "misplaced",
    "neutralized",
    "no_credentials",
)
# So long after it found an account in other hands, the scheduled action looks again.
LOOK_AGAIN = timedelta(seconds=10)
# A step that the scheduled action began in time awaits Ponto so much longer.
STEP_PATIENCE = 20.0  # seconds


class PontoOnlineAccount(models.Model):
    _inherit = "ponto.online.account"

    # What the account list said when the account last became due. It belongs to the
    # last *balance* synchronization, so it only wakes: freshness comes from the
    # transactions' own list.
    listed_synchronized_at = fields.Datetime(readonly=True, copy=False)
    listed_synchronization_ref = fields.Char(readonly=True, copy=False)
    reads_left = fields.Integer(
        readonly=True,
        copy=False,
        help="Readings still to do since the list last changed.",
    )
    last_read_at = fields.Datetime(readonly=True, copy=False)
    failure_count = fields.Integer(
        readonly=True, copy=False, help="Failed readings since the last good one."
    )

    # Where an interrupted walk goes on (models/fetch/ponto_sync_run_walk.py).
    walk_run_id = fields.Many2one(
        "ponto.sync.run",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="The first fetch of the incomplete reading.",
    )
    walk_cursor = fields.Char(readonly=True, copy=False)
    walk_pages = fields.Integer(
        readonly=True,
        copy=False,
        help="Pages of the reading in progress, or of the last one.",
    )
    walk_position = fields.Integer(readonly=True, copy=False)
    walk_blank_counts = fields.Json(readonly=True, copy=False)
    deep_read_at = fields.Datetime(readonly=True, copy=False)
    linked_at = fields.Datetime(readonly=True, copy=False)
    complete_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the last reading without a gap began.",
    )

    # === WHAT IS DUE === #

    def _note_listing(self, seen):
        """Wake the account when its entry in the account list moved."""
        self.ensure_one()
        moved = changed_vals(self, seen)
        if moved:
            vals = {**moved, "reads_left": READS_PER_MOVE}
            if self.problem_code in HEALED_BY_NEWS:
                vals["retry_at"] = False
            self.write(vals)

    @api.model
    def _search_due(self):
        """The accounts that can be served *now*, the one read longest ago first."""
        accounts = self.search([("journal_id", "!=", False)])
        accounts.connection_id._fetch_client_fields()
        runs = accounts._open_runs()
        nothing = runs.browse()
        open_run = {run.online_account_id: run for run in runs.sorted("id")}
        due = accounts.filtered(
            lambda account: account._is_due(open_run.get(account, nothing))
        )
        never = fields.Datetime.to_datetime("1970-01-01")
        return due.sorted(lambda account: account.last_read_at or never)

    def _is_due(self, run):
        """:param run: the account's open fetch, or none"""
        self.ensure_one()
        if run and is_booking(run.stage):
            # Asks nobody anything, so no pause and no refusal of Ponto's binds it.
            return run._is_ripe()
        if self.revoked_at or self._is_paused_for(run):
            return False
        if self.connection_id._obstacle():
            return False
        if self._is_resting(run):
            return False
        if run:
            return run._is_ripe()
        if not self.auto_sync:
            return False
        overdue = not self.last_read_at or self.last_read_at <= clock.now() - DAILY
        # After a failure there is something left to do, whatever the list says.
        unfinished = self.walk_run_id or self.failure_count
        return bool(self.reads_left > 0 or overdue or unfinished)

    def _is_paused_for(self, run):
        """Whether the account's pause stops this run: a preview runs before the
        preview is confirmed, also after its page was closed."""
        pause = self._get_pause()
        return bool(pause) and not (run.kind == "preview" and pause == "preview")

    def _is_resting(self, run):
        """Whether a pause is on. Our own back-off never binds what a person asked."""
        ignores = run and run._get_kind().ignores_back_off
        if ignores and self.problem_code != "rate_limited":
            return False
        now = clock.now()
        asked = run.trigger == "user" and not is_told_pause(self)
        own = not asked and self.retry_at and self.retry_at > now
        connection = self.connection_id
        return bool(own or (connection.retry_at and connection.retry_at > now))

    def _open_run(self):
        self.ensure_one()
        return self._open_runs()[:1]

    def _open_runs(self):
        """The fetches of these accounts that are not finished, newest first."""
        return self.env["ponto.sync.run"].search(
            [("online_account_id", "in", self.ids), ("state", "=", "running")]
        )

    # === SERVING === #

    def _serve_safely(self, deadline):
        """Serve the account; its trouble, whatever it is, never stops another."""
        try:
            return self._serve(deadline)
        except units.AddonsChanging:
            self.env.cr.rollback()
            return True
        except Exception as error:  # noqa: BLE001
            message = "Ponto account %s could not be served"
            reference = units.log_unexpected(_logger, message, self.id, error)
            self.env.cr.rollback()
            self._note_surprise(reference)
            return True

    def _note_surprise(self, reference):
        """Show that something nobody foresaw keeps the account from being read."""

        def work(env):
            account = env[self._name].browse(self.id)
            account._note_failure("internal", {"reference": reference})

        try:
            units.run_unit(self.env, work)
        except Exception as error:  # noqa: BLE001
            message = "The problem of Ponto account %s could not be stored"
            units.log_unexpected(_logger, message, self.id, error)

    def _serve(self, deadline, trigger="cron"):
        """Drive this account's open fetch, or a new one, until done or time is up.

        What the list of due accounts was made of may have changed since: a person
        clicked, or Ponto asked for a pause.

        :param deadline: of ``time.monotonic()``
        :return: whether nothing more can be done for the account now
        """
        self.ensure_one()
        if not units.try_lock(self.env, self._name, self.id):
            # Somebody else is at it: theirs to finish, and ours if they leave it.
            self.env["ponto.connection"]._trigger_fetch(clock.now() + LOOK_AGAIN)
            return True
        run_id = self._begin_run(trigger, only_due=True)
        if not run_id:
            return True
        driver = FetchDriver(
            self.env, run_id, attended=False, answer_by=deadline + STEP_PATIENCE
        )
        return driver.drive(deadline)

    def _begin_run(self, trigger, *, only_due=False):
        """The open fetch, or a new one. Called by the holder of the lock only.

        A fetch that is open although nobody drives it was left by a dead process; it
        goes on where it stopped.

        :param only_due: whether to leave alone an account that is not due (any more)
        :return: its id: our own transaction may not see it yet; False for none
        """
        self.ensure_one()

        def work(env):
            account = env[self._name].browse(self.id)
            run = account._open_run()
            if only_due and not account._is_due(run):
                return False
            if not run:
                run = account._create_run(trigger, stage="read")
            return run.id

        return units.run_unit(self.env, work)

    def _create_run(self, trigger, stage, **vals):
        """A new fetch, where there seems to be no open one.

        :raise ConcurrencyError: where there is: the request begins again and joins it
        """
        self.ensure_one()
        begun_by_a_person = trigger == "user"
        runs = units.plain_superuser(self.env)["ponto.sync.run"]
        vals = {
            "online_account_id": self.id,
            "trigger": trigger,
            "stage": stage,
            "started_at": clock.now(),
            # Whoever asked has a minute to begin before the schedule does.
            "next_step_at": begun_by_a_person and clock.now() + TAKE_OVER,
            **vals,
        }
        with units.created_once(self.env):
            run = runs.create(vals)
        return self.env["ponto.sync.run"].browse(run.id)

    def fetch_transactions(self):
        """Read what Ponto has collected, without asking the bank (unattended).

        Commits the caller's transaction before and after each account, because the
        work is done in transactions of its own.

        :return: one ``ponto.sync.run`` per account that was served; an account whose
            fetch is under way elsewhere, or with which a person's browser is about to
            ask the bank, gives that fetch
        """
        self.check_access("read")
        self._check_may_fetch()
        runs = self.env["ponto.sync.run"]
        for account in self:
            refusal = account._fetch_refusal()
            if refusal:
                raise UserError(refusal)
            units.end_transaction(self.env)
            if units.try_lock(self.env, self._name, account.id):
                run_id = account._begin_run("cron")
                FetchDriver(self.env, run_id, attended=False).drive_to_end()
                runs |= runs.browse(run_id)
            else:
                runs |= account._open_run()
            units.end_transaction(self.env)
        return runs

    def action_fetch_transactions(self):
        """A person's click: ask the bank for news where possible, then read.

        Writes what is to be done and returns; the browser, or the scheduled action
        when the browser goes away, does it step by step.

        :return: the client action that shows progress and result
        """
        self.check_access("read")
        self._check_may_fetch()
        for account in self:
            refusal = account._fetch_refusal()
            if refusal:
                raise UserError(refusal)
        runs = self.sudo()._request_runs(attended=True)
        return runs._progress_action()

    def _request_runs(self, attended):
        """Note fetches that a person asked for; an open one is not doubled."""
        runs = self.env["ponto.sync.run"]
        for account in self:
            run = account._open_run()
            if not run:
                vals = runs._prepare_refresh_vals(account) if attended else {}
                vals.setdefault("stage", "read")
                run = account._create_run("user", user_id=self.env.uid, **vals)
            runs |= run
        self.env["ponto.connection"]._trigger_fetch(clock.now() + TAKE_OVER)
        return runs

    def _check_may_fetch(self):
        if not (
            self.env.su or self.env.user.has_group("account.group_account_invoice")
        ):
            raise AccessError(
                self.env._("Fetching transactions needs the invoicing rights.")
            )

    def _fetch_refusal(self):
        """Why nothing can be fetched now, in words; '' where it can."""
        self.ensure_one()
        account = self.sudo()
        if is_booking(account._open_run().stage):
            return ""
        if account.journal_id and not account.revoked_at and account._get_pause():
            return account._get_pause_message()
        return account._reading_refusal()

    def _reading_refusal(self):
        """Why Ponto's list cannot be read now, whatever the journal says."""
        self.ensure_one()
        account = self.sudo()
        if account.revoked_at:
            return problem_text(self.env, "not_found")
        if not account.journal_id:
            return self.env._("Choose a journal for this account with Fetch Accounts.")
        obstacle = account.connection_id._obstacle()
        if obstacle:
            return problem_text(self.env, obstacle)
        # Only a pause that Ponto asked for binds a person; our own back-off does not.
        told = filter(is_told_pause, (account, account.connection_id))
        now = clock.now()
        until = max((each.retry_at or now for each in told), default=now)
        if until > now:
            values = {"retry_at": fields.Datetime.to_string(until)}
            return problem_text(self.env, "rate_limited", values)
        return ""

    def action_open_runs(self):
        """Open the history of these accounts' fetches."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account_ponto_sync.ponto_sync_run_action"
        )
        action["domain"] = [("online_account_id", "in", self.ids)]
        return action

    # === OUTCOME === #

    def _note_read(self, synchronized_at, failed_at=None):
        """A reading came to its end.

        :param synchronized_at: when Ponto last heard of this account's transactions
        :param failed_at: when the bank gave it nothing, since then
        """
        self.ensure_one()
        listed = self.listed_synchronized_at
        seen = failed_at or synchronized_at
        caught_up = not listed or (seen and seen >= listed)
        vals = {
            "last_read_at": clock.now(),
            "reads_left": 0 if caught_up else max(self.reads_left - 1, 0),
        }
        if synchronized_at:
            vals["bank_data_at"] = synchronized_at
        self.write(vals)

    def _note_success(self, bank_problem=False):
        """Reading from Ponto worked; ``bank_problem`` tells if the bank did not."""
        self.ensure_one()
        problem = bank_problem in ("authorization", "bank_trouble") and bank_problem
        vals = {"last_success_at": clock.now()}
        self._log_change(problem)
        if self.problem_code != problem or self.failure_count:
            vals.update(
                problem_code=problem,
                problem_values=False,
                retry_at=False,
                failure_count=0,
            )
        self.write(vals)
        self.connection_id._note_answer()

    def _forget_trouble_of_connection(self):
        """The account list was read: what kept all accounts from being read is over,
        and what they missed is due now."""
        for account in self:
            connection = account.connection_id
            of_list = connection.list_retry_at and connection.problem_code
            code = account.problem_code
            if code and (code in OF_CREDENTIALS or code == of_list):
                account._log_change(False)
                account.write(
                    {
                        "problem_code": False,
                        "problem_values": False,
                        "retry_at": False,
                        "failure_count": 0,
                        "reads_left": max(account.reads_left, 1),
                    }
                )

    def _note_failure(self, code, values):
        """Remember a failure and when to try again; never blocks a person's click.

        :return: the values, with the moment of the next attempt
        """
        self.ensure_one()
        values = dict(values)
        now = clock.now()
        count = self.failure_count + 1
        retry_at = now + pause_after(count, values.get("retry_after"))
        values["retry_at"] = fields.Datetime.to_string(retry_at)
        self._log_change(code)
        self.write(
            {
                "problem_code": code,
                "problem_values": values,
                "retry_at": retry_at,
                "failure_count": count,
                "last_read_at": now,
            }
        )
        self.env["ponto.connection"]._trigger_fetch(retry_at)
        return values

    def _log_change(self, problem):
        """One line when trouble begins, becomes another or ends; none while it lasts."""
        if (self.problem_code or False) != (problem or False):
            _logger.info("Ponto account %s: %s", self.id, problem or "well again")

    def _edge_date(self, edge):
        """First (``min``) or last (``max``) day of which Ponto gave a transaction."""
        self.ensure_one()
        first, last = bank_days()
        [(day,)] = self.env["ponto.transaction"]._read_group(
            [
                ("online_account_id", "=", self.id),
                ("state", "!=", "planned"),
                ("booking_date", ">=", first),
                ("booking_date", "<=", last),
            ],
            aggregates=[f"booking_date:{edge}"],
        )
        return day
