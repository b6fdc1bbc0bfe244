"""What a false, broken or slow Ponto may cost: a sentence, and never another account."""

import json
from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..models.check_period import ponto_sync_run as ponto_sync_run_check
from ..models.connection import ponto_connection_cron
from ..models.fetch import ponto_sync_run_walk
from ..models.fetch.fetch_driver import FetchDriver
from ..tools import clients as ponto_clients
from ..tools.institution_search import search_institutions
from .common import PontoCommon, account_seed, resource, seed, transaction
from .test_attended import AttendedCommon
from .test_walk import NOW, WalkCommon

PATH = "/accounts/acc-1/transactions$"


@tagged("post_install", "-at_install")
class TestPageBounds(WalkCommon):
    """Rows of a page, pages of a fetch and of a walk."""

    def bound(self, **values):
        for name, value in values.items():
            self.patch(ponto_sync_run_walk, name, value)

    def enter_booked(self, **history):
        """The same, and what is read is booked."""
        self.new_world(account_seed(*self.history(**history)))
        self.sandbox.control("POST", "switches", json={"background": False})
        self.enterContext(self.at(NOW))
        return self.linked_account(start=date(2026, 1, 1))

    def test_somewhat_more_rows_than_asked_for(self):
        """A Ponto that is generous loses nothing."""
        account = self.enter(count=100)
        self.plan(PATH, kind="flood", rows=1000)
        self.assertEqual(self.fetch(account).read_count, 1000)
        self.assertEqual(len(self.rows(account)), 1000)

    def test_far_more_rows_than_asked_for(self):
        """None of them is taken; the place is kept, and the account heals by itself."""
        account = self.enter()
        self.plan(PATH, kind="flood", rows=5000, query="after")
        run = self.fetch(account, "partial")
        self.assertEqual((run.read_count, len(self.rows(account))), (100, 100))
        self.assertEqual((account.problem_code, account.state), ("too_much", "error"))
        self.assertIn("The answer was far larger", run.message)
        self.assertIn("automatically", run.message)
        self.assert_healed(account)

    def test_200_000_rows_in_400_kB(self):
        """Nobody can read one of them: they were held, each of them, in a minute."""
        account = self.enter()
        body = f'{{"data": [{",".join("1" * 200_000)}]}}'
        self.plan(PATH, status=200, body=body)
        run = self.fetch(account, "failed")
        self.assertEqual(run.problem_code, "too_much")
        self.assertFalse(self.rows(account))
        self.assert_healed(account)

    def assert_healed(self, account):
        self.end_faults()
        self.fetch(account)
        self.assert_complete(account)
        self.assertEqual(account.state, "ok")

    def test_a_cursor_of_100_kB(self):
        account = self.enter()
        self.plan(PATH, kind="long_next")
        run = self.fetch(account, "failed")
        self.assertEqual(run.problem_code, "not_ponto")
        self.assert_healed(account)

    def test_cursors_are_kept_as_digests(self):
        account = self.enter()
        self.bound(CURSORS_KEPT=1)
        run = account.sudo()._create_run("user", "read")
        run._place_in_walk()
        for cursor in ("x" * 1500, "y" * 1500):
            run._go_on_from(cursor)
        self.assertEqual([len(digest) for digest in run.walk_cursors], [16])
        self.assertTrue(run._is_known_cursor("y" * 1500))
        self.assertFalse(run._is_known_cursor(None))

    def test_a_long_honest_list_is_read_by_several_fetches(self):
        """What was read is booked in between; the list comes to its end all the same."""
        self.bound(RUN_PAGES=1)
        account = self.enter_booked(count=350)
        first = self.fetch(account, "partial")
        self.assertEqual((first.read_count, first.imported_count), (100, 100))
        self.assertEqual(first.problem_code, "long_list")
        self.assertNotIn("read before this problem occurred", first.message)
        self.assertFalse(account.problem_code)
        self.assertFalse(account.complete_at)
        self.assertTrue(account._is_due(account._open_run()), "it goes on at once")
        states = []
        while not account.complete_at or account.walk_run_id:
            run = account.fetch_transactions()
            states.append(run.state)
            self.assertLess(len(states), 8)
        self.assertEqual(set(states[:-1]), {"partial"})
        self.assertEqual(states[-1], "done")
        self.assert_complete(account, count=350)
        self.assertEqual(len(self.lines(account)), 350)

    def test_the_schedule_comes_back_for_a_long_list(self):
        self.bound(RUN_PAGES=1)
        account = self.enter()
        for _time in range(4):
            self.run_cron()
        self.assert_complete(account)

    def test_a_list_without_end(self):
        """New ids and cursors for ever: an end, a sentence, and no request after it."""
        self.bound(RUN_PAGES=2, WALK_PAGES=5)
        account = self.enter()
        self.plan(PATH, kind="endless", times=None)
        codes = [account.fetch_transactions().problem_code for _time in range(3)]
        self.assertEqual(codes, ["long_list", "long_list", "endless_list"])
        self.assertEqual(len(self.rows(account)), 500)
        self.assertEqual(account.state, "error")
        self.assertIn("does not end", account.status_message)
        run = self.fetch(account, "failed")
        self.assertEqual((run.problem_code, self.pages()), ("endless_list", []))
        # A person's fetch begins at the top, and what Ponto has mended is read.
        self.end_faults()
        run = account._request_runs(attended=False)
        self.pump(run)
        self.assertEqual(run.problem_code, "long_list")
        self.fetch(account)
        self.assertTrue(account.complete_at)
        self.assertFalse(account.problem_code)

    def test_empty_pages_without_end(self):
        self.bound(RUN_PAGES=2, WALK_PAGES=3)
        account = self.enter()
        self.plan(PATH, kind="endless", rows=0, times=None)
        codes = [account.fetch_transactions().problem_code for _time in range(2)]
        self.assertEqual(codes, ["long_list", "endless_list"])

    def test_a_list_of_what_nobody_can_read(self):
        """Single rows are held; a list of nothing else is none of Ponto's."""
        self.bound(MOST_UNREADABLE=150)
        account = self.enter()
        for number in range(4):
            rows = [
                {**resource(n, "2026-06-01", "x"), "id": f"row-{number}-{n}"}
                for n in range(100)
            ]
            link = {"next": f"{self.sandbox.url}/x?page[after]=c{number}"}
            body = {"data": rows, "links": link}
            self.plan(PATH, status=200, body=json.dumps(body))
        run = account.fetch_transactions()
        self.assertEqual((run.problem_code, run.read_count), ("not_ponto", 200))

    def test_one_id_without_end(self):
        """Payments that share an id are held; a list of nothing else is no list."""
        self.bound(MOST_UNREADABLE=150)
        account = self.enter()
        for number in range(4):
            amounts = [f"{100 * number + n}.25" for n in range(100)]
            rows = [resource(7, "2026-06-01", amount) for amount in amounts]
            link = {"next": f"{self.sandbox.url}/x?page[after]=c{number}"}
            body = {"data": rows, "links": link}
            self.plan(PATH, status=200, body=json.dumps(body))
        run = account.fetch_transactions()
        self.assertEqual((run.problem_code, run.read_count), ("not_ponto", 200))
        shared = self.rows(account).filtered("same_id_of_id")
        self.assertEqual(len(shared), 199)

    def test_a_check_of_a_period_without_end(self):
        account = self.enter()
        self.fetch(account)
        self.patch(ponto_sync_run_check, "WALK_PAGES", 2)
        self.plan(PATH, kind="endless", times=None)
        run = account.request_check(date(2020, 1, 1), date(2026, 6, 1))
        self.env.flush_all()
        self.pump(run)
        self.assertEqual(run.problem_code, "endless_list")


@tagged("post_install", "-at_install")
class TestStop(AttendedCommon):
    """A person stops a fetch: at once, and for the schedule as well."""

    def test_stop(self):
        runs = self.click()
        self.assertTrue(runs._get_progress()["can_stop"])
        action = runs.action_stop()
        self.assertEqual(action["params"]["run_ids"], runs.ids)
        self.env.invalidate_all()
        self.assertEqual((runs.state, runs.problem_code), ("failed", "stopped"))
        self.assertIn("This fetch was stopped", runs.message)
        self.assertFalse(self.account.auto_sync)
        self.assertFalse(self.account._is_due(self.account._open_run()))
        self.assertFalse(runs._get_progress()["can_stop"])
        # Somebody else's late click on the same button changes nothing.
        self.assertEqual(runs.action_stop()["params"]["run_ids"], runs.ids)
        again = self.click()
        self.pump(again)
        self.assertEqual(again.state, "done")

    def test_what_was_read_is_booked_by_the_next_fetch(self):
        run = self.account._request_runs(attended=False)
        self.env.flush_all()
        with FetchDriver(self.env, run.id, attended=False) as driver:
            driver._peek()
            driver._step("read")
        run.action_stop()
        self.env.invalidate_all()
        self.assertEqual((run.state, run.imported_count), ("partial", 0))
        self.assertIn("kept", run.message)
        self.assertNotIn("read before this problem occurred", run.message)
        again = self.click()
        self.pump(again)
        self.assertEqual(len(self.lines(self.account)), len(self.rows(self.account)))
        self.assertTrue(self.lines(self.account))

    def test_who_may_not(self):
        user = new_test_user(
            self.env,
            "ponto_invoicing_only",
            groups="account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        runs = self.click()
        with self.assertRaisesRegex(AccessError, "Stopping a fetch"):
            runs.with_user(user).action_stop()


@tagged("post_install", "-at_install")
class TestListBounds(PontoCommon):
    """Accounts and institutions: how many, and how long anybody waits for them."""

    def test_accounts_without_end(self):
        account = self.linked_account()
        self.plan("/accounts$", kind="endless", rows=100, times=None)
        with self.refusal("The answer was far larger"):
            self.connection.fetch_accounts()
        self.assertEqual(len(self.connection.online_account_ids), 2)
        # The schedule goes on reading the accounts that are known.
        self.run_cron()
        self.assertEqual(len(self.lines(account)), 12)
        self.assertEqual(self.connection.problem_code, "too_much")

    def test_accounts_of_one_page(self):
        self.plan("/accounts$", kind="flood", rows=1001)
        with self.refusal("The answer was far larger"):
            self.connection.fetch_accounts()

    def test_slow_pages_without_end(self):
        """Each page in time, the list never: whoever waits is told, soon."""
        self.patch(ponto_clients, "PATIENCE", 0.5)
        self.plan("/accounts$", kind="endless", rows=1, times=1)
        self.plan("/accounts$", kind="slow", seconds=3, times=None)
        with self.refusal("did not answer in time"):
            self.connection.fetch_accounts()

    def test_dripping_pages(self):
        self.env.flush_all()
        self.connection._ensure_token()
        self.patch(ponto_clients, "PATIENCE", 0.5)
        self.plan("/accounts$", kind="drip", seconds=0.05, times=None)
        with self.refusal("did not answer in time"):
            self.connection.fetch_accounts()

    def test_other_attacks_on_the_list(self):
        for kind in ("big_header", "deep", "redirect", "long_next"):
            with self.subTest(kind=kind):
                self.plan("/accounts$", kind=kind, times=None)
                with self.refusal("did not come from Ponto|could not be reached"):
                    self.connection.fetch_accounts()
                self.end_faults()
        self.assertEqual(len(self.connection.fetch_accounts()), 2)

    def test_slow_institutions_are_known_by_their_id_first(self):
        self.env.flush_all()
        self.connection._ensure_token()
        self.patch(ponto_clients, "PATIENCE", 1.0)
        self.plan("/financial-institutions/", kind="slow", seconds=2, times=1)
        accounts = self.connection.fetch_accounts()
        self.assertEqual(len(accounts), 2)
        names = accounts.provider_account_id.mapped("name")
        self.assertIn("Institution bank-a", names)
        self.connection.fetch_accounts()
        names = accounts.provider_account_id.mapped("name")
        self.assertEqual(set(names), {"Vlinderbank", "Sint-Michiels Krediet"})

    def test_searching_a_bank(self):
        self.patch(ponto_clients, "PATIENCE", 0.3)
        self.plan("/financial-institutions$", kind="slow", seconds=2)
        search = self.env["ponto.connection"]
        with self.refusal("did not answer in time"):
            search_institutions(
                search.new({"api_url": self.sandbox.url, "environment": "sandbox"}),
                "Vlinder",
                self.env["res.country"],
            )

    def test_announcements_without_end(self):
        """They are information: the fetch comes to its end without them."""
        document = seed(
            [
                account_seed(
                    transaction(1, "2026-06-01", "10.00"),
                    pending=[transaction(50, "2026-06-12", "-50.00")],
                )
            ],
            institutions=[
                {
                    "id": "bank-a",
                    "name": "Vlinderbank",
                    "pendingTransactionsAvailable": True,
                }
            ],
        )
        self.sandbox.control("POST", "reset", json=document)
        account = self.linked_account(start=date(2026, 1, 1))
        self.plan("/pending-transactions$", kind="endless", rows=500, times=None)
        self.sandbox.clear_requests()
        run = account.fetch_transactions()
        self.assertEqual((run.state, run.imported_count), ("done", 1))
        asked = [
            one
            for one in self.sandbox.requests()
            if "pending-transactions" in one["path"]
        ]
        self.assertEqual(len(asked), 5)

    def test_a_listing_in_time_leaves_time_for_accounts(self):
        """The lists of one scheduled run never take the accounts' whole time."""
        account = self.linked_account()
        self.patch(ponto_connection_cron, "LONGEST_RUN", 0.0)
        self.run_cron()
        self.assertEqual(len(self.lines(account)), 12)
