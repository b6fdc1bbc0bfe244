import importlib.util
from datetime import date
from pathlib import Path

from odoo import Command, sql_db
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..rules.balance import by_kind
from .common import PontoWorld, account_seed, transaction
from .scenarios.common import AcmeCompany

FIRST = date(2026, 5, 1)
NOW = "2026-05-10 06:00:00"
NEXT = "2026-05-11 07:00:00"


class BalanceCommon(PontoWorld, AcmeCompany):
    """An account with 1 000.00 before 1 May and three lines after, read on the 10th."""

    PARTS = (
        transaction(1, "2026-05-02", "100.00"),
        transaction(2, "2026-05-05", "-30.00"),
        transaction(3, "2026-05-08", "-5.00"),
    )

    def world(self, *parts, **attributes):
        self.new_world(
            account_seed(*parts, opening_balance="1000.00", **attributes),
            now="2026-05-10T05:59:00Z",
        )

    def linked_and_read(self, *parts, **attributes):
        """Linked and read, without an opening balance."""
        self.world(*(parts or self.PARTS), **attributes)
        account = self.linked_account(start=FIRST)
        account.fetch_transactions()
        self.env.invalidate_all()
        return account

    def in_balance(self, *parts, **attributes):
        account = self.linked_and_read(*parts, **attributes)
        self.opening(account).action_post()
        self.env.invalidate_all()
        self.assertEqual(account.balance_state, "equal", account.balance_message)
        return account

    def opening(self, account):
        return self.env["ponto.opening.balance"].create({"account_id": account.id})

    def line(self, account, amount):
        line = self.lines(account).filtered(lambda line: line.amount == amount)
        self.assertEqual(len(line), 1)
        return line

    def type_line(self, account, day, amount):
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": account.journal_id.id,
                "date": day,
                "amount": amount,
                "payment_ref": "by hand",
            }
        )

    def report(self, account, amount):
        """The bank says another balance, and Ponto has just heard of it."""
        self.sandbox.control(
            "PATCH", "accounts/acc-1", json={"currentBalance": str(amount)}
        )
        self.look(account)

    def look(self, account):
        self.connection.fetch_accounts()
        account.fetch_transactions()
        self.env.invalidate_all()

    def story(self, account):
        """Kind and amount of each part, the rest, and the first day that differs.

        They always add up to the difference.
        """
        self.env.invalidate_all()
        story = account._tell_differences()[account.id]
        kinds = {kind: float(amount) for kind, _count, amount in by_kind(story.parts)}
        total = sum(kinds.values()) + float(story.rest)
        self.assertAlmostEqual(total, account.balance_difference)
        return kinds, float(story.rest), str(story.since)


@tagged("post_install", "-at_install")
class TestDifference(BalanceCommon):
    """What explains a difference, and since when it is there (P10)."""

    def test_ledger_of_the_banks_day(self):
        """What is booked on a later day than the bank's balance is no difference."""
        with self.at(NOW):
            account = self.in_balance()
            self.assertEqual(account.balance_date, date(2026, 5, 10))
            self.type_line(account, "2026-05-11", -400.0)
            self.env.invalidate_all()
            self.assertEqual(account.ledger_balance, 1065.0)
            self.assertEqual(account.balance_difference, 0.0)

    def test_another_companys_entries(self):
        """An account may be shared by companies: only the journal's own count."""
        with self.at(NOW):
            account = self.in_balance()
            other = self.env["res.company"].create(
                {"name": "Peeters Vastgoed", "currency_id": self.company.currency_id.id}
            )
            bank = account.journal_id.default_account_id
            items = self.line(account, 100.0).move_id.line_ids
            item = items.filtered(lambda item: item.account_id == bank)
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE account_move_line SET company_id = %s WHERE id = %s",
                [other.id, item.id],
            )
            self.env.invalidate_all()
            self.assertEqual(account.balance_difference, 100.0)

    def test_before_the_start(self):
        with self.at(NOW):
            account = self.linked_and_read()
            self.assertEqual(account.balance_difference, 1000.0)
            found = self.story(account)
            self.assertEqual(found, ({"before_start": 1000.0}, 0.0, "2026-04-30"))
            self.assertIn("the opening balance", account.balance_message)
            self.assertNotIn("First day", account.balance_message)

    def test_held(self):
        """It is dated before the start and came today: the bank has it since today."""
        with self.at(NOW):
            account = self.in_balance()
        with self.at(NEXT):
            self.add_lines(transaction(9, "2026-04-28", "-80.00"))
            self.run_cron()
            self.assertEqual(self.rows(account, "held").hold_code, "before_start")
            self.assertEqual(self.story(account), ({"held": -80.0}, 0.0, "2026-05-11"))
            self.assertIn("held: -\ufeff80.00", account.balance_message)

    def test_ignored(self):
        with self.at(NOW):
            account = self.in_balance()
            self.line(account, 100.0).move_id.button_draft()
            self.line(account, 100.0).move_id.unlink()
            self.rows(account).filtered(lambda r: r.amount == 100).sudo().write(
                {"state": "ignored"}
            )
            found = self.story(account)
            self.assertEqual(found, ({"ignored": 100.0}, 0.0, "2026-05-02"))

    def test_not_posted(self):
        with self.at(NOW):
            account = self.in_balance()
            self.line(account, -30.0).move_id.button_draft()
            found = self.story(account)
            self.assertEqual(found, ({"unposted": -30.0}, 0.0, "2026-05-05"))

    def test_amount_that_was_changed(self):
        with self.at(NOW):
            account = self.in_balance()
            line = self.line(account, -30.0)
            line.move_id.button_draft()
            line.amount = -33.0
            line.move_id.action_post()
            found = self.story(account)
            self.assertEqual(found, ({"changed": 3.0}, 0.0, "2026-05-05"))

    def test_another_day(self):
        with self.at(NOW):
            account = self.in_balance()
            line = self.line(account, -30.0)
            line.move_id.button_draft()
            line.date = "2026-05-20"
            line.move_id.action_post()
            found = self.story(account)
            self.assertEqual(found, ({"other_day": -30.0}, 0.0, "2026-05-05"))

    def test_not_from_the_bank(self):
        """A line typed by hand, and an entry of another journal on the account."""
        with self.at(NOW):
            account = self.in_balance()
            self.type_line(account, "2026-05-07", -7.0)
            found = self.story(account)
            self.assertEqual(found, ({"entry": 7.0}, 0.0, "2026-05-07"))

    def test_nothing_explains_it(self):
        with self.at(NOW):
            account = self.in_balance()
        with self.at(NEXT):
            self.report(account, "1040.00")
            self.assertEqual(self.story(account), ({}, -25.0, "2026-05-11"))
            self.assertIn("Not explained: -\ufeff25.00", account.balance_message)

    def test_several_reasons(self):
        with self.at(NOW):
            account = self.in_balance()
            self.line(account, 100.0).move_id.button_draft()
            self.line(account, 100.0).move_id.unlink()
            self.type_line(account, "2026-05-01", -1.0)
        with self.at(NEXT):
            self.report(account, "1040.00")
            found = self.story(account)
            parts = {"deleted": 100.0, "entry": 1.0}
            self.assertEqual(found, (parts, -25.0, "2026-05-01"))

    def test_since_the_last_report_that_agrees(self):
        """What was wrong and is right again does not count from its old day."""
        with self.at(NOW):
            account = self.in_balance()
        with self.at(NEXT):
            self.look(account)
            self.assertEqual(account.balance_state, "equal")
        with self.at("2026-05-12 07:00:00"):
            self.type_line(account, "2026-05-12", -7.0)
            self.look(account)
            self.assertEqual(self.story(account), ({"entry": 7.0}, 0.0, "2026-05-12"))

    def test_same_account_under_a_new_id(self):
        """Lines of the account that it continues are the bank's as well (P04)."""
        with self.at(NOW):
            earlier = self.in_balance()
            journal = earlier.journal_id
            earlier.unlink_journal()
            self.new_world(
                account_seed(*self.PARTS, id="acc-9", opening_balance="1000.00"),
                now="2026-05-10T05:59:00Z",
            )
        with self.at(NEXT):
            account = self.connection.fetch_accounts()
            account.link_journal(journal, FIRST)
            account.fetch_transactions()
            self.env.invalidate_all()
            self.assertEqual(account.predecessor_id, earlier)
            self.assertEqual(account.balance_state, "equal", account.balance_message)
            self.type_line(account, "2026-05-07", -7.0)
            self.assertEqual(self.story(account)[0], {"entry": 7.0})


@tagged("post_install", "-at_install")
class TestConfirming(BalanceCommon):
    """A difference counts after a later report and 24 hours, not before."""

    def different(self):
        account = self.in_balance()
        self.type_line(account, "2026-05-07", -7.0)
        self.look(account)
        return account

    def test_being_checked_first(self):
        with self.at(NOW):
            account = self.different()
            self.assertEqual(account.balance_state, "checking")
            self.assertEqual(str(account.difference_since), NOW)
            self.assertIn("This is being checked", account.balance_message)

    def test_a_report_without_the_day(self):
        with self.at(NOW):
            account = self.different()
        with self.at("2026-05-10 20:00:00"):
            self.look(account)
            self.assertEqual(account.balance_state, "checking")

    def test_the_day_without_a_report(self):
        with self.at(NOW):
            account = self.different()
            reported_at = account.listed_synchronized_at
        with self.at(NEXT):
            # Nothing was read meanwhile, so nothing was heard.
            self.env.invalidate_all()
            self.assertEqual(account.listed_synchronized_at, reported_at)
            self.assertEqual(account.balance_state, "checking")
            self.look(account)
            self.assertEqual(account.balance_state, "different")

    def test_it_is_forgotten_when_it_is_gone(self):
        with self.at(NOW):
            account = self.different()
            typed = self.line(account, -7.0).move_id
            typed.button_draft()
            typed.unlink()
            self.look(account)
            self.assertEqual(account.balance_state, "equal")
            self.assertFalse(account.difference_since)

    def test_late_lines_start_it_anew(self):
        """Every day the bank is a little ahead of its list: that is no difference."""
        with self.at(NOW):
            account = self.in_balance()
            self.report(account, "1115.00")
            self.assertEqual(account.balance_state, "checking")
        with self.at(NEXT):
            self.add_lines(transaction(4, "2026-05-10", "50.00"))
            self.report(account, "1135.00")
            self.assertEqual(account.balance_difference, 20.0)
            self.assertEqual(account.balance_state, "checking")
            self.assertEqual(str(account.difference_since), NEXT)
        with self.at("2026-05-12 08:00:00"):
            self.look(account)
            self.assertEqual(account.balance_state, "different")

    def test_list_that_is_ahead_of_the_balance(self):
        """The balance is always of the morning: that is no difference, ever."""
        with self.at(NOW):
            account = self.in_balance()
        balance = 1065
        for number in (11, 12, 13):
            day = f"2026-05-{number}"
            with self.at(f"{day} 12:30:00"):
                line = transaction(number, day, f"{number}.00")
                self.add_lines(line, touch=False)
                self.report(account, f"{balance}.00")
                self.assertEqual(account.balance_difference, -float(number))
                self.assertEqual(account.balance_state, "checking")
                balance += number

    def test_another_journal(self):
        """What was found with the journal before says nothing of this one."""
        with self.at(NOW):
            account = self.different()
            account.unlink_journal()
        with self.at(NEXT):
            self.connection.fetch_accounts()
            account.link_journal(self.make_journal("BNK7"), FIRST)
            self.look(account)
            self.assertEqual(account.balance_state, "checking")
            self.assertEqual(str(account.difference_since), NEXT)
            self.assertFalse(self.opening(account).refusal)

    def test_nothing_is_written_twice(self):
        with self.at(NOW):
            account = self.different().sudo()
            untouched = account.write_date
        with self.at("2026-05-10 06:30:00"):
            account._note_difference()
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(account.write_date, untouched)

    def test_not_read_to_the_end(self):
        self.world(*self.PARTS)
        account = self.linked_account(start=FIRST)
        self.assertEqual(account.balance_state, "unknown")
        self.assertIn("not been read completely", account.balance_message)

    def test_bank_that_gives_no_day(self):
        """The day on which Ponto read the balance is taken, and told as what it is."""
        with self.at(NOW):
            self.world(*self.PARTS)
            no_day = {"currentBalanceReferenceDate": None}
            self.sandbox.control("PATCH", "accounts/acc-1", json=no_day)
            account = self.linked_account(start=FIRST)
            account.fetch_transactions()
            self.opening(account).action_post()
            self.env.invalidate_all()
            self.assertEqual(account.balance_date, date(2026, 5, 10))
            self.assertTrue(account.balance_date_estimated)
            self.assertEqual(account.balance_state, "equal")
            self.assertIn("Ponto read it is used", account.balance_message)
            self.assertTrue(account.balance_ids.date_estimated)
            found = account._find_for_closing(date(2026, 5, 10))[account.id]
            self.assertEqual((found.unequal, found.is_estimated), ([], True))
            # What the bank itself tells later is another report.
            told = {"currentBalanceReferenceDate": "2026-05-10T00:00:00.000Z"}
            self.sandbox.control("PATCH", "accounts/acc-1", json=told)
            self.look(account)
            self.assertFalse(account.balance_date_estimated)
            found = account._find_for_closing(date(2026, 5, 10))[account.id]
            self.assertFalse(found.is_estimated)

    def silence(self, **more):
        nothing = {
            "currentBalance": None,
            "currentBalanceReferenceDate": None,
            "availableBalance": None,
            "availableBalanceReferenceDate": None,
            **more,
        }
        self.sandbox.control("PATCH", "accounts/acc-1", json=nothing)

    def assert_unknown(self, account):
        self.assertEqual(account.balance_state, "unknown")
        self.assertFalse(account.is_balance_known)
        self.assertFalse(account.balance_date)
        self.assertEqual(account.balance_difference, 0.0)
        self.assertFalse(account.balance_ids)
        self.assertFalse(account.balance_chart)
        self.assertIn("does not report the balance", account.balance_message)

    def test_bank_that_tells_no_balance(self):
        """Nothing is compared with a zero that nobody told (F10a)."""
        with self.at(NOW):
            self.world(*self.PARTS)
            self.silence()
            account = self.linked_account(start=FIRST)
            account.fetch_transactions()
            self.env.invalidate_all()
            self.assert_unknown(account)
            # A day without a balance is no balance either.
            self.silence(currentBalanceReferenceDate="2026-05-10T00:00:00.000Z")
            self.look(account)
            self.assert_unknown(account)

    def test_bank_that_stops_telling(self):
        """The last balance stays with its day, and is not compared with later ones."""
        with self.at(NOW):
            self.world(*self.PARTS)
            account = self.linked_account(start=FIRST)
            account.fetch_transactions()
            self.opening(account).action_post()
            self.env.invalidate_all()
            self.assertEqual(account.balance_state, "equal")
            before = (account.balance, account.balance_date)
            self.silence()
        with self.at("2026-05-14 06:30:00"):
            self.add_lines(transaction(77, "2026-05-13", "-5.00"))
            self.look(account)
            self.assertEqual((account.balance, account.balance_date), before)
            self.assertFalse(account.balance_date_estimated)
            self.assertEqual(account.balance_state, "equal")
            self.assertEqual(account.balance_difference, 0.0)
            self.assertEqual(len(account.balance_ids), 1)
            self.assertIn("has reported no balance since", account.balance_message)
            told = {
                "currentBalance": "1.00",
                "currentBalanceReferenceDate": "2026-05-14T00:00:00.000Z",
            }
            self.sandbox.control("PATCH", "accounts/acc-1", json=told)
            self.look(account)
            self.assertEqual((account.balance, len(account.balance_ids)), (1.0, 2))
            self.assertNotIn("no balance since", account.balance_message)

    def test_difference_is_confirmed_by_a_balance_only(self):
        with self.at(NOW):
            self.world(*self.PARTS)
            account = self.linked_account(start=FIRST)
            account.fetch_transactions()
            self.env.invalidate_all()
            self.assertEqual(account.balance_state, "checking")
            self.silence()
        with self.at("2026-05-14 06:30:00"):
            self.add_lines(transaction(77, "2026-05-13", "-5.00"))
            self.look(account)
            self.assertEqual(account.balance_state, "checking")

    def test_zero_that_nobody_told_is_forgotten(self):
        """Earlier versions kept one; a zero that the bank does tell comes back."""
        with self.at(NOW):
            self.world(*self.PARTS)
            self.silence()
            account = self.linked_account(start=FIRST)
            account.fetch_transactions()
            made_up = {"balance_date": "2026-05-10", "balance_date_estimated": True}
            account.sudo().write(made_up)
            account.sudo()._record_balance()
            self.env.flush_all()
            path = Path(__file__).parents[1] / "migrations/19.0.5.0.0/post-balance.py"
            spec = importlib.util.spec_from_file_location("migration", path)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            module.migrate(self.env.cr, "19.0.4.0.0")
            self.env.invalidate_all()
            self.assert_unknown(account)
            zero = {
                "currentBalance": "0.00",
                "currentBalanceReferenceDate": "2026-05-10T00:00:00.000Z",
            }
            self.sandbox.control("PATCH", "accounts/acc-1", json=zero)
            self.look(account)
            self.assertTrue(account.is_balance_known)
            self.assertEqual(account.balance_ids.mapped("amount"), [0.0])

    def test_day_that_nothing_tells(self):
        with self.at(NOW):
            account = self.in_balance()
            account.sudo().balance_date = False
            self.env.invalidate_all()
            self.assertEqual(account.balance_state, "unknown")
            self.assertIn("gives no date", account.balance_message)


@tagged("post_install", "-at_install")
class TestOpeningBalance(BalanceCommon):
    """A proposal that is worked out, and posted on request only."""

    def test_proposal(self):
        with self.at(NOW):
            account = self.linked_and_read()
            dialog = self.opening(account)
            self.assertEqual(dialog.bank_balance, 1065.0)
            self.assertEqual((dialog.movement_count, dialog.movement_sum), (3, 65.0))
            self.assertEqual((dialog.bank_opening, dialog.ledger_opening), (1000, 0))
            self.assertEqual((dialog.amount, dialog.left_over), (1000.0, 0.0))
            self.assertEqual(dialog.opening_date, date(2026, 4, 30))
            self.assertFalse(dialog.refusal)
            self.assertEqual(len(self.lines(account)), 3, "nothing was posted")

    def test_posted_by_an_accountant(self):
        with self.at(NOW):
            account = self.linked_and_read().with_user(self.accountant)
            action = account.action_propose_opening()
            dialog = account.env[action["res_model"]].browse(action["res_id"])
            dialog.action_post()
            line = self.line(account.sudo(), 1000.0)
            self.assertEqual(line, account.sudo().opening_line_id)
            self.assertEqual((str(line.date), line.state), ("2026-04-30", "posted"))
            self.assertEqual(line.create_uid, self.accountant)

    def test_never_twice(self):
        with self.at(NOW):
            account = self.in_balance()
            self.assert_answered(
                "was posted on 04/30/2026", self.opening(account).action_post()
            )
            # Also where this installation does not know of the line any more.
            account.sudo().opening_line_id = False
            self.assert_answered(
                "was posted on 04/30/2026", self.opening(account).action_post()
            )

    def test_entered_on_the_first_day_already(self):
        """A person's opening entry is dated on the start, not before it; a held row
        keeps the books from agreeing."""
        with self.at(NOW):
            account = self.linked_and_read()
            self.type_line(account, "2026-05-01", 1000.0)
            held = self.rows(account).sudo().sorted("booking_date")[0]
            held.statement_line_id.unlink()
            held.write({"state": "held", "hold_code": "refused"})
            self.env.invalidate_all()
            self.assert_answered(
                "on 05/01/2026 that did not come from the bank",
                self.opening(account).action_post(),
            )
            self.assertFalse(account.opening_line_id)

    def test_again_after_it_was_deleted(self):
        with self.at(NOW):
            account = self.in_balance()
            entry = account.opening_line_id.move_id
            entry.button_draft()
            entry.unlink()
            self.env.invalidate_all()
            self.opening(account).action_post()
            self.env.invalidate_all()
            self.assertEqual(account.balance_state, "equal")

    def test_closed_period(self):
        with self.at(NOW):
            account = self.linked_and_read()
            self.company.sudo().fiscalyear_lock_date = date(2026, 4, 30)
            self.assert_answered("closed period", self.opening(account).action_post())
            self.assertEqual(len(self.lines(account)), 3)

    def test_in_the_books_already(self):
        with self.at(NOW):
            account = self.linked_and_read()
            self.type_line(account, "2026-05-01", 1000.0)
            self.env.invalidate_all()
            self.assert_answered(
                "agree with the bank already", self.opening(account).action_post()
            )

    def test_a_part_is_in_the_books(self):
        with self.at(NOW):
            account = self.linked_and_read()
            self.type_line(account, "2026-03-01", 400.0)
            self.env.invalidate_all()
            self.assertEqual(self.opening(account).amount, 600.0)

    def test_a_busy_day(self):
        """The first balance was one of a moment: two later ones agree."""
        with self.at(NOW):
            account = self.linked_and_read()
            self.report(account, "1090.00")
            self.assertEqual(self.opening(account).amount, 1025.0)
        for moment in (NEXT, "2026-05-12 07:00:00"):
            with self.at(moment):
                self.report(account, "1065.00")
        with self.at("2026-05-12 08:00:00"):
            self.assertEqual(self.opening(account).amount, 1000.0)

    def test_no_payment_is_taken_for_it(self):
        """A payment of the same amount on the next day is another line (P11)."""
        with self.at(NOW):
            account = self.in_balance()
            self.add_lines(transaction(4, "2026-05-01", "1000.00"))
            self.look(account)
            self.assertEqual(len(self.lines(account)), 5)


@tagged("post_install", "-at_install")
class TestOpeningBalanceOfAParent(BalanceCommon):
    """A branch posts nothing in its parent's books."""

    def test_refused(self):
        branch = self.env["res.company"].create(
            {"name": "Acme Gent", "parent_id": self.company.id}
        )
        user = new_test_user(
            self.env,
            "opening_branch",
            groups="account.group_account_invoice,account.group_account_basic",
            company_id=branch.id,
            company_ids=[Command.set(branch.ids)],
        )
        with self.at(NOW):
            account = self.linked_and_read()
            action = account.with_user(user).action_propose_opening()
            dialog = self.env[action["res_model"]].browse(action["res_id"])
            with self.refusal("belongs to Acme", AccessError):
                dialog.with_user(user).action_post()
        self.assertFalse(account.opening_line_id)


@tagged("post_install", "-at_install")
class TestBalanceCard(BalanceCommon):
    def cards(self, journals):
        self.env.invalidate_all()
        self.env.flush_all()
        before = sql_db.sql_counter
        data = journals._get_journal_dashboard_data_batched()
        return data, sql_db.sql_counter - before

    def accounts(self, count):
        self.new_world(
            *[
                account_seed(
                    transaction(number, "2026-05-02", "1.00"),
                    id=f"acc-{number}",
                    reference=f"A{number}",
                    referenceType="other",
                    opening_balance="10.00",
                )
                for number in range(1, count + 1)
            ],
            now="2026-05-10T05:59:00Z",
        )
        accounts = self.connection.fetch_accounts()
        for number, account in enumerate(accounts, 1):
            account.link_journal(self.make_journal(f"Q{number}"), FIRST)
            account.fetch_transactions()
        return accounts

    def test_no_query_more_for_each_card(self):
        with self.at(NOW):
            accounts = self.accounts(5)
        with self.at(NEXT):
            self.run_cron()
            self.env.invalidate_all()
            self.assertEqual(set(accounts.mapped("balance_state")), {"different"})
            for journals in (accounts[:2].journal_id, accounts.journal_id):
                self.cards(journals)
            own = [
                self.count_own(accounts[:2]),
                self.count_own(accounts),
            ]
            self.assertEqual(*own)
            data, _count = self.cards(accounts.journal_id)
            card = data[accounts[0].journal_id.id]["ponto"]
            self.assertEqual(card["color"], "warning")
            self.assertEqual(
                card["balance_sentence"], "Differs from the bank by 10.00\xa0€"
            )
            self.assertIn("opening balance", card["balance_message"])

    def count_own(self, accounts):
        """Statements for what the cards say of the balance."""
        self.env.flush_all()
        accounts.invalidate_recordset()
        accounts.mapped("journal_id.default_account_id.company_ids")
        accounts.mapped("predecessor_id")
        before = sql_db.sql_counter
        accounts.mapped("balance_message")
        return sql_db.sql_counter - before
