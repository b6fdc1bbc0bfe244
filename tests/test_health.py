"""The JSON route for a monitoring program, with Odoo's own API keys."""

import json
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, new_test_user, tagged

from .common import PontoWorld
from .scenarios.common import AcmeCompany

ROUTE = "/ponto/health"
CODES = {
    "id",
    "connection_id",
    "company_id",
    "journal_id",
    "environment",
    "state",
    "ok",
    "bank_data_at",
    "freshness_seconds",
    "authorization_expires_at",
    "days_left",
    "last_success_at",
    "failing_since",
    "problem",
    "retry_at",
    "held",
}


class HealthCommon(PontoWorld, AcmeCompany):
    """One linked account, read at nine in the morning."""

    def setUp(self):
        super().setUp()
        self.enterContext(self.at("2026-06-15 09:00:00"))
        self.account = self.linked_account()
        self.account.fetch_transactions()
        self.env.invalidate_all()

    def answer(self):
        accounts = self.env["ponto.online.account"].with_user(self.accountant)
        return accounts._get_health()

    def entry(self):
        [entry] = [
            entry
            for entry in self.answer()["accounts"]
            if entry["id"] == self.account.id
        ]
        return entry


@tagged("post_install", "-at_install")
class TestHealthAnswer(HealthCommon):
    """What the route tells: codes, times and counts."""

    def test_well(self):
        self.account.sudo().write(
            {
                "bank_data_at": "2026-06-15 07:00:00",
                "authorization_expires_at": "2026-09-13 10:00:00",
            }
        )
        entry = self.entry()
        self.assertEqual(set(entry), CODES)
        self.assertEqual((entry["state"], entry["ok"]), ("ok", True))
        self.assertEqual((entry["days_left"], entry["freshness_seconds"]), (90, 7200))
        self.assertEqual(entry["last_success_at"], "2026-06-15T09:00:00Z")
        self.assertTrue(self.answer()["ok"])
        self.assertEqual(self.answer()["at"], "2026-06-15T09:00:00Z")

    def test_trouble(self):
        self.plan("acc-1/transactions", status=503, times=None)
        self.account.fetch_transactions()
        self.env.invalidate_all()
        entry = self.entry()
        self.assertEqual(
            (entry["state"], entry["ok"], entry["problem"]),
            ("error", False, "ponto_down"),
        )
        self.assertEqual(entry["failing_since"], "2026-06-15T09:00:00Z")
        self.assertEqual(entry["retry_at"], "2026-06-15T09:15:00Z")
        self.assertFalse(self.answer()["ok"])

    def test_old_bank_data(self):
        account = self.account.sudo()
        account.bank_data_at = "2026-06-13 21:00:01"
        self.assertTrue(self.entry()["ok"])
        account.bank_data_at = "2026-06-13 21:00:00"
        self.assertFalse(self.entry()["ok"])

    def test_ended_authorization(self):
        self.account.sudo().write(
            {
                "authorization_expires_at": "2026-06-15 08:00:00",
                # News after the expected end would mean that it did not end.
                "bank_data_at": "2026-06-15 06:00:00",
            }
        )
        entry = self.entry()
        self.assertEqual(
            (entry["state"], entry["ok"], entry["days_left"]), ("expired", False, -1)
        )

    def test_days_of_the_bank(self):
        """As on the card: midnight is the bank's."""
        account = self.account.sudo()
        for end, days in (("15 21:59:00", 0), ("15 22:30:00", 1), ("15 08:59:00", -1)):
            account.authorization_expires_at = f"2026-06-{end}"
            self.assertEqual(self.entry()["days_left"], days, end)
        account.authorization_expires_at = False
        self.assertIsNone(self.entry()["days_left"])

    def test_nothing_of_anybodys(self):
        """No account number, no name, no text, no amount."""
        self.account.journal_id.name = "Marker journal"
        text = json.dumps(self.answer())
        numbers = self.connection.online_account_ids.mapped("reference")
        for word in (
            *numbers,
            "Bakkerij",
            "Peeters",
            "Vlinderbank",
            "Marker",
            "Acme",
            self.connection.client_id,
            "1000",
            "Transaction",
        ):
            self.assertNotIn(word, text)


@tagged("post_install", "-at_install")
class TestHealthAlarms(HealthCommon):
    """``ok`` is false where somebody has to look, and only there."""

    def test_pause_that_nobody_chose(self):
        self.account.journal_id.sudo().suspense_account_id = False
        entry = self.entry()
        self.assertEqual((entry["state"], entry["ok"]), ("paused", False))
        self.assertFalse(self.answer()["ok"])

    def test_pause_that_somebody_chose(self):
        account = self.account.sudo()
        account.bank_data_at = "2026-06-01 09:00:00"
        account.journal_id.active = False
        entry = self.entry()
        self.assertEqual((entry["state"], entry["ok"]), ("paused", True))

    def test_never_heard_of(self):
        """As where the scheduled action was switched off after linking."""
        account = self.account.sudo()
        account.write({"bank_data_at": False, "linked_at": "2026-06-13 21:00:01"})
        entry = self.entry()
        self.assertEqual((entry["ok"], entry["freshness_seconds"]), (True, None))
        account.linked_at = "2026-06-13 21:00:00"
        self.assertEqual((self.entry()["state"], self.entry()["ok"]), ("ok", False))

    def test_closed_at_the_bank(self):
        account = self.account.sudo()
        account.write(
            {
                "authorization_expires_at": "2026-06-10 08:00:00",
                "bank_data_at": "2026-06-10 06:00:00",
            }
        )
        self.assertFalse(self.entry()["ok"])
        account.provider_account_id.is_closed_at_bank = True
        self.assertTrue(self.entry()["ok"])

    def test_shared_under_another_id(self):
        """The old record stays for ever, and feeds nothing any more."""
        account = self.account.sudo()
        account.revoked_at = "2026-06-01 09:00:00"
        self.assertEqual(
            (self.entry()["state"], self.entry()["ok"]), ("revoked", False)
        )
        account.journal_id = False
        self.assertEqual((self.entry()["state"], self.entry()["ok"]), ("revoked", True))
        self.assertTrue(self.answer()["ok"])

    def test_never_linked(self):
        other = (self.connection.online_account_ids - self.account).sudo()
        self.assertEqual(other.state, "unlinked")
        other.revoked_at = "2026-06-01 09:00:00"
        self.assertTrue(self.answer()["ok"])


@tagged("ponto_tour", "post_install", "-at_install")
class TestHealthRoute(PontoWorld, AcmeCompany, HttpCase):
    """Who gets an answer, over HTTP. With the tours, because of what a server needs."""

    def registry_enter_test_mode(self, **_options):
        """``HttpCase`` did it for the whole class."""

    def new_key(self, user, scope=None, days=1):
        keys = self.env["res.users.apikeys"].with_user(user)
        until = fields.Datetime.now() + timedelta(days=days)
        return keys._generate(scope, "monitoring", until)

    def ask(self, user=None, key=None, **how):
        key = self.new_key(user) if user else key
        self.env.flush_all()
        self.authenticate(None, None)
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return self.url_open(ROUTE, headers=headers, **how)

    def test_with_a_key(self):
        account = self.linked_account()
        answer = self.ask(self.accountant)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertIn("application/json", answer.headers["Content-Type"])
        self.assertIn(account.id, [each["id"] for each in answer.json()["accounts"]])

    def test_without_and_with_a_wrong_key(self):
        self.assertEqual(self.ask().status_code, 401)
        self.assertEqual(self.ask(key="0" * 40).status_code, 401)

    def test_keys_that_open_nothing(self):
        """For something else, too old, of somebody who left, or not a key at all."""
        for scope in ("ponto", "2fa", "odoo.plugin.outlook"):
            key = self.new_key(self.accountant, scope)
            self.assertEqual(self.ask(key=key).status_code, 401, scope)
        key = self.new_key(self.accountant, days=-1)
        self.assertEqual(self.ask(key=key).status_code, 401, "expired")
        key = self.new_key(self.accountant)
        for forged in (key[:-1], f"{key}0", key[::-1], key.upper(), "é", "a b"):
            self.assertEqual(self.ask(key=forged).status_code, 401, forged)
        self.assertEqual(self.ask(key=key).status_code, 200)
        self.accountant.active = False
        self.assertEqual(self.ask(key=key).status_code, 401, "archived")

    def test_who_may_read_no_accounts(self):
        employee = new_test_user(self.env, "acme_employee", groups="base.group_user")
        answer = self.ask(employee)
        self.assertEqual(answer.status_code, 403)
        self.assertEqual(answer.json(), {"error": "forbidden"})

    def test_all_companies_of_the_user_and_no_other(self):
        other = self.env["res.company"].create({"name": "Acme Vastgoed"})
        third = self.env["res.company"].create({"name": "Foreign"})
        self.connection.fetch_accounts()
        self.connect(company_id=other.id, name="Other").fetch_accounts()
        self.connect(company_id=third.id, name="Third").fetch_accounts()
        self.accountant.company_ids = [Command.link(other.id)]
        answer = self.ask(self.accountant)
        found = {entry["company_id"] for entry in answer.json()["accounts"]}
        self.assertEqual(found, {self.company.id, other.id})

    def test_only_get(self):
        self.assertEqual(self.ask(self.accountant, data={"a": "b"}).status_code, 405)
