from datetime import date

from odoo import sql_db
from odoo.tests import tagged

from .common import PontoCommon, account_seed, transaction

DAY = "2026-03-02"


@tagged("post_install", "-at_install")
class TestQuietRun(PontoCommon):
    """A scheduled run in which nothing happened costs the same for all accounts."""

    def accounts_at_rest(self, count):
        """Linked, read, and nothing new since."""
        self.new_world(
            *[
                account_seed(
                    transaction(number, DAY, "1.00"),
                    id=f"acc-{number}",
                    reference=f"A{number}",
                    referenceType="other",
                )
                for number in range(1, count + 1)
            ]
        )
        accounts = self.connection.fetch_accounts()
        for number, account in enumerate(accounts, 1):
            account.link_journal(self.make_journal(f"Q{number}"), date(2026, 1, 1))
            account.fetch_transactions()
        self.run_cron()
        self.env.invalidate_all()
        self.sandbox.clear_requests()
        return accounts

    def cost_of_a_run(self):
        """SQL statements of the next run. What the first one cached is warm."""
        self.env.flush_all()
        before = sql_db.sql_counter
        self.run_cron()
        return sql_db.sql_counter - before

    def written(self, accounts):
        self.env.invalidate_all()
        return [
            (row["write_date"], row["last_read_at"])
            for row in accounts.sudo().read(["write_date", "last_read_at"])
        ]

    def test_one_question_for_all(self):
        with self.at(f"{DAY} 10:00:00"):
            accounts = self.accounts_at_rest(9)
            runs = self.env["ponto.sync.run"].search_count([])
            untouched = self.written(accounts)
        with self.at(f"{DAY} 11:00:00"):
            self.run_cron()
        self.assertEqual(self.data_requests(), ["GET /accounts"])
        self.assertEqual(self.env["ponto.sync.run"].search_count([]), runs)
        self.assertEqual(self.written(accounts), untouched)
        self.assertEqual(str(self.connection.last_checked_at), f"{DAY} 11:00:00")

    def test_as_many_statements_for_nine_as_for_two(self):
        with self.at(f"{DAY} 10:00:00"):
            accounts = self.accounts_at_rest(9)
        with self.at(f"{DAY} 11:00:00"):
            for_nine = self.cost_of_a_run()
        accounts[2:].sudo().active = False
        with self.at(f"{DAY} 12:00:00"):
            for_two = self.cost_of_a_run()
        self.assertEqual(for_nine, for_two)

    def test_due_are_found_with_their_own_fetch(self):
        """Each account is judged by its own open fetch, not by another's."""
        with self.at(f"{DAY} 10:00:00"):
            accounts = self.accounts_at_rest(3).sudo()
            open_run = accounts[1]._create_run("user", stage="import")
            open_run.sudo().next_step_at = False
            self.assertEqual(accounts._search_due(), accounts[1])
            open_run.sudo().next_step_at = f"{DAY} 10:01:00"
            self.assertFalse(accounts._search_due())

    def test_currency_that_changed(self):
        """The known currency is taken without asking, another one is looked up."""
        [account] = self.accounts_at_rest(1)
        vals = {"currency": "USD", "balance": None, "available_balance": None}
        usd = self.env.ref("base.USD")
        self.assertEqual(
            account._prepare_from_account(dict(vals))["currency_id"], usd.id
        )
        found = account._prepare_from_account({**vals, "currency": "EUR"})
        self.assertEqual(found["currency_id"], account.currency_id.id)
        unknown = account._prepare_from_account({**vals, "currency": "XXX"})
        self.assertFalse(unknown["currency_id"])
