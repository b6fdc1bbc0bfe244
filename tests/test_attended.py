import contextlib
import json
import time
from datetime import date, datetime, timedelta

from odoo.sql_db import db_connect
from odoo.tests import new_test_user, tagged

from ..models.fetch import ponto_sync_run_page, ponto_sync_run_steps
from ..models.fetch.fetch_driver import FetchDriver
from ..tools import clock
from .common import (
    PontoCommon,
    account_seed,
    browser_request,
    resource,
    seed,
    transaction,
)

PUBLIC = "203.0.113.7"  # documentation range: not global, see below
REAL = "8.8.8.8"
START = date(2026, 1, 1)


class AttendedCommon(PontoCommon):
    @classmethod
    def seed_document(cls):
        """A bank with announcements and one without; news wait at both."""
        banks = [
            {
                "id": "bank-a",
                "name": "Vlinderbank",
                "pendingTransactionsAvailable": True,
            },
            {"id": "bank-b", "name": "Sint-Michiels Krediet"},
        ]
        old = transaction(1, "2026-06-01", "10.00")
        new = transaction(2, "2026-06-12", "2.50")
        return seed(
            [
                account_seed(
                    old,
                    at_bank=[new],
                    pending=[transaction(50, "2026-06-12", "-50.00")],
                ),
                account_seed(
                    old,
                    id="acc-2",
                    institution="bank-b",
                    reference="BE71096123456769",
                    at_bank=[new],
                ),
            ],
            institutions=banks,
            now="2026-06-15T09:00:00Z",
        )

    def setUp(self):
        super().setUp()
        self.sandbox.control("POST", "switches", json={"background": False})
        self.enterContext(self.at("2026-06-15 09:00:00"))
        self.account = self.linked_account("acc-2", start=START)
        self.comes_from(REAL)

    def comes_from(self, address):
        """The address that Odoo sees of the person who clicks; None: no request."""
        seen = browser_request(address) if address is not None else None
        self.patch(ponto_sync_run_steps, "request", seen)

    def click(self, accounts=None):
        accounts = accounts or self.account
        action = accounts.action_fetch_transactions()
        self.assertEqual(action["tag"], "account_ponto_sync.fetch_progress")
        self.env.flush_all()
        return self.env["ponto.sync.run"].browse(action["params"]["run_ids"])

    def posts(self):
        """What the bank was asked for: attributes of each POST /synchronizations."""
        return [
            json.loads(entry["body"])["data"]["attributes"]
            for entry in self.sandbox.requests()
            if entry["method"] == "POST" and entry["path"] == "/synchronizations"
        ]

    def subtypes(self):
        return [attributes["subtype"] for attributes in self.posts()]


@tagged("post_install", "-at_install")
class TestRefresh(AttendedCommon):
    """A person's click asks the bank, in that person's name, once (P37)."""

    def test_click_only_writes(self):
        """The first step runs in a later request: the click is back at once."""
        self.sandbox.clear_requests()
        runs = self.click()
        self.assertEqual(self.data_requests(), [])
        self.assertEqual(
            (runs.state, runs.stage, runs.trigger), ("running", "ask", "user")
        )
        self.assertEqual(self.account.state, "fetching")

    def test_who_clicked_long_ago_is_not_there(self):
        """Nobody drove the fetch; what goes on with it later asks no bank."""
        runs = self.click()
        with self.at("2026-06-15 09:06:00"):
            self.pump(runs)
        self.assertEqual(self.posts(), [])
        self.assertEqual(runs.state, "done")
        self.assertFalse(runs.sudo().customer_ip)

    def test_news_of_the_bank_arrive(self):
        runs = self.click()
        progress = self.pump(runs)
        self.assertEqual(self.subtypes(), ["accountTransactions", "accountDetails"])
        for attributes in self.posts():
            self.assertEqual(attributes["customerIpAddress"], REAL)
            self.assertEqual(attributes["resourceId"], "acc-2")
        self.assertEqual(
            self.booked(self.account), [("2026-06-01", 10.0), ("2026-06-12", 2.5)]
        )
        self.assertEqual(progress["runs"][0]["imported"], 2)
        self.assertEqual(self.account.bank_data_at, datetime(2026, 6, 15, 9))
        self.assertIn("2 transactions since", progress["runs"][0]["message"])

    def test_announcements_where_the_bank_has_them(self):
        account = self.linked_account("acc-1", code="BNK8", start=START)
        self.pump(self.click(account))
        self.assertEqual(
            self.subtypes(), ["accountTransactionsWithUnsettled", "accountDetails"]
        )

    def test_address_is_forgotten(self):
        runs = self.click()
        self.assertEqual(runs.sudo().customer_ip, REAL)
        self.pump(runs)
        self.assertFalse(runs.sudo().customer_ip)
        self.env.flush_all()
        self.env.cr.execute("SELECT row_to_json(r)::text FROM ponto_sync_run r")
        self.assertNotIn(REAL, str(self.env.cr.fetchall()))

    def test_private_address_is_never_sent(self):
        for address in (
            "192.168.1.5", "10.0.0.8", "172.16.3.4", "169.254.1.1", "100.64.0.9",
            "fe80::1", "fd00::5", PUBLIC, "0.0.0.0", "nonsense",
        ):  # fmt: skip
            with self.subTest(address=address):
                self.comes_from(address)
                self.sandbox.clear_requests()
                message = self.pump(self.click())["runs"][0]["message"]
                self.assertEqual(self.posts(), [])
                self.assertIn("your public IP address is unknown", message)
                self.assertIn("proxy mode", message)

    def test_loopback_goes_to_a_local_ponto_only(self):
        for address in ("127.0.0.1", "::1"):
            self.comes_from(address)
            vals = self.env["ponto.sync.run"]._prepare_refresh_vals(self.account)
            self.assertEqual(vals, {"stage": "ask", "customer_ip": address})
        self.connection.api_url = "https://api.myponto.com"
        for address in ("127.0.0.1", "::1"):
            self.comes_from(address)
            vals = self.env["ponto.sync.run"]._prepare_refresh_vals(self.account)
            self.assertEqual(vals, {"stage": "read", "refresh_outcome": "no_address"})

    def test_ipv6(self):
        self.comes_from("2001:4860:4860::8888")
        self.pump(self.click())
        self.assertEqual(
            {attributes["customerIpAddress"] for attributes in self.posts()},
            {"2001:4860:4860::8888"},
        )

    def test_recently_synchronized_is_normal(self):
        self.pump(self.click())
        runs = self.click()
        message = self.pump(runs)["runs"][0]["message"]
        self.assertEqual(runs.state, "done")
        self.assertIn("asked only a few minutes ago", message)
        self.assertEqual(self.account.state, "ok")

    def test_slow_bank(self):
        """After a minute what is there is read; the rest follows by itself."""
        self.sandbox.control(
            "POST", "switches", json={"sync_polls": 1000, "sync_timeout_seconds": 3600}
        )
        runs = self.click()
        for _poll in range(3):
            progress = runs.action_step()
            self.assertFalse(progress["done"])
            self.assertEqual(progress["runs"][0]["stage"], "wait")
        with self.at("2026-06-15 09:01:05"):
            message = self.pump(runs)["runs"][0]["message"]
        self.assertEqual(runs.state, "done")
        self.assertIn("has not answered yet", message)
        self.assertEqual(self.booked(self.account), [("2026-06-01", 10.0)])

    def test_bank_refuses(self):
        errors = {"accountTransactions": {"code": "bankUnavailable", "detail": "x"}}
        self.sandbox.control("PATCH", "accounts/acc-2", json={"sync_errors": errors})
        message = self.pump(self.click())["runs"][0]["message"]
        self.assertIn("on the bank's side", message)
        self.assertEqual(self.booked(self.account), [("2026-06-01", 10.0)])
        self.assertEqual(self.account.state, "error")

    def test_authorization_ended(self):
        self.sandbox.control("POST", "accounts/acc-2/expire", json={"early": True})
        run = self.click()
        message = self.pump(run)["runs"][0]["message"]
        self.assertIn("permission for this account has ended", message)
        self.assertEqual(self.account.state, "expired")
        # No green "Done" in the history.
        self.assertEqual((run.state, run.outcome), ("done", "silent"))

    def test_unattended_never_asks(self):
        """Neither the method that others call nor the scheduled action."""
        self.account.fetch_transactions()
        self.run_cron()
        self.assertEqual(self.posts(), [])


@tagged("post_install", "-at_install")
class TestAskedOnce(AttendedCommon):
    """A request to ask the bank is never repeated, whatever happens."""

    def test_ponto_fails(self):
        self.plan("/synchronizations", status=503, method="POST", times=None)
        runs = self.click()
        message = self.pump(runs)["runs"][0]["message"]
        self.assertEqual(len(self.posts()), 2, "one per kind")
        self.assertEqual(runs.state, "done")
        self.assertIn("did not accept the request", message)

    def test_connection_breaks(self):
        self.plan("/synchronizations", "reset", method="POST", times=None)
        self.pump(self.click())
        self.assertEqual(len(self.posts()), 2)

    def test_killed_after_asking(self):
        """The answer was not noted; the next pump reads and does not ask again."""
        runs_class = type(self.env["ponto.sync.run"])

        class Killed(BaseException):
            """As SIGKILL: no handler of ours may swallow it."""

        def die(run, *_values):
            raise Killed

        note_asked = runs_class._note_asked
        self.patch(runs_class, "_note_asked", die)
        runs = self.click()
        with contextlib.suppress(Killed):
            runs.action_step()
        self.assertEqual(len(self.posts()), 2)
        self.patch(runs_class, "_note_asked", note_asked)
        self.env.invalidate_all()
        self.pump(runs)
        self.assertEqual(len(self.posts()), 2)
        self.assertEqual(runs.state, "done")

    def test_browser_gone_before_the_first_step(self):
        """The scheduled action finishes it, and asks no bank: nobody is there."""
        runs = self.click()
        with self.at("2026-06-15 09:02:00"):
            self.run_cron()
        self.env.invalidate_all()
        self.assertEqual(runs.state, "done")
        self.assertEqual(self.posts(), [])
        self.assertFalse(runs.sudo().customer_ip)
        self.assertEqual(self.booked(self.account), [("2026-06-01", 10.0)])

    def test_browser_gone_while_waiting(self):
        runs = self.click()
        runs.action_step()
        asked = len(self.posts())
        for moment in ("2026-06-15 09:02:00", "2026-06-15 09:04:00"):
            with self.at(moment):
                self.run_cron()
        self.env.invalidate_all()
        self.assertEqual(runs.state, "done")
        self.assertEqual(len(self.posts()), asked)

    def test_take_over_is_arranged(self):
        """A closed tab is taken over in a minute, not at the next full hour."""
        cron = self.env.ref("account_ponto_sync.ir_cron_fetch_transactions")
        self.click()
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertIn(datetime(2026, 6, 15, 9, 1), triggers.mapped("call_at"))

    def test_second_click_joins_the_first(self):
        first = self.click()
        self.assertEqual(self.click(), first)
        self.pump(first)
        self.assertEqual(len(self.posts()), 2)


@tagged("post_install", "-at_install")
class TestPump(AttendedCommon):
    """What one browser call does and tells."""

    def test_progress(self):
        runs = self.click()
        first = runs.action_step()["runs"][0]
        self.assertEqual(
            set(first),
            {
                "id", "account", "journal", "journal_id", "stage", "state", "finished",
                "read", "new", "imported", "held", "warned", "total", "message", "kind",
                "since", "slow", "sandbox", "can_stop", "left",
            },
        )  # fmt: skip
        self.assertEqual((first["state"], first["finished"]), ("running", False))
        self.assertIn("Waiting for the bank. Running since", first["message"])
        last = self.pump(runs)["runs"][0]
        self.assertEqual((last["state"], last["finished"]), ("done", True))
        self.assertEqual(
            [last[name] for name in ("read", "new", "imported", "held", "total")],
            [2, 2, 2, 0, 2],
        )
        self.assertEqual(last["journal_id"], self.account.journal_id.id)

    def test_moments_in_the_readers_time_zone(self):
        """Not in that of the superuser, with whose rights the fetch works."""
        self.env.user.tz = "Europe/Brussels"
        message = self.pump(self.click())["runs"][0]["message"]
        self.assertIn("bank data as of 6/15/26, 11:00", message.replace("\u202f", " "))

    def test_finished_run_is_only_told(self):
        runs = self.click()
        self.pump(runs)
        self.sandbox.clear_requests()
        self.assertTrue(runs.action_step()["done"])
        self.assertEqual(self.data_requests(), [])

    def test_second_pump_only_reports(self):
        """Another process has the account's lock: a real one, of another connection."""
        runs = self.click()
        self.sandbox.clear_requests()
        with contextlib.closing(db_connect(self.env.cr.dbname).cursor()) as other:
            other.execute(
                "SELECT pg_advisory_xact_lock(hashtext(%s), %s)",
                ["account_ponto_sync:ponto.online.account", self.account.id],
            )
            progress = runs.action_step()
            self.assertFalse(progress["done"])
            self.assertEqual(progress["runs"][0]["stage"], "ask")
            self.assertEqual(self.data_requests(), [])
            self.env.flush_all()
            self.run_cron()
            self.assertNotIn("/transactions", str(self.data_requests()))
        self.pump(runs)
        self.assertEqual(runs.state, "done")

    def test_invoice_user(self):
        """P49: whoever sees the card may fetch."""
        clerk = new_test_user(
            self.env,
            "ponto_clerk",
            groups="account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        action = self.account.with_user(clerk).action_fetch_transactions()
        self.env.flush_all()
        runs = self.env["ponto.sync.run"].with_user(clerk)
        runs = runs.browse(action["params"]["run_ids"])
        self.assertEqual(self.pump(runs)["runs"][0]["imported"], 2)
        self.assertEqual(runs.user_id, clerk)

    def test_refusals_in_words(self):
        """Nothing is written, nothing is asked."""
        self.sandbox.clear_requests()
        unlinked = self.connection.online_account_ids - self.account
        with self.refusal("Choose a journal for this account"):
            unlinked.action_fetch_transactions()
        self.account.journal_id.active = False
        with self.refusal("the journal is archived"):
            self.account.action_fetch_transactions()
        self.account.journal_id.active = True
        self.account.sudo().revoked_at = "2026-06-01 00:00:00"
        with self.refusal("no longer shares this account"):
            self.account.action_fetch_transactions()
        self.assertFalse(self.account.run_ids)
        self.assertEqual(self.data_requests(), [])


@tagged("post_install", "-at_install")
class TestPending(AttendedCommon):
    """Announced is shown, replaced at each read, and never booked (P02)."""

    def setUp(self):
        super().setUp()
        self.account = self.linked_account("acc-1", code="BNK8", start=START)

    def announced(self):
        return [
            (pending.execution_date.isoformat(), pending.amount)
            for pending in self.account.pending_ids
        ]

    def test_shown_and_never_booked(self):
        self.account.fetch_transactions()
        self.assertEqual(self.announced(), [("2026-06-12", -50.0)])
        self.assertEqual(self.account.pending_ids.label, "Transaction 50")
        self.assertEqual(self.booked(self.account), [("2026-06-01", 10.0)])
        self.assertNotIn(-50.0, self.rows(self.account).mapped("amount"))

    def test_booked_under_another_id_and_amount(self):
        self.account.fetch_transactions()
        ref = self.account.pending_ids.ponto_ref
        self.sandbox.control(
            "POST",
            f"accounts/acc-1/pending/{ref}/book",
            json={"amount": "-52.30", "executionDate": "2026-06-14"},
        )
        self.pump(self.click())
        self.assertEqual(self.announced(), [])
        self.assertEqual(
            self.booked(self.account),
            [("2026-06-01", 10.0), ("2026-06-12", 2.5), ("2026-06-14", -52.3)],
        )

    def test_reading_twice_doubles_nothing(self):
        self.account.fetch_transactions()
        self.account.fetch_transactions()
        self.assertEqual(self.announced(), [("2026-06-12", -50.0)])

    def test_one_that_cannot_be_read(self):
        """It does not keep the list: what is readable is shown, the rest goes (F23b)."""
        self.account.fetch_transactions()
        self.assertEqual(self.announced(), [("2026-06-12", -50.0)])
        good = resource(60, "2026-06-13", "-6.00")
        items = [
            resource(61, "2026-06-13", None),
            {**good, "type": "pendingTransaction"},
            "nonsense",
            resource(62, "someday", "-1.00"),
        ]
        body = json.dumps({"data": items, "links": {}})
        self.plan("/pending-transactions", status=200, body=body)
        run = self.account.fetch_transactions()
        self.assertEqual(run.state, "done", run.message)
        self.assertEqual(self.announced(), [("2026-06-13", -6.0)])
        body = json.dumps({"data": items[:1], "links": {}})
        self.plan("/pending-transactions", status=200, body=body)
        self.account.fetch_transactions()
        self.assertEqual(self.announced(), [])

    def test_trouble_with_announcements_costs_no_transaction(self):
        self.plan("/pending-transactions", status=500, times=None)
        run = self.account.fetch_transactions()
        self.assertEqual((run.state, run.imported_count), ("done", 1))


class SlowCommon(PontoCommon):
    """A browser's request that ends soon. Real time."""

    def setUp(self):
        super().setUp()
        self.new_world(account_seed(transaction(1, "2026-06-01", "10.00")))
        self.account = self.linked_account(start=START)
        self.patch(ponto_sync_run_steps, "request", None)
        # As outside of tests: who has waited in vain begins nothing else.
        self.patch(ponto_sync_run_page, "BROWSER_BUDGET", 0.3)
        self.patch(ponto_sync_run_page, "BROWSER_PATIENCE", 0.5)

    def click(self):
        action = self.account.action_fetch_transactions()
        self.env.flush_all()
        return self.env["ponto.sync.run"].browse(action["params"]["run_ids"])

    def step(self, run):
        self.env.flush_all()
        progress = run.action_step()["runs"][0]
        self.env.invalidate_all()
        return progress


@tagged("post_install", "-at_install")
class TestSlowPonto(SlowCommon):
    """The schedule has the patience that the browser's request has not."""

    def test_the_schedule_goes_on(self):
        run = self.click()
        self.plan("/transactions$", "slow", seconds=2, times=None)
        progress = self.step(run)
        self.assertEqual((progress["stage"], progress["slow"]), ("read", True))
        self.assertFalse(self.account.problem_code)
        cron = self.env.ref("account_ponto_sync.ir_cron_fetch_transactions")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertLessEqual(min(triggers.mapped("call_at")), clock.now())
        self.sandbox.clear_requests()
        self.assertTrue(self.step(run)["slow"], "it only looks on")
        self.assertEqual(self.data_requests(), [])
        self.run_cron()
        self.env.invalidate_all()
        self.assertEqual((run.state, run.imported_count), ("done", 1), run.message)

    def test_without_a_schedule_the_browser_tries_again(self):
        run = self.click()
        self.plan("/transactions$", "slow", seconds=2)
        self.assertTrue(self.step(run)["slow"])
        run.sudo().slow_until = clock.now()
        self.pump(run)
        self.assertEqual((run.state, run.imported_count), ("done", 1), run.message)

    def test_slow_token(self):
        self.account.connection_id.sudo().token_expires_at = False
        run = self.click()
        self.plan("/oauth2/token$", "slow", seconds=2)
        self.assertTrue(self.step(run)["slow"])
        self.run_cron()
        self.env.invalidate_all()
        self.assertEqual(run.state, "done", run.message)

    def test_bank_that_ponto_asks_slowly(self):
        """Nobody knows whether Ponto passed it on: what is there is read."""
        self.patch(ponto_sync_run_steps, "request", browser_request(REAL))
        run = self.click()
        self.plan("/synchronizations$", "slow", seconds=2, times=None)
        self.step(run)
        self.end_faults()
        self.pump(run)
        self.assertEqual((run.state, run.refresh_outcome), ("done", "unanswered"))


@tagged("post_install", "-at_install")
class TestTakeOver(AttendedCommon):
    """A closed tab: the schedule comes when the fetch is ripe, not an hour later."""

    def triggers(self):
        cron = self.env.ref("account_ponto_sync.ir_cron_fetch_transactions")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        return triggers.sudo()

    def cron_at_trigger(self, moment):
        """What the scheduled action's process does: it uses up what is due, then runs.

        :return: whether there was anything to run for
        """
        with self.at(moment):
            due = self.triggers().filtered(lambda one: one.call_at <= clock.now())
            was_due = bool(due)
            due.unlink()
            if was_due:
                self.run_cron()
        self.env.invalidate_all()
        return was_due

    def test_trigger_that_comes_too_early(self):
        self.triggers().unlink()
        self.sandbox.control(
            "POST", "switches", json={"sync_polls": 1000, "sync_timeout_seconds": 3600}
        )
        runs = self.click()
        with self.at("2026-06-15 09:00:40"):
            runs.action_step()
            self.env.invalidate_all()
        # The tab is closed. The click's trigger is seen ten seconds late.
        self.assertTrue(self.cron_at_trigger("2026-06-15 09:01:10"))
        self.assertEqual((runs.state, runs.stage), ("running", "wait"))
        ripe_at = runs.sudo().next_step_at
        self.assertEqual(ripe_at, datetime(2026, 6, 15, 9, 1, 40))
        self.assertGreaterEqual(max(self.triggers().mapped("call_at")), ripe_at)
        self.assertFalse(self.cron_at_trigger("2026-06-15 09:01:30"))
        self.assertTrue(self.cron_at_trigger("2026-06-15 09:01:40"))
        self.assertEqual(runs.state, "done")

    def test_closed_page_hands_over(self):
        """At once, and whoever comes back drives again."""
        self.triggers().unlink()
        self.sandbox.control(
            "POST", "switches", json={"sync_polls": 1000, "sync_timeout_seconds": 3600}
        )
        runs = self.click()
        # The bank is still to be asked: only a page may do that.
        runs.action_hand_over()
        self.env.invalidate_all()
        self.assertFalse(runs.is_left)
        self.assertTrue(runs.sudo().next_step_at)
        runs.action_step()
        self.env.invalidate_all()
        self.assertEqual(runs.stage, "wait")
        self.triggers().unlink()
        runs.action_hand_over()
        self.env.invalidate_all()
        self.assertTrue(runs.is_left and runs.sudo()._is_ripe())
        self.assertIn(clock.now(), self.triggers().mapped("call_at"))
        # A step that was under way takes nothing back, and wakes the schedule.
        with self.at("2026-06-15 09:00:01"):
            FetchDriver(self.env, runs.id, attended=True).drive(time.monotonic())
        self.env.invalidate_all()
        self.assertTrue(runs.sudo()._is_ripe())
        # The page is back.
        runs.action_step()
        self.env.invalidate_all()
        self.assertFalse(runs.is_left)
        self.assertFalse(runs.sudo()._is_ripe())
        runs.action_hand_over()
        self.env.invalidate_all()
        with self.at("2026-06-15 09:02:00"):
            self.run_cron()
        self.env.invalidate_all()
        self.assertEqual(runs.state, "done")
        # Over: nothing to hand over.
        runs.action_hand_over()

    def test_bank_that_is_still_at_it(self):
        """The schedule, left with a bank that has not answered, looks again soon."""
        self.triggers().unlink()
        self.sandbox.control(
            "POST", "switches", json={"sync_polls": 1000, "sync_timeout_seconds": 3600}
        )
        runs = self.click()
        runs.action_step()
        runs.sudo().next_step_at = False
        self.env.flush_all()
        with self.at("2026-06-15 09:00:20"):
            self.run_cron()
        self.env.invalidate_all()
        self.assertEqual((runs.state, runs.stage), ("running", "wait"))
        self.assertIn(
            datetime(2026, 6, 15, 9, 0, 30), self.triggers().mapped("call_at")
        )


@tagged("post_install", "-at_install")
class TestSlowAsking(SlowCommon):
    """A Ponto that is slow does not cost the person the bank's news."""

    posts = AttendedCommon.posts
    subtypes = AttendedCommon.subtypes

    def setUp(self):
        super().setUp()
        self.patch(ponto_sync_run_steps, "request", browser_request(REAL))
        self.account.connection_id.sudo().token_expires_at = False

    def test_token_that_comes_too_late(self):
        run = self.click()
        self.plan("/oauth2/token$", "slow", seconds=2, times=None)
        for _call in range(2):
            progress = self.step(run)
            self.assertEqual((progress["stage"], progress["slow"]), ("ask", False))
        self.assertEqual(run.sudo().customer_ip, REAL)
        self.end_faults()
        self.assertEqual(self.posts(), [])
        self.pump(run)
        self.assertEqual(self.subtypes(), ["accountTransactions", "accountDetails"])
        self.assertEqual((run.state, run.refresh_outcome), ("done", False))

    def test_token_that_leaves_little_time(self):
        """The bank is asked in a request of its own, which has all its time."""
        run = self.click()
        self.plan("/oauth2/token$", "slow", seconds=0.3)
        self.assertEqual(self.step(run)["stage"], "ask")
        self.assertEqual(self.posts(), [])
        self.step(run)
        self.assertEqual(self.subtypes(), ["accountTransactions", "accountDetails"])

    def test_token_that_does_not_come(self):
        """After a minute what Ponto has is read, and the person is told."""
        run = self.click()
        self.plan("/oauth2/token$", "slow", seconds=2, times=None)
        self.assertEqual(self.step(run)["stage"], "ask")
        run.sudo().started_at = clock.now() - timedelta(seconds=61)
        self.assertEqual(self.step(run)["stage"], "read")
        self.assertFalse(run.sudo().customer_ip)
        self.end_faults()
        message = self.pump(run)["runs"][0]["message"]
        self.assertIn("did not accept the request", message)
        self.assertEqual((run.state, run.imported_count), ("done", 1))
        self.assertEqual(self.posts(), [])

    def test_time_for_one_question(self):
        """The transactions' comes first; the balance is a by-product."""
        self.account.connection_id._ensure_token()
        run = self.click()
        self.plan("/synchronizations$", "slow", method="POST", seconds=2, skip=1)
        self.step(run)
        self.assertEqual(self.subtypes()[:1], ["accountTransactions"])
        self.assertEqual([*run.refresh_refs], ["accountTransactions"])
        self.end_faults()
        self.pump(run)
        self.assertEqual((run.state, run.refresh_outcome), ("done", False))


@tagged("post_install", "-at_install")
class TestLeftToSchedule(SlowCommon):
    """What a browser leaves to the schedule arrives there, or ends in words."""

    def test_told_when_the_lock_is_free(self):
        """Not before: the scheduled action would find the account in our hands."""
        run = self.click()
        self.plan("/transactions$", "slow", seconds=2)
        self.env.cr.postcommit.clear()
        self.assertTrue(self.step(run)["slow"])
        self.assertTrue(self.env.cr.postcommit._funcs)

    def test_no_schedule_comes(self):
        run = self.click()
        self.plan("/transactions$", "slow", seconds=2, times=None)
        self.assertTrue(self.step(run)["slow"])
        first = run.sudo().slow_since
        run.sudo().slow_until = False
        self.assertTrue(self.step(run)["slow"])
        self.assertEqual(run.sudo().slow_since, first)
        run.sudo().write(
            {"slow_until": False, "slow_since": first - timedelta(minutes=2)}
        )
        progress = self.step(run)
        self.assertEqual((progress["state"], progress["slow"]), ("failed", False))
        self.assertIn("did not answer in time", progress["message"])
        self.assertEqual(self.account.problem_code, "unreachable")

    def test_a_step_that_was_done_begins_anew(self):
        run = self.click()
        self.plan("/transactions$", "slow", seconds=2)
        self.step(run)
        self.assertTrue(run.sudo().slow_since)
        run.sudo().slow_until = False
        self.pump(run)
        self.assertEqual((run.state, run.sudo().slow_since), ("done", False))

    def test_ponto_is_down(self):
        """An answer is an answer: nobody waits for the schedule to hear the same."""
        run = self.click()
        self.plan("/transactions$", status=503, times=None)
        progress = self.step(run)
        self.assertEqual((progress["state"], progress["slow"]), ("failed", False))
        self.assertEqual(self.account.problem_code, "ponto_down")
