"""Certain matches at the end of a fetch, where the account asks for them."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..matching.models import ponto_sync_run_match
from ..models.fetch.run_kinds import CLOSING_STAGES
from .common import START, account_seed, transaction
from .common_matching import MatchingCommon


@tagged("post_install", "-at_install")
class TestMatchAfterFetch(MatchingCommon):
    def fetch(self, *texts_and_amounts, switched=True):
        """A first fetch of lines with these texts."""
        parts = [
            transaction(n, START, amount, remittanceInformation=text)
            for n, (text, amount) in enumerate(texts_and_amounts, 1)
        ]
        self.new_world(account_seed(*parts))
        account = self.linked_account()
        account.match_certain = switched
        run = account.fetch_transactions()
        self.env.invalidate_all()
        return run, self.lines(account).sorted("id")

    def test_off_unless_switched_on(self):
        invoice = self.document(100)
        self.assertFalse(self.env["ponto.online.account"].new({}).match_certain)
        run, line = self.fetch((invoice.name, "100.00"), switched=False)
        self.assertFalse(line.is_reconciled)
        self.assertNotIn("Matched automatically", run.message)

    def test_certain_ones_are_matched_told_and_undone(self):
        sold = [self.document(amount) for amount in (10, 20, 30)]
        run, lines = self.fetch(
            (sold[0].name, "10.00"),
            ("who knows", "20.00"),
            (f"{sold[2].name} once", "30.00"),
            (f"{sold[2].name} twice", "30.00"),
        )
        matched = lines.filtered("is_reconciled")
        self.assertEqual(matched, lines.filtered(lambda line: line.amount == 10))
        self.assertEqual((run.state, run.matched_count), ("done", 1))
        self.assertIn("4 transactions since", run.message)
        self.assertIn("Matched automatically: 1.", run.message)
        listed = self.env[matched._name].search(run.action_open_matched()["domain"])
        self.assertEqual(listed, matched)
        listed.with_user(self.accountant).action_ponto_undo_match()
        self.assertFalse(matched.is_reconciled)
        self.assertEqual(sold[0].payment_state, "not_paid")
        # The next fetch does not do it again.
        account = run.online_account_id
        self.add_lines(
            transaction(9, START, "20.00", remittanceInformation=sold[1].name)
        )
        again = account.fetch_transactions()
        self.env.invalidate_all()
        self.assertFalse(matched.is_reconciled)
        self.assertEqual(again.matched_count, 1, "the new one")

    def test_without_the_stage(self):
        """Without ``matching/`` there is no such stage, and fetches end without it."""
        with patch.dict(CLOSING_STAGES, clear=True):
            invoice = self.document(10)
            run, line = self.fetch((invoice.name, "10.00"))
            self.assertEqual((run.state, run.stage), ("done", "done"))
            self.assertFalse(line.is_reconciled)
            self.assertNotIn("Matched automatically", run.message)

    def test_in_batches(self):
        self.patch(ponto_sync_run_match, "MATCH_BATCH", 2)
        sold = [self.document(10 + n) for n in range(5)]
        run, lines = self.fetch(*((one.name, f"{one.amount_total}0") for one in sold))
        self.assertTrue(all(lines.mapped("is_reconciled")))
        self.assertEqual(run.matched_count, 5)

    def test_what_a_person_edited_stays(self):
        """Between booking and matching somebody sets the partner of one line, and
        another line's text."""
        sold = [self.document(10 + n) for n in range(3)]
        self.new_world(
            account_seed(
                *(
                    transaction(
                        n, START, f"{one.amount_total}0", remittanceInformation=one.name
                    )
                    for n, one in enumerate(sold)
                )
            )
        )
        account = self.linked_account()
        account.match_certain = True
        accountant, supplier = self.accountant, self.supplier
        begin = ponto_sync_run_match.PontoSyncRun._match_some

        def edit_first(run):
            lines = run.booked_ids.statement_line_id.sorted("amount")
            if not (run.match_place or {}).get("after"):
                lines[0].with_user(accountant).partner_id = supplier
                lines[1].with_user(accountant).payment_ref = f"{sold[1].name} checked"
                run.env.flush_all()
            return begin(run)

        self.patch(ponto_sync_run_match.PontoSyncRun, "_match_some", edit_first)
        run = account.fetch_transactions()
        self.env.invalidate_all()
        lines = self.lines(account).sorted("amount")
        self.assertEqual(lines.mapped("is_reconciled"), [False, False, True])
        self.assertEqual(run.matched_count, 1)

    def test_a_recognized_line_stays(self):
        """It came from a file or by hand: a person's."""
        invoice = self.document(10)
        self.new_world(
            account_seed(
                transaction(1, START, "10.00", remittanceInformation=invoice.name)
            )
        )
        account = self.linked_account()
        account.match_certain = True
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": account.journal_id.id,
                "date": START,
                "amount": 10,
                "payment_ref": invoice.name,
            }
        )
        run = account.fetch_transactions()
        self.env.invalidate_all()
        self.assertEqual(run.adopted_count, 1)
        self.assertFalse(line.is_reconciled)

    def test_trouble_leaves_the_lines_and_is_told(self):
        """Whatever goes wrong in matching, the fetch is complete."""
        invoice = self.document(10)

        def broken(*_args):
            message = "nobody foresaw this"
            raise RuntimeError(message)

        self.patch(type(self.env["account.move.line"]), "reconcile", broken)
        with self.assertLogs("odoo.addons.account_ponto_sync", "ERROR"):
            run, line = self.fetch((invoice.name, "10.00"))
        self.assertEqual((run.state, run.imported_count), ("done", 1))
        self.assertFalse(line.is_reconciled)
        self.assertEqual(line.move_id.state, "posted")
        self.assertIn("Matching stopped with an error (reference ", run.message)
        self.assertIn("imported but not matched", run.message)
        self.assertFalse(run.online_account_id.problem_code)

    def test_refused_by_odoo(self):
        """One that core refuses waits; the others are matched."""
        sold = [self.document(10 + n) for n in range(2)]
        item = sold[0].line_ids.filtered(lambda one: one.debit)
        reconcile = type(item).reconcile
        number = item.id

        def refuse(items):
            if number in items.ids:
                message = "Not this one."
                raise UserError(message)
            return reconcile(items)

        self.patch(type(item), "reconcile", refuse)
        run, lines = self.fetch(*((one.name, f"{one.amount_total}0") for one in sold))
        self.assertEqual(lines.sorted("amount").mapped("is_reconciled"), [False, True])
        self.assertEqual((run.matched_count, run.match_refused_count), (1, 1))
        self.assertIn("Certain matches refused by Odoo: 1.", run.message)
