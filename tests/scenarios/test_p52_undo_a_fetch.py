from datetime import date, timedelta

from odoo.tests import tagged

from ..common import transaction
from .common import ScenarioCommon


@tagged("post_install", "-at_install")
class TestP52(ScenarioCommon):
    """A fetch is undone as a whole, but for what somebody matched, and stays undone."""

    def fetched_lines(self, count):
        first = date(2026, 2, 1)
        return self.acme(
            *[
                transaction(n, first + timedelta(days=n // 8), f"{n}.25")
                for n in range(1, count + 1)
            ]
        )

    def undo(self, run):
        self.env.flush_all()
        action = run.with_user(self.accountant).action_undo()
        undo = self.env["ponto.sync.run"].browse(action["params"]["run_ids"])
        self.pump(undo, calls=100)
        return undo

    def test_hundred_and_sixty_lines_three_reconciled(self):
        account = self.fetched_lines(160)
        run = account.run_ids
        self.assertEqual(run.imported_count, 160)
        lines = self.lines(account)
        kept = lines[3] | lines[77] | lines[140]
        for line in kept:
            self.reconcile(line)
        undo = self.undo(run)
        self.assertEqual(self.lines(account), kept)
        self.assertIn("157 removed, 3 kept: 3 matched.", undo.message)
        self.assertEqual(undo.undo_left_ids.statement_line_id, kept)
        for row in undo.undo_left_ids:
            self.assertIn("It is matched", row.undo_left_reason)
        self.assertTrue(all(kept.mapped("is_reconciled")))
        ignored = self.rows(account, "ignored")
        self.assertEqual(len(ignored), 157)
        self.assertEqual(ignored.decided_by_id, self.accountant)
        # The next one does not bring them back, nor do those after it.
        for _again in range(2):
            self.assertEqual(self.fetch(account).imported_count, 0)
            self.assertEqual(self.lines(account), kept)

    def test_audit_trail(self):
        """What may not be deleted is cancelled, and does not count any more."""
        self.company.restrictive_audit_trail = True
        account = self.fetched_lines(6)
        moves = self.lines(account).move_id
        kept = self.lines(account)[2]
        self.reconcile(kept)
        undo = self.undo(account.run_ids)
        self.assertEqual(self.lines(account), kept)
        others = moves - kept.move_id
        self.assertEqual(others.exists(), others)
        self.assertEqual(set(others.mapped("state")), {"cancel"})
        self.assertEqual(kept.move_id.state, "posted")
        self.assertIn(
            "5 removed (5 of their entries are kept as cancelled for the audit trail",
            undo.message,
        )
        self.assertEqual(account.ledger_balance, kept.amount)
        self.assertEqual(self.fetch(account).imported_count, 0)
