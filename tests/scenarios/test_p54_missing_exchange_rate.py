from odoo.tests import tagged

from ..common import account_seed, transaction
from .common import ScenarioCommon


@tagged("post_install", "-at_install")
class TestP54(ScenarioCommon):
    """Without an exchange rate on its day a line waits for one, and is not booked 1:1."""

    def setUp(self):
        super().setUp()
        self.dirham = self.env.ref("base.AED")
        self.dirham.active = True
        self.dirham.rate_ids.unlink()
        self.set_currency_rate(self.dirham, "2026-05-10", 4.0)
        self.new_world(
            account_seed(
                transaction(1, "2026-05-02", "-100.00", currency="AED"),
                transaction(2, "2026-05-12", "-200.00", currency="AED"),
                currency="AED",
            )
        )
        self.account = self.linked_account(code="BNKD", currency=self.dirham)
        self.fetch(self.account)

    def in_euro(self, line):
        """What the bank's own account got."""
        ledger = self.account.journal_id.default_account_id
        items = line.move_id.line_ids.filtered(lambda item: item.account_id == ledger)
        return sum(items.mapped("balance"))

    def test_rate_entered_later(self):
        self.assertEqual(self.booked(self.account), [("2026-05-12", -200.0)])
        self.assertEqual(self.in_euro(self.lines(self.account)), -50.0)
        row = self.rows(self.account, "held")
        self.assertEqual(row.hold_code, "no_exchange_rate")
        self.assertIn("no exchange rate for AED on or before 05/02", row.hold_reason)
        # The fetches in between leave it where it is.
        self.assertEqual(self.fetch(self.account).imported_count, 0)
        self.set_currency_rate(self.dirham, "2026-05-01", 5.0)
        action = row.with_user(self.accountant).action_retry()
        self.pump(self.env["ponto.sync.run"].browse(action["params"]["run_ids"]))
        self.assertEqual(
            self.booked(self.account), [("2026-05-02", -100.0), ("2026-05-12", -200.0)]
        )
        self.assertEqual(self.in_euro(row.statement_line_id), -20.0)
