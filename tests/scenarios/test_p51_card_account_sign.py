from odoo.tests import tagged

from ..common import account_seed, transaction
from .common import IBAN, ScenarioCommon


@tagged("post_install", "-at_install")
class TestP51(ScenarioCommon):
    """A card's bank says 320.00 owed where the ledger says −320.00: that is equal."""

    def card(self, owed):
        """Three purchases of 320.00 altogether."""
        amounts = ("-120.00", "-150.00", "-50.00")
        self.new_world(
            account_seed(
                *[transaction(n, "2026-04-08", a) for n, a in enumerate(amounts, 1)],
                reference=IBAN,
                subtype="card",
            )
        )
        account = self.linked_account(code="CARD", type="credit")
        self.fetch(account)
        balance = {"currentBalance": owed}
        self.sandbox.control("PATCH", "accounts/acc-1", json=balance)
        self.connection.fetch_accounts()
        self.env.invalidate_all()
        return account

    def test_amount_owed(self):
        account = self.card("320.00")
        self.assertEqual(account.journal_id.type, "credit")
        self.assertEqual(sum(self.lines(account).mapped("amount")), -320.0)
        self.assertEqual(account.balance, 320.0)
        self.assertEqual(account.ledger_balance, -320.0)
        self.assertEqual(account.balance_difference, 0.0)

    def test_purchase_that_is_missing(self):
        """The comparison tells a difference in the ledger's sign."""
        account = self.card("330.00")
        self.assertEqual(account.balance_difference, -10.0)
