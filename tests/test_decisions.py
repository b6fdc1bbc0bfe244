from datetime import date
from decimal import Decimal

from odoo import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import file_open

from ..wording.events import EVENT_CODES, history_text
from ..wording.holds import HOLD_CODES
from .common import transaction
from .test_import import ImportCommon

LOCK = date(2026, 3, 31)


class DecisionCommon(ImportCommon):
    """A manager's decisions; the schedule books as the superuser."""

    def setUp(self):
        super().setUp()
        self.person = self.manager

    def make_accountant(self, group="account.group_account_basic"):
        return new_test_user(
            self.env,
            "ponto_accountant",
            groups=group,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def decide(self, rows, name, **arguments):
        """Click, and let the browser do what follows."""
        self.env.flush_all()
        action = getattr(rows.with_user(self.person), name)(**arguments)
        self.env.flush_all()
        if not action or action["type"] != "ir.actions.client":
            self.env.invalidate_all()
            return action
        runs = self.env["ponto.sync.run"].browse(action["params"]["run_ids"])
        self.pump(runs)
        self.assertEqual(
            runs.mapped("state"), ["done"] * len(runs), runs.mapped("message")
        )
        return runs

    def dialog(self, action):
        return (
            self.env[action["res_model"]]
            .with_user(self.person)
            .browse(action["res_id"])
        )

    def lock(self, day):
        self.company.sudo().fiscalyear_lock_date = day
        self.env.flush_all()

    def row_of(self, account, amount):
        row = self.rows(account).filtered(lambda row: row.amount == amount)
        self.assertEqual(len(row), 1)
        # The inbox is nobody's to write; the tests prepare it all the same.
        return row.sudo()

    def events(self, row):
        return [event["code"] for event in row.history or []]

    def assert_decided(self, row, *events):
        self.assertEqual(self.events(row), list(events))
        self.assertEqual(row.decided_by_id, self.person)
        self.assertTrue(row.decided_at)
        self.assertEqual(row.history[-1]["user_id"], self.person.id)
        self.assertIn(self.person.name, row.history_text)


@tagged("post_install", "-at_install")
class TestOpenDay(DecisionCommon):
    """P17: a row in a closed period goes to another day only if a person says so."""

    def setUp(self):
        super().setUp()
        self.account = self.fetched()
        self.lock(LOCK)
        self.add_lines(
            transaction(2, "2026-04-02", "500.00"),
            transaction(1, "2026-03-28", "-80.00"),
        )
        self.read_again(self.account)
        self.row = self.row_of(self.account, -80.0)

    def test_held_first(self):
        self.assertEqual(self.booked(self.account), [("2026-04-02", 500.0)])
        self.assertEqual(self.held(self.account), [("1", "locked_period")])

    def test_the_day_is_shown_and_nothing_moves_before(self):
        dialog = self.dialog(self.decide(self.row, "action_ask_open_day"))
        self.assertEqual(dialog.line_ids.bank_day, date(2026, 3, 28))
        self.assertEqual(dialog.line_ids.open_day, date(2026, 4, 1))
        self.assertIn("04/01/2026", dialog.summary)
        self.assertEqual((self.row.state, self.row.history), ("held", False))
        self.assertEqual(len(self.booked(self.account)), 1)

    def test_confirmed(self):
        dialog = self.dialog(self.decide(self.row, "action_ask_open_day"))
        run = self.decide(dialog, "action_confirm")
        self.assertEqual(
            self.booked(self.account), [("2026-04-01", -80.0), ("2026-04-02", 500.0)]
        )
        self.assertEqual(run.message, "1 booked.")
        row = self.row
        self.assertEqual(row.execution_date, date(2026, 3, 28))
        self.assertEqual(row.bank_day, date(2026, 3, 28))
        self.assertEqual(row.booking_date, date(2026, 4, 1))
        details = row.statement_line_id.transaction_details["ponto"]
        self.assertEqual(details["execution_date"], "2026-03-28")
        self.assert_decided(row, "open_day")
        self.assertIn("04/01/2026", row.history_text)
        self.read_again(self.account)
        self.assertEqual(len(self.booked(self.account)), 2)
        self.assertEqual(row.statement_line_id.date, date(2026, 4, 1))

    def test_the_banks_correction_does_not_move_it(self):
        """While it waits to be booked, the bank's day and text may change."""
        row = self.row
        row.with_user(self.person).action_book_open_day()
        vals = {
            "state": "new",
            "execution_date": date(2026, 3, 27),
            "value_date": date(2026, 3, 28),
            "booking_date": date(2026, 3, 27),
            "amount": Decimal("-80.00"),
            "label": "Corrected",
            "raw": row.raw,
        }
        names = (
            "counterpart_name",
            "currency_code",
            "fingerprint",
            "ponto_updated_at",
        )
        row._take_latest_word(
            {**vals, **dict.fromkeys(names, False)}, row.decided_run_id
        )
        self.assertEqual(row.label, "Corrected")
        self.assertEqual(row.booking_date, date(2026, 4, 1))
        self.assertEqual(row.bank_day, date(2026, 3, 27))

    def test_lock_moved_between_showing_and_confirming(self):
        dialog = self.dialog(self.decide(self.row, "action_ask_open_day"))
        self.lock(date(2026, 4, 1))
        self.assert_answered("the first open day is different", dialog.action_confirm())
        self.assertEqual(self.row.state, "held")

    def test_locked_again_before_it_is_booked(self):
        """It is held again, with the bank's day and not the one that was chosen."""
        action = self.row.with_user(self.person).action_book_open_day()
        self.lock(date(2026, 4, 1))
        runs = self.env["ponto.sync.run"].browse(action["params"]["run_ids"])
        self.pump(runs)
        self.assertEqual(len(self.booked(self.account)), 1)
        self.assertEqual(self.held(self.account), [("1", "locked_period")])
        self.assertIn("03/28/2026", self.row.hold_reason)
        self.assertEqual(self.row.booking_date, date(2026, 3, 28))
        self.assertIn("1 still held: The bank's date 03/28/2026", runs.message)

    def test_a_persons_lock_exception_counts(self):
        """The bank's own day is open to them; for the schedule it stays closed."""
        self.env["account.lock_exception"].create(
            {
                "company_id": self.company.id,
                "user_id": self.person.id,
                "fiscalyear_lock_date": date(2026, 2, 28),
                "end_datetime": False,
            }
        )
        self.env.flush_all()
        self.decide(self.row, "action_book_open_day")
        self.assertEqual(self.booked(self.account)[0], ("2026-03-28", -80.0))

    def test_anothers_lock_exception_does_not(self):
        self.env["account.lock_exception"].create(
            {
                "company_id": self.company.id,
                "user_id": self.env.user.id,
                "fiscalyear_lock_date": date(2026, 2, 28),
                "end_datetime": False,
            }
        )
        self.env.flush_all()
        self.decide(self.row, "action_book_open_day")
        self.assertEqual(self.booked(self.account)[0], ("2026-04-01", -80.0))

    def test_several_at_once(self):
        self.add_lines(
            transaction(3, "2026-03-30", "-1.00"), transaction(4, "2026-03-31", "-2.00")
        )
        self.read_again(self.account)
        run = self.decide(self.rows(self.account, "held"), "action_book_open_day")
        self.assertEqual(run.message, "3 booked.")
        days = [day for day, amount in self.booked(self.account) if amount < 0]
        self.assertEqual(days, ["2026-04-01"] * 3)

    def test_retry_is_the_banks_day(self):
        self.lock(False)
        self.decide(self.row, "action_retry")
        self.assertEqual(self.booked(self.account)[0], ("2026-03-28", -80.0))
        self.assert_decided(self.row, "retried")

    def test_only_what_a_lock_holds(self):
        booked = self.row_of(self.account, 500.0)
        with self.refusal("Only transactions held by a closed period can"):
            booked.action_book_open_day()


@tagged("post_install", "-at_install")
class TestBeforeTheStart(DecisionCommon):
    def test_in_a_closed_period_too(self):
        """A person may book it on an open day, also before the start."""
        account = self.fetched(
            transaction(3, "2026-04-08", "5.00"), start=date(2026, 4, 5)
        )
        self.lock(LOCK)
        self.add_lines(transaction(4, "2026-03-20", "-7.00"))
        self.read_again(account)
        row = self.row_of(account, -7.0)
        self.assertEqual(row.hold_values, {"date": "2026-03-20", "start": "2026-04-05"})
        self.decide(row, "action_book_open_day")
        self.assertEqual(self.booked(account)[0], ("2026-04-01", -7.0))

    def test_backlog_cannot_be_restored(self):
        account = self.fetched(
            transaction(5, "2026-03-01", "5.00"), start=date(2026, 4, 1)
        )
        row = self.rows(account, "before_cutover")
        with self.refusal("Change the account's start date"):
            row.with_user(self.person).action_restore()


@tagged("post_install", "-at_install")
class TestIgnoreAndRestore(DecisionCommon):
    def setUp(self):
        super().setUp()
        self.account = self.fetched(
            transaction(1, "2026-04-08", "1.00"),
            transaction(2, "2026-04-09", "2.00"),
            transaction(3, "2026-04-10", "3.00", currency="USD"),
        )
        self.held_row = self.rows(self.account, "held")

    def test_ignored_with_a_reason(self):
        dialog = self.dialog(self.decide(self.held_row, "action_ask_ignore"))
        self.assert_answered("Enter a reason", dialog.action_confirm())
        dialog.note = "Entered by hand"
        dialog.action_confirm()
        row = self.held_row
        self.assertEqual((row.state, row.decision_note), ("ignored", "Entered by hand"))
        self.assert_decided(row, "ignored")
        self.assertIn("Ignored: Entered by hand", row.history_text)

    def test_only_held_ones(self):
        with self.refusal("Only held transactions"):
            self.row_of(self.account, 1.0).action_ignore()

    def test_restored_to_held(self):
        self.decide(self.held_row, "action_ignore")
        self.assertIsNone(self.decide(self.held_row, "action_restore"))
        self.assertEqual(self.held_row.state, "held")
        self.assertEqual(self.held_row.hold_code, "currency_mismatch")
        self.assert_decided(self.held_row, "ignored", "restored")

    def delete_by_line(self, line):
        line.with_user(self.person).unlink()

    def delete_by_entry(self, line):
        move = line.move_id.with_user(self.person)
        move.button_draft()
        move.unlink()

    def delete_by_sql(self, line):
        self.env.cr.execute("DELETE FROM account_move WHERE id = %s", [line.move_id.id])
        self.env.invalidate_all()

    def assert_deleted_and_restored_once(self, delete, by):
        row = self.row_of(self.account, 2.0)
        delete(row.statement_line_id)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(row.is_deleted)
        self.assertIn(row, self.rows(self.account).search([("is_deleted", "=", True)]))
        self.assertEqual(row.decided_by_id, by)
        self.assertEqual(self.events(row), ["deleted"] if by else [])
        self.read_again(self.account)
        self.assertEqual(self.booked(self.account), [("2026-04-08", 1.0)])
        self.decide(row, "action_restore")
        booked = [("2026-04-08", 1.0), ("2026-04-09", 2.0)]
        self.assertEqual(self.booked(self.account), booked)
        self.read_again(self.account)
        self.assertEqual(self.booked(self.account), booked)
        self.assertEqual(self.events(row)[-1], "restored")
        # Who clicks late is shown the fetch that booked it.
        late = row.with_user(self.person).action_restore()
        self.assertEqual(late["params"]["run_ids"], row.sudo().decided_run_id.ids)
        self.assertEqual(self.booked(self.account), booked)

    def test_deleted_line(self):
        """P20: listed with who and when; restored once."""
        self.assert_deleted_and_restored_once(self.delete_by_line, self.person)

    def test_deleted_entry(self):
        self.assert_deleted_and_restored_once(self.delete_by_entry, self.person)

    def test_deleted_by_a_cascade(self):
        """Nobody is named, and nothing is forgotten."""
        nobody = self.env["res.users"]
        self.assert_deleted_and_restored_once(self.delete_by_sql, nobody)

    def test_our_own_undo_is_no_deletion(self):
        row = self.row_of(self.account, 2.0)
        line = row.statement_line_id.with_user(self.person)
        line.sudo().with_context(ponto_undo=True).unlink()
        self.assertEqual((row.history, row.decided_by_id.id), (False, False))

    def test_nobody_deletes_unseen(self):
        """By a context of ours, sent with a call from outside."""
        for number, delete in enumerate((self.delete_by_line, self.delete_by_entry)):
            row = self.row_of(self.account, number + 1.0)
            delete(row.statement_line_id.with_context(ponto_undo=True))
            self.assertEqual(self.events(row)[-1:], ["deleted"])
            self.assertEqual(row.decided_by_id, self.person)

    def test_only_what_was_restored_is_booked(self):
        """A row that waits for something else is left alone."""
        one, two = self.row_of(self.account, 1.0), self.row_of(self.account, 2.0)
        (one | two).statement_line_id.unlink()
        one.write({"state": "new"})
        self.decide(two, "action_restore")
        self.assertEqual(self.booked(self.account), [("2026-04-09", 2.0)])
        self.assertEqual(one.state, "new")

    def test_two_clicks_are_one_fetch(self):
        one, two = self.row_of(self.account, 1.0), self.row_of(self.account, 2.0)
        (one | two).statement_line_id.unlink()
        first = one.action_restore()
        second = two.action_restore()
        self.assertEqual(first["params"], second["params"])
        run = self.env["ponto.sync.run"].browse(second["params"]["run_ids"])
        progress = self.pump(run)
        self.assertEqual(len(self.booked(self.account)), 2)
        self.assertEqual(progress["runs"][0]["kind"], "decision")

    def test_flag_is_dismissed(self):
        row = self.row_of(self.account, 1.0)
        values = {"amount": "-1.50"}
        row.write({"flag_code": "amount_changed", "flag_values": values})
        self.decide(row, "action_dismiss_flag")
        self.assertEqual((row.flag_code, row.flag_values), (False, values))
        self.assert_decided(row, "flag_dismissed")
        with self.refusal("changed nothing"):
            row.with_user(self.person).action_dismiss_flag()


@tagged("post_install", "-at_install")
class TestSameOrAnother(DecisionCommon):
    """What may be known already: one person's word, one line."""

    def setUp(self):
        super().setUp()
        self.account = self.fetched(
            transaction(1, "2026-04-08", "1.00"), transaction(2, "2026-04-09", "2.00")
        )
        self.row = self.row_of(self.account, 2.0)
        self.row.statement_line_id.with_context(ponto_undo=True).unlink()
        self.row._hold("in_books_or_new", lines=[], rows=[], count=2)
        self.env.flush_all()

    def by_hand(self, day="2026-04-09", amount=2.0):
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.account.journal_id.id,
                "date": day,
                "amount": amount,
                "payment_ref": "By hand",
            }
        )

    def test_another(self):
        self.by_hand()
        self.decide(self.row, "action_import_as_twin")
        self.assertTrue(self.row.is_another)
        self.assertEqual(self.row.state, "imported")
        self.assertEqual(len(self.lines(self.account)), 3)
        self.assert_decided(self.row, "another")

    def test_another_only_where_it_may_be_known(self):
        with self.refusal("held as a possible duplicate"):
            self.row_of(self.account, 1.0).action_import_as_twin()

    def test_adopted_one_is_separated(self):
        line = self.by_hand()
        line.transaction_details = {
            "ponto": {"account": "acc-1", "transaction": self.row.ponto_ref},
            "mine": 1,
        }
        self.row.write({"state": "adopted", "statement_line_id": line.id})
        self.decide(self.row, "action_separate")
        self.assertEqual(self.row.state, "imported")
        self.assertNotEqual(self.row.statement_line_id, line)
        self.assertEqual(line.transaction_details, {"mine": 1})
        self.assertEqual((line.payment_ref, line.amount), ("By hand", 2.0))
        self.assertEqual(len(self.lines(self.account)), 3)
        self.assert_decided(self.row, "separated")

    def test_alias_is_separated(self):
        known = self.row_of(self.account, 1.0)
        details = known.statement_line_id.transaction_details
        self.row.write({"state": "alias", "alias_of_id": known.id})
        self.decide(self.row, "action_separate")
        self.assertFalse(self.row.alias_of_id)
        self.assertEqual(self.row.state, "imported")
        self.assertEqual(known.statement_line_id.transaction_details, details)
        self.assertEqual(len(self.lines(self.account)), 2)

    def test_only_recognized_ones_are_separated(self):
        with self.refusal("Only transactions recognized"):
            self.row_of(self.account, 1.0).action_separate()


@tagged("post_install", "-at_install")
class TestWhichOne(DecisionCommon):
    """A tie is not decided by the program: a person points at one."""

    DAY = "2026-04-09"

    def tie_of_lines(self):
        """Two unlike lines from elsewhere, and one transaction of their amount."""
        account = self.fetched()
        lines = self.env["account.bank.statement.line"].create(
            [
                {
                    "journal_id": account.journal_id.id,
                    "date": self.DAY,
                    "amount": 2.0,
                    "payment_ref": text,
                }
                for text in ("PARKING NORTH", "PARKING SOUTH")
            ]
        )
        self.add_lines(transaction(1, self.DAY, "2.00", remittanceInformation="CARD"))
        self.read_again(account)
        self.assertEqual(self.held(account), [("1", "in_books_or_new")])
        return account, lines, self.row_of(account, 2.0)

    def tie_of_rows(self):
        """Two unlike transactions are no longer listed, and one new one is."""
        account = self.fetched(
            transaction(1, self.DAY, "-12.50", remittanceInformation="PARKING NORTH"),
            transaction(2, self.DAY, "-12.50", remittanceInformation="PARKING SOUTH"),
        )
        for number in (1, 2):
            ref = transaction(number, self.DAY, "1")["id"]
            self.sandbox.control("DELETE", f"accounts/acc-1/transactions/{ref}")
        self.add_lines(transaction(9, self.DAY, "-12.50", remittanceInformation="CARD"))
        self.read_again(account)
        self.assertEqual(self.held(account), [("9", "same_or_new")])
        return account, self.rows(account, "held").sudo()

    def test_it_is_this_line(self):
        account, lines, row = self.tie_of_lines()
        dialog = self.dialog(self.decide(row, "action_ask_same_as"))
        self.assertEqual(
            set(dialog.candidate_ids.mapped("label")),
            {"PARKING NORTH", "PARKING SOUTH"},
        )
        chosen = dialog.candidate_ids.filtered(lambda one: one.line_id == lines[1])
        self.decide(chosen, "action_choose")
        self.assertEqual((row.state, row.statement_line_id), ("adopted", lines[1]))
        self.assertFalse(row.hold_code)
        self.assertEqual(
            lines[1].transaction_details["ponto"]["transaction"], row.ponto_ref
        )
        self.assertEqual(lines[1].payment_ref, "PARKING SOUTH")
        self.assertFalse(lines[0].transaction_details)
        self.assertEqual(self.lines(account), lines)
        self.assert_decided(row, "same")

    def test_and_then_it_was_not(self):
        account, lines, row = self.tie_of_lines()
        self.decide(row, "action_same_as", line=lines[0].id)
        self.decide(row, "action_separate")
        self.assertEqual(len(self.lines(account)), 3)
        self.assertEqual(row.state, "imported")
        self.assertFalse(lines[0].transaction_details)
        self.read_again(account)
        self.assertEqual(len(self.lines(account)), 3)

    def test_none_of_them(self):
        account, lines, row = self.tie_of_lines()
        dialog = self.dialog(self.decide(row, "action_ask_same_as"))
        run = self.decide(dialog, "action_another")
        self.assertEqual(run.message, "1 booked.")
        self.assertEqual(len(self.lines(account)), 3)
        self.assertFalse(any(lines.mapped("transaction_details")))

    def test_retry_compares_again(self):
        """Retry declares nothing: one of the two lines must go first."""
        account, lines, row = self.tie_of_lines()
        run = self.decide(row, "action_retry")
        self.assertIn("1 still held", run.message)
        self.assertFalse(row.is_another)
        lines[0].unlink()
        run = self.decide(row, "action_retry")
        self.assertEqual(run.message, "1 found in the books.")
        self.assertEqual(row.statement_line_id, lines[1])
        self.assertEqual(len(self.lines(account)), 1)

    def test_retry_compares_several_again(self):
        """Two transactions, one line a day before: its deletion settles both."""
        account = self.fetched()
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": account.journal_id.id,
                "date": "2026-04-08",
                "amount": 2.0,
                "payment_ref": "CARD",
            }
        )
        self.add_lines(
            transaction(1, self.DAY, "2.00", remittanceInformation="CARD"),
            transaction(2, self.DAY, "2.00", remittanceInformation="CARD"),
        )
        self.read_again(account)
        rows = self.rows(account, "held")
        self.assertEqual(set(rows.mapped("hold_code")), {"in_books_or_new"})
        run = self.decide(rows, "action_retry")
        self.assertIn("2 still held", run.message)
        line.unlink()
        run = self.decide(rows, "action_retry")
        self.assertEqual(run.message, "2 booked.")
        self.assertEqual(len(self.lines(account)), 2)

    def test_only_what_it_may_be(self):
        account, _lines, row = self.tie_of_lines()
        other = self.env["account.bank.statement.line"].create(
            {
                "journal_id": account.journal_id.id,
                "date": self.DAY,
                "amount": 5.0,
                "payment_ref": "PARKING WEST",
            }
        )
        for arguments in ({"line": other}, {"row": row}, {}):
            with self.refusal("Choose one of the listed payments"):
                row.with_user(self.person).action_same_as(**arguments)
        self.assertEqual(len(self.lines(account)), 3)

    def test_it_is_this_transaction(self):
        account, row = self.tie_of_rows()
        known = self.rows(account, "imported")[0]
        dialog = self.dialog(self.decide(row, "action_ask_same_as"))
        self.assertEqual(len(dialog.candidate_ids), 2)
        chosen = dialog.candidate_ids.filtered(lambda one: one.row_id == known)
        self.decide(chosen, "action_choose")
        self.assertEqual((row.state, row.alias_of_id), ("alias", known))
        self.assertEqual(len(self.lines(account)), 2)
        self.read_again(account)
        self.assertEqual(len(self.lines(account)), 2)
        self.decide(row, "action_separate")
        self.assertEqual(len(self.lines(account)), 3)
        self.read_again(account)
        self.assertEqual(len(self.lines(account)), 3)

    def test_only_ties(self):
        account = self.fetched(transaction(1, self.DAY, "2.00"))
        with self.refusal("held as a possible duplicate"):
            self.row_of(account, 2.0).action_ask_same_as()


@tagged("post_install", "-at_install")
class TestDocumented(DecisionCommon):
    def test_every_code_is_in_the_docs(self):
        with file_open("account_ponto_sync/docs/held-transactions.md") as page:
            rows = [line.split("|") for line in page if line.startswith("| `")]
        codes = [cells[1].strip(" `") for cells in rows[: len(HOLD_CODES)]]
        self.assertEqual(sorted(codes), sorted(HOLD_CODES))

    def test_every_event_has_words(self):
        for code in EVENT_CODES:
            event = {"code": code, "at": "2026-04-08 10:00:00", "user_id": self.env.uid}
            text = history_text(self.env, [event])
            self.assertIn(self.env.user.name, text)
            self.assertGreater(len(text.split("·")[-1]), 5, code)


@tagged("post_install", "-at_install")
class TestZeroAmounts(DecisionCommon):
    """P44: kept, unless the account leaves them out."""

    PARTS = (
        transaction(1, "2026-04-08", "1.00"),
        transaction(2, "2026-04-09", "0.00", remittanceInformation="Fee statement"),
    )

    def test_kept(self):
        account = self.fetched(*self.PARTS)
        self.assertEqual(len(self.booked(account)), 2)
        self.assertEqual(account.run_ids[:1].skipped_count, 0)

    def test_left_out(self):
        account = self.fetched()
        account.skip_zero_amounts = True
        self.env.flush_all()
        self.add_lines(*self.PARTS)
        run = self.read_again(account)
        self.assertEqual(self.booked(account), [("2026-04-08", 1.0)])
        self.assertEqual((run.imported_count, run.skipped_count), (1, 1))
        self.assertIn("1 skipped", run.message)
        row = self.row_of(account, 0.0)
        self.assertEqual((row.state, row.hold_code), ("ignored", False))
        again = self.read_again(account)
        self.assertEqual((again.skipped_count, again.held_count), (0, 0))
        self.assertEqual(len(self.booked(account)), 1)

    def test_left_out_until_it_is_money(self):
        """What was left out for its amount is booked when the bank corrects that."""
        account = self.fetched()
        account.skip_zero_amounts = True
        self.env.flush_all()
        self.add_lines(*self.PARTS)
        self.read_again(account)
        ref = self.row_of(account, 0.0).ponto_ref
        self.sandbox.control(
            "PATCH", f"accounts/acc-1/transactions/{ref}", json={"amount": "7.77"}
        )
        run = self.read_again(account)
        self.assertEqual(run.imported_count, 1)
        self.assertEqual(
            self.booked(account), [("2026-04-08", 1.0), ("2026-04-09", 7.77)]
        )
        self.assertEqual(self.read_again(account).imported_count, 0)

    def test_more_of_them_than_a_batch(self):
        """A batch that books nothing does not end the fetch."""
        account = self.fetched()
        account.skip_zero_amounts = True
        self.env.flush_all()
        zeros = [transaction(n, "2026-04-08", "0.00") for n in range(10, 100)]
        self.add_lines(*zeros, transaction(1, "2026-04-09", "1.00"))
        run = self.read_again(account)
        self.assertEqual((run.imported_count, run.skipped_count), (1, 90))

    def test_restored_because_somebody_wants_it(self):
        account = self.fetched()
        account.skip_zero_amounts = True
        self.env.flush_all()
        self.add_lines(*self.PARTS)
        self.read_again(account)
        self.decide(self.row_of(account, 0.0), "action_restore")
        self.assertEqual(len(self.booked(account)), 2)


@tagged("post_install", "-at_install")
class TestWhoMayDecide(DecisionCommon):
    NAMES = (
        "action_ask_ignore",
        "action_ask_open_day",
        "action_ask_same_as",
        "action_book_open_day",
        "action_dismiss_flag",
        "action_ignore",
        "action_import_as_twin",
        "action_restore",
        "action_retry",
        "action_same_as",
        "action_separate",
    )

    def test_not_with_invoicing_alone(self):
        account = self.fetched(transaction(1, "2026-04-08", "1.00"))
        clerk = self.make_accountant("account.group_account_invoice")
        row = self.rows(account).with_user(clerk)
        for name in self.NAMES:
            with self.subTest(name), self.refusal("needs the bank rights"):
                getattr(row, name)()
