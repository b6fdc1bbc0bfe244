"""Faults that two audits found, each as the accountant would meet it."""

from datetime import date, datetime
from decimal import Decimal

from odoo.tests import Form, tagged

from odoo.addons.base.models import ir_cron

from ..models.fetch import ponto_sync_run_page
from .common import account_seed, resource, transaction
from .test_attended import REAL, AttendedCommon
from .test_cron import CronCommon
from .test_import import ImportCommon
from .test_walk import WalkCommon

NOBODY_THERE = "http://127.0.0.1:9"
START = date(2026, 1, 1)


def total(amounts):
    return sum(Decimal(f"{amount:.2f}") for amount in amounts)


class StepCommon(CronCommon):
    """One step per browser call, so that a tab can be closed between two of them."""

    def setUp(self):
        super().setUp()
        self.patch(ponto_sync_run_page, "BROWSER_BUDGET", 0.0)

    def one_account(self, count=150, day="2026-06-10", **attributes):
        self.new_world(
            account_seed(
                *[transaction(n, day, f"{n}.25") for n in range(1, count + 1)],
                **attributes,
            )
        )
        self.enter()
        return self.linked_account(start=START)

    def click(self, account):
        action = account.action_fetch_transactions()
        self.env.flush_all()
        return self.env["ponto.sync.run"].browse(action["params"]["run_ids"])

    def step(self, runs):
        """One call of a browser."""
        progress = runs.action_step()
        self.env.invalidate_all()
        return progress["runs"][0]["stage"]

    def assert_booked_numbers(self, account, numbers):
        amounts = [amount for _day, amount in self.booked(account)]
        self.assertEqual(len(amounts), len(numbers))
        self.assertEqual(total(amounts), sum(Decimal(f"{n}.25") for n in numbers))


@tagged("post_install", "-at_install")
class TestScheduleUnderPressure(CronCommon):
    """A connection that costs time does not cost the others their turn."""

    def no_time_left(self):
        self.patch(ir_cron, "MIN_TIME_PER_JOB", -30)
        self.patch(ir_cron, "MIN_RUNS_PER_JOB", 1)

    def unreachable(self, **values):
        return self.connect(
            name="A first", client_id="unreachable", api_url=NOBODY_THERE, **values
        )

    def test_accounts_are_served_after_the_time_is_up(self):
        """Odoo's ten seconds went by while the connections were asked."""
        accounts = self.three_accounts()
        broken = self.unreachable()
        self.assertEqual(self.env["ponto.connection"].search([])[0], broken)
        self.no_time_left()
        self.cron()
        self.assertTrue(self.asked("/transactions"), "somebody was served")
        self.assertEqual(broken.problem_code, "unreachable")
        for _time in range(3):
            self.cron()
        self.assertEqual([len(self.booked(account)) for account in accounts], [1, 1, 1])
        booked = [amount for account in accounts for _d, amount in self.booked(account)]
        self.assertEqual(total(booked), Decimal("7.50"))

    def test_slow_connection(self):
        accounts = self.three_accounts()
        self.plan("^/accounts$", "slow", seconds=1.5)
        self.no_time_left()
        self.cron()
        self.assertTrue(self.asked("/transactions"), "somebody was served")
        for _time in range(3):
            self.cron()
        self.assertEqual([len(self.booked(account)) for account in accounts], [1, 1, 1])

    def test_unreachable_connection_rests(self):
        """It is not tried at every run; a person who clicks is."""
        account = self.three_accounts()[0]
        self.cron()
        self.plan("^/accounts$", "reset", times=None)
        with self.at("2026-06-15 10:00:00"):
            self.cron()
        self.assertEqual(self.connection.problem_code, "unreachable")
        self.end_faults()
        with self.at("2026-06-15 10:02:00"):
            self.add_lines(transaction(9, "2026-06-14", "9.50"))
            self.assertNotIn("GET /accounts", self.cron())
            run = account.fetch_transactions()
            self.assertEqual((run.state, run.imported_count), ("done", 1))
            account.action_fetch_transactions()
            self.connection.action_test_connection()
        self.assertEqual(self.connection.state, "connected")
        self.assertEqual(
            self.booked(account), [("2026-06-10", 1.5), ("2026-06-14", 9.5)]
        )

    def test_the_schedule_comes_back_after_the_rest(self):
        self.three_accounts()
        self.plan("^/accounts$", "reset", times=None)
        self.cron()
        self.end_faults()
        with self.at("2026-06-15 10:00:00"):
            self.assertIn("GET /accounts", self.cron())
        self.assertEqual(self.connection.state, "connected")


@tagged("post_install", "-at_install")
class TestJournalChanged(StepCommon):
    """The journal's currency is looked at when booking, not only when linking."""

    def setUp(self):
        super().setUp()
        self.foreign = self.env.ref("base.AED")
        self.foreign.active = True

    def test_currency_changed_after_linking(self):
        account = self.three_accounts()[0]
        journal = account.journal_id
        journal.currency_id = self.foreign
        self.cron()
        self.assertEqual(self.asked("acc-1"), [])
        self.assertEqual(account.state, "paused")
        self.assertEqual(account._get_pause(), "journal_mismatch")
        self.assertIn(
            "currency or company has changed. It differs from", account.status_message
        )
        with self.refusal("currency or company has changed. It differs from"):
            account.action_fetch_transactions()
        self.assertEqual(self.booked(account), [])
        journal.currency_id = False
        self.cron()
        self.assertEqual(account.state, "ok")
        self.assertEqual(self.booked(account), [("2026-06-10", 1.5)])

    def test_currency_changed_between_reading_and_booking(self):
        """What was read waits; it is booked once the journal is set back."""
        account = self.one_account(count=3)
        runs = self.click(account)
        self.assertEqual(self.step(runs), "recognize")
        journal = account.journal_id
        journal.currency_id = self.foreign
        self.env.flush_all()
        self.pump(runs)
        self.assertEqual((runs.state, runs.imported_count), ("partial", 0))
        self.assertIn("accepts no lines at the moment", runs.message)
        self.assertEqual(self.booked(account), [])
        self.assertEqual(len(self.rows(account, "new")), 3)
        journal.currency_id = False
        with self.at("2026-06-15 09:30:00"):
            self.cron()
        self.assert_booked_numbers(account, [1, 2, 3])


@tagged("post_install", "-at_install")
class TestTabClosed(StepCommon):
    """What a browser left behind is finished by the schedule."""

    def test_rate_limited_on_page_2(self):
        """What was read is booked at once; the pause binds the reading alone."""
        account = self.one_account()
        runs = self.click(account)
        self.assertEqual(self.step(runs), "read")
        self.plan(
            "acc-1/transactions", status=429, query="after",
            headers={"Retry-After": "85092"},
        )  # fmt: skip
        self.assertEqual(self.step(runs), "recognize")
        self.assertEqual(self.booked(account), [])
        with self.at("2026-06-15 09:02:00"):
            self.cron()
            self.assertEqual(self.asked("/transactions"), [], "the pause is kept")
        self.assertEqual(runs.state, "partial")
        self.assertEqual(account.retry_at, datetime(2026, 6, 16, 8, 38, 12))
        self.assert_booked_numbers(account, range(51, 151))
        with self.at("2026-06-16 08:39:00"):
            self.cron()
        self.assert_booked_numbers(account, range(1, 151))
        self.assertEqual(account.state, "ok")

    def test_click_during_our_own_back_off(self):
        account = self.one_account(count=3)
        self.plan("acc-1/transactions", status=503, times=None)
        self.cron()
        self.assertEqual(account.retry_at, datetime(2026, 6, 15, 9, 15))
        self.end_faults()
        with self.at("2026-06-15 09:01:00"):
            runs = self.click(account)
            self.cron()
            self.assertEqual(runs.state, "running", "the person has a minute")
        with self.at("2026-06-15 09:03:00"):
            self.cron()
        self.assertEqual(runs.state, "done")
        self.assert_booked_numbers(account, [1, 2, 3])

    def test_retry_and_closed_tab(self):
        """A person's Retry is finished, too, and nothing is asked for it."""
        account = self.one_account(count=0)
        self.serve_page(resource(1, "2026-06-10", "1.25"))
        self.company.fiscalyear_lock_date = date(2026, 6, 12)
        self.env.flush_all()
        account.fetch_transactions()
        self.assertEqual(self.booked(account), [])
        self.company.fiscalyear_lock_date = False
        self.rows(account, "held").action_retry()
        with self.at("2026-06-15 09:02:00"):
            self.cron()
        self.assertEqual(self.booked(account), [("2026-06-10", 1.25)])

    def test_revoked_while_open(self):
        """Ponto takes the account away between two pages."""
        account = self.one_account()
        runs = self.click(account)
        self.assertEqual(self.step(runs), "read")
        key = f"integrations/{self.sandbox.client_id}"
        self.sandbox.control("PATCH", key, json={"accounts": []})
        self.connection.fetch_accounts()
        self.assertTrue(account.revoked_at)
        with self.at("2026-06-15 09:02:00"):
            self.cron()
            self.assertEqual(self.asked("/transactions"), [])
        self.assertEqual(runs.state, "partial")
        self.assertIn("no longer shares this account", runs.message)
        self.assertFalse(account._open_run())
        self.assert_booked_numbers(account, range(51, 151))
        # Shared again: the hole is closed, nothing comes twice.
        self.sandbox.control("PATCH", key, json={"accounts": "all"})
        with self.at("2026-06-15 10:00:00"):
            self.cron()
        self.assertEqual(account.state, "ok")
        self.assert_booked_numbers(account, range(1, 151))

    def test_revoked_before_anything_was_read(self):
        account = self.one_account()
        runs = self.click(account)
        key = f"integrations/{self.sandbox.client_id}"
        self.sandbox.control("PATCH", key, json={"accounts": []})
        self.connection.fetch_accounts()
        self.assertEqual(runs.state, "failed")
        self.assertFalse(account._open_run())
        self.assertEqual(self.booked(account), [])


@tagged("post_install", "-at_install")
class TestTakenOver(StepCommon):
    """The same bank account under a new id: nothing twice, nothing unseen."""

    def setUp(self):
        super().setUp()
        self.account = self.one_account(count=3)
        self.journal = self.account.journal_id

    def relink(self):
        """Ponto shares the account under a new id, with the same history."""
        self.sandbox.control("DELETE", "accounts/acc-1")
        body = account_seed(
            *[transaction(n, "2026-06-10", f"{n}.25") for n in (1, 2, 3)], id="acc-9"
        )
        self.sandbox.control("POST", "accounts", json=body)
        new = self.connection.fetch_accounts()
        self.assertEqual(new.ponto_ref, "acc-9")
        new.link_journal(self.journal, START)
        return new

    def test_what_waits_is_held(self):
        runs = self.click(self.account)
        self.assertEqual(self.step(runs), "recognize")
        self.assertEqual(len(self.rows(self.account, "new")), 3)
        new = self.relink()
        held = self.rows(self.account, "held")
        self.assertEqual(held.mapped("hold_code"), ["unlinked"] * 3)
        self.assertIn("no longer linked to a journal", held[0].hold_reason)
        self.pump(new.fetch_transactions())
        self.pump(runs)
        self.assert_booked_numbers(new, [1, 2, 3])
        # Found again under the new ids, so nobody has to decide on the old ones.
        self.assertEqual(len(self.rows(self.account, "alias")), 3)

    def test_open_fetch_of_the_old_one_is_closed(self):
        """Nobody may come back for it: it must not stay open for ever."""
        runs = self.click(self.account)
        self.step(runs)
        self.relink()
        with self.at("2026-06-15 09:30:00"):
            self.cron()
        self.assertFalse(self.account._open_run())
        self.assertEqual(runs.state, "partial")
        self.assertIn("no longer shares this account", runs.message)

    def test_announced_rows_of_the_old_one(self):
        """Nobody would ever release them: a person sees them instead."""
        self.add_lines(transaction(8, "2026-06-20", "-8.00"))
        self.account.fetch_transactions()
        self.assertEqual(self.rows(self.account, "planned").mapped("amount"), [-8.0])
        new = self.relink()
        self.assertFalse(self.rows(self.account, "planned"))
        self.assertEqual(
            self.rows(self.account, "held").mapped("hold_code"), ["unlinked"]
        )
        with self.at("2026-06-20 09:00:00"):
            self.cron()
        self.assertNotIn(-8.0, [amount for _day, amount in self.booked(new)])

    def test_retry_is_refused(self):
        self.step(self.click(self.account))
        new = self.relink()
        held = self.rows(self.account, "held")
        with self.refusal("is not linked to a journal|no longer linked to a journal"):
            held.action_retry()
        self.assertEqual(held.mapped("state"), ["held"] * 3)
        self.assertEqual(held.mapped("hold_code"), ["unlinked"] * 3)
        self.assertEqual(self.booked(new), [])

    def test_retry_on_a_paused_account_is_refused(self):
        self.company.fiscalyear_lock_date = date(2026, 6, 12)
        self.env.flush_all()
        self.account.fetch_transactions()
        held = self.rows(self.account, "held")
        self.assertEqual(held.mapped("hold_code"), ["locked_period"] * 3)
        self.company.fiscalyear_lock_date = False
        self.journal.active = False
        with self.refusal("the journal is archived"):
            held.action_retry()
        self.assertEqual(held.mapped("hold_code"), ["locked_period"] * 3)
        self.assertFalse(self.account._open_run())
        self.journal.active = True
        self.pump(
            self.env["ponto.sync.run"].browse(held.action_retry()["params"]["run_ids"])
        )
        self.assert_booked_numbers(self.account, [1, 2, 3])


@tagged("post_install", "-at_install")
class TestHeldAgain(ImportCommon):
    """Retry is no way around what a hold protects, and heals what was mended."""

    def test_before_the_start(self):
        account = self.fetched(
            transaction(2, "2026-04-01", "500.00"), start=date(2026, 4, 1)
        )
        self.add_lines(transaction(3, "2026-03-30", "-7.00"))
        self.read_again(account)
        self.assertEqual(self.held(account), [("3", "before_start")])
        self.retry(self.rows(account, "held"))
        self.assertEqual(self.held(account), [("3", "before_start")])
        self.assertIn("03/30/2026", self.rows(account, "held").hold_reason)
        self.assertEqual(self.booked(account), [("2026-04-01", 500.0)])

    def test_half_a_cent(self):
        account = self.fetched(
            transaction(1, "2026-04-08", "-10.005"),
            transaction(2, "2026-04-08", "-1.00"),
        )
        self.assertEqual(self.booked(account), [("2026-04-08", -1.0)])
        self.assertEqual(self.held(account), [("1", "amount_precision")])
        reason = self.rows(account, "held").hold_reason
        self.assertIn("-10.005", reason)
        self.assertIn("EUR", reason)
        self.retry(self.rows(account, "held"))
        self.assertEqual(self.booked(account), [("2026-04-08", -1.0)])

    def test_rounding_of_the_currency(self):
        """A franc that somebody rounds to five centimes: 10.02 is not 10.00."""
        franc = self.env.ref("base.CHF")
        franc.write({"active": True, "rounding": 0.05})
        self.set_currency_rate(franc, "2026-01-01", 1.0)
        parts = [
            transaction(1, "2026-04-08", "10.02", currency="CHF"),
            transaction(2, "2026-04-08", "10.05", currency="CHF"),
            transaction(3, "2026-04-08", "999999999.95", currency="CHF"),
        ]
        account = self.fetched(*parts, currency="CHF", journal={"currency": franc})
        booked = sorted(amount for _day, amount in self.booked(account))
        self.assertEqual(booked, [10.05, 999999999.95])
        self.assertEqual(self.held(account), [("1", "amount_precision")])
        franc.rounding = 0.01
        self.env.flush_all()
        self.retry(self.rows(account, "held"))
        booked = [amount for _day, amount in self.booked(account)]
        self.assertEqual(total(booked), Decimal("1000000020.02"))

    def test_unreadable_row_that_the_bank_corrects(self):
        account = self.linked_account()
        good = resource(1, "2026-04-08", "1.25")
        bad = resource(1, "2026-04-08", None)
        self.serve_page(bad)
        self.read_again(account)
        self.assertEqual(self.held(account), [("1", "unreadable")])
        for imported in (1, 0, 0):
            self.serve_page(good)
            self.assertEqual(self.read_again(account).imported_count, imported)
        self.assertEqual(self.booked(account), [("2026-04-08", 1.25)])
        self.assertEqual(self.rows(account, "imported").mapped("amount"), [1.25])
        self.assertFalse(self.rows(account).hold_reason)

    def test_still_unreadable(self):
        account = self.linked_account()
        for _time in range(3):
            self.serve_page(resource(1, "2026-04-08", None))
            self.read_again(account)
        self.assertEqual(self.held(account), [("1", "unreadable")])
        self.assertEqual(len(self.rows(account)), 1)

    def test_entered_by_hand_and_ignored(self):
        """The person has decided: the correction books nothing beside their line."""
        account = self.linked_account()
        self.serve_page(resource(1, "2026-04-08", None))
        self.read_again(account)
        self.rows(account, "held").action_ignore()
        self.serve_page(resource(1, "2026-04-08", "1.25"))
        self.read_again(account)
        self.assertEqual(self.booked(account), [])
        self.assertEqual(self.rows(account).state, "ignored")

    def test_corrected_to_a_day_before_the_start(self):
        account = self.linked_account(start=date(2026, 4, 1))
        self.serve_page(resource(1, "2026-03-30", None))
        self.read_again(account)
        self.serve_page(resource(1, "2026-03-30", "1.25"))
        self.read_again(account)
        self.assertEqual(self.booked(account), [])

    def test_date_that_comes_later(self):
        account = self.linked_account()
        nothing = {"executionDate": None, "valueDate": None}
        self.serve_page(resource(1, None, "7.00", **nothing))
        self.read_again(account)
        self.assertEqual(self.held(account), [("1", "no_date")])
        for _time in range(2):
            self.serve_page(resource(1, "2026-04-08", "7.00"))
            self.read_again(account)
        self.assertEqual(self.booked(account), [("2026-04-08", 7.0)])


@tagged("post_install", "-at_install")
class TestPoison(ImportCommon):
    """A row that nobody foresaw costs itself, never the list."""

    def poisonous(self):
        broken = {"type": "transaction", "id": "x\0y", "attributes": {"amount": None}}
        nameless = {"type": "transaction", "attributes": {"amount": "a\0b"}}
        far = resource(
            3, None, "3.00", executionDate=None, valueDate=None,
            createdAt="9999-12-31T23:59:59.000Z",
        )  # fmt: skip
        return [broken, nameless, far]

    def test_rows(self):
        account = self.linked_account()
        for imported, new in ((2, 5), (0, 0)):
            items = self.poisonous()
            items.insert(1, resource(1, "2026-04-08", "1.25"))
            items.append(resource(2, "2026-04-09", "2.50"))
            self.serve_page(*items)
            run = self.read_again(account)
            self.assertEqual((run.state, run.read_count), ("done", 5), run.message)
            self.assertEqual((run.imported_count, run.new_count), (imported, new))
        self.assertEqual(
            self.booked(account), [("2026-04-08", 1.25), ("2026-04-09", 2.5)]
        )
        self.assertEqual(len(self.rows(account, "held")), 3)

    def test_retry_of_them(self):
        account = self.linked_account()
        self.serve_page(*self.poisonous(), resource(2, "2026-04-09", "2.50"))
        self.read_again(account)
        self.retry(self.rows(account, "held"))
        self.assertEqual(self.booked(account), [("2026-04-09", 2.5)])
        self.assertEqual(len(self.rows(account, "held")), 3)


@tagged("post_install", "-at_install")
class TestInterruptedWalk(WalkCommon):
    """Order and words of a first reading that needed two attempts."""

    def interrupted(self, *parts, **values):
        self.new_world(account_seed(*parts))
        self.sandbox.control("POST", "switches", json={"background": False})
        self.enterContext(self.at("2026-06-30 09:00:00"))
        account = self.linked_account(start=START)
        self.plan("/transactions$", query="after", status=503, times=None)
        run = self.fetch(account, "partial")
        self.end_faults()
        return account, run

    def test_order_within_the_day(self):
        """A hole of older lines and newer ones on top, of one day: the bank's order."""
        older = [transaction(n, "2026-06-09", f"{n}.00") for n in range(1, 51)]
        between = [transaction(n, "2026-06-10", "1.00") for n in range(51, 151)]
        account, _run = self.interrupted(*older, *between)
        self.assertEqual(len(self.booked(account)), 100)
        newer = [transaction(n, "2026-06-09", f"-{n}.00") for n in (151, 152, 153)]
        self.add_lines(*newer)
        self.fetch(account)
        lines = self.lines(account).filtered(lambda line: line.date == date(2026, 6, 9))
        expected = [float(n) for n in range(1, 51)] + [-151.0, -152.0, -153.0]
        self.assertEqual(lines.mapped("amount"), expected)
        balance, balances = 0.0, []
        for amount in expected:
            balance += amount
            balances.append(balance)
        self.assertEqual(lines.mapped("running_balance"), balances)
        self.assertEqual(len(self.booked(account)), 153)

    def test_order_within_a_day_that_was_half_booked(self):
        """The newer part of a day is booked, then the hole with its older part."""
        parts = [transaction(n, "2026-06-09", f"{n}.00") for n in range(1, 151)]
        account, _run = self.interrupted(*parts)
        self.assertEqual(len(self.booked(account)), 100)
        self.add_lines(transaction(151, "2026-06-09", "-151.00"))
        self.fetch(account)
        expected = [float(n) for n in range(1, 151)] + [-151.0]
        lines = self.lines(account)
        self.assertEqual(lines.mapped("amount"), expected)
        self.assertEqual(lines[-1].running_balance, sum(expected))
        self.assertEqual(lines[49].running_balance, sum(expected[:50]))

    def test_gap_is_told_by_the_reading_that_completes(self):
        """Before that, nobody knows how far back Ponto goes; after, all know it."""
        parts = [transaction(n, "2026-02-12", f"{n}.01") for n in range(1, 151)]
        account, first = self.interrupted(*parts)
        self.assertNotIn("Ponto has no transactions before", first.message)
        second = self.fetch(account)
        self.assertIn(
            "Ponto has no transactions before 02/12/2026: import 01/01/2026 to "
            "02/11/2026",
            second.message,
        )
        self.add_lines(transaction(151, "2026-06-29", "151.01"))
        third = self.fetch(account)
        self.assertEqual(third.imported_count, 1)
        self.assertNotIn("Ponto has no transactions before", third.message)
        amounts = [amount for _day, amount in self.booked(account)]
        self.assertEqual(total(amounts), sum(Decimal(f"{n}.01") for n in range(1, 152)))

    def test_no_gap_nothing_told(self):
        parts = [transaction(n, "2026-01-01", f"{n}.01") for n in range(1, 151)]
        account, _first = self.interrupted(*parts)
        self.assertNotIn(
            "Ponto has no transactions before", self.fetch(account).message
        )


@tagged("post_install", "-at_install")
class TestNextAttempt(CronCommon):
    """A sentence of failure says when Odoo tries again, and Odoo then does."""

    def setUp(self):
        super().setUp()
        self.env.user.tz = "UTC"
        self.account = self.three_accounts()[0]
        self.plan("acc-1/transactions", status=503, times=None)
        self.cron()

    def test_moment_is_named(self):
        self.assertEqual(self.account.retry_at, datetime(2026, 6, 15, 9, 15))
        self.assertIn("tries again automatically after", self.account.status_message)
        self.assertIn("9:15", self.account.status_message)

    def test_moment_is_named_in_the_fetch(self):
        """The person who clicked reads the same moment as the accountant."""
        self.assertIn(
            "tries again automatically after", self.account.run_ids[0].message
        )
        self.assertIn("9:15", self.account.run_ids[0].message)

    def test_the_schedule_is_woken_then(self):
        cron = self.env.ref("account_ponto_sync.ir_cron_fetch_transactions")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertIn(datetime(2026, 6, 15, 9, 15), triggers.mapped("call_at"))

    def test_news_end_the_rest(self):
        """Ponto lists something new: it is there again."""
        self.end_faults()
        with self.at("2026-06-15 09:05:00"):
            self.cron()
            self.assertEqual(self.asked("acc-1/"), [], "resting")
            self.sandbox.control("POST", "accounts/acc-1/synchronize", json={})
            self.cron()
        self.assertEqual(self.account.state, "ok")
        self.assertFalse(self.account.retry_at)
        self.assertEqual(self.booked(self.account), [("2026-06-10", 1.5)])

    def test_news_do_not_end_pontos_own_pause(self):
        self.end_faults()
        self.plan("acc-1/transactions", status=429, headers={"Retry-After": "7200"})
        with self.at("2026-06-15 09:20:00"):
            self.cron()
            self.assertEqual(self.account.problem_code, "rate_limited")
            self.assertIn("11:20", self.account.status_message)
        with self.at("2026-06-15 09:40:00"):
            self.sandbox.control("POST", "accounts/acc-1/synchronize", json={})
            self.cron()
            self.assertEqual(self.asked("acc-1/"), [])
        with self.at("2026-06-15 11:21:00"):
            self.cron()
        self.assertEqual(self.booked(self.account), [("2026-06-10", 1.5)])


@tagged("post_install", "-at_install")
class TestRefreshOutcomes(AttendedCommon):
    """The transactions decide what is told; the balance is a by-product."""

    ALL = [("2026-06-01", 10.0), ("2026-06-12", 2.5)]

    def test_progress_of_the_bank_cannot_be_read(self):
        self.plan("^/synchronizations/", status=500, method="GET", times=None)
        runs = self.click()
        message = self.pump(runs)["runs"][0]["message"]
        self.assertEqual(runs.state, "done")
        self.assertEqual(self.posts()[0]["customerIpAddress"], REAL)
        self.assertIn("1 transaction since", message)
        self.assertEqual(self.booked(self.account), self.ALL[:1])
        self.assertEqual(self.account.state, "ok")

    def test_only_the_balance_was_refused(self):
        self.plan("^/synchronizations$", status=500, method="POST", skip=1)
        runs = self.click()
        message = self.pump(runs)["runs"][0]["message"]
        self.assertEqual(self.subtypes(), ["accountTransactions", "accountDetails"])
        self.assertNotIn("did not accept the request", message)
        self.assertEqual(self.booked(self.account), self.ALL)

    def test_only_the_transactions_were_refused(self):
        self.plan("^/synchronizations$", status=500, method="POST")
        message = self.pump(self.click())["runs"][0]["message"]
        self.assertEqual(self.subtypes(), ["accountTransactions", "accountDetails"])
        self.assertIn("did not accept the request", message)
        self.assertEqual(self.booked(self.account), self.ALL[:1])

    def test_renewed_a_moment_after_the_bank_refused(self):
        """Ponto asks no bank twice in five minutes, and the card must heal all the same."""
        path = f"accounts/{self.account.ponto_ref}"
        self.sandbox.control("POST", f"{path}/expire")
        progress = self.pump(self.click())
        self.assertTrue(progress["runs"][0]["warned"])
        self.account.invalidate_recordset()
        self.assertEqual(self.account.state, "expired")
        self.sandbox.control("POST", f"{path}/reauthorize")
        progress = self.pump(self.click())
        self.assertFalse(progress["runs"][0]["warned"])
        self.account.invalidate_recordset()
        self.assertEqual(self.account.state, "ok")
        self.assertEqual(self.booked(self.account), self.ALL)
        self.assertAlmostEqual(self.account.balance, 12.5)

    def test_balance_still_running(self):
        """Nobody waits a minute for it, and nothing false is told."""
        self.patch(ponto_sync_run_page, "BROWSER_BUDGET", 0.0)
        runs = self.click()
        runs.action_step()
        self.env.invalidate_all()
        self.assertEqual(runs.stage, "wait")
        ref = runs.refresh_refs["accountDetails"]
        attributes = {
            "resourceType": "account",
            "resourceId": "acc-2",
            "subtype": "accountDetails",
            "status": "running",
            "errors": [],
        }
        body = {
            "data": {"type": "synchronization", "id": ref, "attributes": attributes}
        }
        self.plan(f"^/synchronizations/{ref}$", status=200, body=body, times=None)
        message = self.pump(runs)["runs"][0]["message"]
        self.assertEqual(runs.state, "done")
        self.assertNotIn("has not answered", message)
        self.assertEqual(self.booked(self.account), self.ALL)


@tagged("post_install", "-at_install")
class TestStartDateProposal(ImportCommon):
    """The proposed day follows what the books hold today."""

    def setUp(self):
        super().setUp()
        self.enterContext(self.at("2026-06-15 09:00:00"))
        self.account = self.connection.fetch_accounts().filtered(
            lambda account: account.ponto_ref == "acc-1"
        )
        self.journal = self.make_journal("BNKP")

    def line_on(self, day, amount=1.0):
        return self.env["account.bank.statement.line"].create(
            {"journal_id": self.journal.id, "date": day, "amount": amount}
        )

    def test_line_in_the_future(self):
        """A line entered for next year does not skip half a year of money."""
        self.line_on("2026-05-20")
        self.line_on("2027-01-31")
        proposed = self.account._propose_start_date(self.journal)
        self.assertEqual(proposed, date(2026, 5, 21))
        self.account.link_journal(self.journal)
        self.assertEqual(self.account.sync_start_date, date(2026, 5, 21))

    def test_only_in_the_future(self):
        self.line_on("2027-01-31")
        proposed = self.account._propose_start_date(self.journal)
        self.assertEqual(proposed, date(2026, 1, 1))

    def test_today_counts(self):
        self.line_on("2026-06-15")
        proposed = self.account._propose_start_date(self.journal)
        self.assertEqual(proposed, date(2026, 6, 16))

    def test_choosing_and_clearing_a_journal(self):
        """Leaving the day of a journal that was put aside would lose lines."""
        self.line_on("2026-05-20")
        action = self.connection.with_user(self.manager).action_fetch_accounts()
        wizards = self.env["ponto.fetch.accounts"].with_user(self.manager)
        wizard = wizards.browse(action["res_id"])
        position = wizard.line_ids.online_account_id.ids.index(self.account.id)
        with Form(wizard) as form, form.line_ids.edit(position) as line:
            self.assertEqual(str(line.sync_start_date), "2026-01-01")
            line.journal_id = self.journal
            self.assertEqual(str(line.sync_start_date), "2026-05-21")
            line.journal_id = self.env["account.journal"]
            self.assertEqual(str(line.sync_start_date), "2026-01-01")
        self.assertEqual(wizard.line_ids[position].sync_start_date, date(2026, 1, 1))
