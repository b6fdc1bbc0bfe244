import contextlib
import time
from datetime import date, datetime

from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models import ir_cron

from ..models.connection import ponto_connection_cron
from .common import PontoCommon, account_seed, transaction

DRIVER = "odoo.addons.account_ponto_sync.models.fetch.fetch_driver"
IBANS = ("BE68539007547034", "BE71096123456769", "BE43068999999501")


class CronCommon(PontoCommon):
    """Clocks stand still unless a test moves them; Ponto asks no bank by itself."""

    def enter(self, moment="2026-06-15 09:00:00"):
        self.sandbox.control("POST", "switches", json={"background": False})
        self.enterContext(self.at(moment))

    def three_accounts(self):
        self.new_world(
            *[
                account_seed(
                    transaction(n, "2026-06-10", f"{n}.50"),
                    id=f"acc-{n}",
                    reference=iban,
                )
                for n, iban in enumerate(IBANS, 1)
            ],
            now="2026-06-15T09:00:00Z",
        )
        self.enter()
        return [
            self.linked_account(f"acc-{n}", code=f"BNK{n + 5}", start=date(2026, 1, 1))
            for n in (1, 2, 3)
        ]

    def asked(self, part="/transactions"):
        return [line for line in self.data_requests() if part in line]

    def cron(self):
        """One scheduled run, and what it asked for."""
        self.env.flush_all()
        self.sandbox.clear_requests()
        self.run_cron()
        self.env.invalidate_all()
        self.assertFalse(self.asked("/synchronizations"), "nobody was present")
        cron = self.env.ref("account_ponto_sync.ir_cron_fetch_transactions")
        self.assertTrue(cron.active)
        self.assertEqual(cron.failure_count, 0)
        return self.data_requests()


@tagged("post_install", "-at_install")
class TestCronIsCheap(CronCommon):
    """Nothing happened: one request per connection, whatever the number of accounts."""

    def snapshot(self):
        runs = self.env["ponto.sync.run"].search([])
        journals = self.env["account.journal"].search([])
        messages = self.env["mail.message"].search_count([])
        return (
            runs.ids,
            [(run.state, run.write_date) for run in runs],
            [journal.write_date for journal in journals],
            messages,
        )

    def test_quiet_run(self):
        """P45: one request, no run record, no journal, no message."""
        accounts = self.three_accounts()
        self.cron()
        self.assertEqual([len(self.booked(account)) for account in accounts], [1, 1, 1])
        before = self.snapshot()
        with self.at("2026-06-15 10:00:00"):
            self.assertEqual(self.cron(), ["GET /accounts"])
            self.assertEqual(self.snapshot(), before)
            self.assertEqual(self.connection.last_checked_at, datetime(2026, 6, 15, 10))

    def test_one_token_serves_all(self):
        """P47: one token per integration, not one per account or run."""
        self.three_accounts()
        self.cron()
        self.cron()
        tokens = [
            entry for entry in self.sandbox.requests() if "token" in entry["path"]
        ]
        self.assertFalse(tokens)

    def test_connections_of_two_companies(self):
        self.three_accounts()
        other = self.env["res.company"].create({"name": "Peeters Vastgoed"})
        self.connect(company_id=other.id)
        self.cron()
        self.assertEqual(self.cron(), ["GET /accounts"] * 2)

    def test_details_moved_only(self):
        """Two clocks: the balance's moves without news; at most 4 reads, then quiet."""
        account = self.three_accounts()[0]
        self.cron()
        with self.at("2026-06-15 10:00:00"):
            self.sandbox.control(
                "POST", "accounts/acc-1/synchronize", json={"subtype": "accountDetails"}
            )
            reads = [len(self.asked_in_cron()) for _time in range(7)]
        self.assertEqual(reads, [1, 1, 1, 1, 0, 0, 0])
        self.assertEqual(len(self.booked(account)), 1)
        # Freshness is that of the transactions, not of the balance.
        self.assertLess(account.bank_data_at, datetime(2026, 6, 15, 10))

    def asked_in_cron(self):
        self.cron()
        return self.asked()

    def test_transactions_moved_later(self):
        """The news that the details announced come with a later synchronization."""
        account = self.three_accounts()[0]
        self.cron()
        with self.at("2026-06-15 10:00:00"):
            self.sandbox.control(
                "POST", "accounts/acc-1/synchronize", json={"subtype": "accountDetails"}
            )
            self.cron()
        with self.at("2026-06-15 10:05:00"):
            self.add_lines(transaction(9, "2026-06-14", "9.50"), touch=False)
            self.sandbox.control(
                "POST",
                "accounts/acc-1/synchronize",
                json={"subtype": "accountTransactions"},
            )
            self.assertEqual(len(self.asked_in_cron()), 1)
            self.assertEqual(len(self.asked_in_cron()), 0)
        self.assertEqual(sum(amount for _day, amount in self.booked(account)), 11.0)

    def test_transactions_newer_are_read_once(self):
        self.three_accounts()
        self.cron()
        with self.at("2026-06-15 10:00:00"):
            self.sandbox.control("POST", "accounts/acc-2/synchronize", json={})
            self.assertEqual(self.asked_in_cron(), ["GET /accounts/acc-2/transactions"])
            self.assertEqual(self.asked_in_cron(), [])

    def test_once_a_day_whatever_the_list_says(self):
        """P16: a line that Ponto took without moving any clock is found in a day."""
        account = self.three_accounts()[0]
        self.cron()
        self.add_lines(transaction(9, "2026-06-14", "9.50"), touch=False)
        with self.at("2026-06-16 08:00:00"):
            self.assertEqual(self.asked_in_cron(), [])
        with self.at("2026-06-16 09:30:00"):
            self.assertEqual(len(self.asked_in_cron()), 3)
            self.assertEqual(len(self.booked(account)), 2)
            self.assertEqual(self.asked_in_cron(), [])


@tagged("post_install", "-at_install")
class TestCronTrouble(CronCommon):
    """One account's trouble never stops another, and the action never fails (P06)."""

    def others_are_served(self, accounts):
        self.cron()
        self.assertEqual([len(self.booked(account)) for account in accounts], [0, 1, 1])
        self.assertEqual(accounts[0].state, "error")
        self.assertEqual([account.state for account in accounts[1:]], ["ok", "ok"])
        self.assertTrue(accounts[0].status_message)
        self.assertEqual(accounts[0].retry_at, datetime(2026, 6, 15, 9, 15))

    def heals(self, accounts):
        self.end_faults()
        with self.at("2026-06-15 09:20:00"):
            self.cron()
        self.assertEqual(accounts[0].state, "ok")
        self.assertEqual(self.booked(accounts[0]), [("2026-06-10", 1.5)])

    def test_faults(self):
        accounts = self.three_accounts()
        self.plan("acc-1/transactions", status=500, times=None)
        self.others_are_served(accounts)
        self.heals(accounts)

    def test_html(self):
        accounts = self.three_accounts()
        self.plan("acc-1/transactions", "html", status=200, times=None)
        self.others_are_served(accounts)
        self.heals(accounts)

    def test_not_found(self):
        accounts = self.three_accounts()
        self.plan("acc-1/transactions", status=404, times=None)
        self.others_are_served(accounts)
        self.assertIn("no longer shares this account", accounts[0].status_message)
        self.heals(accounts)

    def test_refused_token(self):
        accounts = self.three_accounts()
        self.plan("acc-1/transactions", status=401, times=None)
        self.others_are_served(accounts)
        self.heals(accounts)

    def test_connection_reset(self):
        accounts = self.three_accounts()
        self.plan("acc-1/transactions", "reset", times=None)
        self.others_are_served(accounts)
        self.heals(accounts)

    def test_unexpected_exception(self):
        """Nothing foresaw it: the log has it, the others do not notice."""
        accounts = self.three_accounts()
        rows = type(self.env["ponto.transaction"])
        import_batch = rows._import_batch

        def break_down(records, account, *args, **kwargs):
            if account.ponto_ref == "acc-1":
                raise ZeroDivisionError
            return import_batch(records, account, *args, **kwargs)

        self.patch(rows, "_import_batch", break_down)
        with mute_logger(DRIVER):
            self.cron()
        self.assertEqual([len(self.booked(account)) for account in accounts], [0, 1, 1])
        self.assertEqual(accounts[0].problem_code, "internal")
        self.assertIn("Internal error in Odoo", accounts[0].status_message)
        self.patch(rows, "_import_batch", import_batch)
        with self.at("2026-06-15 09:20:00"):
            self.cron()
        self.assertEqual(len(self.booked(accounts[0])), 1)

    def test_one_connection_does_not_stop_the_other(self):
        accounts = self.three_accounts()
        broken = self.connect(name="Broken", client_id="unknown-client")
        self.cron()
        self.assertEqual([len(self.booked(account)) for account in accounts], [1, 1, 1])
        self.assertEqual(broken.state, "error")
        self.assertIn("did not accept the client ID", broken.status_message)
        self.assertEqual(self.connection.state, "connected")

    def test_account_list_fails(self):
        """The list only wakes: what is due anyway is read all the same."""
        accounts = self.three_accounts()
        self.plan("^/accounts$", status=503, times=None)
        self.cron()
        self.assertEqual([len(self.booked(account)) for account in accounts], [1, 1, 1])
        self.assertEqual(self.connection.state, "error")
        self.end_faults()
        with self.at("2026-06-15 10:00:00"):
            self.cron()
        self.assertEqual(self.connection.state, "connected")

    def test_back_off_grows_and_a_success_resets_it(self):
        account = self.three_accounts()[0]
        self.plan("acc-1/transactions", status=503, times=None)
        steps = [
            ("2026-06-15 09:00:00", True),  # then 15 minutes
            ("2026-06-15 09:14:00", False),
            ("2026-06-15 09:16:00", True),  # then 1 hour
            ("2026-06-15 10:10:00", False),
            ("2026-06-15 10:20:00", True),  # then 4 hours
            ("2026-06-15 14:10:00", False),
            ("2026-06-15 14:30:00", True),  # then 24 hours
            ("2026-06-16 14:00:00", False),
            ("2026-06-16 14:40:00", True),
        ]
        for moment, reads in steps:
            with self.subTest(moment=moment), self.at(moment):
                self.cron()
                asked = bool(self.asked("acc-1/transactions"))
                self.assertEqual(asked, reads)
        self.end_faults()
        with self.at("2026-06-17 14:50:00"):
            self.cron()
        self.assertEqual((account.failure_count, account.retry_at), (0, False))
        self.assertEqual(account.state, "ok")
        self.assertEqual(len(self.booked(account)), 1)

    def test_back_off_never_blocks_a_person(self):
        account = self.three_accounts()[0]
        self.plan("acc-1/transactions", status=503, times=None)
        self.cron()
        self.end_faults()
        run = account.fetch_transactions()
        self.assertEqual((run.state, run.imported_count), ("done", 1))

    def test_rate_limit(self):
        """P15: Ponto's pause is kept to the second, for this account alone."""
        accounts = self.three_accounts()
        self.plan("acc-1/transactions", status=429, headers={"Retry-After": "85092"})
        self.cron()
        self.assertEqual([len(self.booked(account)) for account in accounts], [0, 1, 1])
        self.assertEqual(accounts[0].retry_at, datetime(2026, 6, 16, 8, 38, 12))
        for moment in ("2026-06-15 12:00:00", "2026-06-16 08:38:00"):
            with self.at(moment):
                self.cron()
                self.assertEqual(self.asked("acc-1/"), [])
                self.sandbox.clear_requests()
                with self.refusal("asks for a pause until"):
                    accounts[0].action_fetch_transactions()
                self.assertEqual(self.data_requests(), [])
        with self.at("2026-06-16 08:39:00"):
            self.cron()
        self.assertEqual(self.booked(accounts[0]), [("2026-06-10", 1.5)])

    def test_bank_trouble_is_not_a_green_card(self):
        """Reading from Ponto works while the bank gives Ponto nothing."""
        account = self.three_accounts()[0]
        self.cron()
        with self.at("2026-06-15 10:00:00"):
            errors = {"accountTransactions": {"code": "bankUnavailable", "detail": "x"}}
            self.sandbox.control(
                "PATCH", "accounts/acc-1", json={"sync_errors": errors}
            )
            self.sandbox.control("POST", "accounts/acc-1/synchronize", json={})
            self.cron()
        self.assertEqual(
            (account.state, account.problem_code), ("error", "bank_trouble")
        )
        self.assertIn("on the bank's side", account.status_message)

    def test_failure_is_no_news(self):
        """Where Ponto's moment moves with a failed synchronization too, the bank's data
        is as old as it was; the account is not read again and again for it."""
        account = self.three_accounts()[0]
        self.cron()
        heard = account.bank_data_at
        self.sandbox.control("POST", "switches", json={"failed_moves_clock": True})
        errors = {
            kind: {"code": "bankUnavailable", "detail": "x"}
            for kind in ("accountTransactions", "accountDetails")
        }
        self.sandbox.control("PATCH", "accounts/acc-1", json={"sync_errors": errors})
        with self.at("2026-06-17 10:00:00"):
            self.sandbox.control("POST", "accounts/acc-1/synchronize", json={})
            self.cron()
            self.assertEqual(account.problem_code, "bank_trouble")
            self.assertEqual(account.bank_data_at, heard)
            self.assertEqual(account.status_color, "danger")
            self.assertEqual(account.reads_left, 0)

    def test_any_code_of_authorization(self):
        """Which codes Ponto has is told nowhere: the word counts."""
        account = self.three_accounts()[0]
        error = {"code": "bankAuthorizationRevoked", "detail": "x"}
        errors = {"accountTransactions": error}
        self.sandbox.control("PATCH", "accounts/acc-1", json={"sync_errors": errors})
        with self.at("2026-06-15 10:00:00"):
            self.sandbox.control("POST", "accounts/acc-1/synchronize", json={})
            self.cron()
        self.assertEqual(
            (account.problem_code, account.state), ("authorization", "expired")
        )

    def test_authorization_ended(self):
        """P05: the account says who renews where, and the gap fills itself."""
        account = self.three_accounts()[0]
        self.cron()
        with self.at("2026-06-15 10:00:00"):
            self.sandbox.control("POST", "accounts/acc-1/expire", json={})
            self.sandbox.control("POST", "accounts/acc-1/synchronize", json={})
            self.cron()
            self.assertEqual(account.state, "expired")
            self.assertIn("representative", account.status_message)
            self.assertEqual(account.provider_account_id.state, "expired")
        with self.at("2026-06-20 10:00:00"):
            self.add_lines(transaction(9, "2026-06-18", "9.50"), where="bank")
            self.sandbox.control("POST", "accounts/acc-1/reauthorize", json={})
            self.cron()
        self.assertEqual(account.state, "ok")
        self.assertEqual(
            self.booked(account), [("2026-06-10", 1.5), ("2026-06-18", 9.5)]
        )


@tagged("post_install", "-at_install")
class TestCronServes(CronCommon):
    """Which accounts are read at all, and until when."""

    def test_run_left_by_a_dead_process(self):
        """The next one goes on where it stopped; there is one run, not two."""
        account = self.three_accounts()[0]
        self.env.flush_all()
        run = self.env["ponto.sync.run"].browse(account._begin_run("cron"))
        self.assertEqual(run.state, "running")
        with self.at("2026-06-15 09:10:00"):
            self.cron()
        self.assertEqual(run.state, "done")
        self.assertEqual(account.run_ids, run)
        self.assertEqual(len(self.booked(account)), 1)

    def test_killed_between_two_batches(self):
        """What was committed stays, the rest follows, nothing twice (P36)."""
        self.new_world(
            account_seed(*[transaction(n, "2026-06-10", "1.00") for n in range(1, 121)])
        )
        self.enter()
        account = self.linked_account(start=date(2026, 1, 1))
        rows = type(self.env["ponto.transaction"])
        import_batch = rows._import_batch
        calls = []

        class Killed(BaseException):
            """As SIGKILL: no handler of ours may swallow it."""

        def die_in_the_second(records, account, *args, **kwargs):
            calls.append(account.id)
            if len(calls) == 2:
                raise Killed
            return import_batch(records, account, *args, **kwargs)

        self.patch(rows, "_import_batch", die_in_the_second)
        self.env.flush_all()
        # Not assertRaises: that would roll back what the fetch has committed.
        with contextlib.suppress(Killed):
            account.fetch_transactions()
        self.patch(rows, "_import_batch", import_batch)
        self.env.invalidate_all()
        self.assertEqual(account.run_ids.state, "running")
        first = len(self.booked(account))
        self.assertGreater(first, 0)
        self.assertLess(first, 120)
        with self.at("2026-06-15 09:30:00"):
            self.cron()
        self.assertEqual(account.run_ids.state, "done")
        self.assertEqual(self.booked(account), [("2026-06-10", 1.0)] * 120)

    def test_time_budget(self):
        """A long import goes on in the next slice, as the same fetch."""
        self.new_world(
            account_seed(*[transaction(n, "2026-06-10", "1.00") for n in range(1, 121)])
        )
        self.enter()
        account = self.linked_account(start=date(2026, 1, 1))
        self.patch(ponto_connection_cron, "LONGEST_RUN", 0.0)
        self.patch(
            type(self.env["ponto.connection"]), "_seconds_left", lambda self: 0.0
        )
        for _slice in range(12):
            self.cron()
            if account.run_ids.state != "running":
                break
        self.assertEqual(len(account.run_ids), 1)
        self.assertEqual(account.run_ids.state, "done")
        self.assertEqual(self.booked(account), [("2026-06-10", 1.0)] * 120)

    def test_new_account_appears_unlinked(self):
        self.three_accounts()
        self.cron()
        body = account_seed(transaction(70, "2026-06-10", "7.00"), id="acc-new")
        self.sandbox.control("POST", "accounts", json=body)
        self.cron()
        new = self.env["ponto.online.account"].search([("ponto_ref", "=", "acc-new")])
        self.assertEqual(new.state, "unlinked")
        self.assertEqual(self.asked("acc-new"), [])
        self.assertFalse(self.rows(new))

    def test_revoked_account_costs_no_call(self):
        """P40, and back again without a gap."""
        account = self.three_accounts()[0]
        key = f"integrations/{self.sandbox.client_id}"
        self.sandbox.control("PATCH", key, json={"accounts": ["acc-2", "acc-3"]})
        self.cron()
        self.assertEqual(self.asked("acc-1"), [])
        self.assertEqual(account.state, "revoked")
        self.assertFalse(account.run_ids)
        self.assertIn("no longer shares this account", account.message_ids[0].body)
        messages = len(account.message_ids)
        self.cron()
        self.assertEqual(len(account.message_ids), messages, "told once")
        self.sandbox.control("PATCH", key, json={"accounts": "all"})
        self.cron()
        self.assertEqual(len(self.booked(account)), 1)

    def test_archived_journal_costs_no_call(self):
        """P40: paused; un-archiving resumes with the gap filled."""
        account = self.three_accounts()[0]
        self.cron()
        account.journal_id.active = False
        self.add_lines(transaction(9, "2026-06-14", "9.50"))
        with self.at("2026-06-20 10:00:00"):
            self.cron()
            self.assertEqual(self.asked("acc-1"), [])
            self.assertEqual(account.state, "paused")
            self.assertIn("journal is archived", account.status_message)
            account.journal_id.active = True
            self.cron()
        self.assertEqual(account.state, "ok")
        self.assertEqual(len(self.booked(account)), 2)

    def test_automatic_fetch_switched_off(self):
        account = self.three_accounts()[0]
        account.auto_sync = False
        self.cron()
        self.assertEqual(self.asked("acc-1"), [])
        self.assertEqual(account.fetch_transactions().imported_count, 1)

    def test_archived_connection_sends_nothing(self):
        self.three_accounts()
        self.connection.active = False
        self.assertEqual(self.cron(), [])

    def test_neither_journal_nor_suspense_account(self):
        account = self.three_accounts()[0]
        account.journal_id.suspense_account_id = False
        self.cron()
        self.assertEqual(self.asked("acc-1"), [])
        self.assertIn("no suspense account", account.status_message)

    def test_lines_belong_to_the_journals_company(self):
        """P39: whoever runs, in whatever company."""
        account = self.three_accounts()[0]
        other = self.env["res.company"].create({"name": "Peeters Vastgoed"})
        self.env.ref("base.user_root").write(
            {"company_ids": [(4, other.id)], "company_id": other.id}
        )
        self.cron()
        line = self.lines(account)
        self.assertEqual(line.company_id, self.company)
        self.assertEqual(line.move_id.company_id, self.company)
        self.assertEqual(line.move_id.line_ids.account_id.company_ids, self.company)


@tagged("post_install", "-at_install")
class TestCronDuringPause(CronCommon):
    """Ponto's pause keeps nobody from booking, and is not spent on looking (P15)."""

    def setUp(self):
        super().setUp()
        # The clocks stand still: what spins would spin for ever.
        self.patch(ir_cron, "MIN_TIME_PER_JOB", -30)

    def told(self):
        """How often one scheduled run was begun, and what it left to do at the end."""
        left = []
        progress = type(self.env["ir.cron"])._commit_progress

        def note(cron, *args, **kwargs):
            left.append(kwargs.get("remaining"))
            return progress(cron, *args, **kwargs)

        self.patch(type(self.env["ir.cron"]), "_commit_progress", note)
        asked = self.cron()
        return left, asked

    def open_run(self, account, stage):
        run = account.sudo()._create_run("cron", stage=stage)
        self.env.flush_all()
        return run.sudo()

    def pause(self, until="2026-06-15 20:00:00"):
        self.connection.sudo().write({"retry_at": until, "list_retry_at": until})

    def test_what_was_read_is_booked(self):
        account, *_others = self.three_accounts()
        # The bank's list is read, nothing of it is booked yet.
        rows = type(self.env["ponto.transaction"])
        import_batch = rows._import_batch

        class Killed(BaseException):
            """As SIGKILL: no handler of ours may swallow it."""

        def die(_rows, *_args, **_kwargs):
            raise Killed

        self.patch(rows, "_import_batch", die)
        self.env.flush_all()
        with contextlib.suppress(Killed):
            account.fetch_transactions()
        self.patch(rows, "_import_batch", import_batch)
        self.env.invalidate_all()
        run = account.run_ids
        self.assertEqual((run.state, run.stage), ("running", "import"))
        self.pause()
        left, asked = self.told()
        self.assertEqual(asked, [])
        self.assertEqual(left[-1], 0)
        self.assertEqual(run.state, "done")
        self.assertEqual(self.booked(account), [("2026-06-10", 1.5)])

    def test_what_is_still_to_read_waits(self):
        """The first account is told of the pause: the others' turn is over, too."""
        accounts = self.three_accounts()
        runs = [self.open_run(account, "read") for account in accounts]
        self.connection.sudo().write(
            {"token_expires_at": False, "token_encrypted": False}
        )
        headers = {"Retry-After": "36000"}
        self.plan("oauth2/token", status=429, headers=headers, times=None)
        # The list rests, so that an account meets the pause.
        self.connection.sudo().list_retry_at = "2026-06-15 09:30:00"
        left, asked = self.told()
        self.assertEqual(asked, [])
        self.assertEqual(left[-1], 0, "nothing is left that could be done now")
        states = sorted(run.state for run in runs)
        self.assertEqual(states, ["failed", "running", "running"])
        self.sandbox.clear_requests()
        self.assertEqual(self.told()[0][-1:], [None])
        self.assertEqual(self.sandbox.requests(), [])


@tagged("post_install", "-at_install")
class TestCronInOtherHands(CronCommon):
    """A fetch that somebody else has in hand is theirs, until they leave it."""

    def triggers(self):
        cron = self.env.ref("account_ponto_sync.ir_cron_fetch_transactions")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        return sorted(triggers.mapped("call_at"))

    def asking_run(self, account):
        run = account.sudo()._create_run("user", stage="ask", customer_ip="8.8.8.8")
        self.env.flush_all()
        return run.sudo()

    def test_locked(self):
        """Whoever has it may leave the rest: the schedule looks again soon."""
        account = self.three_accounts()[0]
        with contextlib.closing(db_connect(self.env.cr.dbname).cursor()) as other:
            other.execute(
                "SELECT pg_advisory_xact_lock(hashtext(%s), %s)",
                ["account_ponto_sync:ponto.online.account", account.id],
            )
            self.cron()
        self.assertEqual(self.asked("acc-1/"), [])
        self.assertFalse(account.run_ids)
        self.assertIn(datetime(2026, 6, 15, 9, 0, 10), self.triggers())

    def test_click_after_the_list_was_made(self):
        """The schedule found the account due; then a person clicked."""
        account = self.three_accounts()[0]
        run = self.asking_run(account)
        self.sandbox.clear_requests()
        self.assertTrue(account.sudo()._serve(time.monotonic() + 60))
        self.env.invalidate_all()
        self.assertEqual((run.state, run.stage), ("running", "ask"))
        self.assertEqual(run.customer_ip, "8.8.8.8")
        self.assertEqual(self.data_requests(), [])

    def test_program_and_a_person_who_clicked(self):
        """``fetch_transactions`` gives the person's fetch, which is still to ask."""
        account = self.three_accounts()[0]
        run = self.asking_run(account)
        self.assertEqual(account.fetch_transactions(), run)
        self.assertEqual((run.state, run.stage), ("running", "ask"))
        with self.at("2026-06-15 09:01:00"):
            # Nobody came to ask: the fetch is anybody's.
            self.assertEqual(account.fetch_transactions(), run)
        self.assertEqual(run.state, "done")
        self.assertEqual(run.refresh_outcome, "unanswered", "nobody was asked")
        self.assertEqual(self.booked(account), [("2026-06-10", 1.5)])
