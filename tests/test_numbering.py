from contextlib import contextmanager
from datetime import date, timedelta

from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..models.bulk_booking import account_move_numbering as numbering
from .common import account_seed, transaction
from .test_import import ImportCommon

# What differs between two bookings of the same although nothing differs.
MOMENTS = {"create_date", "write_date", "access_token", "message_id"}
OF_A_MOVE = {
    "account_bank_statement_line": "move_id",
    "account_move": "id",
    "account_move_line": "move_id",
}


@tagged("post_install", "-at_install")
class TestNumbering(ImportCommon):
    """Each batch is booked twice, by core alone and in bulk, and compared."""

    def days(self, first, *offsets):
        first = date.fromisoformat(first)
        return [str(first + timedelta(days=offset)) for offset in offsets]

    def world(self, days, start="2025-01-01", **journal):
        parts = [
            transaction(
                number,
                day,
                f"{(-1) ** number * number}.{number % 90 + 10}",
                counterpartName=f"Counterpart {number % 3}",
            )
            for number, day in enumerate(days, 1)
        ]
        self.new_world(account_seed(*reversed(parts)))
        account = self.linked_account(start=date.fromisoformat(start), **journal)
        # One batch a call: nothing is booked before the test says so.
        account.fetch_transactions()
        self.unbook(account, self.rows(account))
        return account

    def unbook(self, account, rows):
        rows.statement_line_id.unlink()
        rows.sudo().write({"state": "new", "hold_code": False, "hold_values": False})
        self.env.flush_all()

    def book(self, account):
        none = self.env["ponto.sync.run"]
        while any(self.env["ponto.transaction"]._import_batch(account, none)):
            self.env.flush_all()
        # Tracking and creation messages belong to the result.
        self.env.cr.flush()
        self.env.invalidate_all()

    def dump(self, account):
        """All stored values of what was booked, ids replaced by the order they tell."""
        tables, order = {}, {}
        for table, column in OF_A_MOVE.items():
            tables[table] = self.select(
                SQL(
                    "SELECT * FROM %s WHERE %s IN (SELECT id FROM account_move WHERE"
                    " journal_id = %s) ORDER BY id",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    account.journal_id.id,
                )
            )
            order[table] = {row["id"]: place for place, row in enumerate(tables[table])}
        references = {
            "move_id": order["account_move"],
            "statement_line_id": order["account_bank_statement_line"],
        }
        for table, rows in tables.items():
            for row in rows:
                for name, places in {**references, "id": order[table]}.items():
                    if row.get(name):
                        row[name] = places[row[name]]
                # It ends with the id.
                row["internal_index"] = (row.get("internal_index") or "")[:-10]
        tables["messages"] = self.messages(order["account_move"])
        tables["rows"] = [
            (row.ponto_ref, row.state, row.statement_line_id.name)
            for row in self.rows(account)
        ]
        return tables

    def messages(self, places):
        found = self.env["mail.message"].search(
            [("model", "=", "account.move"), ("res_id", "in", list(places))],
            order="id",
        )
        return [
            (
                places[message.res_id],
                message.body,
                message.subtype_id.id,
                message.tracking_value_ids.mapped("new_value_char"),
            )
            for message in found
        ]

    def select(self, query):
        self.env.cr.execute(query)
        return [
            {name: value for name, value in row.items() if name not in MOMENTS}
            for row in self.env.cr.dictfetchall()
        ]

    @contextmanager
    def undone(self):
        """What happens here leaves nothing behind but the ids it used."""
        with self.env.cr.savepoint() as savepoint:
            yield
            savepoint.rollback()
        self.env.invalidate_all()

    def booked_in(self, account, *, plain):
        """Dump of the account after booking, and SQL statements it took."""
        with self.undone():
            parameters = self.env["ir.config_parameter"].sudo()
            parameters.set_param("account_ponto_sync.plain_create", str(plain))
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.book(account)
            return self.dump(account), self.env.cr.sql_log_count - before

    def compare(self, account):
        """:return: the numbers given, oldest entry first, and SQL statements spared"""
        plain, slow = self.booked_in(account, plain=True)
        bulk, fast = self.booked_in(account, plain=False)
        for table, expected in plain.items():
            self.assertEqual(len(bulk[table]), len(expected), table)
            for ours, core in zip(bulk[table], expected, strict=True):
                self.assertEqual(ours, core, table)
        names = [row["name"] for row in plain["account_move"]]
        self.assertTrue(names)
        return names, slow - fast

    def name_by_hand(self, account, day, name):
        """An entry of the journal whose number a person wrote."""
        line = self.env["account.bank.statement.line"].create(
            {"journal_id": account.journal_id.id, "date": day, "amount": 7.0}
        )
        if name:
            line.move_id.name = name
        self.env.flush_all()
        return line

    def test_a_new_year_in_one_batch(self):
        """Two sequence periods, several entries a day."""
        days = self.days("2025-12-28", 0, 0, 1, 2, 3, 3, 3, 4, 4, 5, 6, 6)
        account = self.world(days)
        names, spared = self.compare(account)
        self.assertEqual(names[0], "BNK9/2025/00001")
        self.assertEqual(names[-1], "BNK9/2026/00005")
        self.assertGreater(spared, 2 * len(days))

    def test_one_statement_a_line_at_most(self):
        account = self.world(self.days("2026-01-02", *(n // 4 for n in range(160))))
        self.book(account)
        self.unbook(account, self.rows(account))
        _dump, statements = self.booked_in(account, plain=False)
        self.assertLess(statements, 160)

    def test_monthly_by_hand(self):
        account = self.world(self.days("2026-01-20", 0, 1, 5, 12, 12, 13, 40, 41, 42))
        self.name_by_hand(account, "2026-01-10", "BNK9/2026/01/0041")
        names, _spared = self.compare(account)
        self.assertEqual(names[1], "BNK9/2026/01/0042")
        self.assertEqual(names[4:6], ["BNK9/2026/02/0001", "BNK9/2026/02/0002"])

    def test_yearly_by_hand(self):
        account = self.world(self.days("2025-12-30", 0, 0, 1, 1, 2, 3, 3, 4))
        self.name_by_hand(account, "2025-12-01", "KBC-25-007")
        names, spared = self.compare(account)
        self.assertEqual(names[1], "KBC-25-008")
        self.assertEqual(names[-1], "KBC-26-004")
        self.assertGreater(spared, 8)

    def test_one_number_for_all_time(self):
        account = self.world(self.days("2025-12-30", 0, 0, 1, 1, 2, 3, 3, 4))
        self.name_by_hand(account, "2024-12-01", "B98")
        names, spared = self.compare(account)
        self.assertEqual(names[1:4], ["B99", "B100", "B101"])
        self.assertGreater(spared, 8)

    def test_number_with_an_end(self):
        account = self.world(self.days("2026-01-20", 0, 1, 1, 2))
        self.name_by_hand(account, "2026-01-10", "BNK9/2026/00012-K")
        names, _spared = self.compare(account)
        self.assertEqual(names[1], "BNK9/2026/00013-K")

    def test_gap(self):
        """What was deleted in the middle stays a gap, and is marked as one."""
        account = self.world(self.days("2026-01-02", *range(9)))
        lines = [self.name_by_hand(account, "2026-01-01", False) for _n in range(5)]
        (lines[1] + lines[2]).unlink()
        names, _spared = self.compare(account)
        self.assertEqual(names[3], "BNK9/2026/00006")

    def test_another_pattern_further_on(self):
        """A later month was numbered by hand: core looks for the pattern on the day."""
        account = self.world(self.days("2026-01-02", 0, 3, 20, 28, 30, 31, 40, 59))
        self.name_by_hand(account, "2026-01-01", "BNK9/2026/00044")
        self.name_by_hand(account, "2026-02-01", "BNK9/2026/02/0003")
        names, _spared = self.compare(account)
        self.assertEqual(names[2], "BNK9/2026/00045")
        self.assertIn("BNK9/2026/02/0006", names)

    def test_latest_entry_has_another_pattern(self):
        """Core goes on with the number that was written last, wherever it is."""
        account = self.world(self.days("2026-01-02", 0, 3, 20, 28, 30, 31, 40, 59))
        self.name_by_hand(account, "2026-01-31", "BNK9/2026/01/0003")
        self.name_by_hand(account, "2026-02-20", "X77")
        self.compare(account)

    def test_payments_have_numbers_of_their_own(self):
        account = self.world(self.days("2026-01-02", 0, 1, 1, 2, 5, 8))
        self.assertTrue(account.journal_id.payment_sequence)
        payment = self.env["account.payment"].create(
            {
                "journal_id": account.journal_id.id,
                "date": "2026-01-04",
                "amount": 5.0,
                "partner_id": self.env.user.partner_id.id,
                "payment_type": "inbound",
                "partner_type": "customer",
            }
        )
        payment.action_post()
        names, _spared = self.compare(account)
        self.assertIn("BNK9/2026/00006", names)

    def test_override_regex(self):
        account = self.world(self.days("2026-01-02", 0, 1, 1, 2))
        self.name_by_hand(account, "2026-01-01", "00012-K/2026")
        account.journal_id.sequence_override_regex = (
            r"^(?P<seq>\d*)(?P<suffix1>.*?)(?P<year>(\d{4})?)(?P<suffix2>)$"
        )
        self.compare(account)

    def test_bad_row_in_a_batch(self):
        """The batch is undone, then each row stands for itself; no number is lost."""
        account = self.world(self.days("2026-01-02", 0, 1, 1, 2, 3, 3))
        self.env.cr.execute(
            "ALTER TABLE account_bank_statement_line"
            " ADD CONSTRAINT bad_row CHECK (payment_ref NOT LIKE '%4') NOT VALID"
        )
        with mute_logger(
            "odoo.sql_db",
            "odoo.addons.account_ponto_sync.models.inbox.ponto_transaction_import",
        ):
            names, _spared = self.compare(account)
        self.assertEqual(names, [f"BNK9/2026/0000{n}" for n in range(1, 6)])

    def test_undone_batch_leaves_no_number(self):
        account = self.world(self.days("2026-01-02", 0, 1, 1, 2, 3, 3))
        with self.undone():
            self.book(account)
        names, _spared = self.compare(account)
        self.assertEqual(names[0], "BNK9/2026/00001")

    def test_renumbered_between_batches(self):
        """In the same transaction: what was remembered does not outlive the batch."""
        account = self.world(self.days("2026-01-02", 0, 1, 1, 2, 3, 3))
        rows = self.rows(account)
        late = rows.sorted(lambda row: row.booking_date)[3:]
        late.sudo().write({"state": "ignored"})
        self.book(account)
        last = self.lines(account).move_id.sorted("sequence_number")[-1]
        last.name = "BNK9/2026/00500"
        late.sudo().write({"state": "new"})
        names, _spared = self.compare(account)
        self.assertEqual(names[-1], "BNK9/2026/00503")

    def test_distribution_models_are_asked(self):
        """Items are still distributed where somebody set up a model for it."""
        plan = self.env["account.analytic.plan"].create({"name": "Plan"})
        analytic = self.env["account.analytic.account"].create(
            {"name": "Bank", "plan_id": plan.id, "company_id": self.company.id}
        )
        account = self.world(self.days("2026-01-02", 0, 1, 1, 2))
        self.env["account.analytic.distribution.model"].create(
            {
                "company_id": self.company.id,
                "account_prefix": account.journal_id.suspense_account_id.code[:3],
                "analytic_distribution": {str(analytic.id): 100},
            }
        )
        self.compare(account)
        bulk, _statements = self.booked_in(account, plain=False)
        distributed = [
            row["analytic_distribution"] for row in bulk["account_move_line"]
        ]
        self.assertIn({str(analytic.id): 100.0}, distributed)

    def test_localization_with_rules_of_its_own(self):
        """Whoever has a say in the numbers keeps it: core is asked each time."""
        move_class = type(self.env["account.move"])
        self.assertTrue(numbering._is_numbered_by_core(move_class))

        class Localized:
            def _get_last_sequence_domain(self, relaxed=False):
                """As Argentina, Brazil, Chile and Ecuador have it."""

        self.assertFalse(numbering._is_numbered_by_core(Localized))
