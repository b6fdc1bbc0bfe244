from odoo.tests import tagged

from ..common import transaction
from .common import ScenarioCommon

DAY = "2026-04-08"
PURCHASE = "CARD PURCHASE NEW YORK 100,00 USD RATE 1,0965"


@tagged("post_install", "-at_install")
class TestP30(ScenarioCommon):
    """A purchase in another currency is booked with the account's own amount.

    Ponto has no attribute for the original amount: it stands in the text, and whatever
    a bank adds is kept. So there is never a foreign part that could be wrong.
    """

    def purchase(self, number, **original):
        return transaction(
            number, DAY, "-91.20", remittanceInformation=PURCHASE, **original
        )

    def test_original_amount_is_a_note(self):
        self.env.ref("base.USD").active = True
        account = self.acme(
            self.purchase(1, originalAmount="-100.00", originalCurrency="USD"),
            self.purchase(2, originalAmount="-91.20", originalCurrency="EUR"),
            self.purchase(3, originalAmount="-100.00", originalCurrency="XXX"),
            self.purchase(4),
        )
        self.assertEqual(account.run_ids.held_count, 0)
        self.assert_own_amount(account, 4)
        notes = [line.transaction_details["ponto"] for line in self.lines(account)]
        self.assertEqual(
            [note.get("original_currency") for note in notes],
            ["USD", "EUR", "XXX", None],
        )
        self.assertEqual(notes[0]["original_amount"], "-100.00")

    def test_archived_currency(self):
        dollar = self.env.ref("base.USD")
        self.env.cr.execute(
            "UPDATE res_currency SET active = false WHERE id = %s", [dollar.id]
        )
        dollar.invalidate_recordset()
        account = self.acme(
            self.purchase(1, originalAmount="-100.00", originalCurrency="USD")
        )
        self.assertEqual(account.run_ids.state, "done")
        self.assert_own_amount(account, 1)

    def assert_own_amount(self, account, count):
        self.assertEqual(self.booked(account), [(DAY, -91.2)] * count)
        for line in self.lines(account):
            self.assertFalse(line.foreign_currency_id)
            self.assertFalse(line.amount_currency)
            self.assertEqual(line.payment_ref, PURCHASE)
