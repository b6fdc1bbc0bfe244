from datetime import date

from odoo.tests import tagged

from ..common import account_seed, transaction
from .common import IBAN, ScenarioCommon

PARKING = ("2026-03-08", -12.5)


@tagged("post_install", "-at_install")
class TestP11(ScenarioCommon):
    """What a CODA file brought already is recognized, not booked once more."""

    def coda(self):
        """20 lines from 1 to 31 March; two of them are the same parking."""
        days = [*range(1, 8), *range(9, 19), 31]
        others = [(f"2026-03-{day:02}", float(100 + day)) for day in days]
        return sorted([*others, PARKING, PARKING])

    def connect_on_5_april(self, parkings=2):
        """The file's lines, five of them reconciled; then Ponto from 1 March on."""
        coda = self.coda()
        april = [(f"2026-04-0{n}", -float(n)) for n in (1, 2, 3)]
        listed = sorted([*coda, *april, *[PARKING] * (parkings - 2)])
        parts = [
            transaction(
                n,
                day,
                f"{amount:.2f}",
                remittanceInformation="PARKING"
                if (day, amount) == PARKING
                else f"Invoice {amount}",
            )
            for n, (day, amount) in enumerate(listed, 1)
        ]
        seed = account_seed(*parts, holderName="Acme BV")
        self.new_world(seed, now="2026-04-05T09:00:00Z")
        with self.at("2026-04-05 09:00:00"):
            account = self.connection.fetch_accounts()
            journal = self.make_journal("BNK1", IBAN)
            account.link_journal(journal, date(2026, 3, 1))
            lines = self.env["account.bank.statement.line"]
            for day, amount in coda:
                lines |= self.type_line(account, day, amount, f"CODA {amount}")
            for line in lines[:5]:
                self.reconcile(line)
            self.assertEqual(len(lines), 20)
            names = ["date", "amount", "payment_ref", "is_reconciled"]
            before = lines.read(names)
            items = lines.line_ids.read(["account_id", "balance"])
            run = self.fetch(account)
        self.assertEqual((run.state, run.held_count), ("done", 0), run.message)
        self.assertEqual(lines.read(names), before)
        self.assertEqual(lines.line_ids.read(["account_id", "balance"]), items)
        self.assertEqual(sum(lines.mapped("is_reconciled")), 5)
        adopted = self.rows(account, "adopted")
        self.assertEqual((len(adopted), run.adopted_count), (20, 20))
        self.assertEqual(adopted.statement_line_id, lines)
        for row in adopted:
            details = row.statement_line_id.transaction_details["ponto"]
            self.assertEqual(details["transaction"], row.ponto_ref)
        with self.at("2026-04-05 10:00:00"):
            self.assertEqual(self.fetch(account).new_count, 0)
        return run, sorted(self.booked(account)), sorted([*coda, *april])

    def test_the_same_twenty_and_three_in_april(self):
        run, booked, expected = self.connect_on_5_april()
        self.assertEqual(run.imported_count, 3)
        self.assertEqual(booked, expected)

    def test_a_third_parking(self):
        run, booked, expected = self.connect_on_5_april(parkings=3)
        self.assertEqual(run.imported_count, 4)
        self.assertEqual(booked, sorted([*expected, PARKING]))
