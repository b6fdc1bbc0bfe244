from datetime import date

from odoo.tests import tagged

from ..common import transaction
from .common import ScenarioCommon

DAY = "2026-04-06"


@tagged("post_install", "-at_install")
class TestP34(ScenarioCommon):
    """A late line is booked on its day and leaves the checked statement as it is."""

    def setUp(self):
        super().setUp()
        with self.at("2026-04-06 16:00:00"):
            self.account = self.acme(
                transaction(1, "2026-04-01", "900.00"),
                transaction(2, DAY, "100.00"),
                fetch=False,
            )
            self.account.with_user(self.manager).statement_grouping = "day"
            self.fetch(self.account)
            self.bank_reports("1000.00")
        with self.at("2026-04-08 18:00:00"):
            self.fetch(self.account)
        self.statement = self.env["account.bank.statement"].search(
            [("name", "=", f"BNK1 {DAY}"), ("company_id", "=", self.company.id)]
        )
        self.assert_checked()

    def bank_reports(self, amount):
        """The account list tells what the balance was at the end of 6 April."""
        values = {
            "currentBalance": amount,
            "currentBalanceReferenceDate": f"{DAY}T00:00:00.000Z",
        }
        self.sandbox.control("PATCH", "accounts/acc-1", json=values)
        self.connection.fetch_accounts()
        self.env.invalidate_all()

    def assert_checked(self):
        self.assertEqual(self.statement.ponto_balance_id.amount, 1000.0)
        self.assertEqual(self.statement.balance_end_real, 1000.0)
        self.assertTrue(self.statement.is_valid and self.statement.is_complete)

    def test_late_line_and_the_banks_correction(self):
        with self.at("2026-04-15 07:00:00"):
            self.add_lines(transaction(101, DAY, "-30.00"))
            run = self.fetch(self.account)
            self.assertEqual((run.state, run.imported_count), ("done", 1))
            late = self.lines(self.account).filtered(lambda line: line.amount < 0)
            self.assertEqual(late.date, date(2026, 4, 6))
            self.assertFalse(late.statement_id)
            row = late.ponto_transaction_ids
            self.assertEqual(row.flag_code, "outside_statement")
            self.assertIn(self.statement.name, row.flag_text)
            self.assertIn("left out of it", self.statement.ponto_remark)
            self.assert_checked()
            self.assertFalse(self.statement.ponto_correction_id)
            # The bank issues 6 April anew: offered, not taken.
            self.bank_reports("970.00")
            self.fetch(self.account)
            self.assertIn("now reports", self.statement.ponto_remark)
            self.assertEqual(self.statement.ponto_correction_id.amount, 970.0)
            self.assert_checked()
            self.statement.with_user(self.accountant).action_ponto_take_correction()
        self.assertEqual(late.statement_id, self.statement)
        self.assertEqual(self.statement.balance_end_real, 970.0)
        self.assertTrue(self.statement.is_valid and self.statement.is_complete)
        self.assertFalse(self.statement.ponto_remark or row.flag_code)
