import json

from odoo.tests import tagged

from ...models.fetch import ponto_sync_run_steps
from ..common import browser_request, transaction
from .common import ScenarioCommon

REAL = "8.8.8.8"


@tagged("post_install", "-at_install")
class TestP37(ScenarioCommon):
    """Ponto heard from the bank at 05:00; a person wants to know at 14:00."""

    def setUp(self):
        super().setUp()
        with self.at("2026-04-15 05:00:00"):
            self.account = self.acme(
                transaction(1, "2026-04-14", "10.00"),
                now="2026-04-15T05:00:00Z",
                fetch=False,
            )
            self.sandbox.control("POST", "switches", json={"background": False})
            self.sandbox.control("POST", "accounts/acc-1/synchronize", json={})
            self.account.fetch_transactions()
        with self.at("2026-04-15 13:59:00"):
            self.add_lines(transaction(2, "2026-04-15", "20.00"), where="bank")
        self.sandbox.clear_requests()

    def asked(self):
        return [
            json.loads(entry["body"])["data"]["attributes"]
            for entry in self.sandbox.requests()
            if (entry["method"], entry["path"]) == ("POST", "/synchronizations")
        ]

    def click(self, address=REAL):
        self.patch(ponto_sync_run_steps, "request", browser_request(address))
        accounts = self.account.with_user(self.accountant)
        action = accounts.action_fetch_transactions()
        self.env.flush_all()
        return self.env["ponto.sync.run"].browse(action["params"]["run_ids"])

    def test_asked_polled_and_read(self):
        with self.at("2026-04-15 14:00:00"):
            run = self.click()
            self.pump(run)
            self.assertEqual(
                {attributes["customerIpAddress"] for attributes in self.asked()}, {REAL}
            )
            self.assertEqual(len(self.booked(self.account)), 2)
            self.assertRegex(run.message, "bank data as of .*2:00")

    def test_slow_bank(self):
        """After a minute what is there is read; the sentence tells both moments."""
        self.sandbox.control(
            "POST", "switches", json={"sync_polls": 99, "sync_timeout_seconds": 600}
        )
        with self.at("2026-04-15 14:00:00"):
            run = self.click()
            run.action_step()
            self.env.invalidate_all()
        with self.at("2026-04-15 14:01:01"):
            self.pump(run)
            self.assertRegex(run.message, "bank data as of .*5:00")
            self.assertIn("The bank has not answered yet", run.message)
            self.assertRegex(
                self.account.status_message, "^Up to date as of Apr 15 5:00"
            )

    def test_no_address_no_claim(self):
        """Without the person's address the bank is not asked, and Odoo says how."""
        with self.at("2026-04-15 14:00:00"):
            run = self.click("10.0.0.7")
            self.pump(run)
            self.assertEqual(self.asked(), [])
            self.assertRegex(run.message, "proxy mode.*office's public IP address")

    def test_schedule_never_asks(self):
        for hour in range(14, 20):
            with self.at(f"2026-04-15 {hour}:00:00"):
                self.run_cron()
        self.assertEqual(self.asked(), [])
