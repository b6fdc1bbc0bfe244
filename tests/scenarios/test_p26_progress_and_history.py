from odoo.tests import tagged

from ...models.fetch import ponto_sync_run_steps
from ..common import browser_request, transaction
from .common import ScenarioCommon

REAL = "8.8.8.8"


@tagged("post_install", "-at_install")
class TestP26(ScenarioCommon):
    """A person sees that a fetch runs, what came of it, and all earlier ones."""

    def card(self, account):
        self.env.invalidate_all()
        journal = account.journal_id.with_user(self.accountant)
        return journal._get_journal_dashboard_data_batched()[journal.id]["ponto"]

    def click(self, account):
        self.patch(ponto_sync_run_steps, "request", browser_request(REAL))
        action = account.with_user(self.accountant).action_fetch_transactions()
        self.env.flush_all()
        runs = self.env["ponto.sync.run"].browse(action["params"]["run_ids"])
        return runs.with_user(self.accountant)

    def test_fetch(self):
        with self.at("2026-04-15 06:55:00"):
            account = self.acme(
                *[transaction(n, "2026-04-10", f"{n}.00") for n in range(1, 9)],
                now="2026-04-15T06:55:00Z",
            )
            first = account.last_success_at
        with self.at("2026-04-15 08:55:00"):
            self.add_lines(
                *[transaction(n, "2026-04-15", f"{n}.00") for n in range(20, 32)],
                where="bank",
            )
            self.add_lines(
                transaction(40, "2026-04-15", "1.00", currency="USD"), where="bank"
            )
            run = self.click(account)
            card = self.card(account)
            self.assertEqual((card["state"], card["color"]), ("fetching", "info"))
            self.assertRegex(card["sentence"], "^Asking the bank. Running since .*8:55")
            self.assertEqual(account.last_success_at, first)
            progress = self.pump(run)
            self.assertTrue(progress["done"])
            self.assertRegex(
                run.message,
                "^12 new, 1 held, newest 04/15/2026; bank data as of .*8:55",
            )
            card = self.card(account)
            self.assertEqual((card["held"], card["color"]), (1, "success"))
            self.assertRegex(card["sentence"], "^Up to date as of Apr 15 8:55")
            history = account.with_user(self.accountant).run_ids
            self.assertEqual(history.mapped("imported_count"), [12, 8])
            self.assertGreater(account.last_success_at, first)

    def test_last_success_stays_where_it_failed(self):
        with self.at("2026-04-15 06:55:00"):
            account = self.acme(
                transaction(1, "2026-04-10", "1.00"), now="2026-04-15T06:55:00Z"
            )
            first = account.last_success_at
        with self.at("2026-04-15 08:55:00"):
            self.plan("^/accounts/acc-1/transactions", status=503, times=None)
            self.fetch(account)
            self.env.invalidate_all()
            self.assertEqual(account.last_success_at, first)
            card = self.card(account)
            self.assertEqual((card["state"], card["color"]), ("error", "warning"))
            self.assertRegex(card["sentence"], "no action needed")
