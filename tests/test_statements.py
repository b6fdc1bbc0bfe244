from datetime import date, timedelta

from odoo import Command
from odoo.tests import tagged

from ..models.inbox import ponto_transaction_import as import_module
from .common import START, PontoCommon, account_seed, transaction
from .test_undo_run import UndoCommon


class StatementCommon(PontoCommon):
    def grouped(self, grouping, *transactions, **values):
        """An account with that setting, linked and read once."""
        self.new_world_of(*transactions, **values)
        account = self.linked_account()
        account.statement_grouping = grouping
        account.fetch_transactions()
        return account

    def new_world_of(self, *transactions, **values):
        self.new_world(account_seed(*transactions, **values))

    def quarter(self):
        """1 January to 31 March without Sundays, one to three lines a day."""
        days = [START + timedelta(days=n) for n in range(90)]
        days = [day for day in days if day.weekday() != 6]
        numbered = [(day, n) for day in days for n in range(day.day % 3 + 1)]
        return [
            transaction(number, day, f"{(-1) ** number * (n + 1)}.25")
            for number, (day, n) in enumerate(numbered, 1)
        ]

    def statements(self, account):
        return self.env["account.bank.statement"].search(
            [("journal_id", "=", account.journal_id.id)], order="first_line_index"
        )

    def report(self, account, day, amount, **values):
        """What Ponto's account list told of that day."""
        return (
            self.env["ponto.balance"]
            .sudo()
            .create(
                {
                    "online_account_id": account.id,
                    "date": day,
                    "amount": amount,
                    "read_at": f"{day} 18:00:00",
                    **values,
                }
            )
        )

    def assert_sound(self, account):
        """Nothing is shown as invalid, and core computes what stands there."""
        statements = self.statements(account)
        self.assertEqual(set(statements.mapped("is_valid")), {True})
        self.assertEqual(set(statements.mapped("is_complete")), {True})
        self.assertFalse(account.journal_id.has_invalid_statements)
        for statement in statements:
            with self.subTest(statement=statement.name):
                self.assert_as_core_computes(statement)

    def assert_as_core_computes(self, statement):
        names = ("first_line_index", "date", "balance_end", "is_complete", "journal_id")
        stored = {name: statement[name] for name in names}
        for name in ("first_line_index", "date", "journal_id", "balance_end"):
            getattr(statement, f"_compute_{name}")()
        statement._compute_is_complete()
        computed = {name: statement[name] for name in names}
        self.assertEqual(stored, computed)


@tagged("post_install", "-at_install")
class TestStatementGrouping(StatementCommon):
    """Statements are cut by the calendar, not by how much was fetched (P33)."""

    def test_none(self):
        account = self.fetched(*self.quarter())
        self.assertFalse(self.statements(account))
        self.assertFalse(self.lines(account).statement_id)

    def check(self, grouping, names):
        account = self.grouped(grouping, *self.quarter())
        statements = self.statements(account)
        self.assertEqual(statements.mapped("name"), [f"BNK9 {name}" for name in names])
        self.assertEqual(set(statements.mapped("reference")), {"Ponto"})
        self.assertTrue(all(self.lines(account).mapped("statement_id")))
        for statement in statements:
            days = statement.line_ids.mapped("date")
            self.assertLessEqual(statement.ponto_period_start, min(days))
            self.assertLessEqual(max(days), statement.ponto_period_end)
            self.assertEqual(statement.date, max(days))
        self.assert_sound(account)
        # One chain of balances, the last of which is the ledger's.
        end = 0.0
        for statement in statements:
            self.assertAlmostEqual(statement.balance_start, end)
            end = statement.balance_end_real
        self.assertAlmostEqual(end, sum(self.lines(account).mapped("amount")))
        self.assertAlmostEqual(end, self.lines(account)[-1].running_balance)
        return account

    def test_day(self):
        days = sorted({part["executionDate"][:10] for part in self.quarter()})
        self.check("day", days)

    def test_week(self):
        self.check("week", [f"2026-W{week:02}" for week in range(1, 15)])

    def test_month(self):
        self.patch(import_module, "BATCH_SIZE", 80)
        account = self.check("month", ["2026-01", "2026-02", "2026-03"])
        # The bank's order within the statements is the bank's order of the lines.
        amounts = self.lines(account).mapped("amount")
        rows = self.rows(account).sorted(lambda row: (row.booking_date, row.ponto_ref))
        self.assertEqual(amounts, rows.mapped("amount"))

    def test_page_by_page(self):
        """Arriving in pieces makes the same statements as all at once."""
        parts = self.quarter()
        account = self.grouped("week", *parts[:50])
        for part in parts[50:56]:
            self.add_lines(part)
            account.fetch_transactions()
        self.add_lines(*parts[56:])
        account.fetch_transactions()
        weeks = [f"BNK9 2026-W{week:02}" for week in range(1, 15)]
        self.assertEqual(self.statements(account).mapped("name"), weeks)
        self.assert_sound(account)

    def test_setting_counts_for_new_lines(self):
        account = self.grouped("none", transaction(1, "2026-02-02", "2.00"))
        account.statement_grouping = "month"
        self.add_lines(transaction(2, "2026-02-03", "3.00"))
        account.fetch_transactions()
        old, new = self.lines(account)
        self.assertFalse(old.statement_id)
        self.assertEqual(new.statement_id.balance_start, 2.0)
        account.statement_grouping = "day"
        self.add_lines(transaction(3, "2026-02-03", "4.00"))
        account.fetch_transactions()
        account.statement_grouping = "none"
        self.add_lines(transaction(4, "2026-02-04", "5.00"))
        account.fetch_transactions()
        account.statement_grouping = "day"
        self.add_lines(transaction(5, "2026-02-05", "6.00"))
        account.fetch_transactions()
        lines = self.lines(account)
        self.assertEqual(
            [line.statement_id.name for line in lines],
            [
                False,
                "BNK9 2026-02",
                "BNK9 2026-02-03",
                False,
                "BNK9 2026-02-05",
            ],
        )
        # What lay between two statements is no statement that is missing.
        self.assertEqual(lines[4].statement_id.balance_start, 14.0)
        self.assertEqual(lines[4].running_balance, 20.0)
        self.assert_sound(account)

    def test_late_line_of_an_unchecked_statement(self):
        """Later statements start from where it ends now."""
        account = self.grouped(
            "day",
            *[transaction(n, f"2026-02-0{n}", f"{n}.00") for n in range(1, 6)],
        )
        self.add_lines(transaction(9, "2026-02-02", "-0.50"))
        account.fetch_transactions()
        statements = self.statements(account)
        self.assertEqual(len(statements), 5)
        self.assertEqual(len(statements[1].line_ids), 2)
        self.assertEqual(statements[1].balance_end_real, 2.5)
        self.assertEqual(statements[4].balance_end_real, 14.5)
        self.assertFalse(any(statements.mapped("ponto_remark")))
        self.assert_sound(account)

    def test_statement_deleted_lines_stay(self):
        """Deleting a statement leaves its lines, and a new reading makes nothing."""
        account = self.grouped("month", *self.quarter()[:20])
        self.statements(account).unlink()
        self.assertEqual(len(self.lines(account)), 20)
        self.assertEqual(account.fetch_transactions().imported_count, 0)
        self.assertFalse(self.statements(account))

    def test_deleting_a_line(self):
        """Of a statement that nobody checked; what follows moves with it."""
        account = self.grouped(
            "day",
            transaction(1, "2026-02-01", "1.00"),
            transaction(2, "2026-02-02", "2.00"),
            transaction(3, "2026-02-03", "3.00"),
            transaction(4, "2026-02-03", "4.00"),
        )
        lines = self.lines(account)
        lines[0].unlink()
        self.assertEqual(
            self.statements(account).mapped("name"),
            ["BNK9 2026-02-02", "BNK9 2026-02-03"],
        )
        lines[2].unlink()
        last = self.statements(account)[-1]
        self.assertEqual((last.balance_start, last.balance_end_real), (2.0, 6.0))
        self.assert_sound(account)

    def test_what_goes_wrong_keeps_no_line_out(self):
        model = type(self.env["ponto.online.account"])

        def fail(account, lines):
            raise ArithmeticError

        self.patch(model, "_group_lines_or_raise", fail)
        with self.assertLogs("odoo.addons.account_ponto_sync", "ERROR"):
            account = self.grouped("day", transaction(1, "2026-02-01", "1.00"))
        self.assertEqual(self.booked(account), [("2026-02-01", 1.0)])
        self.assertFalse(self.statements(account))


@tagged("post_install", "-at_install")
class TestStatementBalances(StatementCommon):
    """An end balance only where the bank reported it; a checked one never moves (P34)."""

    def april(self, **values):
        """1 and 6 April, 1 000.00 together."""
        return self.grouped(
            "day",
            transaction(1, "2026-04-01", "900.00"),
            transaction(2, "2026-04-06", "100.00"),
            **values,
        )

    def statement_of(self, account, day):
        return self.statements(account).filtered(
            lambda st: st.ponto_period_start == date.fromisoformat(day)
        )

    def late(self, account):
        return self.lines(account).filtered(lambda line: line.amount == -30.0)

    def test_late_line_after_a_reported_balance(self):
        with self.at("2026-04-06 16:00:00"):
            account = self.april()
            self.report(account, "2026-04-06", 1000.0)
            statement = self.statement_of(account, "2026-04-06")
            account.fetch_transactions()
            self.assertFalse(statement.ponto_balance_id, "the day is not over")
        with self.at("2026-04-15 08:00:00"):
            self.add_lines(transaction(101, "2026-04-06", "-30.00"))
            account.fetch_transactions()
            late = self.late(account)
            self.assertEqual(late.date, date(2026, 4, 6))
            self.assertFalse(late.statement_id)
            self.assertEqual(statement.ponto_balance_id.amount, 1000.0)
            self.assertEqual(statement.balance_end_real, 1000.0)
            self.assertTrue(statement.is_complete and statement.is_valid)
            row = late.ponto_transaction_ids
            self.assertEqual(row.flag_code, "outside_statement")
            self.assertIn("BNK9 2026-04-06", row.flag_text)
            self.assertIn("1 line of", statement.ponto_remark)
            self.assertFalse(statement.ponto_correction_id)
            with self.refusal("no balance that the late lines explain"):
                statement.action_ponto_take_correction()
            # What comes afterwards starts from the ledger, and is not called invalid.
            self.add_lines(transaction(102, "2026-04-14", "10.00"))
            account.fetch_transactions()
            after = self.statement_of(account, "2026-04-14")
            self.assertEqual((after.balance_start, after.balance_end), (970, 980))
            self.assertFalse(account.journal_id.has_invalid_statements)
            self.assertEqual(after.line_ids.running_balance, 980)
            # The bank issues 6 April anew.
            self.report(account, "2026-04-06", 970.0)
            self.env.invalidate_all()
            self.assertEqual(statement.ponto_correction_id.amount, 970.0)
            self.assertIn("now reports", statement.ponto_remark)
            self.assertEqual(statement.balance_end_real, 1000.0, "only offered")
            statement.action_ponto_take_correction()
            self.assertEqual(late.statement_id, statement)
            self.assertEqual(statement.balance_end_real, 970.0)
            self.assertFalse(statement.ponto_remark)
            self.assertFalse(row.flag_code)
            self.assertEqual(after.balance_start, 970.0)
            self.assert_sound(account)

    def test_balance_that_does_not_agree(self):
        """It is remarked, and written nowhere."""
        account = self.april()
        self.report(account, "2026-04-06", 1500.0)
        account.fetch_transactions()
        statement = self.statement_of(account, "2026-04-06")
        self.assertFalse(statement.ponto_balance_id)
        self.assertEqual(statement.balance_end_real, 1000.0)
        self.assertIn("The bank reported", statement.ponto_remark)
        self.assert_sound(account)
        # The missing line comes: it belongs there, and now both agree.
        self.add_lines(transaction(3, "2026-04-06", "500.00"))
        account.fetch_transactions()
        self.assertEqual(len(statement.line_ids), 2)
        self.assertEqual(statement.ponto_balance_id.amount, 1500.0)
        self.assertFalse(statement.ponto_remark)

    def test_newest_of_the_day_counts(self):
        account = self.april()
        self.report(account, "2026-04-06", 900.0)
        self.report(account, "2026-04-06", 1000.0)
        self.report(account, "2026-04-05", 1000.0)
        self.report(account, "2026-04-06", 1.0, kind="available")
        # Of a bank that told no day: nothing ends with it.
        self.report(account, "2026-04-06", 2.0, date_estimated=True)
        account.fetch_transactions()
        first, second = self.statements(account)
        self.assertFalse(second.ponto_remark)
        self.assertFalse(first.ponto_balance_id)
        self.assertEqual(second.ponto_balance_id.amount, 1000.0)

    def test_card(self):
        """What is owed on a card is reported as positive."""
        account = self.grouped(
            "month", transaction(1, "2026-04-30", "-12.00"), subtype="card"
        )
        self.report(account, "2026-04-30", 12.0)
        account.fetch_transactions()
        statement = self.statements(account)
        self.assertTrue(statement.ponto_balance_id)
        self.assertEqual(statement.balance_end_real, -12.0)

    def test_line_before_a_checked_statement(self):
        """A day without statement of its own, but the bank vouched for a later one."""
        account = self.april()
        self.report(account, "2026-04-06", 1000.0)
        account.fetch_transactions()
        self.add_lines(
            transaction(3, "2026-04-03", "-30.00"),
            transaction(4, "2026-04-07", "7.00"),
        )
        account.fetch_transactions()
        late = self.late(account)
        statement = self.statement_of(account, "2026-04-06")
        self.assertFalse(late.statement_id)
        self.assertEqual(late.ponto_late_for_id, statement)
        self.assertIn("1 line", statement.ponto_remark)
        self.assertFalse(self.statement_of(account, "2026-04-03"))
        self.assertEqual(statement.balance_end_real, 1000.0)
        self.assertTrue(statement.is_complete and statement.is_valid)
        self.assertEqual(len(self.statements(account)), 3)

    def test_statement_of_a_person(self):
        """What a person made or set stays as it is."""
        account = self.april()
        statement = self.statement_of(account, "2026-04-06")
        statement.balance_end_real = 1234.0
        self.assertTrue(statement.ponto_is_edited)
        self.add_lines(transaction(3, "2026-04-06", "-30.00"))
        account.fetch_transactions()
        self.assertEqual(self.late(account).ponto_late_for_id, statement)
        self.assertEqual(statement.balance_end_real, 1234.0)
        by_hand = self.env["account.bank.statement"].create(
            {
                "name": "Paper 1",
                "balance_start": 0,
                "balance_end_real": 900.0,
                "line_ids": [Command.set(self.lines(account)[0].ids)],
            }
        )
        self.add_lines(transaction(4, "2026-03-30", "1.00"))
        account.fetch_transactions()
        line = self.lines(account)[0]
        self.assertEqual((line.amount, line.statement_id.id), (1.0, False))
        self.assertEqual(by_hand.balance_end_real, 900.0)

    def test_opening_balance_is_set_once(self):
        """The start that a person sets stays; the end and what follows go with it."""
        account = self.april()
        first, second = self.statements(account)
        first.balance_start = 5000.0
        self.assertFalse(first.ponto_is_edited)
        self.add_lines(transaction(3, "2026-04-01", "1.00"))
        account.fetch_transactions()
        self.assertEqual((first.balance_start, first.balance_end_real), (5000, 5901))
        self.assertEqual((second.balance_start, second.balance_end_real), (5901, 6001))
        self.report(account, "2026-04-06", 6001.0)
        account.fetch_transactions()
        self.assertTrue(second.ponto_balance_id)
        self.assert_sound(account)

    def test_closed_period(self):
        account = self.april()
        # Core refuses a lock while lines are unmatched.
        self.env.cr.execute(
            "UPDATE res_company SET fiscalyear_lock_date = '2026-04-06' WHERE id = %s",
            [self.company.id],
        )
        self.env.invalidate_all()
        statement = self.statement_of(account, "2026-04-06")
        self.assertTrue(account._is_closed(statement))
        self.add_lines(transaction(3, "2026-04-06", "-30.00"))
        run = account.fetch_transactions()
        self.assertEqual(run.held_count, 1)
        self.assertEqual(statement.balance_end_real, 1000.0)

    def test_line_of_a_checked_statement_is_not_deleted(self):
        account = self.april()
        self.report(account, "2026-04-06", 1000.0)
        account.fetch_transactions()
        for line in self.lines(account):
            # Not the one before either: its statement's end is the other's start.
            with self.refusal("valid statement"):
                line.unlink()

    def test_moved_by_hand_heals(self):
        """A line that a person changes leaves no statement of ours incomplete."""
        account = self.april()
        self.lines(account)[1].amount = 150.0
        account.fetch_transactions()
        self.assertEqual(
            self.statement_of(account, "2026-04-06").balance_end_real, 1050.0
        )
        self.assert_sound(account)


@tagged("post_install", "-at_install")
class TestUndoStatements(UndoCommon, StatementCommon):
    """Undoing a fetch leaves no empty and no invalid statement."""

    def test_undo_takes_unchecked_statements_along(self):
        account = self.grouped("week", *self.quarter()[:100])
        self.match(self.lines(account)[30])
        kept = self.lines(account)[30]
        undo = self.undo(account.run_ids)
        self.assertIn("99 removed, 1 kept", undo.message)
        self.assertEqual(self.statements(account), kept.statement_id)
        self.assertEqual(kept.statement_id.balance_start, 0.0)
        self.assert_sound(account)

    def test_checked_statements_stay(self):
        account = self.grouped(
            "day",
            transaction(1, "2026-04-01", "900.00"),
            transaction(2, "2026-04-06", "100.00"),
            transaction(3, "2026-04-07", "7.00"),
        )
        first = account.run_ids
        self.report(account, "2026-04-06", 1000.0)
        account.fetch_transactions()
        undo = self.undo(first)
        self.assertIn("1 removed, 2 kept: 2 in a checked statement.", undo.message)
        self.assertEqual(len(self.lines(account)), 2)
        self.assert_sound(account)
