from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .test_tours import BANK, LOGIN, NUMBER, PontoTourCase


@tagged("post_install", "-at_install", "ponto_tour")
class TestTourBalance(PontoTourCase):
    """Bank and books, and the month's end, in a real browser (P10)."""

    def setUp(self):
        super().setUp()
        connection = self.env["ponto.connection"].create(
            {
                "name": "Ponto of the bakery",
                "company_id": self.company.id,
                "environment": "sandbox",
                "api_url": self.sandbox.url,
                "client_id": self.sandbox.client_id,
                "client_secret": self.sandbox.client_secret,
            }
        )
        connection.fetch_accounts()
        journal = self.company_data["default_journal_bank"]
        journal.set_bank_account(NUMBER)
        self.linked = self.account(BANK)
        self.linked.link_journal(journal, self.start)
        self.linked.fetch_transactions()
        self.env.invalidate_all()

    def test_opening_balance(self):
        action = "account_ponto_sync.ponto_online_account_action"
        difference = self.linked.balance_difference
        self.assertTrue(difference)
        self.start_tour(
            f"/odoo/action-{action}/{self.linked.id}",
            "account_ponto_sync_balance",
            login=LOGIN,
        )
        self.env.invalidate_all()
        line = self.linked.opening_line_id
        self.assertEqual(line.amount, difference)
        self.assertEqual(line.date, self.start - timedelta(days=1))
        self.assertEqual(self.linked.balance_state, "equal")

    def test_worklist(self):
        """The most urgent of all banks, and one click to its answer."""
        self.linked.sudo().write({"last_success_at": False})
        self.start_tour(
            "/odoo/action-account.open_account_journal_dashboard_kanban",
            "account_ponto_sync_worklist",
            login=LOGIN,
        )

    def test_worklist_on_a_phone(self):
        self.browser_size, self.touch_enabled = "390x844", True
        action = "account_ponto_sync.ponto_worklist_action"
        self.start_tour(
            f"/odoo/action-{action}", "account_ponto_sync_worklist_phone", login=LOGIN
        )

    def test_closing_check(self):
        dialog = self.env["ponto.opening.balance"].create(
            {"account_id": self.linked.id}
        )
        dialog.action_post()
        before = fields.Date.today()
        self.start_tour(
            "/odoo/action-account.open_account_journal_dashboard_kanban",
            "account_ponto_sync_closing_check",
            login=LOGIN,
        )
        proof = self.env["ponto.closing.proof"].search([])
        self.assertEqual(proof.proved_by_id, self.user)
        # The browser reckons from its own today, and midnight may have passed.
        today = proof.date + timedelta(days=2)
        self.assertIn(today, (before, fields.Date.today()))
