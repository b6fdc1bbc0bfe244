from datetime import date

from odoo.tests import tagged

from ..common import account_seed, transaction
from .common import IBAN, ScenarioCommon

APRIL = ("2026-04-02", 500.0)


@tagged("post_install", "-at_install")
class TestP17(ScenarioCommon):
    """A line of a closed period is held; a person books it on an open day or not."""

    def setUp(self):
        super().setUp()
        seed = account_seed(
            transaction(1, "2026-03-28", "-80.00"),
            transaction(2, "2026-04-02", "500.00"),
            holderName="Acme BV",
        )
        self.new_world(seed, now="2026-04-05T09:00:00Z")
        self.enterContext(self.at("2026-04-05 09:00:00"))
        self.account = self.linked_account(
            code="BNK1", number=IBAN, start=date(2026, 1, 1)
        )
        self.lock("2026-03-31")
        run = self.fetch(self.account)
        self.assertEqual((run.imported_count, run.held_count), (1, 1), run.message)
        self.row = self.rows(self.account, "held").with_user(self.accountant)
        self.assertEqual(self.booked(self.account), [APRIL])

    def lock(self, day):
        self.company.sudo().fiscalyear_lock_date = day
        self.env.flush_all()

    def click(self, name, **arguments):
        action = getattr(self.row, name)(**arguments)
        self.pump(self.env["ponto.sync.run"].browse(action["params"]["run_ids"]))

    def test_held_and_the_balance_says_so(self):
        self.assertEqual(self.row.hold_code, "locked_period")
        self.assertIn("bank's date 03/28/2026 is in a closed", self.row.hold_reason)
        self.assertAlmostEqual(self.account.balance, 420.0)
        self.assertAlmostEqual(self.account.ledger_balance, 500.0)
        # What differs is what is held, to the cent.
        self.assertAlmostEqual(self.account.balance_difference, self.row.amount)
        self.assertEqual(self.account.held_count, 1)

    def test_booked_on_1_april(self):
        self.click("action_book_open_day")
        self.assertEqual(self.booked(self.account), [("2026-04-01", -80.0), APRIL])
        line = self.row.statement_line_id
        self.assertEqual(line.move_id.date, date(2026, 4, 1))
        details = line.transaction_details["ponto"]
        self.assertEqual(details["execution_date"], "2026-03-28")
        self.assertEqual(self.row.decided_by_id, self.accountant)
        self.assertAlmostEqual(self.account.balance_difference, 0.0)
        self.fetch(self.account)
        self.assertEqual(len(self.booked(self.account)), 2)

    def test_skipped_with_a_reason(self):
        self.row.action_ignore(note="Is in the closing entry of March")
        self.fetch(self.account)
        self.assertEqual(self.booked(self.account), [APRIL])
        self.assertEqual(self.row.state, "ignored")
        self.assertIn("Is in the closing entry of March", self.row.history_text)
        self.assertEqual(self.row.decided_by_id, self.accountant)

    def test_lock_lifted(self):
        # Reading again, and trying too early, moves nothing anywhere.
        self.fetch(self.account)
        self.click("action_retry")
        self.assertEqual(self.booked(self.account), [APRIL])
        self.lock(False)
        self.click("action_retry")
        self.assertEqual(self.booked(self.account), [("2026-03-28", -80.0), APRIL])
        self.assertEqual(self.row.statement_line_id.move_id.date, date(2026, 3, 28))
        self.assertAlmostEqual(self.account.balance_difference, 0.0)
