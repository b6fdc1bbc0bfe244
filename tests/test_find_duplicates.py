"""What stands twice in a journal is found and removed, whatever way it came."""

from datetime import date, timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..models.bank_line import account_bank_statement_line_duplicates as duplicate_lines
from .common import PontoCommon, transaction

LINE = "account.bank.statement.line"
PARKING = {"counterpartName": "Q-Park", "remittanceInformation": "PARKING GENT"}
DAY = "2026-04-08"


@tagged("post_install", "-at_install")
class TestFindDuplicates(PontoCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = new_test_user(
            cls.env,
            "ponto_duplicates",
            groups="account.group_account_basic",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.imports = 0

    def other_line(self, journal, amount=-12.5, day=DAY, text="Parking Gent", **values):
        """As of an import of its own."""
        line = self.env[LINE].create(
            {
                "journal_id": journal.id,
                "date": day,
                "amount": amount,
                "payment_ref": text,
                **values,
            }
        )
        self.enter_apart(line)
        return line

    def enter_apart(self, lines):
        """All lines of a test are made in one transaction, which is what tells the
        lines of one import."""
        type(self).imports += 1
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_bank_statement_line SET create_date = create_date + %s "
            "WHERE id = ANY(%s)",
            (timedelta(hours=self.imports), lines.ids),
        )
        self.env.invalidate_all()

    def dialog(self, journal, since="2026-01-01", user=None):
        action = journal.with_user(
            user or self.accountant
        ).action_ponto_find_duplicates()
        dialog = self.env["ponto.find.duplicates"].with_user(user or self.accountant)
        dialog = dialog.browse(action["res_id"])
        dialog.date_from = since
        dialog.action_find()
        return dialog

    def groups(self, dialog):
        return [
            set(rows.line_id.ids)
            for rows in dialog.line_ids.grouped("group_number").values()
        ]

    def remove(self, dialog):
        dialog.action_ask()
        return dialog.action_remove()["params"]

    # === FINDING === #

    def test_feed_file_and_hand(self):
        account = self.fetched(
            transaction(1, DAY, "-12.50", **PARKING),
            transaction(2, DAY, "-12.50", **PARKING),
            transaction(3, "2026-04-10", "100.00", remittanceInformation="Sale"),
        )
        journal = account.journal_id
        one, two, sale = self.lines(account).sorted("id")
        self.assertEqual(self.groups(self.dialog(journal)), [])
        third = self.other_line(journal)
        by_hand = self.other_line(journal, text="")
        late = self.other_line(journal, 100, "2026-04-11", "SALE of Friday")
        self.other_line(journal, 100, "2026-04-10", "Rent")
        self.other_line(journal, 100.01, "2026-04-10", "Sale")
        self.other_line(self.make_journal("BNK8"))
        dialog = self.dialog(journal)
        self.assertEqual(
            self.groups(dialog), [{sale.id, late.id}, {one.id, third.id, by_hand.id}]
        )
        ticked = dialog.line_ids.filtered("is_ticked").line_id
        # Late is dated the day beside: a person says whether it was paid again.
        self.assertEqual(ticked, third | by_hand, "never Ponto's by default")
        origins = {row.line_id: row.origin for row in dialog.line_ids}
        self.assertEqual(origins[sale], "Ponto")
        self.assertIn("File or by hand", origins[late])
        self.assertNotIn(two, dialog.line_ids.line_id)
        self.assertEqual(self.groups(self.dialog(journal, "2026-04-12")), [])

    def test_two_files(self):
        """Nobody but a person can tell which to keep: nothing is ticked."""
        journal = self.make_journal("BNK8")
        first = self.other_line(journal)
        second = self.other_line(journal)
        dialog = self.dialog(journal)
        self.assertEqual(self.groups(dialog), [{first.id, second.id}])
        self.assertFalse(any(dialog.line_ids.mapped("is_ticked")))
        self.assert_answered("Tick the lines", dialog.action_ask())
        dialog.line_ids.is_ticked = True
        self.assert_answered("Group 1 would keep no line", dialog.action_ask())

    def test_one_import_doubles_nothing_of_itself(self):
        journal = self.make_journal("BNK8")
        lines = self.other_line(journal) | self.other_line(journal)
        self.env.cr.execute(
            "UPDATE account_bank_statement_line SET create_date = '2026-04-09' "
            "WHERE id = ANY(%s)",
            (lines.ids,),
        )
        self.env.invalidate_all()
        self.assertEqual(self.groups(self.dialog(journal)), [])

    def test_not_a_double_is_remembered(self):
        account = self.fetched(transaction(1, DAY, "-12.50", **PARKING))
        journal = account.journal_id
        ours = self.lines(account)
        first = self.other_line(journal)
        dialog = self.dialog(journal)
        row = dialog.line_ids.filtered(lambda row: row.line_id == first)
        row.action_not_double()
        self.assertFalse(dialog.line_ids)
        self.assertEqual(self.groups(self.dialog(journal)), [])
        # A later one is another matter, beside either.
        second = self.other_line(journal)
        self.assertEqual(self.groups(self.dialog(journal)), [{ours.id, second.id}])
        self.env.invalidate_all()
        self.assertFalse(first.ponto_possible_double)
        self.assertTrue(second.ponto_possible_double)

    def test_bounded(self):
        journal = self.make_journal("BNK8")
        for _n in range(3):
            self.other_line(journal)
        self.other_line(journal, day="2026-04-20")
        self.other_line(journal, day="2026-04-20")
        dialog = self.dialog(journal)
        self.assertEqual((dialog.found_count, dialog.covered_from), (2, False))
        for limit, most in (("MOST_PAIRS", 2), ("MOST_GROUPS", 1)):
            with self.subTest(limit=limit):
                with patch.object(duplicate_lines, limit, most):
                    dialog = self.dialog(journal)
                self.assertEqual(dialog.covered_from, date.fromisoformat(DAY))
                self.assertIn(date(2026, 4, 20), dialog.line_ids.mapped("date"))

    def test_as_many_queries_for_many_groups(self):
        def look(count, code):
            journal = self.make_journal(code)
            for _copy in range(2):
                lines = self.env[LINE].create(
                    [
                        {
                            "journal_id": journal.id,
                            "date": date(2026, 4, 1 + n),
                            "amount": 10 + n,
                            "payment_ref": f"Order {n}",
                        }
                        for n in range(count)
                    ]
                )
                self.enter_apart(lines)
            dialog = self.dialog(journal)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            dialog.action_find()
            dialog.line_ids.mapped("obstacle")
            self.assertEqual(dialog.found_count, count)
            return self.env.cr.sql_log_count - before

        few, many = look(2, "BNK8"), look(20, "BNK7")
        self.assertLessEqual(many, few + 4)

    # === REMOVING === #

    def test_remove_a_file_line(self):
        account = self.fetched(transaction(1, DAY, "-12.50", **PARKING))
        ours, other = self.lines(account), self.other_line(account.journal_id)
        dialog = self.dialog(account.journal_id)
        # Asked first, whoever calls.
        self.assertEqual(dialog.action_remove()["res_id"], dialog.id)
        dialog.action_back()
        self.assertEqual((dialog.is_asked, dialog.found_count), (False, 1))
        dialog.action_back()
        self.assertEqual((dialog.is_done, dialog.found_count), (False, 0))
        dialog.action_find()
        dialog.action_ask()
        self.assertTrue(other.exists())
        self.assertEqual((dialog.ticked_count, dialog.ponto_count), (1, 0))
        told = dialog.action_remove()["params"]
        self.assertEqual(
            (told["type"], told["message"]), ("success", "Removed: 1 of 1.")
        )
        self.assertFalse(other.exists())
        self.assertEqual(self.lines(account), ours)

    def test_remove_pontos_line(self):
        """It is dismissed in the inbox and does not come back."""
        account = self.fetched(transaction(1, DAY, "-12.50", **PARKING))
        ours, other = self.lines(account), self.other_line(account.journal_id)
        dialog = self.dialog(account.journal_id)
        for row in dialog.line_ids:
            row.is_ticked = row.line_id == ours
        dialog.action_ask()
        self.assertEqual(dialog.ponto_count, 1)
        dialog.action_remove()
        row = self.rows(account)
        self.assertEqual((row.state, row.decided_by_id), ("ignored", self.accountant))
        self.assertFalse(ours.exists())
        account.sudo().read_all = True
        account.fetch_transactions()
        self.env.invalidate_all()
        self.assertEqual(self.lines(account), other)

    def test_two_people_remove_two_halves(self):
        """Who comes second keeps what is left of the payment."""
        account = self.fetched(transaction(1, DAY, "-12.50", **PARKING))
        ours, other = self.lines(account), self.other_line(account.journal_id)
        dialog = self.dialog(account.journal_id)
        dialog.action_ask()
        ours.unlink()
        self.env.invalidate_all()
        self.assert_answered("would keep no line", dialog.action_remove())
        self.assertTrue(other.exists())

    def test_what_stays(self):
        """Matched, in a locked period: it cannot be ticked nor removed."""
        account = self.fetched(
            transaction(1, DAY, "-12.50", **PARKING),
            transaction(2, DAY, "-99.00", **PARKING),
        )
        journal = account.journal_id
        matched = self.other_line(journal)
        locked = self.other_line(journal, -99)
        _liquidity, suspense, _others = matched._seek_for_lines()
        suspense.account_id = self.an_account("expense")
        dialog = self.dialog(journal)
        rows = {row.line_id: row for row in dialog.line_ids}
        self.assertIn("undo the match first", rows[matched].obstacle)
        self.assertFalse(rows[matched].is_ticked)
        self.assertTrue(rows[locked].is_ticked)
        rows[matched].is_ticked = True
        dialog.action_ask()
        # Core refuses a lock while lines wait; another way in may not.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_company SET fiscalyear_lock_date = %s WHERE id = %s",
            (fields.Date.to_date("2026-04-30"), self.company.id),
        )
        self.env.invalidate_all()
        told = dialog.action_remove()["params"]
        self.assertEqual(told["type"], "warning")
        self.assertIn("Removed: 0 of 2.", told["message"])
        self.assertIn("undo the match first", told["message"])
        self.assertIn("locked until", told["message"])
        self.assertTrue(matched.exists() and locked.exists())

    # === RIGHTS === #

    def test_another_company(self):
        journal = self.make_journal("BNK8")
        self.other_line(journal)
        self.other_line(journal)
        dialog = self.dialog(journal)
        elsewhere = self.new_company("Peeters Vastgoed")
        stranger = new_test_user(
            self.env,
            "duplicates_stranger",
            groups="account.group_account_manager",
            company_id=elsewhere.id,
            company_ids=[Command.set(elsewhere.ids)],
        )
        for call in (
            journal.with_user(stranger).action_ponto_find_duplicates,
            dialog.with_user(stranger).action_find,
            dialog.with_user(stranger).action_remove,
            dialog.line_ids[:1].with_user(stranger).action_not_double,
        ):
            with self.assertRaises(AccessError):
                call()

    def test_of_what_another_person_opened(self):
        account = self.fetched(transaction(1, DAY, "-12.50", **PARKING))
        self.other_line(account.journal_id)
        dialog = self.dialog(account.journal_id)
        with self.assertRaises(AccessError):
            dialog.with_user(self.manager).action_find()
