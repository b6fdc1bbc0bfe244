from odoo.tests import tagged

from ..common import resource
from .common import ScenarioCommon

DAY = "2026-04-08"


@tagged("post_install", "-at_install")
class TestP32(ScenarioCommon):
    """Two bad lines of 120 are held with reason and payload; 118 are in the books."""

    def items(self, currency=None, amount=None):
        """120 transactions; #57 in an archived currency, #80 without an amount."""
        items = [resource(n, DAY, f"{n}.00") for n in range(1, 121)]
        items[56]["attributes"]["currency"] = currency or "GBP"
        items[79]["attributes"]["amount"] = amount
        return items[::-1]

    def test_two_of_120(self):
        self.assertFalse(self.env.ref("base.GBP").active)
        account = self.acme(fetch=False)
        self.serve_page(*self.items())
        run = self.fetch(account)
        self.assertEqual((run.imported_count, run.held_count), (118, 2))
        self.assertIn("2 held", run.message)
        self.assertEqual(len(self.booked(account)), 118)
        held = self.rows(account, "held")
        reasons = {int(row.ponto_ref[-4:]): row.hold_code for row in held}
        self.assertEqual(reasons, {57: "currency_mismatch", 80: "unreadable"})
        for row in held:
            self.assertTrue(row.hold_reason)
            self.assertEqual(row.raw["attributes"]["executionDate"][:10], DAY)
        # Tried again as they are: the same two, and nothing else is touched.
        lines = self.lines(account)
        action = held.with_user(self.accountant).action_retry()
        runs = self.env["ponto.sync.run"].browse(action["params"]["run_ids"])
        self.pump(runs)
        self.assertEqual((runs.imported_count, runs.held_count), (0, 2))
        self.assertEqual(self.rows(account, "held"), held)
        self.assertEqual(self.lines(account), lines)
        # The bank mends them: the next fetch books just these two.
        self.serve_page(*self.items(currency="EUR", amount=80))
        run = self.fetch(account)
        self.assertEqual((run.imported_count, run.held_count), (2, 0))
        self.assertFalse(self.rows(account, "held"))
        amounts = sorted(amount for _day, amount in self.booked(account))
        self.assertEqual(amounts, [float(n) for n in range(1, 121)])
