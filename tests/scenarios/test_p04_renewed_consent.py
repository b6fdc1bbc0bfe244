from datetime import date

from odoo.tests import tagged

from ..common import account_seed, transaction
from .common import IBAN, ScenarioCommon

START = date(2026, 3, 20)
MARCH_AND_APRIL_1 = ("2026-03-20", "2026-03-25", "2026-03-28", "2026-04-01")
LATER = ("2026-04-02", "2026-04-09", "2026-04-15")


@tagged("post_install", "-at_install")
class TestP04(ScenarioCommon):
    """A renewed consent under another account id goes on in the same journal."""

    def parts(self, first, *days):
        return [
            transaction(n, day, f"{day[-2:]}.{day[5:7]}")
            for n, day in enumerate(days, first)
        ]

    def reconnect(self, name=None):
        """A1 until 10 April; A9 with the same history, under other ids, on the 15th."""
        old = ("2026-03-10", *MARCH_AND_APRIL_1)
        seed = account_seed(*self.parts(1, *old), holderName="Acme BV")
        self.new_world(seed, now="2026-04-02T09:00:00Z")
        with self.at("2026-04-02 09:00:00"):
            first = self.linked_account(code="BNK1", number=IBAN, start=START)
            first.fetch_transactions()
        self.assertEqual(self.booked(first)[-1], ("2026-04-01", 1.04))
        journal = first.journal_id
        with self.at("2026-04-10 09:00:00"):
            self.sandbox.control("POST", "accounts/acc-1/expire", json={})
            self.run_cron()
            self.env.invalidate_all()
            self.assertEqual(first.state, "expired")
        if name:
            journal.name = name
        journals = self.env["account.journal"].search([])
        with self.at("2026-04-15 18:00:00"):
            self.sandbox.control("DELETE", "accounts/acc-1")
            parts = self.parts(901, *old, *LATER)
            seed = account_seed(*parts, id="acc-9", holderName="Acme BV")
            self.sandbox.control("POST", "accounts", json=seed)
            action = self.connection.with_user(self.manager).action_fetch_accounts()
            dialog = self.env["ponto.fetch.accounts"].browse(action["res_id"])
            dialog = dialog.with_user(self.manager)
            offered = dialog.line_ids
            self.assertEqual(offered.online_account_id.ponto_ref, "acc-9")
            self.assertEqual((offered.action, offered.journal_id), ("link", journal))
            self.assertEqual(offered.sync_start_date, START)
            confirmed = dialog.action_confirm()
            runs = self.env["ponto.sync.run"].browse(confirmed["params"]["run_ids"])
            self.pump(runs)
            second = offered.online_account_id
            self.assertEqual((first.state, second.state), ("revoked", "ok"))
        self.assertEqual((second.journal_id, second.predecessor_id), (journal, first))
        self.assertFalse(first.journal_id)
        self.assertEqual(self.env["account.journal"].search([]), journals)
        return second, runs

    def assert_continued(self, account, run):
        self.assertEqual(run.state, "done", run.message)
        self.assertEqual((run.imported_count, run.held_count), (3, 0))
        # Read beyond the gap, and recognized: what was in the books from A1.
        self.assertEqual(run.alias_count, len(MARCH_AND_APRIL_1))
        days = [day for day, _amount in self.booked(account)]
        self.assertEqual(days, [*MARCH_AND_APRIL_1, *LATER])
        with self.at("2026-04-16 18:30:00"):
            self.run_cron()
        self.env.invalidate_all()
        self.assertEqual(len(self.booked(account)), len(days))

    def test_reconnected(self):
        self.assert_continued(*self.reconnect())

    def test_journal_renamed_first(self):
        self.assert_continued(*self.reconnect(name="Current account, do not touch"))
