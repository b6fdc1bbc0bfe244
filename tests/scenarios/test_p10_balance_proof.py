from datetime import date

from odoo.tests import tagged

from ..common import account_seed, transaction
from .common import IBAN, ScenarioCommon

# Twelve lines from 2 to 14 April; the fifth is the one of 42.00.
AMOUNTS = (
    "-25.00", "-31.10", "-12.40", "-60.00", "-42.00", "-18.75",
    "-90.00", "-3.50", "-22.00", "-15.50", "-20.00", "-10.00",
)  # fmt: skip
DAYS = (2, 3, 7, 8, 9, 10, 10, 11, 12, 13, 14, 14)


@tagged("post_install", "-at_install")
class TestP10(ScenarioCommon):
    """The card proves that the books hold what the bank says, or says what is wrong."""

    def setUp(self):
        super().setUp()
        parts = [
            transaction(n, f"2026-04-{day:02}", amount)
            for n, (day, amount) in enumerate(zip(DAYS, AMOUNTS, strict=True), 1)
        ]
        self.new_world(
            account_seed(*parts, reference=IBAN, opening_balance="10000.00"),
            now="2026-04-15T05:59:00Z",
        )

    def account_in_balance(self):
        """Started on 1 April with 10 000.00 at the bank, read on the 15th."""
        account = self.linked_account(start=date(2026, 4, 1), code="BNK1", number=IBAN)
        account.fetch_transactions()
        dialog = self.env["ponto.opening.balance"].create({"account_id": account.id})
        self.assertEqual(dialog.amount, 10000.0)
        dialog.action_post()
        self.env.invalidate_all()
        return account

    def card(self, account):
        self.env.invalidate_all()
        journal = account.journal_id
        return journal._get_journal_dashboard_data_batched()[journal.id]["ponto"]

    def test_equal_then_a_line_is_deleted(self):
        with self.at("2026-04-15 06:00:00"):
            account = self.account_in_balance()
            self.assertEqual(account.balance, 9649.75)
            self.assertEqual(account.ledger_balance, 9649.75)
            self.assertEqual(account.balance_state, "equal")
            self.assertIn("In balance on 04/15/2026", account.balance_message)
            deleted = self.lines(account).filtered(lambda line: line.amount == -42.0)
            self.assertEqual(str(deleted.date), "2026-04-09")
            deleted.move_id.button_draft()
            deleted.move_id.unlink()
            self.fetch(account)
            self.env.invalidate_all()
            self.assertEqual(account.balance_state, "checking")
            self.assertNotIn("balance_sentence", self.card(account))
        with self.at("2026-04-16 07:00:00"):
            self.run_cron()
            self.assertEqual(account.balance_state, "different")
            self.assertEqual(account.balance_difference, -42.0)
            self.assertEqual(account.difference_from, date(2026, 4, 9))
            message = account.balance_message.replace("\ufeff", "")
            self.assertIn("First day that differs: 04/09/2026", message)
            self.assertIn("deleted in Odoo: -42.00\xa0€ (1).", message)
            card = self.card(account)
            self.assertEqual(card["color"], "warning")
            self.assertIn("42.00", card["balance_sentence"])

    def test_no_end_balance_unless_the_bank_reported_it(self):
        """The report is of the 15th: the statement of the 14th stays unchecked."""
        with self.at("2026-04-15 06:00:00"):
            account = self.account_in_balance()
            account.statement_grouping = "day"
            self.add_lines(transaction(20, "2026-04-14", "-1.00"))
            self.fetch(account)
        self.assertEqual(set(account.balance_ids.mapped("date")), {date(2026, 4, 15)})
        statements = self.env["account.bank.statement"].search(
            [("journal_id", "=", account.journal_id.id)]
        )
        self.assertTrue(statements)
        self.assertFalse(statements.ponto_balance_id)
