"""Disconnect in two clicks on the card, and back again (hard cases P41, P49)."""

from odoo.tests import tagged

from .test_tours import BANK, LOGIN, NUMBER, PontoTourCase


@tagged("post_install", "-at_install", "ponto_tour")
class TestTourDisconnect(PontoTourCase):
    def test_from_the_card(self):
        """By an Invoicing administrator, without developer mode."""
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
        journal.write({"name": "Current account", "show_on_dashboard": True})
        journal.set_bank_account(NUMBER)
        account = self.account(BANK)
        account.link_journal(journal, self.start)
        account.fetch_transactions()
        lines = self.lines(account)
        self.start_tour("/odoo", "account_ponto_sync_disconnect", login=LOGIN)
        self.env.invalidate_all()
        self.assertEqual(connection.state, "connected")
        self.assertFalse(connection.disconnected_at)
        bodies = " ".join(connection.message_ids.mapped("body"))
        self.assertIn("Disconnected: client secret and tokens are erased", bodies)
        self.assertEqual(account.journal_id, journal)
        self.assert_quiet(runs=2)
        self.assertEqual(self.lines(account), lines)
