from odoo.tests import tagged

from ..common import transaction
from .common import ScenarioCommon

FEE = transaction(
    1, "2026-04-08", "0.00", remittanceInformation="Quarterly fee statement"
)
OTHER = transaction(2, "2026-04-08", "5.00")


@tagged("post_install", "-at_install")
class TestP44(ScenarioCommon):
    """A line of 0.00 is kept and makes no work, or is left out where that is wished."""

    def test_kept(self):
        account = self.acme(FEE, OTHER)
        zero = self.lines(account).filtered(lambda line: not line.amount)
        self.assertEqual(zero.payment_ref, "Quarterly fee statement")
        self.assertTrue(zero.is_reconciled)
        self.assertEqual(account.run_ids.imported_count, 2)
        self.assertEqual(self.fetch(account).imported_count, 0)

    def test_left_out(self):
        account = self.acme(FEE, OTHER, fetch=False)
        account.with_user(self.manager).skip_zero_amounts = True
        run = self.fetch(account)
        self.assertEqual((run.imported_count, run.skipped_count), (1, 1))
        self.assertIn("1 skipped", run.message)
        self.assertEqual(self.booked(account), [("2026-04-08", 5.0)])
        self.add_lines(transaction(3, "2026-04-09", "6.00"))
        run = self.fetch(account)
        self.assertEqual((run.imported_count, run.skipped_count), (1, 0))
        self.assertFalse(self.rows(account, "held") | self.rows(account, "new"))
        # Nor after the wish was taken back: it was decided.
        account.with_user(self.manager).skip_zero_amounts = False
        self.assertEqual(self.fetch(account).imported_count, 0)
        self.assertEqual(len(self.lines(account)), 2)
