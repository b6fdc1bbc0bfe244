from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import resource, transaction
from .test_decisions import DecisionCommon

APRIL = date(2026, 4, 1)
MARCH = date(2026, 3, 1)


@tagged("post_install", "-at_install")
class TestMoveStart(DecisionCommon):
    """P18: nothing before the start is created unless a person confirms another."""

    def setUp(self):
        super().setUp()
        self.account = self.fetched(
            transaction(1, "2026-02-20", "100.00"),
            transaction(2, "2026-03-05", "-20.00", counterpartName="Molens De Maas"),
            transaction(3, "2026-03-28", "50.00"),
            transaction(4, "2026-04-02", "7.00"),
            start=APRIL,
        )
        self.env.flush_all()

    def open_dialog(self, start):
        action = self.account.with_user(self.person).action_move_start()
        dialog = self.dialog(action)
        dialog.new_start = start
        self.env.flush_all()
        return dialog

    def move(self, start, **values):
        dialog = self.open_dialog(start)
        dialog.write(values)
        return self.decide(dialog, "action_confirm")

    # === BACK === #

    def test_preview(self):
        self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.account.journal_id.id,
                "date": "2026-03-06",
                "amount": -20.0,
            }
        )
        self.add_lines(transaction(9, "2026-03-20", "3.00"))
        self.read_again(self.account)
        self.assertEqual(self.held(self.account), [("9", "before_start")])
        dialog = self.open_dialog(MARCH)
        self.assertEqual(dialog.direction, "earlier")
        self.assertEqual(dialog.waiting_count, 2)
        self.assertEqual((dialog.money_in, dialog.money_out), (50.0, -20.0))
        self.assertEqual(dialog.first_day, date(2026, 3, 5))
        self.assertEqual(dialog.last_day, date(2026, 3, 28))
        self.assertEqual(dialog.alike_count, 1)
        self.assertEqual(dialog.late_count, 1)
        self.assertEqual(dialog.locked_count, 0)
        self.assertEqual(self.account.sync_start_date, APRIL)
        self.assertFalse(self.account._open_run())

    def test_earlier(self):
        run = self.move(MARCH)
        self.assertEqual(
            self.booked(self.account),
            [("2026-03-05", -20.0), ("2026-03-28", 50.0), ("2026-04-02", 7.0)],
        )
        line = self.row_of(self.account, -20.0).statement_line_id
        self.assertEqual(line.partner_name, "Molens De Maas")
        self.assertEqual(line.payment_ref, "Transaction 2")
        self.assertEqual(self.row_of(self.account, 100.0).state, "before_cutover")
        self.assertFalse(self.account.read_all)
        self.assertEqual(run.imported_count, 2)
        message = self.account.message_ids[0]
        self.assertIn("04/01/2026 to 03/01/2026", message.body)
        self.assertEqual(message.author_id, self.person.partner_id)

    def test_thirty_fetches_later(self):
        """P18: read again however often, nothing before the start comes."""
        self.move(MARCH)
        booked = self.booked(self.account)
        for number in range(5):
            self.account.sudo().write({"deep_read_at": False, "read_all": number == 3})
            self.read_again(self.account)
        self.assertEqual(self.booked(self.account), booked)
        self.assertEqual(self.row_of(self.account, 100.0).state, "before_cutover")

    def test_the_list_is_read_to_its_end(self):
        """Although a hundred known rows stand on top of what is wanted."""
        more = [
            transaction(n, "2026-04-03", "1.00", createdAt="2026-04-03T10:00:00.000Z")
            for n in range(100, 350)
        ]
        self.add_lines(*more)
        self.read_again(self.account)
        self.sandbox.clear_requests()
        run = self.move(MARCH)
        self.assertEqual(run.read_count, 254)
        self.assertEqual(run.imported_count, 2)

    def test_arrived_late_is_released(self):
        self.add_lines(transaction(9, "2026-03-20", "3.00"))
        self.read_again(self.account)
        self.move(MARCH)
        self.assertIn(("2026-03-20", 3.0), self.booked(self.account))
        self.assertFalse(self.rows(self.account, "held"))

    def test_still_late_is_held(self):
        """What is unknown and before the new start is no backlog: it arrived late."""
        self.add_lines(transaction(9, "2026-02-21", "3.00"))
        self.move(MARCH)
        self.assertEqual(self.held(self.account), [("9", "before_start")])

    def test_closed_period_is_confirmed(self):
        self.lines(self.account).unlink()
        self.lock(date(2026, 3, 10))
        dialog = self.open_dialog(MARCH)
        self.assertIn("closed until 03/10/2026", dialog.lock_warning)
        self.assertEqual(dialog.locked_count, 1)
        self.assert_answered("closed until 03/10/2026", dialog.action_confirm())
        self.assertEqual(self.account.sync_start_date, APRIL)
        self.move(MARCH, allow_locked=True)
        self.assertEqual(self.held(self.account), [("2", "locked_period")])
        self.assertNotIn("start", self.rows(self.account, "held").hold_values)
        self.assertEqual(self.booked(self.account), [("2026-03-28", 50.0)])

    def test_no_longer_listed(self):
        action = self.open_dialog(MARCH).action_confirm()
        run = self.env["ponto.sync.run"].browse(action["params"]["run_ids"])
        self.serve_page(resource(4, "2026-04-02", "7.00"))
        self.pump(run)
        self.assertIn("2 transactions since the new start date", run.message)
        self.assertEqual(len(self.booked(self.account)), 1)

    def test_an_interrupted_reading_goes_on(self):
        more = [transaction(n, "2026-04-03", "1.00") for n in range(100, 350)]
        self.add_lines(*more)
        self.read_again(self.account)
        action = self.open_dialog(MARCH).action_confirm()
        run = self.env["ponto.sync.run"].browse(action["params"]["run_ids"])
        self.plan("^/accounts/acc-1/transactions$", status=503, skip=1, times=None)
        self.pump(run)
        self.end_faults()
        self.assertEqual(run.state, "partial")
        self.assertTrue(self.account.read_all)
        self.read_again(self.account)
        self.assertFalse(self.account.read_all)
        self.assertIn(("2026-03-05", -20.0), self.booked(self.account))

    # === FORTH === #

    def test_later(self):
        self.add_lines(transaction(5, "2026-04-05", "9.00", currency="USD"))
        self.read_again(self.account)
        booked = self.booked(self.account)
        result = self.move(date(2026, 4, 20))
        self.assertEqual(result["type"], "ir.actions.act_window_close")
        self.assertEqual(self.booked(self.account), booked)
        self.assertEqual(self.held(self.account), [("5", "before_start")])
        self.add_lines(
            transaction(6, "2026-04-19", "1.00"), transaction(7, "2026-04-20", "2.00")
        )
        self.read_again(self.account)
        self.assertEqual(self.booked(self.account), [*booked, ("2026-04-20", 2.0)])
        self.assertIn(("6", "before_start"), self.held(self.account))

    # === REFUSED === #

    def test_same_day(self):
        self.assert_answered(
            "Choose a date other", self.open_dialog(APRIL).action_confirm()
        )

    def test_while_a_fetch_is_open(self):
        self.account.action_fetch_transactions()
        self.assert_answered(
            "A fetch is under way", self.open_dialog(MARCH).action_confirm()
        )

    def test_for_managers(self):
        accountant = self.make_accountant()
        with self.assertRaises(AccessError):
            self.account.with_user(accountant).action_move_start()
        with self.assertRaises(AccessError):
            self.account.with_user(accountant).move_start(MARCH)

    def test_another_rule_for_days_books_no_backlog(self):
        """The value date of a row of the backlog may lie after the start."""
        self.account.date_field = "value"
        self.serve_page(resource(3, "2026-03-28", "50.00", valueDate="2026-04-02"))
        self.read_again(self.account)
        self.assertEqual(self.booked(self.account), [("2026-04-02", 7.0)])
