from datetime import date

from odoo.tests import new_test_user, tagged

from ..models.bank_line import account_bank_statement_line_duplicates
from .common import PontoCommon, account_seed, transaction

MOLEN = {
    "counterpartName": "Molen Janssens",
    "counterpartReference": "BE71096123456769",
    "remittanceInformation": "Factuur 2026/118",
}
PARKING = {"counterpartName": "Q-Park", "remittanceInformation": "PARKING GENT"}


@tagged("post_install", "-at_install")
class TestPossibleDoubles(PontoCommon):
    """A file that comes after the feed doubles nothing unseen (P11)."""

    def file_line(self, account, day, amount, text=None, **values):
        """A line as an importer of CODA, CAMT or CSV makes it."""
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": account.journal_id.id,
                "date": day,
                "amount": amount,
                "payment_ref": text,
                **values,
            }
        )

    def found(self, account):
        return self.env["account.bank.statement.line"].search(
            [
                ("journal_id", "=", account.journal_id.id),
                ("ponto_possible_double", "=", True),
            ],
            order="id",
        )

    def test_a_month_from_a_file(self):
        account = self.fetched(
            transaction(1, "2026-04-02", "-45.30", **MOLEN),
            transaction(2, "2026-04-03", "100.00", remittanceInformation="Verkoop 3/4"),
            transaction(3, "2026-04-08", "-12.50", **PARKING),
            transaction(4, "2026-04-08", "-12.50", **PARKING),
        )
        ours = self.lines(account)
        self.assertEqual(account.possible_double_count, 0)
        same = self.file_line(
            account,
            "2026-04-02",
            -45.30,
            "FACTUUR 2026/118 MOLEN",
            account_number="BE71 0961 2345 6769",
        )
        sale = self.file_line(account, "2026-04-04", 100.0, "verkoop 3/4")
        parking = [
            self.file_line(account, "2026-04-08", -12.5, "PARKING GENT")
            for _n in range(3)
        ]
        new = self.file_line(account, "2026-04-02", -45.31, "Factuur 2026/118")
        self.env.invalidate_all()
        found = self.found(account)
        # Two parkings are the feed's; nobody can tell which, but one is a third one.
        self.assertEqual(found, same | sale | parking[0] | parking[1])
        self.assertEqual(same.ponto_double_of_id, ours[0])
        self.assertEqual(sale.ponto_double_of_id, ours[1])
        self.assertFalse(new.ponto_possible_double or parking[2].ponto_possible_double)
        self.assertFalse(any(ours.mapped("ponto_possible_double")))
        self.assertEqual(account.possible_double_count, 4)
        action = account.action_open_possible_doubles()
        lines = self.env["account.bank.statement.line"].search(action["domain"])
        self.assertEqual(lines, self.lines(account) & found)
        others = self.env["account.bank.statement.line"].search(
            [
                ("journal_id", "=", account.journal_id.id),
                ("ponto_possible_double", "=", False),
            ]
        )
        self.assertEqual(others | found, self.lines(account))
        self.assertFalse(others & found)
        # Deleted by the person, it is gone; the feed's line stays.
        same.unlink()
        self.env.invalidate_all()
        self.assertEqual(account.possible_double_count, 3)
        self.assertTrue(ours[0].exists())

    def test_not_a_double(self):
        """A person's word counts, and the line's partner in doubt is looked for anew."""
        account = self.fetched(transaction(1, "2026-04-08", "-12.50", **PARKING))
        first = self.file_line(account, "2026-04-08", -12.5, "PARKING GENT")
        second = self.file_line(account, "2026-04-08", -12.5, "PARKING GENT")
        self.assertEqual(self.found(account), first)
        accountant = new_test_user(
            self.env,
            "ponto_doubles_accountant",
            groups="account.group_account_basic",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        first.with_user(accountant).action_ponto_not_double()
        self.env.invalidate_all()
        self.assertEqual(self.found(account), second)
        second.action_ponto_not_double()
        self.env.invalidate_all()
        self.assertFalse(self.found(account))
        self.assertEqual(account.possible_double_count, 0)

    def test_what_speaks_against_it(self):
        account = self.fetched(
            transaction(1, "2026-04-02", "1.00", **MOLEN),
            transaction(2, "2026-04-02", "2.00", **MOLEN),
            transaction(3, "2026-04-02", "3.00", **MOLEN),
            transaction(4, "2026-04-02", "4.00", **MOLEN),
            transaction(5, "2026-04-02", "5.00", **MOLEN),
        )
        other_number = {"account_number": "BE68539007547034"}
        self.file_line(account, "2026-04-02", 1.0, "Factuur 2026/118", **other_number)
        self.file_line(account, "2026-04-02", 2.0, "Huur april")
        self.file_line(account, "2026-04-04", 3.0, "Factuur 2026/118")
        cancelled = self.file_line(account, "2026-04-02", 4.0, "Factuur 2026/118")
        cancelled.move_id.button_cancel()
        elsewhere = self.make_journal("BNK8")
        self.env["account.bank.statement.line"].create(
            {"journal_id": elsewhere.id, "date": "2026-04-02", "amount": 5.0}
        )
        self.assertFalse(self.found(account))
        # Entered by hand without a word: day and amount are all there is.
        bare = self.file_line(account, "2026-04-02", 5.0)
        self.assertEqual(self.found(account), bare)

    def test_next_day_only_where_nothing_competes(self):
        account = self.fetched(
            transaction(1, "2026-04-07", "-12.50", **PARKING),
            transaction(2, "2026-04-18", "-12.50", **PARKING),
            transaction(3, "2026-04-20", "-12.50", **PARKING),
        )
        alone = self.file_line(account, "2026-04-08", -12.5, "PARKING GENT")
        crowded = self.file_line(account, "2026-04-19", -12.5, "PARKING GENT")
        self.assertEqual(self.found(account), alone)
        self.assertFalse(crowded.ponto_possible_double)

    def test_recognized_lines_are_no_doubles(self):
        """The file came first for one twin, later for the other one."""
        twins = [transaction(n, "2026-04-08", "-12.50", **PARKING) for n in (1, 2)]
        self.new_world(account_seed(*twins))
        account = self.linked_account()
        first = self.file_line(account, "2026-04-08", -12.5, "PARKING GENT")
        account.fetch_transactions()
        self.assertEqual(len(self.lines(account)), 2)
        self.assertEqual(self.rows(account, "adopted").statement_line_id, first)
        self.assertFalse(self.found(account))
        later = self.file_line(account, "2026-04-08", -12.5, "PARKING GENT")
        self.assertEqual(self.found(account), later)
        third = self.file_line(account, "2026-04-08", -12.5, "PARKING GENT")
        self.env.invalidate_all()
        self.assertEqual(self.found(account), later)
        self.assertFalse(third.ponto_possible_double)

    def test_before_the_feed(self):
        """Lines older than the feed are not compared at all."""
        account = self.fetched(
            transaction(1, "2026-04-08", "-12.50", **PARKING), start=date(2026, 4, 1)
        )
        self.file_line(account, "2026-01-08", -12.5, "PARKING GENT")
        self.assertFalse(self.found(account))

    def test_one_query_for_many_accounts(self):
        """Where nothing is found, counting costs the same for two as for one."""
        self.new_world(
            account_seed(transaction(1, "2026-04-08", "1.00")),
            account_seed(
                transaction(1, "2026-04-08", "1.00"), id="acc-2", institution="bank-b"
            ),
        )
        first = self.linked_account()
        second = self.linked_account("acc-2", code="BNK8")
        (first | second).fetch_transactions()
        lines = self.env["account.bank.statement.line"]
        both = (first | second).journal_id
        both.ids  # noqa: B018  read now
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.assertEqual(lines._ponto_find_doubles(both), {})

    def test_a_busy_journal_hides_nothing_of_another(self):
        """The bound on pairs holds for each journal."""
        rows = [transaction(n, "2026-04-08", "-12.50", **PARKING) for n in (1, 2)]
        quiet = [transaction(1, "2026-04-02", "-45.30", **MOLEN)]
        self.new_world(
            account_seed(*rows),
            account_seed(*quiet, id="acc-2", institution="bank-b"),
        )
        busy = self.linked_account()
        other = self.linked_account("acc-2", code="BNK8")
        (busy | other).fetch_transactions()
        self.file_line(busy, "2026-04-08", -12.5, "PARKING GENT")
        line = self.file_line(other, "2026-04-02", -45.30, "Factuur 2026/118")
        self.patch(account_bank_statement_line_duplicates, "MOST_PAIRS", 1)
        self.assertEqual(self.found(other), line)
        self.assertEqual(len(self.found(busy)), 1)
        action = other.action_open_possible_doubles()
        self.assertIn("No duplicates found", str(action["help"]))
