from datetime import date, timedelta

from odoo.tests import tagged

from ..common import transaction
from .common import ScenarioCommon

DAYS = [date(2026, 1, 1) + timedelta(days=n) for n in range(90)]
WEEKDAYS = [day for day in DAYS if day.weekday() < 5]
READING = ["GET /accounts/acc-1/transactions"]


@tagged("post_install", "-at_install")
class TestP33(ScenarioCommon):
    """Statements are cut by the calendar, whatever one fetch brought, or not at all."""

    def quarter(self, grouping):
        """1 January to 31 March at once, a line on each weekday.

        What is asked for and booked is the same however statements are cut.
        """
        account = self.acme(
            *[transaction(n, day, f"{n}.10") for n, day in enumerate(WEEKDAYS, 1)],
            fetch=False,
        )
        account.with_user(self.manager).statement_grouping = grouping
        self.sandbox.clear_requests()
        run = self.fetch(account)
        self.assertEqual(run.state, "done", run.message)
        self.assertEqual(self.data_requests(), READING)
        self.assertEqual(
            self.booked(account),
            [(day.isoformat(), n + 0.1) for n, day in enumerate(WEEKDAYS, 1)],
        )
        return account

    def statements(self, account):
        return self.env["account.bank.statement"].search(
            [("journal_id", "=", account.journal_id.id)], order="first_line_index"
        )

    def assert_cut(self, grouping, names):
        account = self.quarter(grouping)
        statements = self.statements(account)
        codes = [f"BNK1 {name}" for name in names]
        self.assertEqual(statements.mapped("name"), codes)
        self.assertTrue(all(statement.line_ids for statement in statements))
        self.assertEqual(len(statements.line_ids), len(WEEKDAYS))
        self.assertEqual(set(statements.mapped("is_valid")), {True})
        self.assertEqual(self.fetch(account).imported_count, 0)
        self.assertEqual(self.statements(account), statements)

    def test_none(self):
        self.assertFalse(self.statements(self.quarter("none")))

    def test_day(self):
        """One for each day with lines, none for the others."""
        self.assert_cut("day", [day.isoformat() for day in WEEKDAYS])

    def test_week(self):
        """Weeks as ISO counts them: 1 January 2026 is in the first."""
        self.assert_cut("week", [f"2026-W{week:02}" for week in range(1, 15)])

    def test_month(self):
        self.assert_cut("month", ["2026-01", "2026-02", "2026-03"])

    def test_changed_setting_counts_for_new_lines(self):
        account = self.quarter("month")
        before = {line: line.statement_id for line in self.lines(account)}
        account.with_user(self.manager).statement_grouping = "none"
        self.add_lines(transaction(901, "2026-04-01", "1.00"))
        self.fetch(account)
        account.with_user(self.manager).statement_grouping = "day"
        self.add_lines(transaction(902, "2026-04-02", "2.00"))
        self.fetch(account)
        after = {line: line.statement_id for line in self.lines(account)}
        self.assertEqual({line: after[line] for line in before}, before)
        new = [after[line].name for line in self.lines(account) if line not in before]
        self.assertEqual(new, [False, "BNK1 2026-04-02"])
