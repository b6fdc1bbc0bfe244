from datetime import datetime, timedelta

from ..common import account_seed, transaction
from .common import ScenarioCommon

MORNING = "2026-04-15 06:01:48"
AGAIN = datetime(2026, 4, 16, 5, 40)  # 85,092 seconds later
IBANS = ("BE68539007547034", "BE71096123456769")


class TestP15(ScenarioCommon):
    """A pause that Ponto asks for is kept to the second, and binds nobody else."""

    def setUp(self):
        super().setUp()
        self.env.user.tz = "Europe/Brussels"
        self.new_world(
            *[
                account_seed(
                    transaction(n, "2026-04-14", "1.00"),
                    id=f"acc-{n}",
                    reference=iban,
                    authorizationExpirationExpectedAt="2036-01-01T00:00:00.000Z",
                )
                for n, iban in enumerate(IBANS, 1)
            ],
            now="2026-04-15T06:00:00Z",
        )
        self.sandbox.control("POST", "switches", json={"background": False})
        with self.at("2026-04-15 06:00:00"):
            self.limited, self.free = (
                self.linked_account(f"acc-{n}", code=f"BNK{n}") for n in (1, 2)
            )

    def cron(self, moment, ref="acc-1"):
        """One run of the schedule, and what it asked of an account."""
        self.sandbox.clear_requests()
        with self.at(str(moment)):
            self.run_cron()
        self.env.invalidate_all()
        return [line for line in self.data_requests() if f"/{ref}/" in line]

    def limit(self, **headers):
        self.plan("acc-1/transactions", status=429, headers=headers, times=None)

    def test_pause_is_kept(self):
        self.limit(**{"Retry-After": "85092"})
        self.assertEqual(len(self.cron(MORNING)), 1)
        self.assertEqual(self.limited.retry_at, AGAIN)
        self.assertEqual(len(self.booked(self.free)), 1)
        self.assertEqual(self.free.state, "ok")
        self.assertRegex(self.limited.status_message, r"\b0?7:40", "05:40 UTC")
        for hour in range(7, 24):
            self.assertEqual(self.cron(f"2026-04-15 {hour:02}:01:00"), [])
        self.assertEqual(self.cron("2026-04-16 05:39:59"), [])
        self.end_faults()
        self.assertEqual(len(self.cron(AGAIN)), 1)
        self.assertEqual(len(self.booked(self.limited)), 1)

    def test_click_explains_and_does_not_call(self):
        self.limit(**{"Retry-After": "85092"})
        self.cron(MORNING)
        self.sandbox.clear_requests()
        with self.at("2026-04-15 12:00:00"):
            with self.refusal(r"asks for a pause until.*\b0?7:40"):
                self.limited.action_fetch_transactions()
            self.assertEqual(self.data_requests(), [])
            self.assertEqual(self.free.fetch_transactions().state, "done")

    def test_absent_or_negative(self):
        """Then the usual rests: 15 minutes, 1, 4 and 24 hours."""
        for week, headers in enumerate(({}, {"Retry-After": "-1"})):
            self.limit(**headers)
            moment = datetime(2026, 4, 15, 7) + timedelta(weeks=week)
            rests = []
            for _try in range(5):
                self.assertTrue(self.cron(moment))
                rest = self.limited.retry_at - moment
                rests.append(rest.total_seconds() / 3600)
                moment = self.limited.retry_at
            self.assertEqual(rests, [0.25, 1, 4, 24, 24])
            self.end_faults()
            with self.at(str(moment)):
                self.limited.fetch_transactions()
