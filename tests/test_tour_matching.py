"""The accountant's day: fetch, match, undo, match all certain (in a real browser)."""

from odoo import Command
from odoo.tests import tagged

from ..matching.wizard import ponto_match_certain
from .common import transaction
from .test_tour_bank_lines import BankLinesTour
from .test_tours import BANK, LOGIN


class MatchingTour(BankLinesTour):
    """Three invoices, and four payments that the bank is about to tell of."""

    def setUp(self):
        super().setUp()
        payers = (("Baker Claes", 321), ("Grocer Nys", 654), ("Florist Aerts", 987))
        self.invoices = self.env["account.move"].browse()
        for name, amount in payers:
            partner = self.env["res.partner"].create({"name": name})
            self.invoices |= self.env["account.move"].create(
                {
                    "move_type": "out_invoice",
                    "company_id": self.company.id,
                    "partner_id": partner.id,
                    "invoice_date": self.today,
                    "invoice_line_ids": [
                        Command.create(
                            {"name": "x", "price_unit": amount, "tax_ids": []}
                        )
                    ],
                }
            )
        self.invoices.action_post()
        parts = [
            transaction(
                1950 + n,
                self.today,
                f"{amount}.00",
                counterpartName=name,
                remittanceInformation=f"{name} pays {invoice.name}",
            )
            for n, ((name, amount), invoice) in enumerate(
                zip(payers, self.invoices, strict=True)
            )
        ]
        parts.append(
            transaction(
                1960, self.today, "555.00", remittanceInformation="who knows what"
            )
        )
        self.sandbox.control(
            "POST", f"accounts/{BANK}/transactions", json={"transactions": parts}
        )

    def fetch(self):
        self.account(BANK).fetch_transactions()
        self.env.invalidate_all()

    def is_paid(self):
        self.env.invalidate_all()
        return [
            invoice.payment_state in ("paid", "in_payment") for invoice in self.invoices
        ]


@tagged("post_install", "-at_install", "ponto_tour")
class TestTourMatching(MatchingTour):
    def test_the_accountants_day(self):
        self.start_tour(
            "/odoo", "account_ponto_sync_matching", login=LOGIN, timeout=120
        )
        self.assertEqual(self.is_paid(), [True, False, True])

    def test_progress(self):
        self.fetch()
        self.patch(ponto_match_certain, "STEP_BUDGET", 0)
        self.start_tour(
            "/odoo/bank-transactions", "account_ponto_sync_match_progress", login=LOGIN
        )
        self.assertEqual(self.is_paid(), [True, True, True])


@tagged("post_install", "-at_install", "ponto_tour")
class TestTourMatchingPhone(MatchingTour):
    browser_size = "390x844"
    touch_enabled = True

    def test_on_a_phone(self):
        self.fetch()
        self.start_tour(
            "/odoo/bank-transactions", "account_ponto_sync_matching_phone", login=LOGIN
        )
        self.assertEqual(self.is_paid(), [True, False, False])
