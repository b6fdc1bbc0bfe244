from odoo.tests import tagged

from .common import transaction
from .test_tours import BANK, LOGIN, NUMBER, PontoTourCase


class BankLinesTour(PontoTourCase):
    """An account with one telling line beside many plain ones."""

    def setUp(self):
        super().setUp()
        self.sandbox.control("POST", "reset", json=self.seed_document())
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
        telling = transaction(
            1900,
            self.today,
            "-4321.00",
            counterpartName="Molen Janssens",
            counterpartReference="BE71096123456769",
            remittanceInformation="+++090/9337/55493+++",
            merchantCategory={"tillName": "Gent 7"},
        )
        self.sandbox.control(
            "POST", f"accounts/{BANK}/transactions", json={"transactions": [telling]}
        )
        account = self.account(BANK)
        account.link_journal(journal, self.start)
        account.fetch_transactions()
        self.env.invalidate_all()


@tagged("post_install", "-at_install", "ponto_tour")
class TestTourBankLines(BankLinesTour):
    def test_from_the_card(self):
        self.start_tour(
            "/odoo/action-account.open_account_journal_dashboard_kanban",
            "account_ponto_sync_bank_lines",
            login=LOGIN,
        )


@tagged("post_install", "-at_install", "ponto_tour")
class TestTourBankLinesPhone(BankLinesTour):
    browser_size = "390x844"
    touch_enabled = True

    def test_on_a_phone(self):
        self.start_tour(
            "/odoo/bank-transactions",
            "account_ponto_sync_bank_lines_phone",
            login=LOGIN,
        )
