from odoo.tests import tagged

from ..common import transaction
from .common import ScenarioCommon

DAY = "2026-04-08"
T9 = transaction(9, DAY, "-10.00", remittanceInformation="A")


@tagged("post_install", "-at_install")
class TestP35(ScenarioCommon):
    """What the bank changes later reaches the books only where nobody worked on it."""

    def setUp(self):
        super().setUp()
        self.account = self.acme(transaction(1, "2026-04-07", "50.00"), T9)
        self.row = self.rows(self.account).filtered(lambda row: row.amount < 0)
        self.line = self.row.statement_line_id
        self.assertEqual(self.line.payment_ref, "A")

    def correct(self, **values):
        path = f"accounts/acc-1/transactions/{T9['id']}"
        self.sandbox.control("PATCH", path, json=values)
        self.fetch(self.account)

    def assert_flagged(self, code, part):
        self.assertEqual(self.row.flag_code, code)
        self.assertIn(part, self.row.flag_text)

    def test_label_of_an_untouched_line(self):
        self.correct(remittanceInformation="B")
        self.assertEqual(self.line.payment_ref, "B")
        self.assertFalse(self.row.flag_code)
        self.assertIn("“A” became “B”", self.row.history_text)

    def test_label_of_a_reconciled_line(self):
        self.reconcile(self.line)
        self.correct(remittanceInformation="B")
        self.assertEqual(self.line.payment_ref, "A")
        self.assertTrue(self.line.is_reconciled)
        self.assert_flagged("text_changed", "B")

    def test_label_of_an_edited_line(self):
        self.line.with_user(self.accountant).payment_ref = "Parking, Ghent"
        self.correct(remittanceInformation="B")
        self.assertEqual(self.line.payment_ref, "Parking, Ghent")
        self.assert_flagged("text_changed", "B")

    def test_gone_from_the_whole_list(self):
        self.sandbox.control("DELETE", f"accounts/acc-1/transactions/{T9['id']}")
        self.add_lines(transaction(10, "2026-04-09", "1.00"))
        run = self.fetch(self.account)
        self.assertTrue(run.walk_complete)
        self.assert_flagged("gone", "no longer")
        self.assertTrue(self.line.exists())
        self.assertIn((DAY, -10.0), self.booked(self.account))

    def test_amount_is_never_applied(self):
        for amount in ("-11.00", "-12.00"):
            self.correct(amount=amount)
            self.assertEqual(self.line.amount, -10.0)
            self.assert_flagged("amount_changed", amount)
            self.row.with_user(self.accountant).action_dismiss_flag()
            self.fetch(self.account)
            self.assertFalse(self.row.flag_code, "the same change is told once")
