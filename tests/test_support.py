"""Support information: what helps, and nothing that is anybody's business."""

import re

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import PontoWorld, account_seed, transaction
from .scenarios.common import AcmeCompany

TEXT = "Marker remittance 4711"
NAME = "Marker counterpart"


@tagged("post_install", "-at_install")
class TestSupportInformation(PontoWorld, AcmeCompany):
    def setUp(self):
        super().setUp()
        self.new_world(
            account_seed(
                transaction(
                    1,
                    "2026-02-02",
                    "8150.25",
                    remittanceInformation=TEXT,
                    counterpartName=NAME,
                    counterpartReference="BE43068999999501",
                ),
                holderName="Marker holder",
                description="Marker description",
                product="Marker product",
                opening_balance="977000.00",
            )
        )
        self.enterContext(self.at("2026-06-15 09:00:00"))
        self.account = self.linked_account()
        self.account.fetch_transactions()
        self.connection.name = "Marker connection"
        self.account.journal_id.name = "Marker journal"

    def text(self, record, user=None):
        action = record.with_user(
            user or self.manager
        ).action_copy_support_information()
        self.assertEqual(action["tag"], "account_ponto_sync.support_information")
        return action["params"]["text"]

    def test_what_helps(self):
        self.plan("acc-1/transactions", status=503, times=None)
        run = self.account.fetch_transactions()
        request_id = run.problem_values["request_id"]
        for record in (self.account, self.connection):
            text = self.text(record)
            for part in (
                "account_ponto_sync 19.0.", "Odoo 19.0", "PostgreSQL", "proxy_mode",
                "schedule: active=True", "state=error", "code=ponto_down", request_id,
                "status=503", "failure_count=1", "imported=1", "read_count=1",
                "ponto=local", "2026-06-15T09:00:00", "ponto_ref=acc-1",
            ):  # fmt: skip
                self.assertIn(part, text)

    def test_nothing_of_anybodys(self):
        """Not even where a bank's error, or Ponto's own code, would bring it."""
        account = self.account.sudo()
        account.problem_code = "internal"
        account.problem_values = {
            "error_code": "BE68539007547034",
            "request_id": "Marker person",
            "reference": "7-abcdef01",
            "detail": TEXT,
        }
        self.rows(account).sudo()._hold("refused", detail=TEXT)
        for record in (self.account, self.connection):
            text = self.text(record)
            self.assertIn("reference=7-abcdef01", text)
            self.assertIn("held.refused=1", text)
            for word in (
                "Marker", "8150", "977", "BE43", "BE68", "7034", "Vlinderbank",
                "Bakkerij", "Peeters", self.connection.client_id, "marker-secret",
                self.manager.login, self.company.name,
            ):  # fmt: skip
                self.assertNotIn(word, text)
            self.assertFalse(re.search(r"\b[A-Z]{2}\d{2}[A-Z0-9]{11,}", text))

    def test_many_accounts(self):
        account = self.account.sudo()
        for number in range(120):
            account.copy({"ponto_ref": f"more-{number}"})
        text = self.text(self.connection)
        self.assertIn("... and 21 more accounts", text)
        self.assertLess(len(text), 100_000)

    def test_who_may(self):
        clerk = new_test_user(
            self.env,
            "ponto_clerk",
            groups="account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        for record in (self.account, self.connection):
            with self.refusal("Only an accounting manager"):
                self.text(record, clerk)
        employee = new_test_user(self.env, "ponto_employee", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.text(self.account, employee)
        admin = new_test_user(
            self.env,
            "ponto_admin",
            groups="base.group_system,account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.assertIn("Odoo 19.0", self.text(self.account, admin))


@tagged("ponto_tour", "post_install", "-at_install")
class TestMonitoringTour(PontoWorld, AcmeCompany, HttpCase):
    """The dialog and the history, in a browser."""

    def registry_enter_test_mode(self, **_options):
        """``HttpCase`` did it for the whole class."""

    def test_tour(self):
        account = self.linked_account()
        account.fetch_transactions()
        self.env.flush_all()
        self.start_tour(
            f"/odoo/action-account_ponto_sync.ponto_online_account_action/{account.id}",
            "account_ponto_sync_monitoring",
            login="ponto_manager",
        )
