from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import tagged

from .common import PontoCommon, account_seed, transaction

NOW = "2026-06-30 09:00:00"
COUNT = 250


def identity(number):
    return transaction(number, "", "")["id"]


class WalkCommon(PontoCommon):
    """The start lies after all lines: what is counted is the inbox."""

    def history(self, count=COUNT, last=date(2026, 6, 28), per_day=40):
        """Oldest arrival first, as the bank delivered them."""
        return [
            transaction(n, last - timedelta(days=(count - n) // per_day), f"{n}.01")
            for n in range(1, count + 1)
        ]

    def enter(self, moment=NOW, **history):
        self.new_world(account_seed(*self.history(**history)))
        self.sandbox.control("POST", "switches", json={"background": False})
        self.enterContext(self.at(moment))
        return self.linked_account(start=date(2027, 1, 1))

    def fetch(self, account, state="done"):
        self.sandbox.clear_requests()
        run = account.fetch_transactions()
        self.assertEqual(run.state, state, run.message)
        return run

    def pages(self):
        """The cursors that were asked with; None for the top."""
        return [
            (entry["query"].get("page[after]") or [None])[0]
            for entry in self.sandbox.requests()
            if entry["path"].endswith("/transactions")
        ]

    def assert_complete(self, account, count=COUNT, extra=()):
        """All numbers, none twice, and the sum."""
        refs = self.rows(account).mapped("ponto_ref")
        expected = {identity(n) for n in (*range(1, count + 1), *extra)}
        self.assertEqual(len(refs), len(expected))
        self.assertEqual(set(refs), expected)
        amounts = self.rows(account).mapped(lambda row: Decimal(f"{row.amount:.2f}"))
        self.assertEqual(
            sum(amounts),
            sum(Decimal(f"{n}.01") for n in (*range(1, count + 1), *extra)),
        )
        self.assertTrue(account.complete_at)
        self.assertFalse(account.walk_run_id)

    def late(self, number, day, below):
        """A line that the bank delivers late, somewhere down in the list."""
        self.add_lines(
            transaction(number, day, f"{number}.01"),
            position={"below": identity(below)},
        )


@tagged("post_install", "-at_install")
class TestWalk(WalkCommon):
    """Page by page, to the end, and nothing is called complete that is not."""

    def test_all_pages(self):
        account = self.enter()
        run = self.fetch(account)
        self.assertEqual((run.read_count, run.new_count), (COUNT, COUNT))
        self.assertEqual(len(self.pages()), 3)
        self.assert_complete(account)

    def test_second_run_reads_no_more_than_needed(self):
        account = self.enter(count=600)
        self.fetch(account)
        self.assertEqual(self.fetch(account).new_count, 0)
        # 10 days of 40 lines, and the page that proves it.
        self.assertLessEqual(len(self.pages()), 5)
        self.assert_complete(account, count=600)

    def test_page_2_fails(self):
        """P09 a: what was read is kept, the hole is remembered and closed."""
        account = self.enter()
        self.plan("/transactions$", query="after", status=503, times=None)
        run = self.fetch(account, "partial")
        self.assertEqual((run.read_count, run.new_count), (100, 100))
        self.assertEqual(len(self.rows(account)), 100)
        self.assertFalse(account.complete_at)
        self.assertEqual(account.walk_run_id, run)
        self.assertEqual(account.state, "error")
        self.assertIn(
            "100 read before this problem occurred: Ponto has a temporary problem",
            run.message,
        )
        self.end_faults()
        second = self.fetch(account)
        self.assertIsNotNone(self.pages()[0], "the hole comes first")
        self.assertEqual(second.new_count, 150)
        self.assert_complete(account)
        self.assertEqual(account.state, "ok")

    def test_page_2_fails_and_news_come(self):
        """What lands on top while the hole is open is found, too."""
        account = self.enter()
        self.plan("/transactions$", query="after", status=503, times=None)
        self.fetch(account, "partial")
        self.end_faults()
        self.add_lines(transaction(900, "2026-06-29", "900.01"))
        self.fetch(account)
        self.assert_complete(account, extra=[900])

    def test_every_page_fails_once(self):
        """Run by run one page more, never from the beginning."""
        account = self.enter()
        for _time in range(2):
            self.plan("/transactions$", query="after", status=503, times=None, skip=1)
            account.fetch_transactions()
            self.end_faults()
        self.fetch(account)
        self.assert_complete(account)

    def test_first_page_fails(self):
        account = self.enter()
        self.plan("/transactions$", status=500, times=None)
        run = self.fetch(account, "failed")
        self.assertEqual(run.read_count, 0)
        self.assertFalse(account.complete_at)
        self.end_faults()
        self.fetch(account)
        self.assert_complete(account)

    def test_truncated_page(self):
        account = self.enter()
        self.plan("/transactions$", "truncated", query="after", times=None)
        self.fetch(account, "partial")
        self.end_faults()
        self.fetch(account)
        self.assert_complete(account)

    def test_last_page_leads_to_itself(self):
        """P09 b: it ends, and nothing is read for ever."""
        account = self.enter()
        self.plan("/transactions$", "self_next", skip=2)
        self.fetch(account)
        self.assertLessEqual(len(self.pages()), 4)
        self.assert_complete(account)

    def test_page_comes_twice(self):
        """P09: a cache answers page 2 with page 1; the next reading closes the hole."""
        account = self.enter(per_day=4)
        self.plan("/transactions$", "repeat_page", query="after")
        account.fetch_transactions()
        self.fetch(account)
        self.assert_complete(account)

    def test_empty_page_with_next(self):
        """P09 c: empty is not the end while there is a next page."""
        account = self.enter()
        link = f"{self.sandbox.url}/accounts/acc-1/transactions?page[after]={identity(152)}"
        body = {"data": [], "links": {"next": link}, "meta": {}}
        self.plan("/transactions$", query="after", status=200, body=body)
        self.fetch(account)
        self.assertEqual(len(self.pages()), 4)
        self.assert_complete(account)

    def test_foreign_next(self):
        """P09: a link to another host is never followed; its cursor is used on ours."""
        account = self.enter()
        self.plan("/transactions$", "foreign_next")
        self.fetch(account)
        self.assertEqual(len(self.pages()), 3)
        self.assert_complete(account)

    def test_short_pages(self):
        account = self.enter()
        self.sandbox.control("POST", "switches", json={"short_pages": True})
        self.fetch(account)
        self.assertEqual(len(self.pages()), 5)
        self.assert_complete(account)

    def test_new_line_between_pages(self):
        """P09 d: 251, none twice."""
        account = self.enter()
        call = {
            "method": "POST",
            "path": "accounts/acc-1/transactions",
            "json": {"transactions": [transaction(900, "2026-06-29", "900.01")]},
        }
        self.plan("/transactions$", "control", query="after", call=call)
        self.fetch(account)
        self.fetch(account)
        self.assert_complete(account, extra=[900])

    def lost_cursor(self, kind):
        account = self.enter()
        self.plan("/transactions$", query="after", status=503, times=None)
        self.fetch(account, "partial")
        self.end_faults()
        self.sandbox.control("POST", "switches", json={"unknown_cursor": kind})
        self.sandbox.control("DELETE", f"accounts/acc-1/transactions/{identity(151)}")
        self.fetch(account)
        self.assertIn(None, self.pages()[1:], "it began again at the top")
        self.assert_complete(account)

    def test_lost_cursor_400(self):
        self.lost_cursor("400")

    def test_lost_cursor_404(self):
        self.lost_cursor("404")

    def test_new_ids_while_the_reading_begins_again(self):
        """What the beginning met is no longer listed under its id at the end."""
        self.new_world(account_seed(*self.history()))
        self.enterContext(self.at(NOW))
        account = self.linked_account(start=date(2026, 1, 1))
        self.plan("/transactions$", query="after", status=503, times=None)
        self.fetch(account, "partial")
        self.end_faults()
        lines = len(self.lines(account))
        self.assertGreater(lines, 0)
        self.sandbox.control("POST", "switches", json={"unknown_cursor": "404"})
        for number in (151, COUNT):
            ref = identity(number)
            self.sandbox.control("DELETE", f"accounts/acc-1/transactions/{ref}")
        again = transaction(COUNT, date(2026, 6, 28), f"{COUNT}.01")
        self.add_lines({**again, "id": identity(900)})
        self.fetch(account)
        self.assertEqual(len(self.rows(account, "alias")), 1)
        self.assertEqual(len(self.lines(account)), COUNT)

    def test_lost_cursor_empty(self):
        self.lost_cursor("empty")


@tagged("post_install", "-at_install")
class TestLateLines(WalkCommon):
    """A line that arrives late is found, wherever it lands (P01)."""

    def test_on_top_with_an_old_date(self):
        account = self.enter()
        self.fetch(account)
        self.add_lines(transaction(900, "2026-03-03", "900.01"))
        self.assertEqual(self.fetch(account).new_count, 1)
        self.assert_complete(account, extra=[900])

    def test_below_known_ones_on_the_first_page(self):
        account = self.enter()
        self.fetch(account)
        self.late(900, "2026-06-26", below=200)
        self.assertEqual(self.fetch(account).new_count, 1)
        self.assert_complete(account, extra=[900])

    def test_below_two_hundred_known_ones(self):
        """Not the first known id ends the walk, nor the hundredth: the window does."""
        account = self.enter()
        self.fetch(account)
        self.late(900, "2026-06-24", below=30)
        self.assertEqual(self.fetch(account).new_count, 1)
        self.assert_complete(account, extra=[900])

    def test_back_dated_line_becomes_a_line_on_its_day(self):
        """P01 to the letter: executed 6 April, arrived 15 April."""
        parts = [transaction(n, "2026-04-09", "1.00") for n in range(1, 6)]
        self.new_world(account_seed(*parts))
        with self.at("2026-04-10 09:00:00"):
            account = self.linked_account()
            account.fetch_transactions()
        with self.at("2026-04-15 09:00:00"):
            self.late(101, "2026-04-06", below=5)
            self.run_cron()
        booked = self.booked(account)
        self.assertEqual(booked[0], ("2026-04-06", 101.01))
        self.assertEqual(len(booked), 6)

    def test_long_downtime(self):
        """P16: three months without a server, and one run covers them."""
        account = self.enter("2026-03-01 09:00:00", last=date(2026, 2, 27))
        self.fetch(account)
        with self.at("2026-06-01 09:00:00"):
            # Delivered while we were down: far below what is on top now.
            self.late(900, "2026-02-26", below=200)
            news = [
                transaction(n, date(2026, 3, 1) + timedelta(days=n - 300), f"{n}.01")
                for n in range(300, 390)
            ]
            self.add_lines(*news)
            self.fetch(account)
        self.assert_complete(account, extra=[900, *range(300, 390)])

    def test_weekly_deep_look(self):
        """25 days down: found within the week, without reading 60 days every hour."""
        account = self.enter(per_day=4)
        self.fetch(account)
        self.late(900, "2026-06-01", below=130)
        with self.at("2026-07-01 09:00:00"):
            self.fetch(account)
            self.assertEqual(len(self.pages()), 1)
            self.assertEqual(len(self.rows(account)), COUNT)
        with self.at("2026-07-08 09:00:00"):
            self.assertEqual(self.fetch(account).new_count, 1)
            self.assertGreater(len(self.pages()), 1)
        with self.at("2026-07-09 09:00:00"):
            self.fetch(account)
            self.assertEqual(len(self.pages()), 1)
        self.assert_complete(account, extra=[900])
