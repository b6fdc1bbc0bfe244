import contextlib

from odoo.sql_db import Cursor
from odoo.tests import tagged
from odoo.tools import SQL

from ...models.connection import ponto_connection_cron
from ...models.inbox.ponto_transaction_import import BATCH_SIZE
from ..common import transaction
from .common import ScenarioCommon

LINES = 500
PAGE = 100
LOOK_UP = '"ponto_transaction"."ponto_ref" IN'


class Killed(BaseException):
    """As SIGKILL: no handler of ours may swallow it."""


@tagged("post_install", "-at_install")
class TestP36(ScenarioCommon):
    """A big first fetch goes on over several scheduled runs, also after a kill."""

    def setUp(self):
        super().setUp()
        self.account = self.acme(
            *[
                transaction(n, f"2026-{1 + n // 150:02}-{1 + n % 28:02}", f"{n}.01")
                for n in range(1, LINES + 1)
            ],
            fetch=False,
        )
        self.look_ups = []
        self.count_look_ups()
        # Each scheduled run has time for one step.
        self.patch(ponto_connection_cron, "LONGEST_RUN", 0.0)
        connections = type(self.env["ponto.connection"])
        self.patch(connections, "_seconds_left", lambda connection: 0.0)

    def count_look_ups(self):
        execute = Cursor.execute

        def counting(cursor, query, *args, **kwargs):
            text = query.code if isinstance(query, SQL) else str(query)
            if LOOK_UP in text and text.lstrip().startswith("SELECT"):
                self.look_ups.append(text)
            return execute(cursor, query, *args, **kwargs)

        self.patch(Cursor, "execute", counting)

    def cron(self):
        self.env.flush_all()
        self.run_cron()
        self.env.invalidate_all()

    def kill_in_batch(self, number):
        """The process dies after that batch was written and before its commit."""
        rows = type(self.env["ponto.transaction"])
        import_batch = rows._import_batch
        calls = []

        def die(records, *args, **kwargs):
            calls.append(len(records))
            result = import_batch(records, *args, **kwargs)
            if len(calls) == number:
                raise Killed
            return result

        self.patch(rows, "_import_batch", die)
        return lambda: self.patch(rows, "_import_batch", import_batch)

    def count_slices(self):
        """Odoo calls the scheduled action up to ten times, each with a commit."""
        connections = type(self.env["ponto.connection"])
        fetch = connections._cron_fetch_transactions
        booked = []

        def counting(connections):
            fetch(connections)
            self.env.invalidate_all()
            booked.append(len(self.lines(self.account)))
            # What is told is in the books.
            progress = self.account.run_ids._get_progress()
            self.assertEqual(progress["imported"], booked[-1])

        self.patch(connections, "_cron_fetch_transactions", counting)
        return booked

    def test_slices_kill_and_resume(self):
        account = self.account
        booked = self.count_slices()
        revive = self.kill_in_batch(3)
        # Not assertRaises: that would roll back what was committed.
        with contextlib.suppress(Killed):
            self.cron()
            self.cron()
            self.fail("the process lives")
        revive()
        self.env.invalidate_all()
        run = account.run_ids
        self.assertEqual(run.state, "running")
        self.assertEqual(len(self.lines(account)), 2 * BATCH_SIZE)
        for _round in range(3):
            self.cron()
        self.assertEqual(run.state, "done", run.message)
        self.assertEqual(account.run_ids, run, "one fetch, not one per slice")
        self.assertEqual(booked, sorted(booked))
        pieces = LINES // BATCH_SIZE
        self.assertGreaterEqual(len(set(booked)), pieces, "each piece is committed")
        amounts = sorted(self.lines(account).mapped("amount"))
        self.assertEqual(amounts, [n + 0.01 for n in range(1, LINES + 1)])
        # Known ones are looked up by the page that Ponto gives, never one by one.
        self.assertTrue(self.look_ups)
        self.assertLessEqual(len(self.look_ups), LINES // PAGE)

    def test_click_does_none_of_it(self):
        """A click writes down what is to be done, and returns."""
        self.env.flush_all()
        self.sandbox.clear_requests()
        action = self.account.with_user(self.accountant).action_fetch_transactions()
        self.assertEqual(self.data_requests(), [])
        runs = self.env["ponto.sync.run"].browse(action["params"]["run_ids"])
        self.assertEqual((runs.state, runs.read_count), ("running", 0))
        self.assertEqual(self.rows(self.account), self.env["ponto.transaction"])
