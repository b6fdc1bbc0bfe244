from pathlib import Path

from odoo.tests import tagged

from ..tools.encryption import VERSION
from .common import PontoCommon

SCRIPT = Path(__file__).parents[1] / "data" / "neutralize.sql"


@tagged("post_install", "-at_install")
class TestNeutralize(PontoCommon):
    """A copy made for testing holds no secret and contacts nobody (P23)."""

    def setUp(self):
        super().setUp()
        self.account = self.linked_account()
        self.account.fetch_transactions()
        self.env["ponto.connect"].create({"client_id": "x", "client_secret": "typed"})
        for model in ("ponto.connection", "res.partner"):
            self.env["base_import.import"].create(
                {"res_model": model, "file": b"client_secret\nuploaded"}
            )
        self.env.flush_all()
        self.env.cr.execute(SCRIPT.read_text())
        self.env["ir.config_parameter"].set_param("database.is_neutralized", True)
        self.env.invalidate_all()
        self.sandbox.clear_requests()

    def test_no_secret_is_left(self):
        for table in ("ponto_connection", "ponto_connect", "ponto_sync_run"):
            self.env.cr.execute(f"SELECT row_to_json(t)::text FROM {table} t")
            self.assertNotIn(f"{VERSION}:", str(self.env.cr.fetchall()))
        self.assertFalse(self.connection.has_client_secret)
        self.assertFalse(self.connection.token_expires_at)
        self.assertFalse(self.env["ponto.connect"].search([]))
        # An import of connections that was given up: secrets in clear.
        uploads = self.env["base_import.import"].search([("file", "!=", False)])
        self.assertEqual(set(uploads.mapped("res_model")), {"res.partner"})

    def test_scheduled_actions_are_off(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", "account_ponto_sync"), ("model", "=", "ir.cron")]
        )
        crons = self.env["ir.cron"].with_context(active_test=False)
        crons = crons.browse(data.mapped("res_id"))
        self.assertTrue(crons)
        self.assertFalse(any(crons.mapped("active")))

    def test_clicks_refuse_in_words(self):
        wizard = self.env["ponto.add.institution"].create(
            {"connection_id": self.connection.id, "name": "bank"}
        )
        clicks = [
            self.account.action_fetch_transactions,
            self.account.fetch_transactions,
            self.connection.fetch_accounts,
            self.connection.action_fetch_accounts,
            self.account.provider_account_id.action_fetch_accounts,
            wizard.action_search,
        ]
        for click in clicks:
            with self.subTest(click=click.__name__):
                self.assert_refused("neutralized copy", click)
        message = self.connection.action_test_connection()["params"]["message"]
        self.assertIn("neutralized copy", message)
        self.assertEqual(self.sandbox.requests(), [])

    def test_new_secret_does_not_open_the_way(self):
        """Somebody types the credentials into the copy all the same."""
        self.connection.write({"client_secret": self.sandbox.client_secret})
        message = self.connection.action_test_connection()["params"]["message"]
        self.assertIn("neutralized copy", message)
        wizard = self.env["ponto.connect"].create(
            {
                "company_id": self.company.id,
                "client_id": "another",
                "client_secret": "typed",
                "api_url": self.sandbox.url,
            }
        )
        self.assert_answered("neutralized copy", wizard.action_connect())
        self.assertEqual(self.sandbox.requests(), [])

    def test_scheduled_action_by_hand_sends_nothing(self):
        self.run_cron()
        self.assertEqual(self.sandbox.requests(), [])

    def test_open_fetch_sends_nothing(self):
        run = self.account._create_run("user", stage="ask", customer_ip="8.8.8.8")
        self.env.flush_all()
        run.action_step()
        self.assertEqual(self.sandbox.requests(), [])

    def test_before_the_update(self):
        """A copy of what an earlier version left lacks the columns of this one."""
        for table, column in (
            ("account_bank_statement_line", "ponto_search_text"),
            ("ponto_connection", "told_problem"),
            ("ponto_online_account", "reference_digest"),
        ):
            self.env.cr.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        self.env.cr.execute("UPDATE ponto_connection SET client_id = 'kept'")
        self.env.cr.execute(SCRIPT.read_text())
        self.env.cr.execute("SELECT count(client_id) FROM ponto_connection")
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_books_stay(self):
        self.assertEqual(len(self.booked(self.account)), 12)
        self.assertEqual(len(self.rows(self.account)), 12)
