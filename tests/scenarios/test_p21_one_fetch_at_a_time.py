import contextlib

from odoo.sql_db import db_connect
from odoo.tests import tagged

from ..common import transaction
from .common import ScenarioCommon


@tagged("post_install", "-at_install")
class TestP21(ScenarioCommon):
    """One fetch of an account does the work; the others say who is at it since when."""

    def setUp(self):
        super().setUp()
        self.accountant.tz = "Europe/Brussels"
        self.account = self.acme(
            *[transaction(n, "2026-04-08", f"{n}.00") for n in range(1, 4)],
            fetch=False,
        )
        self.sandbox.control("POST", "switches", json={"background": False})

    @contextlib.contextmanager
    def another_process_fetches(self):
        """It has the account's lock: a real one, of another database connection."""
        self.env.flush_all()
        with contextlib.closing(db_connect(self.env.cr.dbname).cursor()) as other:
            other.execute(
                "SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)",
                ["account_ponto_sync:ponto.online.account", self.account.id],
            )
            self.assertTrue(other.fetchone()[0])
            yield

    def click(self):
        action = self.account.with_user(self.accountant).action_fetch_transactions()
        self.env.flush_all()
        runs = self.env["ponto.sync.run"].with_user(self.accountant)
        return runs.browse(action["params"]["run_ids"])

    def cron(self):
        self.env.flush_all()
        self.run_cron()
        self.env.invalidate_all()

    def assert_one_copy(self):
        self.assertEqual(len(self.account.run_ids), 1)
        self.assertEqual(self.account.run_ids.state, "done")
        self.assertEqual(
            self.booked(self.account), [("2026-04-08", float(n)) for n in (1, 2, 3)]
        )

    def test_clicks_and_cron_while_another_fetches(self):
        with self.at("2026-04-09 07:01:00"):
            run = self.env["ponto.sync.run"].browse(self.account._begin_run("cron"))
        with self.at("2026-04-09 07:02:00"), self.another_process_fetches():
            self.sandbox.clear_requests()
            for _click in range(2):
                clicked = self.click()
                self.assertEqual(clicked, run)
                progress = clicked.action_step()
                self.assertFalse(progress["done"])
                told = progress["runs"][0]["since"].replace("\u202f", " ")
                self.assertIn("Running since 4/9/26, 9:01", told)
                self.assertIn("(Scheduled)", told)
            self.cron()
            self.assertEqual(self.account.fetch_transactions(), run)
            asked = [line for line in self.data_requests() if "acc-1" in line]
            self.assertEqual(asked, [])
            self.assertEqual(self.booked(self.account), [])
        # That process died: its lock is gone with it, and its fetch goes on.
        with self.at("2026-04-09 07:03:00"):
            self.cron()
        self.assert_one_copy()

    def test_two_clicks_are_one_fetch(self):
        with self.at("2026-04-09 07:01:00"):
            first = self.click()
            self.assertEqual(self.click(), first)
            self.pump(first)
            self.assertTrue(first.action_step()["done"])
        self.assert_one_copy()

    def test_browser_that_went_away(self):
        """The schedule leaves its fetch alone for a minute, then takes it over."""
        with self.at("2026-04-09 07:01:00"):
            self.click()
        with self.at("2026-04-09 07:01:30"):
            self.cron()
            self.assertEqual(self.account.run_ids.state, "running")
            self.assertEqual(self.booked(self.account), [])
        with self.at("2026-04-09 07:02:10"):
            self.cron()
        self.assert_one_copy()
