"""What Ponto and the banks get to hear from Odoo in a day, from Ponto's journal.

Each prints its figures and compares them with its row of docs/monitoring.md.
"""

import logging
import re
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from odoo.tests import tagged

from .test_cron import CronCommon

_logger = logging.getLogger(__name__)

MORNING = datetime(2026, 6, 15, 9)
ACCOUNT = re.compile(r"/accounts/(acc-\d)")
DOCUMENT = Path(__file__).parents[1] / "docs" / "monitoring.md"


@tagged("post_install", "-at_install")
class TestDay(CronCommon):
    """Three accounts, the schedule once an hour, and nobody there."""

    def setUp(self):
        super().setUp()
        self.accounts = self.three_accounts()
        self.cron()
        self.sandbox.clear_requests()

    def day(self, before_tick=lambda hour: None, minutes=60):
        """:return: requests of 24 hours: per account, and those for all of them"""
        count = 24 * 60 // minutes
        for number in range(1, count + 1):
            moment = MORNING + timedelta(minutes=number * minutes)
            with self.at(str(moment)):
                before_tick(moment)
                self.run_cron()
        self.env.invalidate_all()
        return self.told()

    def told(self):
        found = Counter()
        for entry in self.sandbox.requests():
            path = entry["path"]
            self.assertNotEqual(path, "/synchronizations", "nobody was present")
            match = ACCOUNT.search(path)
            kind = match[1] if match else "token" if "token" in path else path
            found[kind] += 1
        _logger.info("%s: requests in a day: %s", self._testMethodName, dict(found))
        return found

    def assert_documented(self, begin, found):
        """The row of the documentation that begins so tells what was counted."""
        self.assertEqual(found["acc-2"], found["acc-3"])
        kinds = ("/accounts", "acc-1", "acc-2", "token")
        rows = re.findall(rf"^\| {begin}.*$", DOCUMENT.read_text(), re.MULTILINE)
        self.assertEqual(len(rows), 1, begin)
        cells = rows[0].split("|")[2:-1]
        told = [int(re.match(r" (\d+)", cell)[1]) for cell in cells]
        self.assertEqual(told, [found[kind] for kind in kinds], rows[0])

    def background(self, moment):
        """Ponto asks the banks four times a day: 02, 08, 14 and 20 in Brussels."""
        if moment.hour in (0, 6, 12, 18) and not moment.minute:
            for ref in ("acc-1", "acc-2", "acc-3"):
                self.sandbox.control("POST", f"accounts/{ref}/synchronize", json={})

    def test_nothing_happens(self):
        """The list every hour; each account once, because a day is over."""
        found = self.day()
        self.assertEqual(found["/accounts"], 24)
        self.assertEqual([found[f"acc-{n}"] for n in (1, 2, 3)], [1, 1, 1])
        self.assertLessEqual(found["token"], 24)
        self.assert_documented("nothing happens", found)

    def test_normal_day(self):
        """Ponto asks the banks four times; each account is read after each."""
        found = self.day(self.background)
        self.assertEqual(found["/accounts"], 24)
        self.assertEqual([found[f"acc-{n}"] for n in (1, 2, 3)], [4, 4, 4])
        self.assert_documented("a normal day", found)

    def test_bank_fails(self):
        """The bank gives Ponto nothing: what Ponto has is read as always."""
        errors = {
            kind: {"code": "bankUnavailable", "detail": "x"}
            for kind in ("accountTransactions", "accountDetails")
        }
        self.sandbox.control("PATCH", "accounts/acc-1", json={"sync_errors": errors})
        found = self.day(self.background)
        self.assertEqual(found["/accounts"], 24)
        self.assertEqual([found[f"acc-{n}"] for n in (2, 3)], [4, 4])
        self.assertEqual(found["acc-1"], 4)
        self.assertEqual(self.accounts[0].problem_code, "bank_trouble")
        self.assert_documented("the first account's bank", found)

    def test_account_cannot_be_read(self):
        """Ponto itself fails for one account: it rests 15 minutes, 1, 4 and 24 hours,
        and wakes when Ponto has news of it. A reading is three tries at most. Every
        quarter of an hour here, so that each rest is kept to."""
        self.accounts[0].sudo().reads_left = 1
        self.plan("acc-1/transactions", status=503, times=None)
        found = self.day(self.background, minutes=15)
        self.assertEqual(found["/accounts"], 96)
        self.assertEqual([found[f"acc-{n}"] for n in (2, 3)], [4, 4])
        asked = {
            entry["at"][11:16]
            for entry in self.sandbox.requests()
            if "/acc-1/" in entry["path"]
        }
        alone, news = ["09:15", "09:30", "10:30"], ["12:00", "18:00", "00:00", "06:00"]
        self.assertEqual(asked, {*alone, *news})
        self.assertEqual(found["acc-1"], 7 * 3)
        self.assert_documented("Ponto answers 503 for the first account", found)

    def test_ponto_is_down(self):
        """All of it: the list rests like an account, and each try is three."""
        self.plan("^/accounts", status=503, times=None)
        found = self.day()
        self.assertEqual(found["/accounts"], 4 * 3)
        self.assertEqual([found[f"acc-{n}"] for n in (1, 2, 3)], [3, 3, 3])
        self.assert_documented("Ponto answers 503 to everything", found)

    def test_too_many_requests(self):
        """429 with a time: silence until then, for this account alone."""
        self.accounts[0].sudo().reads_left = 1
        headers = {"Retry-After": "43200"}
        self.plan("acc-1/transactions", status=429, headers=headers)
        found = self.day(self.background)
        self.assertEqual(found["/accounts"], 24)
        self.assertEqual([found[f"acc-{n}"] for n in (2, 3)], [4, 4])
        asked = [
            entry["at"][11:16]
            for entry in self.sandbox.requests()
            if "/acc-1/" in entry["path"]
        ]
        self.assertEqual(asked, ["10:00", "22:00", "00:00", "06:00"])
        self.assert_documented("429 for the first account", found)

    def test_too_many_requests_of_the_integration(self):
        headers = {"Retry-After": "43200"}
        self.plan("^/accounts$", status=429, headers=headers)
        found = self.day()
        moments = {entry["at"][11:13] for entry in self.sandbox.requests()}
        self.assertFalse(moments & {"11", "12", "15", "18", "21"})
        self.assertIn("22", moments)
        self.assert_documented("429 for the account list", found)
