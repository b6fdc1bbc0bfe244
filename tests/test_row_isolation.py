"""A surprise with one row costs that row, in every step that works on many.

The surprise is the database's: a trigger that refuses one change of one row.
"""

import logging

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import START, resource, transaction
from .common_days import DaysCommon
from .common_matching import MatchingCommon

QUIET = "odoo.addons.account_ponto_sync.models"


class IsolationCommon:
    def refuse(self, change, when, table="ponto_transaction"):
        """Let PostgreSQL refuse some changes of a table.

        :param change: ``INSERT`` or ``UPDATE``
        """
        self.env.flush_all()
        self.env.cr.execute(
            """CREATE OR REPLACE FUNCTION pg_temp.refuse() RETURNS trigger AS
               $$ BEGIN RAISE EXCEPTION 'refused'; END $$ LANGUAGE plpgsql"""
        )
        self.env.cr.execute(
            f"""CREATE OR REPLACE TRIGGER refuse BEFORE {change} ON {table}
                FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION pg_temp.refuse()"""
        )
        self.enterContext(mute_logger("odoo.sql_db"))

    def ref(self, number):
        return transaction(number, "", "")["id"]

    def surprised(self):
        """Something is logged as an error, with nothing of the bank's."""
        return self.assertLogs(QUIET, logging.ERROR)


@tagged("post_install", "-at_install")
class TestRowIsolation(IsolationCommon, DaysCommon):
    def setUp(self):
        super().setUp()
        self.account = self.linked_account()
        self.account.fetch_transactions()

    def item(self, number, day="2026-03-05", amount=None, **values):
        return resource(number, day, amount or f"-{number}.50", **values)

    def read_loudly(self, *items, **more):
        with self.surprised() as logs:
            run = self.read_page(self.account, *items, **more)
        self.assertEqual(run.state, "done", run.message)
        self.assertNotIn("Transaction", "".join(logs.output))
        return run

    def read_quietly(self, *items):
        run = self.read_page(self.account, *items)
        self.assertEqual(run.state, "done", run.message)
        return run

    def assert_failed(self, number, run):
        row = self.row(self.account, number)
        self.assertEqual((row.state, row.hold_code), ("held", "internal"))
        self.assertIn("reference", row.hold_reason)
        self.assertEqual(run.held_count, 1)
        row.action_ignore(note="Entered by hand")

    def assert_imported(self, *numbers):
        for number in numbers:
            row = self.row(self.account, number)
            self.assertEqual(row.state, "imported", f"row {number}")

    def test_storing(self):
        self.refuse("INSERT", f"NEW.ponto_ref = '{self.ref(3)}' AND NEW.state = 'new'")
        run = self.read_loudly(self.item(2), self.item(3), self.item(4))
        self.assert_imported(2, 4)
        self.assert_failed(3, run)

    def test_latest_word(self):
        usd = {"currency": "USD"}
        self.read_quietly(self.item(2, **usd), self.item(3, **usd))
        self.refuse(
            "UPDATE",
            f"NEW.ponto_ref = '{self.ref(3)}' AND NEW.currency_code = 'EUR'",
        )
        self.read_loudly(self.item(2), self.item(3), self.item(4))
        self.assert_imported(2, 4)
        row = self.row(self.account, 3)
        self.assertEqual((row.state, row.currency_code), ("held", "USD"))

    def test_releasing(self):
        ahead = [self.item(number, "2026-03-12") for number in (2, 3, 4)]
        self.read_quietly(*ahead)
        self.assertEqual(len(self.rows(self.account, "planned")), 3)
        self.refuse("UPDATE", f"NEW.ponto_ref = '{self.ref(3)}' AND NEW.state = 'new'")
        with self.at("2026-03-12 09:00:00"):
            run = self.read_loudly(*ahead)
        self.assert_imported(2, 4)
        self.assert_failed(3, run)

    def test_reissued(self):
        old = [self.item(number, amount=f"-{number}.00") for number in (2, 3, 4)]
        self.read_quietly(*old)
        self.refuse(
            "UPDATE", f"NEW.ponto_ref = '{self.ref(13)}' AND NEW.state = 'alias'"
        )
        new = [self.item(number + 10, amount=f"-{number}.00") for number in (2, 3, 4)]
        run = self.read_loudly(*new, self.item(20))
        states = [self.row(self.account, number).state for number in (12, 14, 20)]
        self.assertEqual(states, ["alias", "alias", "imported"])
        self.assert_failed(13, run)

    def test_reissued_of_one_amount(self):
        """Rows that are compared with each other: the one that fails, and no other."""
        texts = [{"remittanceInformation": text} for text in ("Tulips", "Rent of May")]
        old = [
            self.item(number, amount="-9.00", **text)
            for number, text in enumerate(texts, 2)
        ]
        self.read_quietly(*old)
        self.refuse(
            "UPDATE", f"NEW.ponto_ref = '{self.ref(13)}' AND NEW.state = 'alias'"
        )
        new = [
            self.item(number, amount="-9.00", **text)
            for number, text in enumerate(texts, 12)
        ]
        run = self.read_loudly(*new)
        self.assertEqual(self.row(self.account, 12).state, "alias")
        self.assert_failed(13, run)

    def by_file(self, *numbers, day="2026-03-05"):
        return self.env["account.bank.statement.line"].create(
            [
                {
                    "journal_id": self.account.journal_id.id,
                    "date": day,
                    "amount": -number - 0.5,
                    "payment_ref": f"Transaction {number}",
                }
                for number in numbers
            ]
        )

    def test_adoption(self):
        self.by_file(2, 3, 4)
        self.refuse(
            "UPDATE", f"NEW.ponto_ref = '{self.ref(3)}' AND NEW.state = 'adopted'"
        )
        run = self.read_loudly(*(self.item(number) for number in (2, 3, 4, 5)))
        states = [self.row(self.account, number).state for number in (2, 4, 5)]
        self.assertEqual(states, ["adopted", "adopted", "imported"])
        self.assert_failed(3, run)

    def test_checks(self):
        usd = {"currency": "USD"}
        self.refuse(
            "UPDATE",
            f"NEW.ponto_ref = '{self.ref(3)}' AND NEW.hold_code = 'currency_mismatch'",
        )
        run = self.read_loudly(self.item(2), self.item(3, **usd), self.item(4))
        self.assert_imported(2, 4)
        self.assert_failed(3, run)

    def test_gone(self):
        self.read_quietly(self.item(2), self.item(3), self.item(4))
        self.refuse(
            "UPDATE", f"NEW.ponto_ref = '{self.ref(3)}' AND NEW.flag_code = 'gone'"
        )
        self.read_loudly(self.item(5))
        flags = [self.row(self.account, number).flag_code for number in (2, 3, 4)]
        self.assertEqual(flags, ["gone", False, "gone"])
        self.assert_imported(2, 3, 4, 5)

    def test_undo(self):
        self.by_file(2, 3)
        run = self.read_quietly(self.item(2), self.item(3), self.item(4))
        self.assertEqual(run.adopted_count, 2)
        self.refuse(
            "UPDATE", f"NEW.ponto_ref = '{self.ref(3)}' AND NEW.state = 'ignored'"
        )
        undo = self.env["ponto.sync.run"].browse(run.action_undo()["params"]["run_ids"])
        with self.surprised():
            self.pump(undo)
        states = [self.row(self.account, number).state for number in (2, 3, 4)]
        self.assertEqual(states, ["ignored", "adopted", "ignored"])
        self.assertIn("1 kept", undo.message)

    def test_statements(self):
        self.account.statement_grouping = "day"
        self.refuse(
            "INSERT",
            "NEW.ponto_period_start = '2026-03-05'",
            "account_bank_statement",
        )
        self.read_loudly(
            self.item(2, "2026-03-04"), self.item(3), self.item(4, "2026-03-06")
        )
        self.assert_imported(2, 3, 4)
        grouped = self.lines(self.account).filtered("statement_id").mapped("date")
        self.assertEqual([f"{day:%d}" for day in grouped], ["04", "06"])

    def test_nothing_is_in_the_way_of_what_works(self):
        """A fetch without a surprise makes no savepoint for a row."""
        account = self.account
        items = [self.item(number) for number in range(2, 40)]
        with self.assertNoLogs(QUIET, logging.ERROR):
            run = self.read_quietly(*items)
        self.assertEqual(run.imported_count, 38)
        self.assertFalse(self.rows(account, "held"))


@tagged("post_install", "-at_install")
class TestMatchIsolation(IsolationCommon, MatchingCommon):
    def test_matching(self):
        sold = [self.document(amount) for amount in (10, 20, 30)]
        self.refuse(
            "UPDATE",
            "NEW.amount = 20 AND NEW.ponto_match_run_id IS NOT NULL",
            "account_bank_statement_line",
        )
        account = self.fetched(
            *(
                transaction(
                    n, START, f"{one.amount_total}0", remittanceInformation=one.name
                )
                for n, one in enumerate(sold, 1)
            )
        )
        self.assertFalse(account.match_certain)
        account.match_certain = True
        self.add_lines(
            *(
                transaction(
                    n, START, f"{one.amount_total}0", remittanceInformation=one.name
                )
                for n, one in enumerate(
                    [self.document(amount) for amount in (11, 20, 31)], 11
                )
            )
        )
        run = account.fetch_transactions()
        self.env.invalidate_all()
        self.assertEqual((run.state, run.imported_count), ("done", 3), run.message)
        self.assertEqual((run.matched_count, run.match_refused_count), (2, 1))
