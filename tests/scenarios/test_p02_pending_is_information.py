from odoo.tests import tagged

from ..common import account_seed, transaction
from .common import IBAN, ScenarioCommon

BANK = {"id": "bank-a", "name": "Vlinderbank", "pendingTransactionsAvailable": True}


@tagged("post_install", "-at_install")
class TestP02(ScenarioCommon):
    """A pending transaction is information only; what is booked of it is one line."""

    def day(self, moment):
        """The bank gives Ponto all it has, and the schedule reads it."""
        with self.at(moment):
            self.sandbox.control(
                "POST",
                "accounts/acc-1/synchronize",
                json={"subtype": "accountTransactionsWithUnsettled"},
            )
            self.run_cron()
            self.env.invalidate_all()

    def test_hotel(self):
        hotel = transaction(1, "2026-04-12", "-50.00", remittanceInformation="HOTEL")
        seed = account_seed(pending=[hotel], holderName="Acme BV")
        self.new_world(seed, institutions=[BANK], now="2026-04-12T08:00:00Z")
        with self.at("2026-04-12 08:00:00"):
            account = self.linked_account(code="BNK1", number=IBAN)
        for moment in ("2026-04-12 09:00:00", "2026-04-13 09:30:00"):
            self.day(moment)
            self.assertEqual(account.run_ids[0].state, "done")
            self.assertEqual(self.booked(account), [])
            self.assertFalse(self.rows(account))
            self.assertEqual(account.ledger_balance, 0.0)
            pending = account.pending_ids
            self.assertEqual((pending.amount, pending.label), (-50.0, "HOTEL"))
            self.assertEqual(pending.execution_date.isoformat(), "2026-04-12")
        with self.at("2026-04-14 07:00:00"):
            ref = account.pending_ids.ponto_ref
            self.sandbox.control("DELETE", f"accounts/acc-1/pending/{ref}")
            self.add_lines(
                transaction(7, "2026-04-14", "-52.30", remittanceInformation="HOTEL"),
                where="bank",
            )
        self.day("2026-04-14 09:45:00")
        self.assertEqual(self.booked(account), [("2026-04-14", -52.3)])
        self.assertEqual(account.ledger_balance, -52.3)
        self.assertFalse(account.pending_ids)
        self.day("2026-04-15 10:00:00")
        self.assertEqual(self.booked(account), [("2026-04-14", -52.3)])
