from datetime import date

from odoo.tests import tagged

from .common import transaction
from .test_tours import BANK, LOGIN, NUMBER, OLDER, PontoTourCase


class DecisionsTour(PontoTourCase):
    """An account at the local Ponto that nobody has fetched yet."""

    def setUp(self):
        super().setUp()
        self.connection = self.env["ponto.connection"].create(
            {
                "name": "Ponto of the bakery",
                "company_id": self.company.id,
                "environment": "sandbox",
                "api_url": self.sandbox.url,
                "client_id": self.sandbox.client_id,
                "client_secret": self.sandbox.client_secret,
            }
        )
        self.connection.fetch_accounts()
        journal = self.company_data["default_journal_bank"]
        journal.set_bank_account(NUMBER)
        self.linked = self.account(BANK)
        self.linked.link_journal(journal, self.start)

    def open_form(self):
        action = "account_ponto_sync.ponto_online_account_action"
        return f"/odoo/action-{action}/{self.linked.id}"

    def add_line(self, number, amount, **attributes):
        body = {"transactions": [transaction(number, self.today, amount, **attributes)]}
        self.sandbox.control("POST", f"accounts/{BANK}/transactions", json=body)


@tagged("post_install", "-at_install", "ponto_tour")
class TestTourDecisions(DecisionsTour):
    """What a person decides, in a real browser."""

    def test_ignore_with_a_reason(self):
        self.add_line(
            1900, "5.00", currency="USD", remittanceInformation="Paid in dollars"
        )
        self.linked.fetch_transactions()
        self.start_tour(
            "/odoo/action-account_ponto_sync.ponto_transaction_action",
            "account_ponto_sync_ignore",
            login=LOGIN,
        )
        self.env.invalidate_all()
        ignored = self.linked.transaction_ids.filtered(
            lambda row: row.state == "ignored"
        )
        self.assertEqual(ignored.decision_note, "Entered by hand")
        self.assertEqual(ignored.decided_by_id, self.user)

    def test_check_a_period(self):
        self.add_line(1901, "777.00")
        self.linked.fetch_transactions()
        before = len(self.lines(self.linked))
        self.lines(self.linked).filtered(lambda line: line.amount == 777.0).unlink()
        self.start_tour(
            self.open_form(),
            "account_ponto_sync_check_period",
            login=LOGIN,
            timeout=120,
        )
        self.env.invalidate_all()
        self.assertEqual(len(self.lines(self.linked)), before)

    def test_move_the_start(self):
        self.linked.fetch_transactions()
        before = len(self.lines(self.linked))
        self.start_tour(
            self.open_form(), "account_ponto_sync_move_start", login=LOGIN, timeout=120
        )
        self.env.invalidate_all()
        self.assertEqual(len(self.lines(self.linked)), before + OLDER)
        self.assertEqual(self.linked.sync_start_date, date(2020, 1, 1))


@tagged("post_install", "-at_install", "ponto_tour")
class TestTourPhone(DecisionsTour):
    """The accountant's way at 390 px: the card, a fetch, an answer."""

    browser_size = "390x844"
    touch_enabled = True

    def test_on_a_phone(self):
        journal = self.linked.journal_id
        journal.write({"name": "Current account", "show_on_dashboard": True})
        self.add_line(1900, "5.00", currency="USD", counterpartName="Dollar Bakery")
        self.start_tour(
            "/odoo/action-account.open_account_journal_dashboard_kanban",
            "account_ponto_sync_phone",
            login=LOGIN,
            timeout=120,
        )
        self.env.invalidate_all()
        ignored = self.linked.transaction_ids.filtered(lambda r: r.state == "ignored")
        self.assertEqual(ignored.decision_note, "Entered by hand")
