from odoo.tests import tagged

from ..common import account_seed, transaction
from .common import ScenarioCommon

DAY = "2026-03-12"
COUNT = 40


@tagged("post_install", "-at_install")
class TestP03(ScenarioCommon):
    """Other ids and texts for what is known already make no line a second time."""

    def reissue(self, *parts):
        """The bank lists these from now on, and nothing else."""
        self.new_world(account_seed(*parts, holderName="Acme BV"))

    def test_whole_history_again(self):
        account = self.acme(
            *[transaction(n, DAY, f"-{n}.00") for n in range(1, COUNT + 1)]
        )
        lines = self.lines(account)
        for line in lines[:25]:
            self.reconcile(line)
        names = ["date", "amount", "payment_ref", "is_reconciled", "move_id"]
        before = lines.read(names)
        items = lines.line_ids.read(["account_id", "balance", "name"])
        self.reissue(
            *[
                transaction(
                    1000 + n,
                    DAY,
                    f"-{n}.00",
                    remittanceInformation=f"12.03 Transaction {n}",
                )
                for n in range(1, COUNT + 1)
            ]
        )
        run = self.fetch(account)
        self.assertEqual((run.state, run.imported_count), ("done", 0), run.message)
        self.assertEqual((run.alias_count, run.held_count), (COUNT, 0))
        self.assertEqual(self.lines(account), lines)
        self.assertEqual(lines.read(names), before)
        self.assertEqual(lines.line_ids.read(["account_id", "balance", "name"]), items)
        self.assertEqual(sum(lines.mapped("is_reconciled")), 25)
        for alias in self.rows(account, "alias"):
            # U1 stands for T1, not for any other.
            known = transaction(int(alias.ponto_ref[-12:]) - 1000, DAY, "1")["id"]
            self.assertEqual(alias.alias_of_id.ponto_ref, known)
            self.assertFalse(alias.alias_of_id.flag_code)
        self.assertEqual(self.fetch(account).new_count, 0)

    def held_for_review(self, *labels):
        """Two parkings in the books; the bank lists these instead of them."""
        account = self.acme(
            *[
                transaction(n, DAY, "-12.50", remittanceInformation=text)
                for n, text in enumerate(("PARKING NORTH", "PARKING SOUTH"), 1)
            ]
        )
        booked = self.lines(account)
        self.assertEqual(len(booked), 2)
        self.reissue(
            *[
                transaction(n, DAY, "-12.50", remittanceInformation=text)
                for n, text in enumerate(labels, 101)
            ]
        )
        run = self.fetch(account)
        self.assertEqual((run.imported_count, run.alias_count), (0, 0))
        self.assertEqual(run.held_count, len(labels))
        self.assertEqual(self.lines(account), booked)
        for row in self.rows(account, "held"):
            self.assertEqual(row.hold_code, "same_or_new")
            self.assertEqual(len(row._candidate_rows()), 2)

    def test_one_that_could_be_either(self):
        self.held_for_review("12.03 PARKING")

    def test_two_that_could_be_either(self):
        self.held_for_review("12.03 PARKING CAR 1", "12.03 PARKING CAR 2")
