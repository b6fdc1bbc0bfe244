from datetime import date, timedelta

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
        journal.write({"name": "Current account", "show_on_dashboard": True})
        journal.set_bank_account(NUMBER)
        self.linked = self.account(BANK)
        self.linked.link_journal(journal, self.start)

    def open_form(self):
        action = "account_ponto_sync.ponto_online_account_action"
        return f"/odoo/action-{action}/{self.linked.id}"

    def row(self, number):
        ref = transaction(number, self.today, "1")["id"]
        return self.linked.transaction_ids.filtered(lambda row: row.ponto_ref == ref)

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
        """Known, missing, changed, vanished and before the start are told apart, and
        exactly what is ticked is imported."""
        for number in range(4):
            self.add_line(1901 + number, f"{777 + number}.00")
        self.linked.fetch_transactions()
        path = (
            f"accounts/{BANK}/transactions/{transaction(1903, self.today, '1')['id']}"
        )
        self.sandbox.control("PATCH", path, json={"amount": "7790.00"})
        gone = (
            f"accounts/{BANK}/transactions/{transaction(1904, self.today, '1')['id']}"
        )
        self.sandbox.control("DELETE", gone)
        deleted = self.lines(self.linked).filtered(
            lambda line: line.amount in (777.0, 778.0)
        )
        kept = self.lines(self.linked) - deleted
        before = {line.id: (line.amount, line.payment_ref) for line in kept}
        deleted.unlink()
        self.add_line(1905, "888.00")
        self.start_tour(
            self.open_form(),
            "account_ponto_sync_check_period",
            login=LOGIN,
            timeout=120,
        )
        self.env.invalidate_all()
        new = self.lines(self.linked) - kept
        self.assertEqual(new.mapped("amount"), [777.0])
        self.assertEqual(
            {line.id: (line.amount, line.payment_ref) for line in kept}, before
        )
        self.assertEqual(self.row(1905).state, "new", "it waits for the next fetch")

    def test_answer_a_held_line(self):
        """From the card to the books: in a locked period, booked on an open day."""
        self.linked.fetch_transactions()
        locked = self.today - timedelta(days=10)
        # Core refuses a lock while lines wait; another way in may not.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_company SET fiscalyear_lock_date = %s WHERE id = %s",
            (locked, self.company.id),
        )
        self.env.invalidate_all()
        late = transaction(
            1910, locked, "-66.00", remittanceInformation="Came too late"
        )
        body = {"transactions": [late]}
        self.sandbox.control("POST", f"accounts/{BANK}/transactions", json=body)
        self.linked.fetch_transactions()
        self.assertEqual(self.row(1910).hold_code, "locked_period")
        self.start_tour(
            "/odoo", "account_ponto_sync_answer_held", login=LOGIN, timeout=120
        )
        self.env.invalidate_all()
        line = self.row(1910).statement_line_id
        self.assertEqual((line.amount, line.date), (-66.0, locked + timedelta(days=1)))
        self.assertEqual(self.row(1910).decided_by_id, self.user)

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
