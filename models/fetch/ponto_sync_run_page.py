"""The page of progress: it drives runs in small steps, and shows where they stand."""

import time

from odoo import api, models
from odoo.exceptions import AccessError

from ...tools import units
from .fetch_driver import FetchDriver
from .ponto_sync_run import BANK_SILENT

# A call of the browser begins no step later than this, and awaits Ponto no longer.
BROWSER_BUDGET = 1.5  # seconds
BROWSER_PATIENCE = 2.8


class PontoSyncRun(models.Model):
    _inherit = "ponto.sync.run"

    def action_step(self):
        """Do a bounded piece of these fetches and tell where they stand.

        Called again and again by the browser; a call takes 3 seconds at most.

        :return: ``{"done": bool, "runs": [{...}]}`` in the reader's language
        """
        self._check_may_drive()
        begun = time.monotonic()
        deadline = begun + BROWSER_BUDGET
        for run in self.sudo():
            account, was_left = run.online_account_id, run.is_left
            if not run._is_for_browser():
                continue
            # While units work, this transaction holds the lock and nothing else: who
            # installs or removes an addon would wait for a table that it has read.
            units.end_transaction(self.env)
            if units.try_lock(self.env, account._name, account.id):
                if was_left:
                    # The page is back.
                    run._set_left(False)
                driver = FetchDriver(
                    self.env,
                    run.id,
                    attended=True,
                    answer_by=begun + BROWSER_PATIENCE,
                )
                driver.drive(deadline)
                if driver.is_left_to_schedule:
                    # Told when this transaction ends, and with it our lock: who came
                    # earlier would find the account in our hands.
                    self.env["ponto.connection"].sudo()._trigger_fetch()
                if time.monotonic() >= deadline:
                    break
        units.end_transaction(self.env)
        progress = self._read_progress()
        if any(run["left"] and not run["finished"] for run in progress["runs"]):
            # The page was closed while this step was under way, and kept the lock.
            self.env["ponto.connection"].sudo()._trigger_fetch()
        return progress

    def action_hand_over(self):
        """The page that drives these fetches is being closed: the scheduled action goes
        on at once. Where a bank is still to be asked, it waits: only a page may ask."""
        self._check_may_drive()
        left = self.sudo().filtered(
            lambda run: run.state == "running" and run.stage != "ask"
        )
        for run in left:
            run._set_left(True)
        if left:
            self.env["ponto.connection"].sudo()._trigger_fetch()

    def _check_may_drive(self):
        self.check_access("read")
        if not (
            self.env.su or self.env.user.has_group("account.group_account_invoice")
        ):
            raise AccessError(
                self.env._("Fetching transactions needs the invoicing rights.")
            )

    def _set_left(self, is_left):
        """In a transaction of its own: whoever drives writes the same record."""

        def work(env):
            run = env[self._name].browse(self.id)
            if run.state == "running":
                run.is_left = is_left
                if is_left:
                    run.next_step_at = False

        units.run_unit(self.env, work)

    @api.private
    def _progress_action(self):
        return {
            "type": "ir.actions.client",
            "tag": "account_ponto_sync.fetch_progress",
            "name": self.env._("Fetch transactions"),
            "params": {"run_ids": self.ids},
        }

    def _read_progress(self):
        """Where the fetches stand *now*: our own transaction still sees the past."""
        context = {name: self.env.context.get(name) for name in ("lang", "tz")}

        def work(env):
            runs = env(context=context, su=True)[self._name].browse(self.ids)
            return [run._get_progress() for run in runs]

        # As the reader, whose time zone core takes from the user alone.
        runs = units.run_unit(self.env, work, uid=self.env.uid)
        return {"done": all(run["finished"] for run in runs), "runs": runs}

    def _get_progress(self):
        self.ensure_one()
        account = self.online_account_id
        return {
            "id": self.id,
            "account": account.display_name,
            "journal": account.journal_id.display_name,
            "journal_id": account.journal_id.id,
            "sandbox": account.environment == "sandbox",
            "stage": self.stage,
            "state": self.state,
            "finished": self.state != "running",
            "left": self.is_left,
            "slow": self.state == "running" and not self._is_for_browser(),
            "can_stop": self._can_be_stopped()
            and self.env.user.has_group("account.group_account_basic"),
            "read": self.read_count,
            "new": self.new_count,
            "imported": self.imported_count,
            "held": self.held_count,
            "warned": self.refresh_outcome in BANK_SILENT,
            "total": self.to_import_count,
            "message": self.message,
            "kind": self.kind,
            # Who started what somebody else is looking at, and when.
            "since": "" if self.user_id == self.env.user else self.message,
            **self._get_kind().progress(self),
        }
