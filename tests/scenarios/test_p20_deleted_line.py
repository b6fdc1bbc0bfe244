from datetime import datetime

from odoo.tests import tagged

from ..common import transaction
from .common import ScenarioCommon

DAY = "2026-04-08"


@tagged("post_install", "-at_install")
class TestP20(ScenarioCommon):
    """A deleted line does not come back, until a person restores it, once."""

    def amounts(self, account):
        return [amount for _day, amount in self.booked(account)]

    def restore(self, row):
        action = row.with_user(self.accountant).action_restore()
        runs = self.env["ponto.sync.run"].browse(action["params"]["run_ids"])
        self.pump(runs)
        self.assertEqual(runs.state, "done", runs.message)

    def test_deleted_line(self):
        account = self.acme(*[transaction(n, DAY, f"-{n}.00") for n in range(1, 7)])
        [fifth] = self.rows(account).filtered(lambda row: row.amount == -5.0)
        with self.at("2026-04-09 07:30:00"):
            fifth.statement_line_id.with_user(self.accountant).unlink()
        run = self.fetch(account)
        self.assertEqual((run.state, run.imported_count), ("done", 0))
        self.assertNotIn(-5.0, self.amounts(account))
        # Under "ignored", with who and when.
        action = self.env.ref("account_ponto_sync.ponto_transaction_view_search")
        self.assertIn("('is_deleted', '=', True)", action.arch)
        listed = self.env["ponto.transaction"].search(
            ["|", ("state", "=", "ignored"), ("is_deleted", "=", True)]
        )
        self.assertEqual(listed, fifth)
        self.assertEqual(fifth.decided_by_id, self.accountant)
        self.assertEqual(fifth.decided_at, datetime(2026, 4, 9, 7, 30))
        self.assertIn(self.accountant.name, fifth.what_to_know)
        # Restored: once.
        self.restore(fifth)
        self.assertEqual(self.amounts(account).count(-5.0), 1)
        # A second click joins what the first one began.
        self.restore(fifth)
        self.assertEqual(self.amounts(account).count(-5.0), 1)
        self.assertEqual(self.fetch(account).imported_count, 0)
        self.assertEqual(self.amounts(account).count(-5.0), 1)

    def test_two_lines_merged(self):
        """One line takes over the amount of the other: both ids are remembered."""
        account = self.acme(
            transaction(1, DAY, "-30.00"),
            transaction(2, DAY, "-12.00"),
            transaction(3, DAY, "7.00"),
        )
        kept, merged, _other = self.lines(account)
        merged.with_user(self.accountant).unlink()
        kept.with_user(self.accountant).amount = -42.0
        for _again in range(2):
            run = self.fetch(account)
            self.assertEqual((run.imported_count, run.held_count), (0, 0))
        self.assertEqual(sorted(self.amounts(account)), [-42.0, 7.0])

    def test_deleted_statement(self):
        """The lines stay, and nothing is created."""
        account = self.acme(*[transaction(n, DAY, f"-{n}.00") for n in range(1, 4)])
        lines = self.lines(account)
        statement = self.env["account.bank.statement"].create(
            {"name": "April", "line_ids": [(6, 0, lines.ids)]}
        )
        statement.balance_end_real = statement.balance_end
        statement.with_user(self.accountant).unlink()
        self.assertEqual(self.lines(account), lines)
        self.assertFalse(lines.statement_id)
        self.assertEqual(self.fetch(account).imported_count, 0)
        self.assertEqual(self.lines(account), lines)
