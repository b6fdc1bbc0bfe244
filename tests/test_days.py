"""One absurd day or moment costs its own row, or nothing at all."""

import importlib.util
import json
from datetime import date
from pathlib import Path

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import START, account_seed, resource
from .common_days import BANK, EDGES, NOW, DaysCommon

TRANSACTION_DAYS = ("executionDate", "valueDate")
TRANSACTION_MOMENTS = ("createdAt", "updatedAt")
ACCOUNT_VALUES = (
    "authorizedAt",
    "authorizationExpirationExpectedAt",
    "availableBalanceChangedAt",
    "availableBalanceReferenceDate",
    "availableBalanceVariationObservedAt",
    "currentBalanceChangedAt",
    "currentBalanceReferenceDate",
    "currentBalanceVariationObservedAt",
)
MIGRATION = Path(__file__).parents[1] / "migrations/19.0.5.0.0/post-days.py"
MOST_DISTANT = "9999-12-31T23:59:59.999Z"


def synchronization(moment):
    return {
        "type": "synchronization",
        "id": "sync-1",
        "attributes": {
            "subtype": "accountDetails",
            "status": "success",
            "resourceType": "account",
            "resourceId": "acc-1",
            "errors": [],
            "createdAt": moment,
            "updatedAt": moment,
        },
    }


@tagged("post_install", "-at_install")
class TestAbsurdDays(DaysCommon):
    def setUp(self):
        super().setUp()
        self.account = self.linked_account()
        self.account.fetch_transactions()

    def absurd(self, number=2, amount="-3.21", **attributes):
        values = {"executionDate": "0001-01-01T00:00:00Z", **attributes}
        return resource(number, "2026-03-05", amount, **values)

    def good(self, number=3):
        return resource(number, "2026-03-06", "7.50")

    def assert_held(self, row, code="absurd_date"):
        self.assertEqual((row.state, row.hold_code), ("held", code))

    def test_absurd_beside_good(self):
        """F06b: the good one is booked, the absurd one waits for a person."""
        run = self.read_page(self.account, self.absurd(), self.good())
        self.assertEqual(
            (run.state, run.imported_count, run.held_count), ("done", 1, 1)
        )
        self.assertEqual(
            self.booked(self.account), [("2026-03-02", 10.0), ("2026-03-06", 7.5)]
        )
        row = self.row(self.account, 2)
        self.assert_held(row)
        self.assertEqual(row.amount, -3.21)
        self.assertFalse(row.execution_date or row.booking_date)
        self.assertIn("0001", row.hold_reason)
        row.action_ignore(note="Entered by hand")
        run = self.read_page(self.account, self.absurd(), self.good())
        self.assertEqual((run.state, run.held_count), ("done", 0))
        self.assertEqual(row.state, "ignored")
        self.show(self.account)

    def test_corrected_by_the_bank(self):
        self.read_page(self.account, self.absurd())
        self.read_page(self.account, resource(2, "2026-03-05", "-3.21"))
        self.assertEqual(
            self.booked(self.account), [("2026-03-02", 10.0), ("2026-03-05", -3.21)]
        )

    def test_retry_books_nothing(self):
        self.read_page(self.account, self.absurd())
        row = self.row(self.account, 2)
        self.pump(
            self.env["ponto.sync.run"].browse(row.action_retry()["params"]["run_ids"])
        )
        self.assert_held(row)
        self.assertEqual(len(self.booked(self.account)), 1)

    def test_only_the_other_date_is_absurd(self):
        """The day of the line is known: that of the interest is not."""
        item = resource(2, "2026-03-05", "-3.21", valueDate="9999-12-31")
        for imported in (1, 0):
            run = self.read_page(self.account, item)
            self.assertEqual((run.state, run.imported_count), ("done", imported))
        row = self.row(self.account, 2)
        self.assertEqual((row.state, row.value_date), ("imported", False))
        self.assertFalse(row.flag_code)
        self.show(self.account)

    def test_the_chosen_date_is_absurd(self):
        self.account.date_field = "value"
        self.read_page(
            self.account,
            resource(2, "2026-03-05", "-3.21", valueDate="9999-12-31"),
            self.absurd(4, "-4.44", valueDate="2026-03-04"),
        )
        self.assert_held(self.row(self.account, 2))
        self.assertEqual(self.row(self.account, 4).state, "imported")

    def test_no_second_absurd_date_instead(self):
        """Where one date is missing, the other is meant, and it is absurd."""
        self.read_page(
            self.account,
            self.absurd(executionDate=None, valueDate="1899-12-31"),
        )
        self.assert_held(self.row(self.account, 2))

    def test_booked_one_becomes_absurd(self):
        self.read_page(self.account, self.good())
        self.read_page(self.account, self.absurd(3, "7.50", valueDate="2026-03-06"))
        row = self.row(self.account, 3)
        self.assertEqual((row.state, row.flag_code), ("imported", "date_changed"))
        self.assertIn("0001", row.flag_text)
        self.show(self.account)

    def test_backlog(self):
        """Before the start lies what has a day before the start, and nothing else."""
        self.new_world(account_seed(id="acc-2"))
        account = self.linked_account(ref="acc-2", code="BNK8")
        self.serve_page(self.absurd(), self.good(), ref="acc-2")
        run = account.fetch_transactions()
        self.assertEqual(
            (run.state, run.imported_count, run.held_count), ("done", 1, 1)
        )
        self.assert_held(self.row(account, 2))

    def test_announced_becomes_absurd(self):
        self.read_page(self.account, resource(2, "2026-03-20", "-3.21"))
        self.assertEqual(self.row(self.account, 2).state, "planned")
        self.read_page(self.account, self.absurd())
        self.assert_held(self.row(self.account, 2))

    def test_rows_of_earlier_versions(self):
        """What 19.0.4 stored as new, planned or before the start stops nothing."""
        rows = [
            self.put_row(self.account, 20),
            self.put_row(self.account, 21, day="9999-12-31"),
            self.put_row(
                self.account, 22, day="9999-12-31", state="planned", was_planned=True
            ),
            self.put_row(self.account, 23, state="before_cutover", raw=None),
            self.put_row(
                self.account,
                24,
                state="held",
                hold_code="before_start",
                hold_values='{"date": "0001-01-01"}',
            ),
            self.put_row(
                self.account,
                25,
                state="held",
                hold_code="planned_gone",
                day="9999-12-31",
            ),
        ]
        self.show(self.account)
        run = self.read_page(self.account, self.good())
        self.assertEqual((run.state, run.imported_count), ("done", 1), run.message)
        for row in rows[:3]:
            self.assert_held(row)
            row.action_ignore(note="Entered by hand")
        self.show(self.account)
        run = self.read_page(self.account, self.good())
        self.assertEqual(run.state, "done", run.message)

    def test_every_value_in_a_transaction(self):
        number = 100
        for edge in EDGES:
            items = [self.good(number := number + 1)]
            for names in (
                TRANSACTION_DAYS + TRANSACTION_MOMENTS,
                TRANSACTION_DAYS,
                *((name,) for name in TRANSACTION_DAYS + TRANSACTION_MOMENTS),
            ):
                number += 1
                values = dict.fromkeys(names, edge)
                items.append(resource(number, "2026-03-05", f"-{number}.0", **values))
            for date_field in ("execution", "value"):
                with self.subTest(edge=edge, date_field=date_field):
                    self.account.date_field = date_field
                    run = self.read_page(self.account, *items)
                    self.assertEqual(run.state, "done", run.message)
                    held = run.held_count
                    expected = 1 if date_field == "execution" else 0
                    self.assertGreaterEqual(run.imported_count, expected)
                    self.assertLessEqual(held, len(items) - 1)
            self.assertFalse(self.rows(self.account, "new"))
            self.env.flush_all()
        booked = self.booked(self.account)
        for day, _amount in booked:
            self.assertIn(day, ("2026-03-02", "2026-03-05", "2026-03-06", NOW[:10]))
        self.assertEqual(len(self.lines(self.account)), len(booked))
        held = self.rows(self.account, "held")
        self.assertTrue(held)
        held.action_ignore(note="All")
        self.show(self.account)

    def test_every_value_in_a_pending_transaction(self):
        self.account.provider_account_id.sudo().pending_available = True
        for edge in EDGES:
            with self.subTest(edge=edge):
                values = dict.fromkeys(TRANSACTION_DAYS + TRANSACTION_MOMENTS, edge)
                item = {**resource(50, "2026-03-05", "-1.0", **values)}
                item["type"] = "pendingTransaction"
                self.serve("/accounts/acc-1/pending-transactions", [item])
                run = self.read_page(self.account)
                self.assertEqual(run.state, "done", run.message)
                self.show(self.account)

    def test_a_person_holds_and_ignores_what_is_new(self):
        row = self.put_row(self.account, 20, day="2026-03-05")
        row.action_hold()
        self.assertEqual((row.state, row.hold_code), ("held", "by_person"))
        self.assertEqual(row.decided_by_id, self.env.user)
        row.action_ignore(note="Twice at the bank")
        other = self.put_row(self.account, 21, day="2026-03-05")
        other.action_ignore(note="Twice at the bank")
        self.assertEqual({row.state, other.state}, {"ignored"})
        self.assertIn("Twice", other.history_text)
        self.read_page(self.account, self.good())
        self.assertEqual(len(self.booked(self.account)), 2)

    def test_hold_needs_the_bank_rights(self):
        row = self.put_row(self.account, 20, day="2026-03-05")
        clerk = new_test_user(
            self.env,
            "ponto_clerk",
            groups="account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        for action in ("action_hold", "action_ignore", "action_ask_ignore"):
            with self.refusal("bank rights", AccessError):
                getattr(row.with_user(clerk), action)()
        self.assertEqual(row.state, "new")


@tagged("post_install", "-at_install")
class TestAbsurdMoments(DaysCommon):
    def list_with(self, attributes, meta, institution=None):
        """The account list with these values, once."""
        self.serve("/accounts", [self.account_resource(attributes, meta)])
        if institution:
            values = {"name": "Vlinderbank", "status": "stable", **institution}
            self.serve(
                f"/financial-institutions/{BANK}",
                {"type": "financialInstitution", "id": BANK, "attributes": values},
            )
        return self.connection.fetch_accounts()

    def use(self, account):
        """Linked (at first), read and looked at."""
        if not account.journal_id:
            account.link_journal(self.make_journal(), START)
        run = account.fetch_transactions()
        self.assertEqual(run.state, "done", run.message)
        self.show(account)
        self.env.ref(
            "account_ponto_sync.ir_cron_check_authorizations"
        ).method_direct_trigger()

    def test_no_end(self):
        """F32a: an end that is none is told as none, and estimated by nobody."""
        account = self.linked_account()
        account.fetch_transactions()
        self.list_with(
            {
                "authorizedAt": "2026-03-01T00:00:00Z",
                "authorizationExpirationExpectedAt": MOST_DISTANT,
            },
            {},
        )
        self.assertFalse(account.authorization_expires_at)
        self.assertFalse(account.authorization_estimated)
        self.assertFalse(account.provider_account_id.authorization_expires_at)
        self.use(account)
        self.assertEqual(account.state, "ok")

    def test_no_end_from_the_beginning(self):
        account = self.list_with(
            {"authorizationExpirationExpectedAt": MOST_DISTANT}, {}
        )
        self.use(account)
        self.assertEqual(len(self.booked(account)), 1)

    def test_end_stored_by_an_earlier_version(self):
        """Until the next list is read it says nothing, and stops nothing."""
        account = self.linked_account()
        account.fetch_transactions()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ponto_online_account SET authorization_expires_at = %s",
            ["9999-12-31 23:59:59"],
        )
        self.env.invalidate_all()
        self.use(account)
        self.connection.fetch_accounts()
        self.assertLess(account.authorization_expires_at.year, 2100)

    def test_migration(self):
        account = self.linked_account()
        account.fetch_transactions()
        self.env.flush_all()
        spec = importlib.util.spec_from_file_location("migration", MIGRATION)
        migration = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(migration)
        for day in ("9999-12-31 23:59:59", "0001-01-01 00:00:00"):
            self.env.cr.execute(
                """UPDATE ponto_online_account
                      SET authorization_expires_at = %(at)s, authorized_at = %(at)s,
                          bank_data_at = %(at)s, balance_date = %(at)s::date,
                          listed_synchronized_at = %(at)s
                    WHERE id = %(id)s""",
                {"at": day, "id": account.id},
            )
            self.env.cr.execute(
                """UPDATE ponto_provider_account
                      SET maintenance_from = %(at)s, maintenance_to = %(at)s
                    WHERE id = %(id)s""",
                {"at": day, "id": account.provider_account_id.id},
            )
            self.env.cr.execute(
                """INSERT INTO ponto_balance
                          (online_account_id, date, amount, source, kind, read_at)
                   VALUES (%s, %s::date, 10, 'reported', 'current', '2026-03-01')""",
                [account.id, day],
            )
            number = 100_000 + int(day[:4])
            row = self.put_row(account, number, day=day[:10])
            early = self.put_row(
                account, number + 1, day=day[:10], state="before_cutover", raw=None
            )
            late = self.put_row(
                account, number + 2, day="2026-03-03", value_date=day[:10]
            )
            migration.migrate(self.env.cr, "19.0.4.0.0")
            self.env.invalidate_all()
            for one in (row, early):
                self.assertEqual((one.state, one.hold_code), ("held", "absurd_date"))
                self.assertIn(day[:4], one.hold_reason)
                self.assertFalse(one.booking_date or one.execution_date)
            self.assertEqual((late.state, late.value_date), ("new", False))
            self.assertFalse(account.authorization_expires_at or account.balance_date)
            self.use(account)
            self.assertLess(len((account.balance_chart or {}).get("points", ())), 400)

    def test_every_value(self):
        for edge in EDGES:
            with self.subTest(edge=edge):
                account = self.list_with(
                    dict.fromkeys(ACCOUNT_VALUES, edge),
                    {
                        "synchronizedAt": edge,
                        "latestSynchronization": synchronization(edge),
                    },
                    {"maintenanceFrom": edge, "maintenanceTo": edge},
                )
                account.provider_account_id.sudo().details_read_at = False
                self.use(account)

    def test_each_attribute_alone(self):
        for name in ACCOUNT_VALUES:
            for edge in ("0001-01-01T00:00:00Z", MOST_DISTANT):
                with self.subTest(name=name, edge=edge):
                    meta = {"synchronizedAt": "2026-03-10T08:00:00Z"}
                    self.use(self.list_with({name: edge}, meta))

    def test_every_value_while_a_person_waits(self):
        """Of the synchronization that was asked for, and of the list of a page."""
        account = self.linked_account()
        for edge in EDGES:
            with self.subTest(edge=edge):
                meta = {
                    "synchronizedAt": edge,
                    "latestSynchronization": synchronization(edge),
                }
                body = {
                    "data": [],
                    "links": {},
                    "meta": {"paging": {"limit": 100}, **meta},
                }
                self.plan(
                    "^/accounts/acc-1/transactions$", status=200, body=json.dumps(body)
                )
                self.use(account)


@tagged("post_install", "-at_install")
class TestDaysOfPeople(DaysCommon):
    """A day that a person types, or a lock for ever, overflows as little."""

    def test_start_date(self):
        account = self.connection.fetch_accounts().filtered("reference")
        for start in (date.min, date.max, date(1899, 12, 31)):
            with self.refusal("The start date must be between"):
                account.link_journal(self.make_journal(), start)

    def test_dialogs(self):
        account = self.linked_account()
        account.fetch_transactions()
        for day in (date.min, date.max):
            check = self.env["ponto.closing.check"].create({"date": day})
            self.assertTrue(check.exists())
            check.read()
        run = account.request_check(date.min, date.max)
        self.pump(run)
        self.assertEqual(run.state, "done")

    def test_lock_for_ever(self):
        account = self.connection.fetch_accounts().filtered("reference")
        self.company.hard_lock_date = date(9999, 12, 31)
        with self.refusal("closed until"):
            account.link_journal(self.make_journal(), START)
        self.assertTrue(account._propose_start_date(self.make_journal("BNK7")))
