from odoo.tests import tagged

from ..common import resource
from .common import ScenarioCommon

DAY = "2026-04-08"


@tagged("post_install", "-at_install")
class TestP42(ScenarioCommon):
    """Transactions without a usable id get one by content and occurrence."""

    def item(self, ref):
        item = resource(1, DAY, "-12.50", remittanceInformation="PARKING")
        return {**item, "id": ref}

    def test_three_equal_ones(self):
        account = self.acme(fetch=False)
        items = [self.item(ref) for ref in ("", " ", None)]
        self.serve_page(*items)
        run = self.fetch(account)
        self.assertEqual((run.state, run.imported_count), ("done", 3))
        self.assertEqual(self.booked(account), [(DAY, -12.5)] * 3)
        refs = sorted(self.rows(account).mapped("ponto_ref"))
        self.assertEqual([ref.split("#")[1] for ref in refs], ["0", "1", "2"])
        self.assertEqual(len({ref.split("#")[0] for ref in refs}), 1)
        # Again, and once more with news on top: none of the three is new.
        self.serve_page(*items)
        run = self.fetch(account)
        self.assertEqual((run.state, run.new_count, run.imported_count), ("done", 0, 0))
        self.serve_page(resource(9, "2026-04-09", "3.00"), *items)
        self.assertEqual(self.fetch(account).imported_count, 1)
        self.assertEqual(
            self.booked(account), [(DAY, -12.5)] * 3 + [("2026-04-09", 3.0)]
        )
        # A fourth one of the kind is new, wherever it is listed.
        self.serve_page(self.item(None), *items)
        self.assertEqual(self.fetch(account).imported_count, 1)
        self.assertEqual(self.booked(account).count((DAY, -12.5)), 4)
