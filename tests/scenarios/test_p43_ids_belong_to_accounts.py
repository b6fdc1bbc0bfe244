from datetime import date

from odoo.tests import tagged

from ..common import account_seed, transaction
from .common import IBAN, ScenarioCommon

T1 = transaction(1, "2026-04-08", "-50.00")


@tagged("post_install", "-at_install")
class TestP43(ScenarioCommon):
    """An id belongs to its account, and history stays with the journal it went to."""

    def setUp(self):
        super().setUp()
        self.new_world(
            account_seed(T1, reference=IBAN),
            account_seed(T1, id="acc-2", reference="BE71096123456769"),
        )
        self.first = self.linked_account("acc-1", code="BNK1", number=IBAN)
        self.second = self.linked_account("acc-2", code="BNK7")
        self.fetch(self.first)
        self.fetch(self.second)

    def test_same_id_at_two_accounts(self):
        for account in (self.first, self.second):
            self.assertEqual(self.booked(account), [("2026-04-08", -50.0)])
            self.assertEqual(self.rows(account).ponto_ref, T1["id"])
        self.assertNotEqual(
            self.rows(self.first).statement_line_id,
            self.rows(self.second).statement_line_id,
        )

    def test_linked_to_another_journal(self):
        account = self.first.with_user(self.manager)
        before = self.first.journal_id
        line = self.lines(self.first)
        account.unlink_journal()
        account.link_journal(self.make_journal("BNK2"), date(2026, 4, 1))
        self.assertIn(before.name, self.first.message_ids[0].body)
        self.assertIn("stay", self.first.message_ids[0].body)
        self.add_lines(transaction(2, "2026-04-10", "4.00"))
        run = self.fetch(self.first)
        self.assertEqual((run.state, run.imported_count), ("done", 1))
        self.assertEqual(self.booked(self.first), [("2026-04-10", 4.0)])
        self.assertEqual(line.journal_id, before)
        self.assertEqual(
            self.env["account.bank.statement.line"].search(
                [("journal_id", "=", before.id)]
            ),
            line,
        )
        self.assertEqual(self.fetch(self.second).imported_count, 0)
