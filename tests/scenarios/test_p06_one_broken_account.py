import contextlib
from datetime import datetime, timedelta

from odoo.tests import tagged

from ..common import account_seed, transaction
from .common import ScenarioCommon

# They are served in the order of their numbers.
IBANS = ("BE43068999999501", "BE68539007547034", "BE71096123456769")
TEN = datetime(2026, 4, 15, 10)
DAYS = ("2026-04-13", "2026-04-14", "2026-04-15")


@tagged("post_install", "-at_install")
class TestP06(ScenarioCommon):
    """One broken account stops no other, and never the scheduled action."""

    def setUp(self):
        super().setUp()
        self.env.user.tz = False
        seeds = [
            account_seed(
                *[transaction(10 * n + k, day, "1.00") for k, day in enumerate(DAYS)],
                id=f"acc-{n}",
                reference=iban,
                holderName="Acme BV",
            )
            for n, iban in enumerate(IBANS, 1)
        ]
        self.new_world(*seeds, now="2026-04-15T09:55:00Z")
        self.sandbox.control("POST", "switches", json={"background": False})
        with self.at("2026-04-15 09:55:00"):
            self.first, self.second, self.third = (
                self.linked_account(f"acc-{n}", code=f"BNK{n}") for n in (1, 2, 3)
            )
            self.sandbox.control("POST", "accounts/acc-1/expire", json={})
        self.plan("acc-1/transactions", status=401, times=None)
        self.plan("acc-3/transactions", "timeout", seconds=0.05, times=None)

    def cron(self, moment=TEN):
        with self.at(moment.strftime("%Y-%m-%d %H:%M:%S")):
            self.run_cron()
            self.env.invalidate_all()
            return [
                (account.state, account.status_message)
                for account in (self.first, self.second, self.third)
            ]

    def assert_cron_lives(self):
        cron = self.env.ref("account_ponto_sync.ir_cron_fetch_transactions")
        self.assertEqual((cron.active, cron.failure_count), (True, 0))

    def assert_second_is_served(self):
        self.assertEqual(self.booked(self.second), [(day, 1.0) for day in DAYS])
        self.assertEqual(self.booked(self.first) + self.booked(self.third), [])

    def test_one_run(self):
        first, second, third = self.cron()
        self.assert_second_is_served()
        self.assert_cron_lives()
        self.assertEqual(first[0], "expired")
        self.assertIn("renews it at Ponto", first[1])
        self.assertEqual(second[0], "ok")
        self.assertEqual(third[0], "error")
        self.assertEqual(self.third.retry_at, TEN + timedelta(minutes=15))
        self.assertRegex(third[1], "tries again automatically after Apr 15 10:15\\sAM")

    def test_twenty_runs(self):
        for number in range(20):
            self.cron(TEN + timedelta(hours=number))
            self.assert_cron_lives()
        self.assert_second_is_served()
        self.end_faults()
        # A rest after failures is a day at most.
        self.cron(TEN + timedelta(hours=48))
        self.assertEqual(len(self.booked(self.third)), 3)

    def test_killed_after_the_second(self):
        """What A2 got is committed: it needs nothing of what comes after it."""

        class Killed(BaseException):
            """As SIGKILL: no handler of ours may swallow it."""

        model = type(self.third)
        serve = model._serve_safely
        served = []

        def die_in_the_third(account, deadline):
            served.append(account.ponto_ref)
            if account.ponto_ref == "acc-3":
                raise Killed
            return serve(account, deadline)

        self.patch(model, "_serve_safely", die_in_the_third)
        with contextlib.suppress(Killed):
            self.cron()
        self.patch(model, "_serve_safely", serve)
        self.assertEqual(served, ["acc-1", "acc-2", "acc-3"])
        self.env.invalidate_all()
        self.assert_second_is_served()
        self.end_faults()
        self.cron(TEN + timedelta(hours=1))
        self.assertEqual(len(self.booked(self.second)), 3)
        self.assertEqual(len(self.booked(self.third)), 3)
