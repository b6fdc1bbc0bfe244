import csv
import io

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.connection import ponto_connection_test
from ..models.connection.ponto_connection_address import API_URL_PARAMETER
from ..tools.secret_store import client_secret_of
from .common import PontoCommon

COLUMNS = [
    "company_id",
    "name",
    "client_id",
    "client_secret",
    "environment",
    "responsible_user_id",
]
COUNT = 200
OPTIONS = {
    "has_headers": True,
    "quoting": '"',
    "separator": ",",
    "encoding": "utf-8",
    "limit": 2000,
    "skip": 0,
    "keep_matches": False,
}


class ManyCommon(PontoCommon):
    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param(API_URL_PARAMETER, self.sandbox.url)
        self.sandbox.clear_requests()

    def rows(self, count=COUNT, **changes):
        return [
            {
                "company_id": self.company.name,
                "name": f"Client {number}",
                "client_id": f"integration-{number:04d}",
                "client_secret": f"marker-imported-{number:04d}",
                "environment": "Sandbox",
                "responsible_user_id": self.manager.name,
                **changes,
            }
            for number in range(count)
        ]

    def upload(self, rows, user=None):
        """The file as Odoo's import screen takes it."""
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
        return (
            self.env["base_import.import"]
            .with_user(user or self.manager)
            .create(
                {
                    "res_model": "ponto.connection",
                    "file": text.getvalue().encode(),
                    "file_type": "text/csv",
                    "file_name": "connections.csv",
                }
            )
        )

    def run_import(self, upload, **how):
        return upload.execute_import(COLUMNS, COLUMNS, dict(OPTIONS), **how)

    def imported(self, result):
        return self.env["ponto.connection"].browse(result["ids"])

    def integrations(self, connections):
        """Let the local Ponto know them, so that it accepts their credentials."""
        for connection in connections:
            number = connection.client_id[-4:]
            self.sandbox.control(
                "POST",
                "integrations",
                json={
                    "client_id": connection.client_id,
                    "client_secret": f"marker-imported-{number}",
                    "accounts": "all",
                },
            )
        self.sandbox.clear_requests()


@tagged("post_install", "-at_install")
class TestImportConnections(ManyCommon):
    """Odoo's ordinary import enters many connections, secrets and all (P38)."""

    def test_two_hundred_in_one_file(self):
        upload = self.upload(self.rows())
        before = self.env.cr.sql_log_count
        result = self.run_import(upload)
        queries = self.env.cr.sql_log_count - before
        self.assertEqual(result["messages"], [])
        self.assertNotIn("marker-imported", str(result))
        # A few for each, whatever their number.
        self.assertLess(queries / COUNT, 10)
        connections = self.imported(result)
        self.assertEqual(len(connections), COUNT)
        self.assertEqual(self.sandbox.requests(), [])
        self.assertEqual(set(connections.mapped("state")), {"draft"})
        self.assertEqual(set(connections.mapped("api_url")), {self.sandbox.url})
        self.assertEqual(connections.company_id, self.company)
        self.assertEqual(connections.responsible_user_id, self.manager)
        stored = connections.sudo().mapped("client_secret_encrypted")
        self.assertEqual(len(set(stored)), COUNT)
        self.assertNotIn("marker", str(stored))
        self.assertEqual(client_secret_of(connections[7]), "marker-imported-0007")
        # Nobody reads one back, and the file is gone.
        read = connections.with_user(self.manager).read(["client_secret", "name"])
        self.assertEqual({row["client_secret"] for row in read}, {False})
        self.assertFalse(upload.file)
        text = str(self.env["mail.message"].search([], order="id desc").mapped("body"))
        self.assertNotIn("marker-imported", text)

    def test_a_test_run_keeps_nothing_but_the_file(self):
        upload = self.upload(self.rows(3))
        result = self.run_import(upload, dryrun=True)
        self.assertEqual(result["messages"], [])
        self.assertFalse(
            self.env["ponto.connection"].search([("client_id", "like", "integration-")])
        )
        self.assertTrue(upload.file)
        self.assertEqual(len(self.run_import(upload)["ids"]), 3)

    def test_a_refusal_echoes_no_secret(self):
        """Twice the same client ID, an unknown company, a wrong environment."""
        twice = self.rows(2, client_id="same")
        for rows in (
            twice,
            self.rows(1, company_id="Nowhere NV"),
            self.rows(1, environment="Elsewhere"),
            self.rows(1, client_id=self.sandbox.client_id),
        ):
            upload = self.upload(rows)
            with self.subTest(row=rows[0]), mute_logger("odoo.sql_db"):
                result = self.run_import(upload)
                self.assertFalse(result["ids"])
                self.assertTrue(result["messages"])
                self.assertNotIn("marker-imported", str(result))
        self.assertEqual(self.sandbox.requests(), [])

    def test_only_ones_own_company(self):
        other = self.env["res.company"].create({"name": "Peeters Vastgoed"})
        upload = self.upload(self.rows(1, company_id=other.name))
        result = self.run_import(upload)
        self.assertFalse(result["ids"])
        self.assertTrue(result["messages"])

    def test_the_address_is_not_for_managers(self):
        fields = [*COLUMNS, "api_url"]
        row = [*self.rows(1)[0].values(), "https://elsewhere.example"]
        connections = self.env["ponto.connection"].with_user(self.manager)
        result = connections.load(fields, [row])
        self.assertFalse(result["ids"])
        self.assertIn("Only the system administrator", str(result["messages"]))
        self.assertNotIn("marker-imported", str(result))

    def test_the_list_leads_to_the_import(self):
        action = self.env.ref("account_ponto_sync.ponto_connection_import_action")
        self.assertEqual(action.tag, "import")
        self.assertEqual(action.params, {"active_model": "ponto.connection"})
        views = self.env["ponto.connection"].with_user(self.manager)
        arch = views.get_view(view_type="list")["arch"]
        self.assertIn(f'name="{action.id}"', arch)


@tagged("post_install", "-at_install")
class TestTestSelected(ManyCommon):
    """Many are tested at one click; the schedule takes what the click has no time for."""

    def setUp(self):
        super().setUp()
        connections = self.imported(self.run_import(self.upload(self.rows(6))))
        self.connections = connections.with_user(self.manager)
        # The third one is not known at Ponto.
        self.integrations(connections - connections[2])

    def asked(self):
        paths = [entry["path"] for entry in self.sandbox.requests()]
        return paths.count("/oauth2/token"), paths.count("/accounts")

    def test_each_for_itself(self):
        told = self.connections.action_test_selected()["params"]
        self.assertEqual(
            told["message"], "5 connected. 1 not connected; the list says why."
        )
        self.assertEqual(told["type"], "warning")
        self.assertEqual(self.asked(), (6, 5))
        bad = self.connections[2]
        self.assertEqual((bad.state, bad.problem_code), ("error", "bad_credentials"))
        self.assertEqual(set((self.connections - bad).mapped("state")), {"connected"})
        self.assertEqual(len(self.connections[5].online_account_ids), 2)

    def test_a_surprise_stops_no_other(self):
        victim = self.connections[1]
        apply = type(victim)._apply_accounts

        def break_down(connection, *arguments):
            if connection.id == victim.id:
                raise ZeroDivisionError
            return apply(connection, *arguments)

        self.patch(type(victim), "_apply_accounts", break_down)
        with self.assertLogs(ponto_connection_test._logger, "ERROR"):
            told = self.connections.action_test_selected()["params"]
        self.assertIn("4 connected.", told["message"])
        self.assertEqual(victim.problem_code, "internal")
        # Nothing of it is half-saved.
        self.assertFalse(victim.provider_account_ids)

    def test_what_a_click_has_no_time_for(self):
        """The schedule tests it, also where it rested after a failure."""
        last = self.connections[5].sudo()
        last._note_list_failure("unreachable", {})
        # No time at all, and too little to send anything.
        for patience in (0.0, 0.04):
            self.patch(ponto_connection_test, "TEST_PATIENCE", patience)
            told = self.connections.action_test_selected()["params"]
            self.assertEqual(
                told["message"],
                "The scheduled action tests the other 6 within minutes; reload the "
                "list then.",
            )
        self.assertEqual(self.asked(), (0, 0))
        self.assertFalse(self.connections[0].problem_code)
        self.env.flush_all()
        self.run_cron()
        self.env.invalidate_all()
        good = self.connections - self.connections[2]
        self.assertEqual(set(good.mapped("state")), {"connected"})

    def test_without_rights(self):
        other = self.env["res.company"].create({"name": "Peeters Vastgoed"})
        self.manager.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        with self.assertRaises(AccessError):
            self.connections.action_test_selected()
        self.assertEqual(self.sandbox.requests(), [])


@tagged("post_install", "-at_install")
class TestPayments(PontoCommon):
    """An integration that may do more than read is told, and reads all the same."""

    NOTICE = (
        "This integration may also start payments; choose account information only."
    )

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param(API_URL_PARAMETER, self.sandbox.url)

    def grant(self, scope):
        key = f"integrations/{self.sandbox.client_id}"
        self.sandbox.control("PATCH", key, json={"scope": scope})

    def notices(self, connection=None):
        messages = (connection or self.connection).message_ids
        return [body for body in messages.mapped("body") if self.NOTICE in body]

    def test_at_the_test(self):
        self.grant("ai pi")
        told = self.connection.action_test_connection()["params"]
        self.assertEqual(told["type"], "warning")
        self.assertIn(self.NOTICE, told["message"])
        self.assertEqual(self.connection.state, "connected")
        self.assertTrue(self.connection.status_message.endswith(self.NOTICE))
        self.assertEqual(len(self.notices()), 1)
        # Put right at Ponto, and tested again.
        self.grant("ai")
        self.sandbox.clear_requests()
        told = self.connection.action_test_connection()["params"]
        self.assertEqual(told["type"], "success")
        self.assertNotIn("payments", told["message"])
        tokens = [entry["path"] for entry in self.sandbox.requests()]
        self.assertEqual(tokens.count("/oauth2/token"), 1)

    def test_account_information_only(self):
        told = self.connection.action_test_connection()["params"]
        self.assertEqual(told["type"], "success")
        self.assertEqual(self.connection.granted_scope, "ai")
        self.assertNotIn("payments", told["message"])
        self.assertEqual(self.notices(), [])

    def test_at_connecting(self):
        """In the dialog that opens, and it blocks nothing."""
        body = {"client_id": "paying", "client_secret": "s", "accounts": "all"}
        self.sandbox.control("POST", "integrations", json={**body, "scope": "ai pi"})
        wizards = self.env["ponto.connect"].with_user(self.manager)
        action = wizards.create(
            {
                "company_id": self.company.id,
                "environment": "sandbox",
                "client_id": "paying",
                "client_secret": "s",
            }
        ).action_connect()
        dialog = self.env["ponto.fetch.accounts"].browse(action["res_id"])
        self.assertEqual(dialog.payments_notice, self.NOTICE)
        self.assertEqual(dialog.connection_id.state, "connected")
        arch = dialog.get_view(view_type="form")["arch"]
        self.assertIn('invisible="not payments_notice"', arch)

    def test_when_it_changes(self):
        """At the next token, told once; and no more when it is put right."""
        account = self.linked_account()
        self.assertEqual(self.notices(), [])
        self.grant("ai pi")
        for _hour in range(3):
            self.connection.sudo()._forget_token()
            self.env.flush_all()
            account.fetch_transactions()
            self.env.invalidate_all()
        self.assertEqual(len(self.notices()), 1)
        self.assertIn(self.NOTICE, self.connection.status_message)
        self.grant("ai")
        self.connection.sudo()._forget_token()
        self.env.flush_all()
        account.fetch_transactions()
        self.env.invalidate_all()
        self.assertNotIn(self.NOTICE, self.connection.status_message)
        self.assertEqual(len(self.notices()), 1)

    def test_granted_is_not_written_by_hand(self):
        with self.refusal("and cannot be edited", AccessError):
            self.connection.with_user(self.manager).granted_scope = "ai"
