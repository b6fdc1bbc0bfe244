from odoo.tests import new_test_user, tagged

from ...tools.problem_codes import HEALS_ITSELF
from ..common import transaction
from .common import IBAN, ScenarioCommon

SIDES = r"(Ponto|bank|network|Odoo|server)"
HEALS = r"(automatically|within hours|usually passes)"
ACTIONS = (
    r"(?i)(Replace credentials|no action needed|administrator to check|"
    r"Tick the account|renews it|administrator finds)"
)
LINES = "^/accounts/acc-1/transactions"


@tagged("post_install", "-at_install")
class TestP25(ScenarioCommon):
    """Each failure: one sentence of cause, one next step, a reference; no body."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = new_test_user(
            cls.env,
            "acme_administrator",
            groups="base.group_system,account.group_account_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def setUp(self):
        super().setUp()
        self.enterContext(self.at("2026-04-15 10:00:00"))
        self.account = self.acme(
            transaction(1, "2026-04-14", "10.00"), now="2026-04-15T10:00:00Z"
        )

    def message(self, user):
        self.env.invalidate_all()
        return self.account.with_user(user).status_message

    def assert_told(self, code, *parts, reference=False):
        """Side, step and healing for everybody; facts for administrators only."""
        account = self.account
        self.env.invalidate_all()
        self.assertEqual(account.problem_code, code)
        text = self.message(self.accountant)
        for part in (SIDES, ACTIONS, *parts):
            self.assertRegex(text, part)
        if code in HEALS_ITSELF:
            self.assertRegex(text, HEALS)
            self.assertEqual(account.status_color, "warning")
        else:
            self.assertEqual(account.status_color, "danger")
        self.assertNotRegex(
            text, rf"HTTP \d|\d{{3}} |Bearer|{IBAN}|marker|<html|errors"
        )
        if reference:
            self.assertRegex(text, r"Ponto's reference: [0-9A-F]{32}")
        self.assertEqual(
            account.state, "expired" if code == "authorization" else "error"
        )
        return text

    def fetch_in_vain(self):
        self.fetch(self.account)

    def test_ponto_fails(self):
        self.plan(LINES, status=503, times=None)
        self.fetch_in_vain()
        self.assert_told(
            "ponto_down", "tries again automatically after Apr 15", reference=True
        )
        self.assertIn("HTTP 503", self.message(self.administrator))

    def test_too_many_requests(self):
        self.plan(LINES, status=429, headers={"Retry-After": "7200"}, times=None)
        self.fetch_in_vain()
        self.assert_told("rate_limited", r"pause until Apr 15 12:00")
        self.assertIn("HTTP 429", self.message(self.administrator))

    def test_no_answer(self):
        self.plan(LINES, "reset", times=None)
        self.fetch_in_vain()
        self.assert_told("unreachable", "did not answer in time")

    def test_malformed(self):
        self.plan(LINES, "truncated", times=None)
        self.fetch_in_vain()
        self.assert_told("not_ponto", "A proxy or another website")

    def test_web_page_instead(self):
        self.plan(LINES, "html", status=200, times=None)
        self.fetch_in_vain()
        self.assert_told("not_ponto")

    def test_wrong_secret(self):
        """The integration's trouble stands on the account's card, too."""
        self.sandbox.control(
            "PATCH",
            f"integrations/{self.sandbox.client_id}",
            json={"client_secret": "another"},
        )
        self.connection.sudo()._forget_token()
        self.fetch_in_vain()
        text = self.assert_told("bad_credentials", "integration between Ponto and Odoo")
        self.assertIn("Ponto and Odoo, not the bank", text)

    def test_wrong_secret_seen_by_the_account_list_first(self):
        self.sandbox.control(
            "PATCH",
            f"integrations/{self.sandbox.client_id}",
            json={"client_secret": "another"},
        )
        self.connection.sudo()._forget_token()
        with self.at("2026-04-15 11:00:00"):
            self.run_cron()
            self.env.invalidate_all()
            self.assertEqual(self.account.state, "error")
            self.assertEqual(self.account.status_color, "danger")
            self.assertIn("Replace credentials", self.message(self.accountant))

    def test_account_is_not_shared_any_more(self):
        integration = f"integrations/{self.sandbox.client_id}"
        self.sandbox.control("PATCH", integration, json={"accounts": []})
        self.connection.fetch_accounts()
        text = self.message(self.accountant)
        self.assertEqual(self.account.state, "revoked")
        self.assertRegex(
            text, "no longer shares .* Tick the account again .* automatically"
        )

    def test_authorization_ended(self):
        self.sandbox.control("POST", "accounts/acc-1/expire", json={})
        with self.at("2026-04-16 11:00:00"):
            self.run_cron()
            text = self.message(self.accountant)
            self.assertEqual(self.account.state, "expired")
            self.assertRegex(text, r"^Stopped: no bank data since Apr 15")
            self.assertIn("ended on Apr 15", text)
            self.assertIn("the accountant cannot do it", text)

    def test_internal(self):
        """The reference leads to the log; nothing of the error itself is told."""
        self.account.sudo().write(
            {
                "problem_code": "internal",
                "problem_values": {"reference": "17-K3F9"},
            }
        )
        self.assert_told("internal", r"Internal error", r"\(Reference: 17-K3F9\)")
