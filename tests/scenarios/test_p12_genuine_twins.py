from odoo.tests import tagged

from ..common import account_seed, transaction
from .common import ScenarioCommon


@tagged("post_install", "-at_install")
class TestP12(ScenarioCommon):
    """Genuine twins stay two, and one id at two accounts is two transactions."""

    def test_twins_and_an_id_at_two_accounts(self):
        twins = [
            transaction(n, "2026-04-08", "-12.50", remittanceInformation="PARKING")
            for n in (1, 2)
        ]
        self.new_world(
            account_seed(*twins),
            account_seed(twins[0], id="acc-2", reference="BE71096123456769"),
        )
        first = self.linked_account("acc-1", code="BNK1")
        second = self.linked_account("acc-2", code="BNK2")
        for _again in range(2):
            runs = self.fetch(first) | self.fetch(second)
        self.assertEqual(runs.mapped("new_count"), [0, 0])
        self.assertEqual(self.booked(first), [("2026-04-08", -12.5)] * 2)
        self.assertEqual(self.booked(second), [("2026-04-08", -12.5)])
