from datetime import date, datetime

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import file_open

from ..wording.closing import INCOMPLETE_CODES, UNEQUAL_CODES
from .common import transaction
from .test_balance import NEXT, NOW, BalanceCommon

LAST = date(2026, 5, 10)


class ClosingCommon(BalanceCommon):
    def check(self, day=LAST, user=None):
        """The list as it stands for a day."""
        self.env.flush_all()
        self.env.invalidate_all()
        user = user or self.accountant
        checks = self.env["ponto.closing.check"].with_user(user)
        checks = checks.with_context(allowed_company_ids=user.company_id.ids)
        check = checks.browse(checks._open()["res_id"])
        check.date = day
        check.action_check()
        return check

    def reasons(self, check):
        return [code for code, _values in check.line_ids.reasons or []]

    def read_on_the_11th(self):
        with self.at(NOW):
            account = self.in_balance()
        with self.at(NEXT):
            self.run_cron()
        self.env.invalidate_all()
        return account


@tagged("post_install", "-at_install")
class TestClosingCheck(ClosingCommon):
    """Complete and equal on a day: all companies and accounts in one list."""

    def test_complete_and_equal(self):
        account = self.read_on_the_11th()
        with self.at(NEXT):
            check = self.check()
            line = check.line_ids
            self.assertEqual(line.online_account_id, account)
            self.assertEqual(self.reasons(check), [])
            self.assertTrue(line.is_complete and line.is_equal and line.is_proved)
            self.assertEqual(line.report_date, LAST)
            self.assertEqual((line.bank_balance, line.ledger_balance), (1065.0, 1065.0))
            self.assertTrue(check.is_all_proved)
            self.assertIn("complete and in balance as of 05/10/2026", check.summary)

    def test_the_day_is_not_over(self):
        """Read at six in the morning: the bank may book on that day still."""
        with self.at(NOW):
            self.in_balance()
            check = self.check()
            self.assertEqual(self.reasons(check), ["not_read_since"])
            self.assertIn("data is as of 05/10/2026", check.line_ids.reason_text)
            self.assertEqual(check.summary[:6], "0 of 1")

    def test_bank_that_ponto_could_not_ask(self):
        """Odoo read again, and Ponto had heard nothing since."""
        account = self.read_on_the_11th()
        account.sudo().bank_data_at = datetime(2026, 5, 10, 21, 59)
        with self.at(NEXT):
            self.assertEqual(self.reasons(self.check()), ["not_read_since"])
        # Midnight where the bank is.
        account.sudo().bank_data_at = datetime(2026, 5, 10, 22, 1)
        with self.at(NEXT):
            self.assertEqual(self.reasons(self.check()), [])

    def test_hole(self):
        account = self.read_on_the_11th().sudo()
        account.walk_run_id = account.run_ids[:1]
        self.assertEqual(self.reasons(self.check()), ["hole"])

    def test_before_the_start(self):
        self.read_on_the_11th()
        check = self.check(date(2026, 4, 20))
        self.assertEqual(self.reasons(check), ["not_covered", "no_report"])

    def test_what_is_not_in_the_ledger(self):
        account = self.read_on_the_11th()
        rows = self.rows(account).sudo().sorted("booking_date")
        rows[0].write({"state": "held", "hold_code": "refused"})
        rows[1].write({"state": "planned"})
        rows[2].statement_line_id.move_id.button_draft()
        check = self.check()
        expected = ["held", "planned", "unposted", "different"]
        self.assertEqual(self.reasons(check), expected)
        # What is dated after the day does not count.
        check = self.check(date(2026, 5, 4))
        self.assertEqual(self.reasons(check)[:1], ["held"])
        self.assertNotIn("planned", self.reasons(check))

    def test_difference(self):
        account = self.read_on_the_11th()
        self.type_line(account, "2026-05-07", -7.0)
        with self.at(NEXT):
            check = self.check()
            self.assertEqual(self.reasons(check), ["different"])
            self.assertEqual(check.line_ids.difference, 7.0)
            self.assertIn("differs by 7.00", check.line_ids.reason_text)
            self.assertFalse(check.can_confirm)

    def test_a_later_balance_proves_the_day(self):
        """The day's own balance is of its morning; what came after is in the next."""
        with self.at(NOW):
            account = self.in_balance()
        with self.at(NEXT):
            self.add_lines(transaction(4, "2026-05-10", "-15.00"))
            self.run_cron()
            check = self.check()
            self.assertEqual(self.reasons(check), [])
            self.assertEqual(check.line_ids.report_date, date(2026, 5, 11))
            self.assertEqual(account.balance_state, "equal")

    def test_both_sides_of_the_day(self):
        """What came after the day is in neither, whichever report tells."""
        self.read_on_the_11th()
        with self.at("2026-05-14 07:00:00"):
            self.add_lines(transaction(4, "2026-05-13", "-500.00"))
            self.run_cron()
            balances = self.env["ponto.balance"].sudo()
            balances.search([("date", "<", date(2026, 5, 13))]).unlink()
            line = self.check().line_ids
            self.assertGreater(line.report_date, LAST)
            self.assertEqual(line.date, LAST)
            self.assertEqual((line.bank_balance, line.ledger_balance), (1065.0,) * 2)
            self.assertEqual(line.difference, 0.0)

    def test_another_day_says_nothing_before_it_was_looked_at(self):
        self.read_on_the_11th()
        with self.at(NEXT):
            check = self.check()
            check.action_confirm()
            check.date = date(2026, 4, 20)
            self.assertTrue(check.is_date_changed)
            self.assertIn("complete and in balance as of 05/10/2026", check.summary)
            self.assertEqual(check.line_ids.date, LAST)
            self.assertEqual(check.line_ids.proof_state, "holds")
            check.action_check()
            self.assertFalse(check.is_date_changed)
            self.assertFalse(check.line_ids.proof_state)

    def test_a_line_on_another_day_than_the_banks(self):
        """The morning's balance of the 10th agrees, and so does the next day's: and yet
        the books of the 10th lack what the bank booked that afternoon."""
        with self.at(NOW):
            account = self.in_balance()
        with self.at(NEXT):
            self.add_lines(transaction(4, "2026-05-10", "-15.00"))
            self.run_cron()
            self.line(account, -15.0).date = date(2026, 5, 11)
            check = self.check()
            self.assertEqual(self.reasons(check), ["between"])
            self.assertIn("balance of 05/11/2026 agrees", check.line_ids.reason_text)
            # On the day after, both are right again.
            account.sudo().bank_data_at = datetime(2026, 5, 12, 6, 0)
            account.sudo().complete_at = datetime(2026, 5, 12, 6, 0)
            self.assertEqual(self.reasons(self.check(date(2026, 5, 11))), [])

    def test_what_came_after_the_last_balance(self):
        """The bank told no balance since; what it sent since must be in the books."""
        with self.at(NOW):
            account = self.in_balance()
        with self.at(NEXT):
            self.add_lines(transaction(4, "2026-05-11", "-15.00"))
            self.run_cron()
            balances = self.env["ponto.balance"].sudo()
            balances.search([("date", ">", LAST)]).unlink()
            read = datetime(2026, 5, 12, 6, 0)
            account.sudo().write({"bank_data_at": read, "complete_at": read})
            day = date(2026, 5, 11)
            check = self.check(day)
            self.assertEqual(self.reasons(check), [])
            self.assertEqual(check.line_ids.report_date, LAST)
            self.line(account, -15.0).unlink()
            check = self.check(day)
            self.assertEqual(self.reasons(check), ["between"])
            self.assertIn("differ by", check.line_ids.reason_text)

    def test_every_company_of_the_user(self):
        """Also of a company that is not chosen at the moment; never of a foreign one."""
        account = self.read_on_the_11th()
        other = self.env["res.company"].create({"name": "Peeters Vastgoed"})
        groups = "account.group_account_invoice"
        both, stranger = (
            new_test_user(
                self.env,
                name,
                groups=groups,
                company_id=other.id,
                company_ids=[Command.set(companies.ids)],
            )
            for name, companies in (
                ("closing_both", other | self.company),
                ("closing_stranger", other),
            )
        )
        check = self.check(user=both)
        self.assertEqual(check.line_ids.online_account_id.ids, account.ids)
        self.assertFalse(self.check(user=stranger).line_ids)

    def test_documented(self):
        with file_open("account_ponto_sync/docs/balance.md") as document:
            text = document.read()
        for code in (*INCOMPLETE_CODES, *UNEQUAL_CODES):
            self.assertIn(f"| `{code}` |", text)


@tagged("post_install", "-at_install")
class TestClosingProof(ClosingCommon):
    """Who proved it, and when; what changed since is told."""

    def proved(self):
        account = self.read_on_the_11th()
        with self.at(NEXT):
            self.check().action_confirm()
        return account, self.env["ponto.closing.proof"].search([])

    def test_kept(self):
        account, proof = self.proved()
        self.assertEqual(proof.online_account_id, account)
        self.assertEqual(proof.proved_by_id, self.accountant)
        self.assertEqual(str(proof.proved_at), NEXT)
        self.assertEqual((proof.date, proof.report_date), (LAST, LAST))
        self.assertEqual((proof.ledger_balance, proof.bank_balance), (1065.0, 1065.0))
        self.assertEqual((proof.state, proof.change_message), ("holds", ""))
        check = self.check()
        self.assertEqual(check.line_ids.proof_state, "holds")
        self.assertIn(self.accountant.name, check.line_ids.proof_text)
        self.assertFalse(check.can_confirm)
        told = check.action_confirm()["params"]["message"]
        self.assertIn("Nothing was confirmed", told)

    def test_changed_since(self):
        account, proof = self.proved()
        self.type_line(account, "2026-05-07", -7.0)
        self.env.invalidate_all()
        self.assertEqual(proof.state, "changed")
        self.assertIn("1,058.00", proof.change_message)
        line = self.check().line_ids
        self.assertEqual(line.proof_state, "changed")
        self.assertIn("changed since", line.proof_text)
        # Right again, and the same as what was proved.
        self.line(account, -7.0).move_id.button_draft()
        self.env.invalidate_all()
        self.assertEqual(proof.state, "holds")

    def test_late_transaction_that_is_held(self):
        """The ledger of the day is the same, and yet it is not complete any more."""
        account, proof = self.proved()
        with self.at("2026-05-12 07:00:00"):
            self.add_lines(transaction(9, "2026-04-28", "-80.00"))
            self.run_cron()
            self.env.invalidate_all()
            self.assertEqual(self.rows(account, "held").hold_code, "before_start")
            self.assertEqual(proof.state, "changed")
            self.assertIn("1 held", proof.change_message)

    def test_later_days_change_nothing(self):
        account, proof = self.proved()
        self.type_line(account, "2026-05-11", -7.0)
        self.env.invalidate_all()
        self.assertEqual(proof.state, "holds")

    def test_the_bank_says_otherwise_later(self):
        account, proof = self.proved()
        balances = self.env["ponto.balance"].sudo()
        balances.search([("date", ">", LAST)]).unlink()
        balances.create(
            {
                "online_account_id": account.id,
                "date": LAST,
                "amount": 1015.0,
                "read_at": "2026-05-11 08:00:00",
            }
        )
        self.env.invalidate_all()
        self.assertEqual(proof.state, "changed")
        self.assertIn("differs by", proof.change_message)

    def test_a_reading_under_way_changes_nothing(self):
        account, proof = self.proved()
        account.sudo().walk_run_id = account.run_ids[:1]
        self.env.invalidate_all()
        self.assertEqual(proof.state, "holds", proof.change_message)

    def test_proved_anew(self):
        """The first proof stays; the newest one counts."""
        _account, first = self.proved()
        with self.at("2026-05-12 07:00:00"):
            self.add_lines(transaction(4, "2026-05-09", "-15.00"))
            self.run_cron()
            check = self.check()
            self.assertEqual(check.line_ids.proof_state, "changed")
            self.assertTrue(check.can_confirm)
            check.line_ids.action_confirm()
            self.assertEqual(self.check().line_ids.proof_state, "holds")
        proofs = self.env["ponto.closing.proof"].search([])
        self.assertEqual(len(proofs), 2)
        self.assertEqual(first.state, "changed")

    def test_what_the_list_says_may_be_old(self):
        account = self.read_on_the_11th()
        check = self.check()
        self.type_line(account, "2026-05-07", -7.0)
        self.env.invalidate_all()
        told = check.action_confirm()["params"]["message"]
        self.assertIn("Nothing was confirmed", told)
        self.assertFalse(check.line_ids.is_equal)
        self.assertFalse(self.env["ponto.closing.proof"].search([]))

    def test_only_the_bank_rights_confirm(self):
        self.read_on_the_11th()
        clerk = new_test_user(
            self.env,
            "closing_clerk",
            groups="account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        check = self.check(user=clerk)
        self.assertTrue(check.line_ids.is_proved)
        with self.refusal("needs the bank rights"):
            check.action_confirm()

    def test_nobody_edits_a_proof(self):
        _account, proof = self.proved()
        for call in (proof.with_user(self.manager).unlink,):
            with self.refusal("", AccessError):
                call()
        with self.refusal("", AccessError):
            proof.with_user(self.manager).write({"ledger_balance": 1.0})


@tagged("post_install", "-at_install")
class TestClosingOfOthers(ClosingCommon):
    """A branch sees how its parent stands; who left a company sees no more of it."""

    def make_user(self, companies):
        return new_test_user(
            self.env,
            f"closing_{companies[0].id}",
            groups="account.group_account_invoice,account.group_account_basic",
            company_id=companies[0].id,
            company_ids=[Command.set(companies.ids)],
        )

    def test_a_branch_proves_nothing_of_its_parent(self):
        account = self.read_on_the_11th()
        branch = self.env["res.company"].create(
            {"name": "Acme Gent", "parent_id": self.company.id}
        )
        user = self.make_user(branch)
        with self.at(NEXT):
            check = self.check(user=user)
            self.assertEqual(check.line_ids.online_account_id.ids, account.ids)
            self.assertTrue(check.line_ids.is_proved)
            self.assertFalse(check.can_confirm)
            self.assertFalse(check.line_ids.can_confirm)
            self.assert_notified("Nothing was confirmed", check.action_confirm())
            with self.refusal("belongs to Acme", AccessError):
                check.line_ids.action_confirm()
            self.assertFalse(self.env["ponto.closing.proof"].sudo().search([]))
            user.company_ids = [Command.link(self.company.id)]
            self.env.invalidate_all()
            check.line_ids.action_confirm()
        proof = self.env["ponto.closing.proof"].sudo().search([])
        self.assertEqual(proof.proved_by_id, user)

    def test_a_list_that_was_opened_before(self):
        self.read_on_the_11th()
        other = self.env["res.company"].create({"name": "Acme Vastgoed"})
        user = self.make_user(other | self.company)
        with self.at(NEXT):
            check = self.check(user=user)
            line = check.line_ids
            self.assertTrue(line.read(["bank_balance"]))
            user.company_ids = [Command.unlink(self.company.id)]
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertFalse(check.line_ids)
            with self.refusal("", AccessError):
                line.read(["bank_balance"])
