"""How Odoo behaves towards Ponto: who asks a bank, how often, and what the log says."""

import logging
from datetime import datetime, timedelta
from types import SimpleNamespace

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models import ir_cron

from ..models.connection import ponto_connection_cron
from ..models.fetch import ponto_sync_run_steps
from ..tools import public_address, units
from ..tools.back_off import pause_after
from ..tools.redacted_traceback import redacted_traceback
from .common import browser_request, transaction
from .test_attended import REAL, AttendedCommon
from .test_cron import DRIVER, CronCommon

OURS = "odoo.addons.account_ponto_sync"
OFFICE = "81.82.83.84"
PRIVATE = "192.168.1.5"
LOCALHOST = "127.0.0.1"
OFFICIAL = "https://api.myponto.com"
LOCAL = "http://127.0.0.1:8080"


class LogCommon:
    """What our own loggers say, from a level on."""

    def told(self, work, level=logging.INFO):
        """:return: the messages of our loggers while ``work`` runs"""
        records = []

        class Keep(logging.Handler):
            def emit(self, record):
                records.append(record.getMessage())

        handler = Keep(level)
        logger = logging.getLogger(OURS)
        before = logger.level
        logger.addHandler(handler)
        logger.setLevel(level)
        try:
            work()
        finally:
            logger.removeHandler(handler)
            logger.setLevel(before)
        return records


@tagged("post_install", "-at_install")
class TestAddress(AttendedCommon):
    """Ponto is told the person's real address, the office's, or nothing."""

    def ask_from(self, address):
        self.comes_from(address)
        self.sandbox.clear_requests()
        run = self.click()
        progress = self.pump(run)
        return {post["customerIpAddress"] for post in self.posts()}, progress

    def test_office_address_where_odoo_sees_a_private_one(self):
        self.company.ponto_public_address = OFFICE
        for address in (PRIVATE, "fe80::1", "nonsense", "", "100.64.0.9"):
            with self.subTest(address=address), self.at_next_minute():
                sent, _progress = self.ask_from(address)
                self.assertEqual(sent, {OFFICE})

    def at_next_minute(self):
        """A bank is asked once in five minutes only."""
        self.minute = getattr(self, "minute", 0) + 6
        moment = datetime(2026, 6, 15, 9) + timedelta(minutes=self.minute)
        return self.at(str(moment))

    def test_own_address_goes_before_the_offices(self):
        self.company.ponto_public_address = OFFICE
        self.assertEqual(self.ask_from(REAL)[0], {REAL})

    def test_office_of_the_accounts_company(self):
        self.company.ponto_public_address = False
        self.env["res.company"].create(
            {"name": "Elsewhere", "ponto_public_address": OFFICE}
        )
        sent, progress = self.ask_from(PRIVATE)
        self.assertEqual(sent, set())
        message = progress["runs"][0]["message"]
        self.assertIn("your public IP address is unknown", message)
        self.assertIn("proxy mode", message)
        self.assertIn("office's public IP address", message)

    def test_address_that_odoo_does_not_see_at_all(self):
        """Behind a local socket there is none: that is told like a private one."""
        sent, progress = self.ask_from("")
        self.assertEqual(sent, set())
        self.assertIn("public IP address", progress["runs"][0]["message"])

    def test_loopback(self):
        choose = public_address.sendable_address
        self.assertEqual(choose("127.0.0.1", LOCAL, None), "127.0.0.1")
        self.assertEqual(choose("127.0.0.1", LOCAL, OFFICE), "127.0.0.1")
        self.assertEqual(choose("127.0.0.1", OFFICIAL, OFFICE), OFFICE)
        self.assertIs(choose("127.0.0.1", OFFICIAL, None), False)
        self.assertIs(choose("127.0.0.1", OFFICIAL, PRIVATE), False)
        self.assertEqual(choose("::ffff:8.8.8.8", OFFICIAL, None), REAL)
        self.assertIs(choose("224.0.0.1", OFFICIAL, None), False)

    def test_setting_is_checked(self):
        for wrong in (PRIVATE, "127.0.0.1", "::1", "office.example", "81.82.83", "x"):
            with self.subTest(wrong=wrong), self.refusal("public", ValidationError):
                self.company.ponto_public_address = wrong
        for right in (OFFICE, "2a02:2c40::1", False):
            self.company.ponto_public_address = right

    def test_setting_in_the_settings(self):
        settings = self.env["res.config.settings"].create(
            {"company_id": self.company.id, "ponto_public_address": OFFICE}
        )
        settings.execute()
        self.assertEqual(self.company.ponto_public_address, OFFICE)


@tagged("post_install", "-at_install")
class TestBehindAProxy(AttendedCommon):
    """A proxy's own address is never told as the customer's."""

    PROXY = "185.3.4.5"

    def sent(self, headers, address=PROXY, believed=False):
        """Which address Ponto is told of, by a browser whose request came so."""
        seen = browser_request(address)
        seen.httprequest.headers.update(headers)
        seen.httprequest.environ = {"werkzeug.proxy_fix.orig": {}} if believed else {}
        self.patch(ponto_sync_run_steps, "request", seen)
        vals = self.env["ponto.sync.run"]._prepare_refresh_vals(self.account)
        return vals.get("customer_ip")

    def test_proxy_mode_is_off(self):
        for header in ("X-Forwarded-For", "Forwarded"):
            with self.subTest(header):
                self.company.ponto_public_address = False
                self.assertIsNone(self.sent({header: REAL}))
                self.company.ponto_public_address = OFFICE
                self.assertEqual(self.sent({header: REAL}), OFFICE)
        self.assertEqual(self.sent({}), self.PROXY, "somebody without a proxy")

    def test_proxy_mode_is_on(self):
        """Odoo put the person's address in the place of the proxy's already."""
        self.company.ponto_public_address = OFFICE
        told = {"X-Forwarded-For": REAL}
        self.assertEqual(self.sent(told, REAL, believed=True), REAL)
        self.assertEqual(self.sent({}, believed=True), OFFICE)

    def test_this_machine_and_a_local_ponto(self):
        """A development machine behind a forwarded port still asks its own Ponto."""
        self.assertEqual(self.sent({"X-Forwarded-For": REAL}, LOCALHOST), LOCALHOST)


@tagged("post_install", "-at_install")
class TestWhoAsks(AttendedCommon):
    """Only a person at a browser makes Ponto contact a bank."""

    def comes_by(self, path, **headers):
        self.patch(
            ponto_sync_run_steps,
            "request",
            SimpleNamespace(
                httprequest=SimpleNamespace(
                    remote_addr=REAL, path=path, headers=headers
                )
            ),
        )

    def test_programs_do_not(self):
        origin = {"Origin": "https://books.example"}
        for path, headers in (
            ("/json/2/ponto.online.account/action_fetch_transactions", origin),
            ("/xmlrpc/2/object", {}),
            ("/jsonrpc", origin),
            ("/web/dataset/call_kw", {}),
        ):
            with self.subTest(path=path):
                self.comes_by(path, **headers)
                runs = self.click()
                self.pump(runs)
                self.assertEqual(runs.state, "done")
        self.assertEqual(self.posts(), [])

    def test_shell_does_not(self):
        self.comes_from(None)
        self.pump(self.click())
        self.account.fetch_transactions()
        self.run_cron()
        self.assertEqual(self.posts(), [])

    def test_browser_does(self):
        self.comes_by("/web/dataset/call_button", **{"Sec-Fetch-Site": "same-origin"})
        self.pump(self.click())
        self.assertEqual(len(self.posts()), 2)


@tagged("post_install", "-at_install")
class TestRecently(AttendedCommon):
    """A bank that was asked a moment ago is read as it is; when again, is told."""

    def again(self, moment):
        """When the bank can be asked again, as a click at a moment tells."""
        with self.at(moment):
            runs = self.click()
            message = self.pump(runs)["runs"][0]["message"]
        self.assertEqual(runs.state, "done")
        self.assertEqual(runs.message_values["refresh"], "recently")
        self.assertIn("asked only a few minutes ago", message)
        again = runs.message_values["again_at"]
        self.assertIn(again[14:16], message, "the minute of it")
        return again

    def test_five_minutes_after_the_last_time(self):
        self.pump(self.click())
        for moment in ("2026-06-15 09:02:30", "2026-06-15 09:04:00"):
            self.assertEqual(self.again(moment), "2026-06-15 09:05:00")

    def test_somebody_else_asked(self):
        """At Ponto, or with other software: five minutes from what Ponto heard."""
        self.sandbox.control("POST", "switches", json={"rate_counts_background": True})
        with self.at("2026-06-15 09:10:00"):
            self.sandbox.control("POST", "accounts/acc-2/synchronize", json={})
        self.assertEqual(self.again("2026-06-15 09:12:00"), "2026-06-15 09:15:00")


@tagged("post_install", "-at_install")
class TestMaintenance(AttendedCommon):
    """A bank under maintenance is not asked, and nothing turns red."""

    def maintain(self, **values):
        """Ponto announces maintenance of the bank; Odoo reads it."""
        body = {"maintenanceType": "internal", **values}
        self.sandbox.control("PATCH", "institutions/bank-b", json=body)
        self.account.provider_account_id.sudo().details_read_at = False
        self.connection.fetch_accounts()
        self.sandbox.clear_requests()

    def window(self):
        self.maintain(
            maintenanceFrom="2026-06-15T08:00:00Z",
            maintenanceTo="2026-06-15T12:30:00Z",
        )

    def test_is_not_asked(self):
        self.window()
        runs = self.click()
        progress = self.pump(runs)["runs"][0]
        self.assertEqual(self.posts(), [])
        self.assertEqual((runs.state, progress["warned"]), ("done", False))
        self.assertEqual(runs.message_values["refresh"], "maintenance")
        self.assertEqual(runs.message_values["again_at"], "2026-06-15 12:30:00")
        self.assertIn(":30", progress["message"])
        self.assertEqual(self.account.state, "ok")
        self.assertEqual(self.booked(self.account), [("2026-06-01", 10.0)])

    def test_is_asked_afterwards(self):
        """Although the list, an hour old, still calls the account read-only."""
        self.window()
        self.assertEqual(self.account.availability, "readonly")
        with self.at("2026-06-15 12:31:00"):
            self.pump(self.click())
        self.assertEqual(len(self.posts()), 2)

    def test_failure_of_the_bank_meanwhile(self):
        self.pump(self.click())
        errors = {"accountTransactions": {"code": "bankUnavailable", "detail": "x"}}
        self.sandbox.control("PATCH", "accounts/acc-2", json={"sync_errors": errors})
        with self.at("2026-06-15 10:00:00"):
            self.sandbox.control("POST", "accounts/acc-2/synchronize", json={})
            self.window()
            run = self.account.fetch_transactions()
        self.assertEqual(run.state, "done")
        self.assertEqual((self.account.state, self.account.problem_code), ("ok", False))
        with self.at("2026-06-15 12:31:00"):
            self.account.fetch_transactions()
        self.assertEqual(self.account.problem_code, "bank_trouble")

    def test_window_that_odoo_does_not_know_yet(self):
        """Ponto refuses to ask: that is no trouble either."""
        body = {"maintenanceType": "internal"}
        self.sandbox.control("PATCH", "institutions/bank-b", json=body)
        runs = self.click()
        progress = self.pump(runs)["runs"][0]
        self.assertEqual(runs.state, "done")
        self.assertEqual(runs.message_values["refresh"], "maintenance")
        self.assertIn("was not asked", progress["message"])
        self.assertEqual(self.account.state, "ok")

    def test_details_are_read_when_it_begins(self):
        """They are read once a week otherwise; until when it lasts is news now."""
        body = {
            "maintenanceType": "internal",
            "maintenanceTo": "2026-06-15T12:30:00Z",
        }
        self.sandbox.control("PATCH", "institutions/bank-b", json=body)
        for moment in ("2026-06-15 10:00:00", "2026-06-15 11:00:00"):
            with self.at(moment):
                self.run_cron()
        self.env.invalidate_all()
        bank = self.account.provider_account_id
        self.assertEqual(bank.maintenance_to, datetime(2026, 6, 15, 12, 30))
        self.sandbox.clear_requests()
        with self.at("2026-06-15 12:00:00"):
            self.run_cron()
        self.assertEqual(self.data_requests(), ["GET /accounts"])


@tagged("post_install", "-at_install")
class TestBackOff(CronCommon):
    """After a failure Ponto is left alone, longer and longer; a person never waits."""

    def asks_at(self, moments, part):
        """At which of the moments the schedule asked for such a path."""
        asked = []
        for moment in moments:
            with self.at(f"2026-06-{moment}"):
                self.cron()
                if self.asked(part):
                    asked.append(moment)
        return asked

    def test_ladder(self):
        pauses = [pause_after(count) for count in (1, 2, 3, 4, 5)]
        hours = [pause.total_seconds() / 3600 for pause in pauses]
        self.assertEqual(hours, [0.25, 1, 4, 24, 24])

    def test_what_ponto_asks_for(self):
        self.assertEqual(pause_after(1, 1).total_seconds(), 1)
        self.assertEqual(pause_after(2, 1), pause_after(2))
        self.assertEqual(pause_after(2, 85092).total_seconds(), 85092)

    def test_server_that_asks_for_a_second_for_ever(self):
        account = self.three_accounts()[0]
        headers = {"Retry-After": "1"}
        path = "acc-1/transactions"
        self.plan(path, status=429, headers=headers, times=None)
        self.cron()
        with self.at("2026-06-15 09:00:02"):
            self.cron()
        self.assertEqual(account.retry_at, datetime(2026, 6, 15, 10, 0, 2))

    def test_account_list(self):
        self.three_accounts()
        self.cron()
        self.plan("^/accounts$", status=503, times=None)
        asked = self.asks_at(
            [
                "15 10:00:00", "15 10:14:00", "15 10:16:00", "15 11:15:00",
                "15 11:17:00", "15 15:16:00", "15 15:18:00", "16 15:17:00",
                "16 15:19:00",
            ],
            "GET /accounts",
        )  # fmt: skip
        lists = ["15 10:00:00", "15 10:16:00", "15 11:17:00", "15 15:18:00"]
        # A day after the last reading the accounts themselves are read.
        self.assertEqual([moment for moment in asked if moment in lists], lists)
        self.assertLessEqual(set(asked) - set(lists), {"16 15:17:00", "16 15:19:00"})

    def test_answer_ends_the_rest_of_the_list(self):
        account = self.three_accounts()[0]
        self.plan("^/accounts$", status=503, times=None)
        self.cron()
        with self.at("2026-06-15 10:00:00"):
            self.cron()
        self.end_faults()
        with self.at("2026-06-15 10:05:00"):
            account.fetch_transactions()
            self.assertIn("GET /accounts", self.cron())
        self.assertEqual(self.connection.state, "connected")
        self.assertEqual(self.connection.failure_count, 0)

    def test_negative_and_absent_pause(self):
        account = self.three_accounts()[0]
        path = "acc-1/transactions"
        for headers in ({}, {"Retry-After": "-120"}, {"Retry-After": "0"}):
            self.plan(path, status=429, headers=headers, times=None)
            with self.subTest(headers=headers):
                run = account.fetch_transactions()
                self.assertEqual(run.problem_code, "rate_limited")
                self.assertEqual(account.retry_at, datetime(2026, 6, 15, 9, 15))
                self.assertFalse(account._fetch_refusal(), "our guess binds nobody")
            self.end_faults()
            self.assertEqual(account.fetch_transactions().state, "done")

    def test_integration_is_limited(self):
        """The list is refused: its accounts rest as well, for as long as Ponto says."""
        accounts = self.three_accounts()
        self.plan("^/accounts$", status=429, headers={"Retry-After": "7200"})
        self.assertEqual(self.cron(), ["GET /accounts"])
        with self.at("2026-06-15 10:59:00"):
            self.assertEqual(self.cron(), [])
            with self.refusal("asks for a pause until"):
                accounts[0].action_fetch_transactions()
        with self.at("2026-06-15 11:01:00"):
            self.cron()
        self.assertEqual([len(self.booked(account)) for account in accounts], [1, 1, 1])

    def test_integration_is_limited_without_a_time(self):
        accounts = self.three_accounts()
        self.plan("^/accounts$", status=429)
        self.assertEqual(self.cron(), ["GET /accounts"])
        with self.at("2026-06-15 09:14:00"):
            self.assertEqual(self.cron(), [])
            self.assertEqual(accounts[0].fetch_transactions().state, "done")

    def test_token_is_limited(self):
        """One refused request for all accounts, not one for each."""
        self.three_accounts()
        self.connection.sudo().write(
            {
                "token_expires_at": False,
                "token_encrypted": False,
                # The list was asked for a moment ago, and a fetch is under way.
                "last_checked_at": "2026-06-15 08:59:00",
            }
        )
        self.connection.online_account_ids[0].sudo()._create_run("cron", stage="read")
        headers = {"Retry-After": "7200"}
        self.plan("oauth2/token", status=429, headers=headers, times=None)
        self.env.flush_all()
        self.sandbox.clear_requests()
        self.run_cron()
        self.assertEqual(len(self.sandbox.requests()), 1)

    def test_lists_that_hang(self):
        """What is left of the connections comes first in the next run."""
        self.connection.fetch_accounts()
        new = [self.connect(name=name, client_id=name) for name in ("a", "b")]
        self.patch(ir_cron, "MIN_TIME_PER_JOB", -30)
        self.patch(ir_cron, "MIN_RUNS_PER_JOB", 1)
        seen = []
        for seconds in (0.0, 30.0):
            self.patch(ponto_connection_cron, "LONGEST_LISTS", seconds)
            self.env.flush_all()
            self.run_cron()
            self.env.invalidate_all()
            seen.append([connection.state for connection in new])
        self.assertEqual(seen, [["error", "draft"], ["error", "error"]])


@tagged("post_install", "-at_install")
class TestPauseOnTheWay(AttendedCommon):
    """Ponto asks for a pause in the middle of a click: nothing else is tried."""

    def limited(self, path, method=None):
        headers = {"Retry-After": "3600"}
        self.plan(path, status=429, headers=headers, times=None, method=method)
        runs = self.click()
        self.sandbox.clear_requests()
        message = self.pump(runs)["runs"][0]["message"]
        self.assertIn("asks for a pause until", message)
        self.assertEqual(self.account.retry_at, datetime(2026, 6, 15, 10))
        return self.data_requests()

    def test_when_the_bank_is_asked(self):
        self.assertEqual(
            self.limited("^/synchronizations$", "POST"), ["POST /synchronizations"]
        )

    def test_when_the_answer_is_waited_for(self):
        asked = self.limited("^/synchronizations/", "GET")
        self.assertEqual(len([line for line in asked if "GET" in line]), 1)

    def test_when_the_details_are_read(self):
        self.assertNotIn("/transactions", str(self.limited("^/accounts/acc-2$")))

    def test_when_the_announcements_are_read(self):
        """What was read before is booked."""
        self.account = self.linked_account("acc-1", code="BNK8")
        self.limited("pending-transactions")
        self.assertEqual(len(self.booked(self.account)), 2)


@tagged("post_install", "-at_install")
class TestProgrammingError(CronCommon, LogCommon):
    """It is confined to its account, logged without anybody's data, and shown."""

    MARKERS = ("BE68539007547034", "Peeters", "marker-secret")

    def break_down(self, owner, name, error):
        kept = getattr(owner, name)

        def broken(records, *args, **kwargs):
            account = args[0] if args and hasattr(args[0], "ponto_ref") else records
            if getattr(account, "ponto_ref", "acc-1") == "acc-1":
                raise error
            return kept(records, *args, **kwargs)

        self.patch(owner, name, broken)

    def assert_told(self, account, logs):
        reference = account.problem_values["reference"]
        self.assertRegex(reference, r"^\d+-[0-9a-f]{8}$")
        [line] = [line for line in logs.output if reference in line]
        self.assertIn("ERROR", line)
        self.assertIn("Traceback (most recent call last)", line)
        self.assertIn("test_manners.py", line)
        for marker in self.MARKERS:
            self.assertNotIn(marker, "".join(logs.output))
            self.assertNotIn(marker, str(account.problem_values))
        return line

    def test_while_booking(self):
        accounts = self.three_accounts()
        error = ValueError("BE68539007547034 Peeters paid marker-secret")
        self.break_down(type(self.rows(accounts[0])), "_import_batch", error)
        with self.assertLogs(DRIVER, "ERROR") as logs:
            self.cron()
        self.assertEqual(accounts[0].problem_code, "internal")
        line = self.assert_told(accounts[0], logs)
        self.assertIn("ValueError: (text left out", line)
        run = accounts[0].run_ids
        self.assertEqual(run.problem_values["reference"].split("-")[0], str(run.id))
        self.assertEqual([len(self.booked(account)) for account in accounts], [0, 1, 1])

    def test_before_anything_is_read(self):
        """Not even the fetch could be begun: the account says so, and rests."""
        accounts = self.three_accounts()
        error = KeyError("Peeters")
        self.break_down(type(accounts[0]), "_create_run", error)
        with self.assertLogs(OURS, "ERROR") as logs:
            self.cron()
        self.assert_told(accounts[0], logs)
        self.assertEqual(accounts[0].state, "error")
        self.assertEqual(accounts[0].retry_at, datetime(2026, 6, 15, 9, 15))
        self.assertEqual([len(self.booked(account)) for account in accounts], [0, 1, 1])

    def test_account_list(self):
        self.three_accounts()
        error = KeyError("Peeters")
        self.break_down(type(self.connection), "_apply_listing", error)
        with self.assertLogs(OURS, "ERROR") as logs:
            self.cron()
        self.assert_told(self.connection, logs)

    def test_masked_traceback(self):
        def fail():
            try:
                raise UserWarning("Peeters")
            except UserWarning as error:
                raise TypeError("no BE68 5390 0754 7034 here") from error

        try:
            fail()
        except TypeError as error:
            text = redacted_traceback(error)
        self.assertIn("UserWarning: (text left out", text)
        self.assertIn("TypeError: no *** here", text)
        self.assertIn("in fail", text)
        self.assertNotIn("Peeters\n", text)

    def test_reference_is_another_each_time(self):
        logger = logging.getLogger(OURS)
        with mute_logger(OURS):
            found = {
                units.log_unexpected(logger, "Thing %s", 7, KeyError())
                for _ in range(3)
            }
        self.assertEqual(len(found), 3)


@tagged("post_install", "-at_install")
class TestQuietLog(CronCommon, LogCommon):
    """P45: the log has a line where something changed, and none where nothing did."""

    def run_at(self, moment):
        with self.at(f"2026-06-{moment}"):
            return self.told(self.cron)

    def test_nothing_happened(self):
        self.three_accounts()
        self.cron()
        self.assertEqual(self.run_at("15 10:00:00"), [])

    def test_daily_reading_without_news(self):
        self.three_accounts()
        self.cron()
        self.sandbox.clear_requests()
        self.assertEqual(self.run_at("16 10:00:00"), [])
        self.assertEqual(len(self.asked()), 3)

    def test_news(self):
        self.three_accounts()
        self.cron()
        self.add_lines(transaction(9, "2026-06-14", "9.50"))
        [line] = self.run_at("15 10:00:00")
        self.assertIn("1 imported", line)

    def test_failure_is_told_when_it_changes(self):
        account = self.three_accounts()[0]
        self.cron()
        self.plan("acc-1/transactions", status=503, times=None)
        account.sudo().reads_left = 1
        told = [
            self.run_at(moment)
            for moment in ("15 10:00:00", "15 10:16:00", "15 11:17:00", "15 15:18:00")
        ]
        self.assertEqual(told[1:], [[], [], []])
        self.assertEqual(told[0], [f"Ponto account {account.id}: ponto_down"])
        self.end_faults()
        self.plan("acc-1/transactions", status=403, times=None)
        self.assertIn(
            f"Ponto account {account.id}: no_permission", self.run_at("16 16:00:00")
        )
        self.end_faults()
        self.assertIn(
            f"Ponto account {account.id}: well again", self.run_at("17 17:00:00")
        )

    def test_connection_that_fails(self):
        self.three_accounts()
        self.cron()
        self.plan("^/accounts$", status=503, times=None)
        told = [self.run_at(moment) for moment in ("15 10:00:00", "15 10:16:00")]
        line = f"Ponto connection {self.connection.id}: ponto_down"
        self.assertEqual(told, [[line], []])
