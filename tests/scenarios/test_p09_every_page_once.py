from datetime import date, timedelta

from odoo.tests import tagged

from ..common import account_seed, transaction
from .common import ScenarioCommon

COUNT = 250
LIST = "acc-1/transactions$"
LAST = date(2026, 6, 28)


@tagged("post_install", "-at_install")
class TestP09(ScenarioCommon):
    """250 transactions on pages of 100 arrive all, each once, whatever a page does."""

    def enter(self, start=date(2027, 1, 1)):
        """Linked, nothing read. Only (a) books: identity is the same for the others,
        which keep theirs as known before the start."""
        self.enterContext(self.at("2026-06-30 09:00:00"))
        parts = [
            transaction(n, LAST - timedelta(days=(COUNT - n) // 40), f"{n}.01")
            for n in range(1, COUNT + 1)
        ]
        account = self.acme(*parts, start=start, fetch=False)
        self.sandbox.control("POST", "switches", json={"background": False})
        self.sandbox.clear_requests()
        return account

    def assert_all(self, account, *extra):
        refs = sorted(self.rows(account).mapped("ponto_ref"))
        numbers = [*range(1, COUNT + 1), *extra]
        self.assertEqual(refs, sorted(transaction(n, "", "")["id"] for n in numbers))
        self.assertTrue(account.complete_at)
        self.assertFalse(account.walk_run_id)

    def pages(self):
        asked = self.data_requests()
        return len([one for one in asked if one.endswith(LIST[:-1])])

    def test_a_page_2_answers_503(self):
        account = self.enter(start=date(2026, 1, 1))
        self.plan(LIST, query="after", status=503, times=None)
        run = self.fetch(account)
        self.assertEqual((run.state, run.imported_count), ("partial", 100))
        self.assertFalse(account.complete_at, "the checkpoint has not moved")
        self.assertEqual(len(self.booked(account)), 100)
        self.end_faults()
        run = self.fetch(account)
        self.assertEqual((run.state, run.imported_count), ("done", 150))
        self.assert_all(account)
        amounts = sorted(amount for _day, amount in self.booked(account))
        self.assertEqual(amounts, [n + 0.01 for n in range(1, COUNT + 1)])

    def test_b_last_page_leads_to_itself(self):
        account = self.enter()
        self.plan(LIST, "self_next", skip=2)
        self.fetch(account)
        self.assertLessEqual(self.pages(), 4, "it stops")
        self.assert_all(account)

    def test_c_page_2_is_empty(self):
        account = self.enter()
        last = transaction(COUNT - 98, "", "")["id"]
        link = f"{self.sandbox.url}/accounts/acc-1/transactions?page[after]={last}"
        body = {"data": [], "links": {"next": link}, "meta": {}}
        self.plan(LIST, query="after", status=200, body=body)
        self.fetch(account)
        self.assertEqual(self.pages(), 4, "empty is not the end")
        self.assert_all(account)

    def test_c_page_2_is_empty_and_its_lines_are_passed_over(self):
        """An empty page that is not the end is asked for once more."""
        account = self.enter()
        self.plan(LIST, "empty_page_with_next", query="after")
        self.fetch(account)
        self.assert_all(account)

    def test_d_a_line_between_two_pages(self):
        account = self.enter()
        new = {"transactions": [transaction(900, "2026-06-29", "900.01")]}
        call = {"method": "POST", "path": "accounts/acc-1/transactions", "json": new}
        self.plan(LIST, "control", query="after", call=call)
        self.fetch(account)
        self.fetch(account)
        self.assert_all(account, 900)

    def test_e_130_accounts(self):
        names = [f"acc-{n}" for n in range(130)]
        self.new_world(*[account_seed(id=name, holderName="Acme BV") for name in names])
        action = self.connection.with_user(self.manager).action_fetch_accounts()
        dialog = self.env["ponto.fetch.accounts"].browse(action["res_id"])
        offered = dialog.with_user(self.manager).line_ids
        self.assertEqual(
            sorted(offered.online_account_id.mapped("ponto_ref")), sorted(names)
        )
        # The one on the last page is as good as the others.
        last = offered[-1]
        offered.action = "skip"
        last.selected = True
        self.assertEqual(last.action, "create")
        dialog.with_user(self.manager).action_confirm()
        linked = offered.online_account_id.filtered("journal_id")
        self.assertEqual(linked, last.online_account_id)
