from odoo.tests import tagged

from ..common import transaction
from .common import ScenarioCommon


@tagged("post_install", "-at_install")
class TestP31(ScenarioCommon):
    """Within a day the lines stand as the bank has them, so the balance runs right."""

    def balances(self, account, day="20260408"):
        return [
            (line.amount, line.running_balance)
            for line in self.lines(account)
            if line.internal_index.startswith(day)
        ]

    def test_running_balance(self):
        account = self.acme(
            transaction(1, "2026-04-08", "-90.00"),
            transaction(2, "2026-04-08", "100.00"),
            transaction(3, "2026-04-08", "-20.00"),
            fetch=False,
        )
        self.type_line(account, "2026-04-01", 50.0, "Opening")
        with self.at("2026-04-08 18:00:00"):
            self.fetch(account)
        self.assertEqual(
            self.balances(account), [(-90.0, -40.0), (100.0, 60.0), (-20.0, 40.0)]
        )
        # Two days later the bank puts one more into 8 April.
        with self.at("2026-04-10 18:00:00"):
            self.add_lines(
                transaction(4, "2026-04-08", "7.00"),
                transaction(5, "2026-04-10", "1.00"),
            )
            self.fetch(account)
        found = self.balances(account)
        others = [amount for amount, _balance in found if amount != 7.0]
        self.assertEqual(others, [-90.0, 100.0, -20.0])
        self.assertEqual(len(found), 4)
        self.assertEqual(found[-1][1], 47.0, "50 − 90 + 100 − 20 + 7")
        self.assertEqual(self.balances(account, "20260410"), [(1.0, 48.0)])
