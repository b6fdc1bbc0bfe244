import contextlib
import json
from datetime import date, timedelta

from odoo import Command
from odoo.tests import new_test_user, tagged

from ..models.undo import ponto_sync_run as undo_module
from .common import PontoCommon, account_seed, transaction


class UndoCommon(PontoCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = new_test_user(
            cls.env,
            "ponto_undo_accountant",
            groups="account.group_account_basic,account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def setUp(self):
        super().setUp()
        # A bank's opening of its own would hide what stays.
        self.env.flush_all()

    def days(self, count, first=date(2026, 2, 1)):
        return [
            transaction(n, first + timedelta(days=(n - 1) // 8), f"{n}.25")
            for n in range(1, count + 1)
        ]

    def undo(self, run, user=None):
        """Click, and wait as the browser does."""
        action = run.with_user(user or self.accountant).action_undo()
        undo = self.env["ponto.sync.run"].browse(action["params"]["run_ids"])
        self.pump(undo, calls=100)
        return undo

    def match(self, line):
        """As a person does who knows what the money was for."""
        _liquidity, suspense, _others = line._seek_for_lines()
        suspense.account_id = self.an_account("income")
        self.assertTrue(line.is_reconciled)

    def ledger(self, account):
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", account.journal_id.default_account_id.id),
                ("parent_state", "=", "posted"),
            ]
        )
        return sum(lines.mapped("balance"))

    def left(self, undo):
        return {row.statement_line_id: row.undo_left_code for row in undo.undo_left_ids}


@tagged("post_install", "-at_install")
class TestUndoRun(UndoCommon):
    """A fetch is undone as a whole, and does not come back (P52)."""

    def test_hundred_and_sixty_lines_three_matched(self):
        account = self.fetched(*self.days(160))
        run = account.run_ids
        self.assertEqual(run.imported_count, 160)
        lines = self.lines(account)
        matched = lines[4] | lines[80] | lines[150]
        for line in matched:
            self.match(line)
        moves = matched.move_id
        numbers = {move: move.name for move in moves}
        undo = self.undo(run)
        self.assertEqual(self.lines(account), matched)
        self.assertEqual({move: move.name for move in moves}, numbers)
        self.assertEqual(set(matched.move_id.mapped("state")), {"posted"})
        self.assertEqual(self.left(undo), dict.fromkeys(matched, "reconciled"))
        self.assertIn("It is matched", undo.undo_left_ids[0].undo_left_reason)
        self.assertEqual(undo.state, "partial")
        self.assertIn("157 removed, 3 kept: 3 matched.", undo.message)
        # 150 numbers lie between or below the three that stay; nine above are free.
        self.assertIn("148 numbers between", undo.message)
        self.assertEqual(self.ledger(account), sum(matched.mapped("amount")))
        rows = self.rows(account, "ignored")
        self.assertEqual(len(rows), 157)
        self.assertEqual(rows.decided_by_id, self.accountant)
        self.assertTrue(all(rows.mapped("decided_at")))
        self.assertFalse(any(rows.mapped("hold_code")))
        self.assertEqual(rows[0].history[-1]["code"], "undone")
        self.assertEqual(rows[0].history[-1]["user_id"], self.accountant.id)
        # The next fetch brings nothing back.
        again = account.fetch_transactions()
        self.assertEqual((again.state, again.imported_count), ("done", 0))
        self.assertEqual(self.lines(account), matched)

    def test_history_says_so(self):
        account = self.fetched(*self.days(3))
        run = account.run_ids
        self.assertEqual(run.outcome, "done")
        lines = self.lines(account)
        self.match(lines[0])
        self.undo(run)
        self.env.invalidate_all()
        self.assertEqual(run.outcome, "partly_undone")
        self.assertRegex(run.message, "Undone on .* by ")
        self.lines(account).action_undo_reconciliation()
        undo = self.undo(run)
        self.env.invalidate_all()
        self.assertEqual((run.outcome, undo.outcome), ("undone", "done"))

    def test_no_gap_where_all_goes(self):
        """The next entry takes the number that the first one had."""
        account = self.fetched(*self.days(12))
        first = self.lines(account)[0].move_id.name
        undo = self.undo(account.run_ids)
        self.assertEqual(undo.state, "done")
        self.assertEqual(undo.message, "12 removed.")
        self.assertFalse(self.lines(account))
        self.assertFalse(
            self.env["account.move"].search(
                [("journal_id", "=", account.journal_id.id)]
            )
        )
        self.add_lines(transaction(99, "2026-02-09", "9.00"))
        account.fetch_transactions()
        self.assertEqual(self.booked(account), [("2026-02-09", 9.0)])
        self.assertEqual(self.lines(account).move_id.name, first)
        self.assertFalse(self.lines(account).move_id.made_sequence_gap)

    def test_later_fetch_keeps_its_numbers(self):
        account = self.fetched(*self.days(3))
        first = account.run_ids
        self.add_lines(transaction(99, "2026-02-09", "9.00"))
        account.fetch_transactions()
        kept = self.lines(account)[-1]
        name = kept.move_id.name
        undo = self.undo(first)
        self.assertEqual(self.lines(account), kept)
        self.assertEqual(kept.move_id.name, name)
        self.assertIn("3 removed. 3 numbers between", undo.message)
        self.assertTrue(kept.move_id.made_sequence_gap)

    def test_restored_once(self):
        """What a person asks back is booked again, and only that."""
        account = self.fetched(*self.days(3))
        self.undo(account.run_ids)
        row = self.rows(account, "ignored")[1]
        action = row.with_user(self.accountant).action_restore()
        self.pump(self.env["ponto.sync.run"].browse(action["params"]["run_ids"]))
        self.assertEqual(self.booked(account), [("2026-02-01", 2.25)])
        self.assertEqual(row.state, "imported")
        account.fetch_transactions()
        self.assertEqual(len(self.booked(account)), 1)

    def test_what_stays_and_why(self):
        account = self.fetched(
            transaction(1, "2026-01-05", "1.00"),
            transaction(2, "2026-02-02", "2.00"),
            transaction(3, "2026-02-03", "3.00"),
            transaction(4, "2026-02-04", "4.00"),
            transaction(5, "2026-02-05", "5.00"),
            transaction(6, "2026-02-06", "0.00"),
            transaction(7, "2026-02-07", "7.00"),
            transaction(8, "2026-02-08", "8.00"),
            transaction(9, "2026-02-09", "9.00"),
        )
        lines = self.lines(account)
        lines[1].move_id.button_draft()
        lines[2].amount = 33.0
        self.match(lines[3])
        self.env["ir.attachment"].create(
            {
                "name": "receipt.txt",
                "raw": b"x",
                "res_model": "account.move",
                "res_id": lines[4].move_id.id,
            }
        )
        # A text and a partner are no reason to stay, and zero is not matched.
        lines[6].write({"payment_ref": "x", "partner_id": self.env.user.partner_id.id})
        statement = self.env["account.bank.statement"].create(
            {"name": "Paper 7", "line_ids": [Command.set(lines[7].ids)]}
        )
        self.assertTrue(statement.is_valid and statement.is_complete)
        self.env.cr.execute(
            "UPDATE account_move SET inalterable_hash = '$4$x' WHERE id = %s",
            [lines[8].move_id.id],
        )
        self.lock(date(2026, 1, 31))
        undo = self.undo(account.run_ids)
        self.assertEqual(
            self.left(undo),
            {
                lines[0]: "locked",
                lines[1]: "not_posted",
                lines[2]: "edited",
                lines[3]: "reconciled",
                lines[4]: "documents",
                lines[7]: "checked_statement",
                lines[8]: "hashed",
            },
        )
        self.assertEqual(self.lines(account), lines - lines[5] - lines[6])
        reasons = {
            row.undo_left_code: row.undo_left_reason for row in undo.undo_left_ids
        }
        self.assertIn("01/05/2026 is in a closed period", reasons["locked"])
        self.assertIn("Paper 7", reasons["checked_statement"])
        self.assertIn("2 removed, 7 kept: 1 in a closed period", undo.message)
        # With the lock lifted a second undo takes what it can.
        self.lock(False)
        self.assertTrue(account.run_ids[-1].can_undo)
        second = self.undo(account.run_ids[-1])
        self.assertIn("1 removed, 6 kept", second.message)
        self.assertFalse(lines[0].exists())

    def lock(self, day):
        # Core refuses a lock while lines are unmatched; what is locked already stays.
        self.env.cr.execute(
            "UPDATE res_company SET fiscalyear_lock_date = %s WHERE id = %s",
            [day or None, self.company.id],
        )
        self.env.invalidate_all()

    def test_audit_trail(self):
        """Entries are cancelled with their numbers; the lines go."""
        self.company.restrictive_audit_trail = True
        account = self.fetched(*self.days(3))
        moves = self.lines(account).move_id
        names = moves.mapped("name")
        undo = self.undo(account.run_ids)
        self.assertFalse(self.lines(account))
        self.assertEqual(moves.exists().mapped("state"), ["cancel"] * 3)
        self.assertEqual(moves.mapped("name"), names)
        self.assertIn(
            "3 removed (3 of their entries are kept as cancelled for the audit trail",
            undo.message,
        )
        self.assertNotIn("numbers", undo.message)
        self.assertEqual(self.ledger(account), 0)
        authors = moves.message_ids.sorted("id")[-1:].author_id
        self.assertEqual(authors, self.accountant.partner_id)
        self.assertEqual(account.fetch_transactions().imported_count, 0)

    def test_adopted_line_is_detached(self):
        account = self.fetched(*self.days(2))
        row = self.rows(account)[0]
        line = row.statement_line_id
        line.transaction_details = {
            "ponto": {"account": "acc-1", "transaction": row.ponto_ref},
            "coda": {"number": 7},
        }
        self.match(line)
        row.sudo().state = "adopted"
        undo = self.undo(account.run_ids)
        self.assertEqual(self.lines(account), line)
        self.assertEqual(line.transaction_details, {"coda": {"number": 7}})
        self.assertTrue(line.is_reconciled)
        self.assertFalse(line.ponto_transaction_ids)
        self.assertEqual(row.state, "ignored")
        self.assertIn("1 removed, 1 lines from other sources separated.", undo.message)

    def test_alias_stays(self):
        account = self.fetched(*self.days(2))
        first, second = self.rows(account)
        second.statement_line_id.unlink()
        second.sudo().write({"state": "alias", "alias_of_id": first.id})
        self.undo(account.run_ids)
        self.assertEqual((first.state, second.state), ("ignored", "alias"))

    def test_refused_by_core_is_told(self):
        """A line that core will not delete keeps no other from going."""
        account = self.fetched(*self.days(3))
        line = self.lines(account)[1]
        model = type(self.env["account.move"])
        unlink = model.unlink
        stubborn = line.move_id
        reason = "Not this one."

        def refuse(moves):
            if stubborn & moves:
                raise undo_module.UserError(reason)
            return unlink(moves)

        self.patch(model, "unlink", refuse)
        undo = self.undo(account.run_ids)
        self.assertEqual(self.lines(account), line)
        self.assertIn(reason, undo.undo_left_ids.undo_left_reason)
        self.assertEqual(line.ponto_transaction_ids.state, "imported")


@tagged("post_install", "-at_install")
class TestUndoDriven(UndoCommon):
    """As a fetch is: bounded, committed, resumable, one at a time."""

    def test_killed_in_the_middle(self):
        account = self.fetched(*self.days(90))
        run = account.run_ids
        model = type(self.env["ponto.transaction"])
        remove = model._remove_lines_or_raise
        calls = []

        class Killed(BaseException):
            """As SIGKILL: no handler of ours may swallow it."""

        def die_in_the_second(rows, undo):
            calls.append(len(rows))
            remove(rows, undo)
            if len(calls) == 2:
                raise Killed

        self.patch(model, "_remove_lines_or_raise", die_in_the_second)
        action = run.with_user(self.accountant).action_undo()
        undo = self.env["ponto.sync.run"].browse(action["params"]["run_ids"])
        self.env.flush_all()
        with contextlib.suppress(Killed):
            undo.action_step()
        self.patch(model, "_remove_lines_or_raise", remove)
        self.env.invalidate_all()
        self.assertEqual(undo.state, "running")
        self.assertEqual(len(self.lines(account)), 90 - undo_module.UNDO_BATCH)
        self.assertEqual(len(self.rows(account, "ignored")), undo_module.UNDO_BATCH)
        # From the highest number down: what stays has no hole.
        numbers = sorted(self.lines(account).move_id.mapped("sequence_number"))
        self.assertEqual(numbers, [*range(1, 91 - undo_module.UNDO_BATCH)])
        progress = undo._get_progress()
        self.assertEqual(
            (progress["imported"], progress["total"]), (undo_module.UNDO_BATCH, 90)
        )
        # The browser does not come back: the schedule finishes it.
        self.env.cr.execute("UPDATE ponto_sync_run SET next_step_at = NULL")
        self.env.invalidate_all()
        self.sandbox.clear_requests()
        self.run_cron()
        self.env.invalidate_all()
        self.assertEqual(undo.state, "done")
        self.assertEqual(undo.message, "90 removed.")
        self.assertFalse(self.lines(account))

    def test_one_at_a_time(self):
        account = self.fetched(*self.days(2))
        run = account.run_ids
        account.action_fetch_transactions()
        with self.refusal("under way"):
            run.with_user(self.accountant).action_undo()
        with self.refusal("under way"):
            (account.run_ids - run).with_user(self.accountant).action_undo()
        self.pump(account.run_ids - run)
        # While an undo is under way a click on Fetch shows it and starts nothing.
        action = run.with_user(self.accountant).action_undo()
        self.assertEqual(
            account.action_fetch_transactions()["params"]["run_ids"],
            action["params"]["run_ids"],
        )

    def test_what_cannot_be_undone(self):
        account = self.fetched(*self.days(2))
        run = account.run_ids
        undo = self.undo(run)
        self.assertFalse(undo.can_undo or run.can_undo)
        with self.refusal("cannot be undone"):
            undo.with_user(self.accountant).action_undo()
        # Who clicks a moment later is shown what came of the first click.
        action = run.with_user(self.accountant).action_undo()
        self.assertEqual(action["params"]["run_ids"], undo.ids)
        undo.sudo().finished_at -= timedelta(minutes=6)
        with self.refusal("left to undo"):
            run.with_user(self.accountant).action_undo()

    def test_rights(self):
        account = self.fetched(*self.days(2))
        run = account.run_ids
        clerk = new_test_user(
            self.env,
            "ponto_undo_clerk",
            groups="account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.refusal("needs the bank rights"):
            run.with_user(clerk).action_undo()
        branch = self.env["res.company"].create(
            {"name": "Peeters Gent", "parent_id": self.company.id}
        )
        of_the_branch = new_test_user(
            self.env,
            "ponto_undo_branch",
            groups="account.group_account_basic,account.group_account_invoice",
            company_id=branch.id,
            company_ids=[(6, 0, branch.ids)],
        )
        with self.refusal("(?s).*", Exception):
            run.with_user(of_the_branch).action_undo()
        self.assertEqual(len(self.lines(account)), 2)

    def test_trouble_is_not_the_accounts(self):
        """Even what nobody foresaw ends the undo with a sentence; the rest can go on."""
        account = self.fetched(*self.days(2))
        model = type(self.env["ponto.transaction"])
        search = model._search_to_undo

        def fail(rows, run, limit):
            raise ArithmeticError

        self.patch(model, "_search_to_undo", fail)
        with self.assertLogs("odoo.addons.account_ponto_sync", "ERROR"):
            undo = self.undo(account.run_ids)
        self.patch(model, "_search_to_undo", search)
        self.assertEqual(undo.state, "partial")
        self.assertIn("0 removed.", undo.message)
        self.assertFalse(account.problem_code)
        self.assertEqual(self.undo(account.run_ids[-1]).message, "2 removed.")

    def test_nothing_made_for_people_is_stored(self):
        account = self.fetched(*self.days(2))
        self.match(self.lines(account)[0])
        undo = self.undo(account.run_ids)
        stored = json.dumps([undo.message_values, undo.undo_counts])
        self.assertNotIn("matched", stored)


@tagged("post_install", "-at_install")
class TestUndoTwoAccounts(UndoCommon):
    def test_another_account_keeps_its_lines(self):
        same = self.days(3)
        self.new_world(
            account_seed(*same), account_seed(*same, id="acc-2", institution="bank-b")
        )
        first = self.linked_account()
        second = self.linked_account("acc-2", code="BNK8")
        (first | second).fetch_transactions()
        self.undo(first.run_ids)
        self.assertEqual((len(self.lines(first)), len(self.lines(second))), (0, 3))
