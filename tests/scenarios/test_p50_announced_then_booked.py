from odoo.tests import tagged

from ..common import transaction
from .common import ScenarioCommon

DAY = "2026-03-15"
F1 = transaction(1, DAY, "-12.00", remittanceInformation="STANDING ORDER RENT")
T9 = transaction(9, DAY, "-12.00", remittanceInformation="STANDING ORDER RENT")


@tagged("post_install", "-at_install")
class TestP50(ScenarioCommon):
    """A payment that the bank announces and then books is one line, on its day."""

    def setUp(self):
        super().setUp()
        with self.at("2026-03-04 09:00:00"):
            self.account = self.acme(F1)
        row = self.rows(self.account)
        self.assertEqual((row.state, self.booked(self.account)), ("planned", []))

    def read_list(self, moment):
        with self.at(moment):
            run = self.fetch(self.account)
        self.assertEqual(run.state, "done", run.message)
        return run

    def assert_one_line(self):
        self.assertEqual(self.booked(self.account), [(DAY, -12.0)])

    def replace(self):
        with self.at("2026-03-15 06:00:00"):
            path = f"accounts/acc-1/transactions/{F1['id']}"
            self.sandbox.control("DELETE", path)
            self.add_lines(T9)

    def test_booked_under_another_id(self):
        self.read_list("2026-03-14 09:00:00")
        self.assertEqual(self.booked(self.account), [])
        self.replace()
        self.read_list("2026-03-15 09:00:00")
        self.assert_one_line()
        for moment in ("2026-03-15 17:00:00", "2026-03-16 09:00:00"):
            self.read_list(moment)
            self.assert_one_line()
        self.assertFalse(self.rows(self.account, "held"))

    def test_booked_under_its_own_id(self):
        self.read_list("2026-03-15 09:00:00")
        self.assert_one_line()
        self.read_list("2026-03-16 09:00:00")
        self.assert_one_line()

    def test_both_listed(self):
        """A person is asked about the second one; the first is in the books."""
        with self.at("2026-03-15 06:00:00"):
            self.add_lines(T9)
        run = self.read_list("2026-03-15 09:00:00")
        self.assertIn("1 held", run.message)
        self.assert_one_line()
        self.assertEqual(self.rows(self.account, "held").hold_code, "planned_or_booked")
