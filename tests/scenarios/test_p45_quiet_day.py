from datetime import datetime, timedelta

from ..common import account_seed, transaction
from ..test_manners import LogCommon
from .common import ScenarioCommon

TEN = datetime(2026, 4, 15, 10)
COUNT = 20
QUARTER = timedelta(minutes=15)


class TestP45(ScenarioCommon, LogCommon):
    """A day without news: nothing is written, posted or told."""

    def setUp(self):
        super().setUp()
        seeds = [
            account_seed(
                transaction(n, "2026-04-14", "1.00"),
                id=f"acc-{n}",
                reference=f"A{n}",
                referenceType="other",
            )
            for n in range(1, COUNT + 1)
        ]
        self.new_world(*seeds, now="2026-04-15T09:00:00Z")
        self.sandbox.control("POST", "switches", json={"background": False})
        with self.at("2026-04-15 09:00:00"):
            accounts = self.connection.fetch_accounts()
            self.accounts = accounts.sorted("id")
            for number, account in enumerate(self.accounts, 1):
                journal = self.make_journal(f"Q{number}")
                account.link_journal(journal, datetime(2026, 1, 1).date())
        with self.at("2026-04-15 09:45:00"):
            self.run_cron()
        self.env.invalidate_all()

    def tick(self, moment):
        with self.at(str(moment)):
            return self.told(self.run_cron)

    def journal_rows(self):
        """Where PostgreSQL keeps each journal: any update moves the row."""
        self.env.flush_all()
        self.env.cr.execute("SELECT id, ctid::text FROM account_journal ORDER BY id")
        return self.env.cr.fetchall()

    def test_a_day_without_news(self):
        self.assertEqual(sum(len(self.booked(each)) for each in self.accounts), COUNT)
        before = self.journal_rows(), self.env["mail.message"].search_count([])
        self.sandbox.clear_requests()
        for number in range(96):
            told = self.tick(TEN + number * QUARTER)
            self.assertLessEqual(len(told), 1, told)
        after = self.journal_rows(), self.env["mail.message"].search_count([])
        self.assertEqual(after, before)
        asked = self.data_requests()
        self.assertEqual(asked.count("GET /accounts"), 96)
        self.assertEqual(len(asked), 96 + COUNT, "and each account once")

    def test_failure_that_repeats(self):
        path = "acc-7/transactions"
        self.plan(path, status=503, times=None)
        self.sandbox.control("POST", "accounts/acc-7/synchronize", json={})
        messages = self.env["mail.message"].search_count([])
        told = []
        for number in range(0, 96, 4):
            told += self.tick(TEN + number * QUARTER)
        [account] = self.accounts.filtered(lambda each: each.ponto_ref == "acc-7")
        self.assertEqual(told, [f"Ponto account {account.id}: ponto_down"])
        self.assertEqual(self.env["mail.message"].search_count([]), messages)
