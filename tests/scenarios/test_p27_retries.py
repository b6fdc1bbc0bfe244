import logging
from datetime import datetime, timedelta

from ..common import account_seed, transaction
from ..test_manners import LogCommon
from .common import ScenarioCommon

TEN = datetime(2026, 4, 15, 10)
IBANS = ("BE68539007547034", "BE71096123456769")
RETRIED = "GET /accounts/{id}/transactions: sent again after 503"


class TestP27(ScenarioCommon, LogCommon):
    """Trouble that passes costs a retry, trouble that stays is left alone."""

    def setUp(self):
        super().setUp()
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
            now="2026-04-15T09:55:00Z",
        )
        self.sandbox.control("POST", "switches", json={"background": False})
        with self.at("2026-04-15 09:55:00"):
            self.account, self.other = (
                self.linked_account(f"acc-{n}", code=f"BNK{n}") for n in (1, 2)
            )

    def cron(self, moment=TEN):
        with self.at(str(moment)):
            told = self.told(self.run_cron, logging.INFO)
        self.env.invalidate_all()
        return told

    def test_two_failures_and_an_answer(self):
        self.plan("acc-1/transactions", status=503, times=2)
        told = self.cron()
        run = self.account.run_ids
        self.assertEqual((len(run), run.state, run.imported_count), (1, "done", 1))
        self.assertEqual(told.count(RETRIED), 2)
        self.assertEqual(self.account.state, "ok")

    def test_socket_that_never_answers(self):
        """How long is waited for it is proved in client_tests/test_retry.py."""
        self.plan("acc-1/transactions", "timeout", seconds=0.05, times=None)
        self.cron()
        self.assertEqual(self.account.problem_code, "unreachable")
        self.assertEqual(len(self.booked(self.other)), 1)
        cron = self.env.ref("account_ponto_sync.ir_cron_fetch_transactions")
        self.assertEqual((cron.active, cron.failure_count), (True, 0))
        planned = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        again = TEN + timedelta(minutes=15)
        self.assertEqual(self.account.retry_at, again)
        self.assertIn(again, planned.mapped("call_at"))

    def test_a_day_of_failures(self):
        """Told once, and asked for a person's attention once at most."""
        activities = self.env["mail.activity"].search_count([])
        self.plan("acc-1/transactions", "timeout", seconds=0.02, times=None)
        told = [self.cron(TEN + timedelta(hours=hour)) for hour in range(26)]
        lines = [line for tick in told for line in tick if "unreachable" in line]
        self.assertEqual(lines, [f"Ponto account {self.account.id}: unreachable"])
        self.assertEqual(self.account.problem_since, TEN)
        self.assertEqual(self.account.failure_count, 4)
        raised = self.env["mail.activity"].search_count([]) - activities
        self.assertLessEqual(raised, 1)
        self.end_faults()
        self.cron(TEN + timedelta(hours=50))
        self.assertEqual(
            (self.account.state, self.account.problem_since), ("ok", False)
        )
