from datetime import date

from odoo.tests import tagged

from .common import resource, transaction
from .test_decisions import DecisionCommon

MARCH = (date(2026, 3, 1), date(2026, 3, 31))


@tagged("post_install", "-at_install")
class TestCheckPeriod(DecisionCommon):
    """P19: a period is compared with Ponto, and only what is ticked is imported."""

    def setUp(self):
        super().setUp()
        march = [transaction(n, f"2026-03-{n:02}", f"{n}.00") for n in range(1, 31)]
        self.account = self.fetched(
            transaction(90, "2025-12-31", "90.00"),
            *march,
            transaction(91, "2026-04-02", "91.00"),
        )
        self.account = self.account.sudo()
        self.env.flush_all()

    def check(self, period=MARCH):
        """Drive a check as the browser does, and open its result."""
        dialog = self.dialog(self.account.with_user(self.person).action_check_period())
        dialog.write({"date_from": period[0], "date_to": period[1]})
        run = self.decide(dialog, "action_check")
        self.assertEqual((run.trigger, run.kind), ("user", "check"))
        return self.dialog(self.decide(run, "action_open_check"))

    def found(self, dialog):
        return {(line.amount, line.kind) for line in dialog.line_ids}

    def test_two_deleted_and_one_edited(self):
        lines = self.lines(self.account)
        edited = lines.filtered(lambda line: line.amount == 9.0)
        deleted = lines.filtered(lambda line: line.amount in (4.0, 17.0))
        deleted.with_user(self.person).unlink()
        edited.payment_ref = "My own words"
        before = self.account.read(
            [
                "complete_at",
                "walk_run_id",
                "walk_cursor",
                "deep_read_at",
                "last_read_at",
            ]
        )
        self.env.flush_all()
        dialog = self.check()
        self.assertEqual(self.found(dialog), {(4.0, "missing"), (17.0, "missing")})
        self.assertEqual(dialog.known_count, 28)
        self.assertIn("28 in the books, 2 missing", dialog.summary)
        self.assertIn(self.person.name, dialog.line_ids[0].remark)
        self.assertEqual(len(self.booked(self.account)), 29)
        self.assert_answered("Tick the transactions", dialog.action_import())
        dialog.line_ids.selected = True
        run = self.decide(dialog, "action_import")
        self.assertEqual(run.message, "2 booked.")
        self.assertEqual(len(self.booked(self.account)), 31)
        self.assertEqual(edited.payment_ref, "My own words")
        after = self.account.read(list(before[0]))
        self.assertEqual(before, after)
        self.assertFalse(self.check().line_ids)

    def test_only_what_is_ticked(self):
        self.lines(self.account).filtered(lambda line: line.amount < 4).unlink()
        dialog = self.check()
        dialog.line_ids.filtered(lambda line: line.amount == 2.0).selected = True
        self.decide(dialog, "action_import")
        amounts = [amount for _day, amount in self.booked(self.account)]
        self.assertIn(2.0, amounts)
        self.assertNotIn(1.0, amounts)
        self.assertNotIn(3.0, amounts)

    def test_a_check_books_nothing(self):
        """What is new waits for a tick or for the next ordinary fetch."""
        self.add_lines(
            transaction(50, "2026-03-15", "500.00"),
            transaction(51, "2026-03-16", "510.00"),
        )
        dialog = self.check()
        self.assertEqual(self.found(dialog), {(500.0, "new"), (510.0, "new")})
        self.assertEqual(len(self.booked(self.account)), 31)
        dialog.line_ids.filtered(lambda line: line.amount == 500.0).selected = True
        self.decide(dialog, "action_import")
        self.assertEqual(len(self.booked(self.account)), 32)
        self.assertEqual(self.row_of(self.account, 510.0).state, "new")
        run = self.read_again(self.account)
        self.assertEqual(run.imported_count, 1)
        self.assertEqual(len(self.booked(self.account)), 33)

    def test_new_beside_an_equal_line_is_not_offered(self):
        self.add_lines(transaction(50, "2026-03-15", "15.00"))
        line = self.check().line_ids
        self.assertEqual((line.kind, line.is_offered), ("new", False))
        self.assertIn("compares the two first", line.remark)
        line.selected = True
        self.assert_answered("Tick the transactions", line.dialog_id.action_import())

    def test_kinds(self):
        self.add_lines(
            transaction(50, "2026-03-15", "500.00", currency="USD"),
            transaction(51, "2026-03-16", "510.00", currency="USD"),
        )
        self.read_again(self.account)
        self.row_of(self.account, 510.0).action_ignore(note="By hand")
        self.row_of(self.account, 7.0).write(
            {"flag_code": "text_changed", "flag_values": {"label": "Other"}}
        )
        dialog = self.check((date(2025, 12, 1), date(2026, 3, 31)))
        self.assertEqual(
            self.found(dialog), {(500.0, "held"), (510.0, "ignored"), (7.0, "changed")}
        )
        self.assertEqual(dialog.early_count, 1)
        self.assertIn("1 before the start date", dialog.summary)
        ignored = dialog.line_ids.filtered(lambda line: line.kind == "ignored")
        self.assertIn("By hand", ignored.remark)
        ignored.selected = True
        self.decide(dialog, "action_import")
        self.assertEqual(self.row_of(self.account, 510.0).state, "held")

    def test_no_longer_listed(self):
        dialog = self.dialog(self.account.with_user(self.person).action_check_period())
        dialog.write({"date_from": MARCH[0], "date_to": MARCH[1]})
        parts = [resource(n, f"2026-03-{n:02}", f"{n}.00") for n in range(30, 1, -1)]
        self.serve_page(*parts)
        run = self.decide(dialog, "action_check")
        dialog = self.dialog(self.decide(run, "action_open_check"))
        self.assertEqual(self.found(dialog), {(1.0, "gone")})
        self.assertFalse(dialog.line_ids.is_offered)

    def test_reads_only_as_far_as_needed(self):
        """The list is not read to its end for a recent period."""
        with self.at("2026-06-15 09:00:00"):
            more = [transaction(n, "2026-06-14", "1.00") for n in range(100, 320)]
            self.add_lines(*more)
            self.read_again(self.account)
            self.sandbox.clear_requests()
            self.check((date(2026, 6, 10), date(2026, 6, 15)))
        pages = [one for one in self.data_requests() if one.endswith("/transactions")]
        self.assertEqual(len(pages), 3)
        self.sandbox.clear_requests()

    def test_first_read_first(self):
        self.account.complete_at = False
        self.env.flush_all()
        dialog = self.dialog(self.account.with_user(self.person).action_check_period())
        self.assert_answered("fetch transactions first", dialog.action_check())

    def test_one_thing_at_a_time(self):
        row = self.row_of(self.account, 1.0)
        row.statement_line_id.unlink()
        dialog = self.dialog(self.account.with_user(self.person).action_check_period())
        action = dialog.action_check()
        with self.refusal("Another operation is running"):
            row.with_user(self.person).action_restore()
        # The same once more joins; another period waits.
        again = dialog.action_check()
        self.assertEqual(again["params"]["run_ids"], action["params"]["run_ids"])
        dialog.date_from = "2026-01-02"
        self.assert_answered("A fetch is under way", dialog.action_check())
        self.pump(self.env["ponto.sync.run"].browse(action["params"]["run_ids"]))
        self.decide(row, "action_restore")
        self.assertEqual(len(self.booked(self.account)), 31)

    def test_closed_tab(self):
        """The schedule finishes the check; it still books nothing."""
        self.add_lines(transaction(50, "2026-03-15", "500.00"))
        dialog = self.dialog(self.account.with_user(self.person).action_check_period())
        action = dialog.action_check()
        run = self.env["ponto.sync.run"].browse(action["params"]["run_ids"])
        run.sudo().next_step_at = False
        self.env.flush_all()
        self.run_cron()
        self.env.invalidate_all()
        self.assertEqual(run.state, "done")
        self.assertEqual(self.row_of(self.account, 500.0).state, "new")

    def test_broken_off(self):
        dialog = self.dialog(self.account.with_user(self.person).action_check_period())
        action = dialog.action_check()
        run = self.env["ponto.sync.run"].browse(action["params"]["run_ids"])
        self.plan("^/accounts/acc-1/transactions$", status=503, times=None)
        self.pump(run)
        self.end_faults()
        self.assertEqual(run.state, "failed")
        with self.refusal("it did not finish"):
            run.with_user(self.person).action_open_check()

    def test_bank_rights(self):
        clerk = self.make_accountant("account.group_account_invoice")
        with self.refusal("needs the bank rights"):
            self.account.with_user(clerk).action_check_period()
        with self.refusal("needs the bank rights"):
            self.account.with_user(clerk).request_check(*MARCH)
