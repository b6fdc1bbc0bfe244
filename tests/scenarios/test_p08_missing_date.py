from odoo.tests import tagged

from ..common import transaction
from .common import ScenarioCommon


@tagged("post_install", "-at_install")
class TestP08(ScenarioCommon):
    """A missing date falls back on the other; changing the setting moves nothing."""

    def test_execution_then_value(self):
        account = self.acme(
            transaction(1, "2026-06-16", "1.00", valueDate="2026-08-01"),
            transaction(2, "2026-06-16", "2.00", valueDate=None),
            transaction(3, "2026-06-17", "3.00", executionDate=None),
            fetch=False,
        )
        self.assertEqual(account.date_field, "execution")
        booked = [("2026-06-16", 1.0), ("2026-06-16", 2.0), ("2026-06-17", 3.0)]
        with self.at("2026-06-18 09:00:00"):
            run = self.fetch(account)
            self.assertEqual((run.state, run.held_count), ("done", 0), run.message)
            self.assertEqual(self.booked(account), booked)
            kept = [
                (
                    line.transaction_details["ponto"].get("execution_date"),
                    line.transaction_details["ponto"].get("value_date"),
                )
                for line in self.lines(account).sorted("amount")
            ]
            self.assertEqual(
                kept,
                [
                    ("2026-06-16", "2026-08-01"),
                    ("2026-06-16", None),
                    (None, "2026-06-17"),
                ],
            )
            lines = self.lines(account)
            account.date_field = "value"
            self.fetch(account)
            self.assertEqual(self.booked(account), booked)
        # Also when the value date has come, and the whole list is read once more.
        with self.at("2026-08-02 09:00:00"):
            account.sudo().read_all = True
            self.fetch(account)
        self.assertEqual(self.booked(account), booked)
        self.assertEqual(self.lines(account), lines)
        self.assertFalse(self.rows(account).filtered("flag_code"))
