from datetime import date, datetime, timedelta

from odoo.tests import tagged

from ..common import account_seed, transaction
from .common import IBAN, ScenarioCommon

READ = "GET /accounts/acc-1/transactions"


@tagged("post_install", "-at_install")
class TestP16(ScenarioCommon):
    """One run catches up after twelve days; then Ponto is read only for news."""

    def cron(self, moment):
        """The hourly action at a moment; how often it read transactions."""
        with self.at(moment.strftime("%Y-%m-%d %H:%M:%S")):
            self.sandbox.clear_requests()
            self.run_cron()
            self.env.invalidate_all()
            return self.data_requests().count(READ)

    def down_until_13_april(self):
        """Ponto goes on by itself, at 02, 08, 14 and 20 o'clock in Brussels."""
        day = date(2026, 3, 31)
        # A hundred known ones: an hourly reading ends where it knows enough.
        parts = [
            transaction(n, day - timedelta(days=(120 - n) // 8), f"{n}.00")
            for n in range(1, 121)
        ]
        seed = account_seed(*parts, holderName="Acme BV")
        self.new_world(seed, now="2026-04-01T06:00:00Z")
        with self.at("2026-04-01 06:00:00"):
            account = self.linked_account(
                code="BNK1", number=IBAN, start=date(2026, 3, 17)
            )
            account.fetch_transactions()
        self.assertEqual(account.last_success_at, datetime(2026, 4, 1, 6))
        self.assertEqual(len(self.booked(account)), 120)
        with self.at("2026-04-13 08:55:00"):
            # Delivered while the server was down, with a day before it went down.
            self.add_lines(
                transaction(500, "2026-03-25", "500.00"),
                position={"below": transaction(80, day, "1")["id"]},
            )
            news = [
                transaction(600 + n, date(2026, 4, n), "1.00") for n in range(1, 14)
            ]
            self.add_lines(*news)
        return account

    def test_catch_up_and_then_only_news(self):
        account = self.down_until_13_april()
        runs = account.run_ids
        nine = datetime(2026, 4, 13, 9)
        self.assertGreater(self.cron(nine), 0)
        (run,) = account.run_ids - runs
        self.assertEqual((run.state, run.imported_count), ("done", 14), run.message)
        days = [day for day, _amount in self.booked(account)]
        self.assertEqual(days.count("2026-03-25"), 9)
        self.assertEqual(
            days[-13:], [f"2026-04-{number:02}" for number in range(1, 14)]
        )
        self.assertEqual(account.last_success_at, nine)

        # 10 and 11 o'clock: nothing newer. Ponto asks the bank at 12 (14 in Brussels).
        hours = {
            hour: self.cron(nine.replace(hour=hour, minute=30))
            for hour in range(10, 24)
        }
        read = {hour for hour, count in hours.items() if count}
        self.assertEqual(read, {12, 18})
        self.assertEqual(set(hours.values()), {0, 1})

    def test_once_a_day_in_any_case(self):
        account = self.down_until_13_april()
        nine = datetime(2026, 4, 13, 9)
        self.cron(nine)
        with self.at("2026-04-13 09:05:00"):
            self.sandbox.control("POST", "switches", json={"background": False})
            late = transaction(700, "2026-04-12", "7.00")
            self.add_lines(late, touch=False)
        counts = [self.cron(nine + timedelta(hours=n)) for n in range(1, 49)]
        self.assertEqual([n for n, count in enumerate(counts, 1) if count], [24, 48])
        self.assertIn(("2026-04-12", 7.0), self.booked(account))
