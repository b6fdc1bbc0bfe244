"""What stands twice is found and removed, in a real browser (issue 7.6)."""

from datetime import timedelta

from odoo.tests import tagged

from .common import transaction
from .test_tour_bank_lines import BankLinesTour
from .test_tours import BANK, LOGIN


@tagged("post_install", "-at_install", "ponto_tour")
class TestTourDuplicates(BankLinesTour):
    def test_from_the_card(self):
        account = self.account(BANK)
        day = self.today - timedelta(days=3)
        texts = {"-45.30": "Factuur 118", "-12.50": "PARKING GENT"}
        parts = [
            transaction(1970 + n, day, amount, remittanceInformation=text)
            for n, (amount, text) in enumerate(texts.items())
        ]
        self.sandbox.control(
            "POST", f"accounts/{BANK}/transactions", json={"transactions": parts}
        )
        account.fetch_transactions()
        ours = self.lines(account)
        double, own = self.env["account.bank.statement.line"].create(
            [
                {
                    "journal_id": account.journal_id.id,
                    "date": day,
                    "amount": float(amount),
                    "payment_ref": text.upper(),
                }
                for amount, text in texts.items()
            ]
        )
        self.start_tour("/odoo", "account_ponto_sync_duplicates", login=LOGIN)
        self.env.invalidate_all()
        self.assertFalse(double.exists())
        self.assertEqual(self.lines(account), ours | own)
        self.assertTrue(own.ponto_is_no_double)
