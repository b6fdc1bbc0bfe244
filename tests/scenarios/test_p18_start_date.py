from datetime import date, datetime, timedelta

from odoo.tests import tagged

from ..common import account_seed, transaction
from .common import IBAN, ScenarioCommon

APRIL = date(2026, 4, 1)
EARLY = [("2026-02-27", 27.0), ("2026-03-02", 2.0), ("2026-03-31", 31.0)]
BOOKED = [("2026-04-01", 1.0), ("2026-04-10", 10.0)]


@tagged("post_install", "-at_install")
class TestP18(ScenarioCommon):
    """Nothing before the chosen start is created unless a person moves the start."""

    def parts(self, first=1):
        return [
            transaction(n, day, f"{amount:.2f}")
            for n, (day, amount) in enumerate([*EARLY, *BOOKED], first)
        ]

    def dialog(self, action):
        dialogs = self.env[action["res_model"]].with_user(self.manager)
        return dialogs.browse(action["res_id"])

    def drive(self, action):
        runs = self.env["ponto.sync.run"].browse(action["params"]["run_ids"])
        self.pump(runs)
        self.assertEqual(runs.mapped("state"), ["done"], runs.message)
        return runs

    def choose(self, start=None):
        """Fetch Accounts: what it proposes, and the first reading.

        :param start: another start than the proposed one
        """
        line = self.open_accounts().line_ids
        proposed = line.sync_start_date
        if start:
            line.sync_start_date = start
        run = self.drive(line.wizard_id.action_confirm())
        return line.online_account_id.sudo(), run, proposed

    def open_accounts(self):
        connection = self.connection.with_user(self.manager)
        return self.dialog(connection.action_fetch_accounts())

    def enter(self):
        seed = account_seed(*self.parts(), holderName="Acme BV")
        self.new_world(seed, now="2026-04-15T09:00:00Z")
        self.enterContext(self.at("2026-04-15 09:00:00"))
        return self.make_journal("BNK1", IBAN)

    def type_newest(self, journal, day):
        self.env["account.bank.statement.line"].create(
            {"journal_id": journal.id, "date": day, "amount": 5, "payment_ref": "x"}
        )

    def test_default_is_the_day_after_the_newest_line(self):
        self.type_newest(self.enter(), "2026-03-31")
        account, _run, proposed = self.choose()
        self.assertEqual((proposed, account.sync_start_date), (APRIL, APRIL))

    def test_default_is_the_first_day_of_the_fiscal_year(self):
        """Of the year that contains today; the result says how far back Ponto goes."""
        self.enter()
        self.company.sudo().write(
            {"fiscalyear_last_month": "9", "fiscalyear_last_day": 30}
        )
        account, run, proposed = self.choose()
        self.assertEqual(proposed, date(2025, 10, 1))
        self.assertEqual(self.booked(account), [*EARLY, *BOOKED])
        self.assertIn("Ponto has no transactions before 02/27/2026", run.message)
        self.assertIn("10/01/2025 to 02/26/2026", run.message)

    def test_nothing_creeps_in(self):
        self.enter()
        account, run, _proposed = self.choose(APRIL)
        self.assertEqual(run.imported_count, 2)
        for number in range(30):
            moment = datetime(2026, 4, 16, 9) + timedelta(days=number)
            with self.at(moment.strftime("%Y-%m-%d %H:%M:%S")):
                self.run_cron()
            self.env.invalidate_all()
        self.assertEqual(len(account.run_ids), 31)
        self.assertEqual(account.sync_start_date, APRIL)
        self.assertEqual(self.booked(account), BOOKED)

    def test_reconnected(self):
        """Unlinked and linked again, and then shared by Ponto under another id."""
        journal = self.enter()
        account, _run, _proposed = self.choose(APRIL)
        account.unlink_journal()
        again, _run, proposed = self.choose()
        self.assertEqual((again, proposed), (account, APRIL))
        self.assertEqual(self.booked(account), BOOKED)
        self.sandbox.control("DELETE", "accounts/acc-1")
        seed = account_seed(*self.parts(901), id="acc-9", holderName="Acme BV")
        self.sandbox.control("POST", "accounts", json=seed)
        fresh, run, proposed = self.choose()
        self.assertEqual((fresh.predecessor_id, proposed), (account, APRIL))
        self.assertEqual(run.imported_count, 0)
        self.assertEqual(fresh.journal_id, journal)
        self.assertEqual(self.booked(fresh), BOOKED)

    def check_from_1_march(self, account):
        """Fetch the period again."""
        action = account.with_user(self.manager).action_check_period()
        dialog = self.dialog(action)
        dialog.write({"date_from": "2026-03-01", "date_to": "2026-04-15"})
        run = self.drive(dialog.action_check())
        return self.dialog(run.with_user(self.manager).action_open_check())

    def test_fetched_again_from_1_march(self):
        self.enter()
        account, _run, _proposed = self.choose(APRIL)
        dialog = self.check_from_1_march(account)
        self.assertFalse(dialog.line_ids, "nothing before the start can be ticked")
        self.assertEqual((dialog.known_count, dialog.early_count), (2, 2))
        self.fetch(account)
        self.assertEqual(self.booked(account), BOOKED)
        # A late line with an old date is held, not booked.
        self.add_lines(transaction(50, "2026-03-15", "15.00"))
        self.fetch(account)
        self.assertEqual(self.booked(account), BOOKED)
        self.assertEqual(self.rows(account, "held").hold_code, "before_start")

    def test_confirmed(self):
        self.enter()
        account, _run, _proposed = self.choose(APRIL)
        dialog = self.dialog(account.with_user(self.manager).action_move_start())
        dialog.new_start = "2026-03-01"
        self.assertEqual(dialog.waiting_count, 2)
        self.assertEqual(self.booked(account), BOOKED)
        self.drive(dialog.action_confirm())
        self.assertEqual(self.booked(account), [*EARLY[1:], *BOOKED])
