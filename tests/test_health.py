"""The JSON route for a monitoring program, with Odoo's own API keys."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, new_test_user, tagged

from .common import PontoWorld
from .scenarios.common import AcmeCompany

ROUTE = "/ponto/health"
CODES = {
    "id", "connection_id", "company_id", "journal_id", "environment", "state", "ok",
    "bank_data_at", "freshness_seconds", "authorization_expires_at", "days_left",
    "last_success_at", "failing_since", "problem", "retry_at", "held",
}  # fmt: skip


@tagged("post_install", "-at_install")
class TestHealth(PontoWorld, AcmeCompany, HttpCase):
    def setUp(self):
        super().setUp()
        self.account = self.linked_account()
        self.account.fetch_transactions()

    def key_of(self, user):
        keys = self.env["res.users.apikeys"].with_user(user)
        return keys._generate(None, "monitoring", fields.Datetime.now() + timedelta(1))

    def ask(self, user=None, key=None):
        self.env.flush_all()
        self.authenticate(None, None)
        key = key or (user and self.key_of(user))
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return self.url_open(ROUTE, headers=headers)

    def entry(self, answer, account=None):
        account = account or self.account
        [entry] = [
            entry for entry in answer.json()["accounts"] if entry["id"] == account.id
        ]
        return entry

    def test_what_is_told(self):
        now = fields.Datetime.now()
        self.account.sudo().write(
            {
                "bank_data_at": now - timedelta(hours=2),
                "authorization_expires_at": now + timedelta(days=90, hours=1),
            }
        )
        answer = self.ask(self.accountant)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertIn("application/json", answer.headers["Content-Type"])
        entry = self.entry(answer)
        self.assertEqual(set(entry), CODES)
        self.assertEqual((entry["state"], entry["ok"]), ("ok", True))
        self.assertEqual(entry["days_left"], 90)
        self.assertAlmostEqual(entry["freshness_seconds"], 7200, delta=600)
        self.assertTrue(entry["last_success_at"].endswith("Z"))
        self.assertTrue(answer.json()["ok"])

    def test_trouble(self):
        self.plan("acc-1/transactions", status=503, times=None)
        self.account.fetch_transactions()
        entry = self.entry(self.ask(self.accountant))
        self.assertEqual(
            (entry["state"], entry["ok"], entry["problem"]),
            ("error", False, "ponto_down"),
        )
        self.assertTrue(entry["failing_since"] and entry["retry_at"])

    def test_old_data_and_an_ended_authorization(self):
        now = fields.Datetime.now()
        account = self.account.sudo()
        account.bank_data_at = now - timedelta(hours=37)
        answer = self.ask(self.accountant)
        self.assertEqual(
            (self.entry(answer)["ok"], answer.json()["ok"]), (False, False)
        )
        account.write(
            {
                "bank_data_at": now,
                "authorization_expires_at": now - timedelta(hours=1),
            }
        )
        entry = self.entry(self.ask(self.accountant))
        self.assertEqual((entry["state"], entry["days_left"]), ("expired", -1))
        self.assertFalse(entry["ok"])

    def test_nothing_of_anybodys(self):
        """No account number, no name, no text, no amount."""
        self.account.journal_id.name = "Marker journal"
        text = self.ask(self.accountant).text
        numbers = self.connection.online_account_ids.mapped("reference")
        for word in (
            *numbers, "Bakkerij", "Peeters", "Vlinderbank", "Marker", "Acme",
            self.connection.client_id, "marker-secret", "1000", "Transaction",
        ):  # fmt: skip
            self.assertNotIn(word, text)

    def test_without_a_key(self):
        self.assertEqual(self.ask().status_code, 401)

    def test_wrong_key(self):
        self.assertEqual(self.ask(key="0" * 40).status_code, 401)

    def test_who_may_read_no_accounts(self):
        employee = new_test_user(self.env, "acme_employee", groups="base.group_user")
        answer = self.ask(employee)
        self.assertEqual(answer.status_code, 403)
        self.assertEqual(answer.json(), {"error": "forbidden"})

    def test_what_the_user_may_read(self):
        """All of their companies, whichever is the first one, and no other."""
        other = self.env["res.company"].create({"name": "Acme Vastgoed"})
        third = self.env["res.company"].create({"name": "Foreign"})
        self.connect(company_id=other.id, name="Other").fetch_accounts()
        self.connect(company_id=third.id, name="Third").fetch_accounts()
        self.accountant.company_ids = [Command.link(other.id)]
        answer = self.ask(self.accountant)
        found = {entry["company_id"] for entry in answer.json()["accounts"]}
        self.assertEqual(found, {self.company.id, other.id})

    def test_only_get(self):
        key = self.key_of(self.accountant)
        self.authenticate(None, None)
        answer = self.url_open(
            ROUTE, data={"a": "b"}, headers={"Authorization": f"Bearer {key}"}
        )
        self.assertEqual(answer.status_code, 405)
