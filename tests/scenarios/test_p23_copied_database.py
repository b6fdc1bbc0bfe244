import dataclasses
import uuid

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ...tools import encryption
from ...tools.secret_store import client_secret_of, place_of
from ..common import transaction
from .common import ScenarioCommon

SENTENCE = "This is a copy of the database: synchronization is off"


@tagged("post_install", "-at_install")
class TestP23(ScenarioCommon):
    """A copy that nobody neutralized is silent towards Ponto, loud towards people, and
    goes on after one click of the system administrator."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = new_test_user(
            cls.env,
            "acme_administrator",
            groups="base.group_system,account.group_account_manager",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def setUp(self):
        super().setUp()
        lines = [transaction(n, "2026-04-08", f"{n}.00") for n in (1, 2, 3)]
        self.account = self.acme(*lines, fetch=False)

    def become_a_copy(self):
        """What Odoo's *duplicate* and *restore as a copy* do, and no more."""
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("database.uuid", str(uuid.uuid4()))
        self.env.flush_all()
        self.env.invalidate_all()
        self.sandbox.clear_requests()

    def stored_for(self, **different):
        """The secret as another database would have stored it."""
        own = self.env["ponto.database.identity"]._get_identity()
        identity = dataclasses.replace(own, **different)
        place = place_of(self.connection, "client_secret_encrypted")
        self.connection.sudo().client_secret_encrypted = encryption.encrypt(
            self.sandbox.client_secret, identity, place, may_create_key=False
        )

    def activities(self, connection=None):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "ponto.connection"),
                ("res_id", "in", (connection or self.connection).ids),
            ]
        )

    def test_silent_for_every_click(self):
        """Though the original's token would still do for half an hour."""
        institution = self.account.provider_account_id
        search = self.env["ponto.add.institution"].create(
            {"connection_id": self.connection.id, "name": "bank"}
        )
        typed = {"client_id": "another", "client_secret": "typed"}
        anew = self.env["ponto.connect"].create(typed)
        instead = {"connection_id": self.connection.id, "company_id": self.company.id}
        replace = self.env["ponto.connect"].create({**typed, **instead})
        renewal = self.env["ponto.reauthorize"].create(
            {"provider_account_id": institution.id}
        )
        self.assertTrue(self.connection._token_lasts())
        self.become_a_copy()
        clicks = {
            "fetch": self.account.action_fetch_transactions,
            "unattended": self.account.fetch_transactions,
            "accounts": self.connection.fetch_accounts,
            "accounts' dialog": self.connection.action_fetch_accounts,
            "institution": institution.action_fetch_accounts,
            "search": search.action_search,
            "connect": anew.action_connect,
            "replace": replace.action_connect,
            "new secret": lambda: self.connection.write({"client_secret": "typed"}),
        }
        for name, click in clicks.items():
            with self.subTest(click=name):
                self.assert_refused(SENTENCE, click)
        message = self.connection.action_test_connection()["params"]["message"]
        self.assertIn(SENTENCE, message)
        renewal._get_page()
        renewal.action_check()
        self.assertEqual(self.sandbox.requests(), [])

    def test_silent_by_itself(self):
        """The schedule, and a fetch that was under way when the copy was made."""
        run = self.account._create_run("user", stage="ask", customer_ip="8.8.8.8")
        self.become_a_copy()
        self.run_cron()
        self.env.ref(
            "account_ponto_sync.ir_cron_check_authorizations"
        ).method_direct_trigger()
        run.action_step()
        self.connection.sudo().token_expires_at = False
        self.env.flush_all()
        self.run_cron()
        self.assertEqual(self.sandbox.requests(), [])
        self.assertEqual(self.booked(self.account), [])

    def test_what_makes_a_copy(self):
        """Another database, name or server; none of it where PostgreSQL does not tell."""
        for field in ("uuid", "name", "cluster"):
            with self.subTest(field=field):
                self.stored_for(**{field: "another"})
                self.assertEqual(self.connection._obstacle(), "copy")
                self.assertTrue(self.connection.is_copy)
        self.stored_for(cluster=None)
        self.assertFalse(self.connection._obstacle())
        own = self.env["ponto.database.identity"]._get_identity()
        self.assertTrue(own.cluster.isdecimal())
        self.assertEqual(own.name, self.env.cr.dbname)

    def test_loud_once(self):
        """One activity, whatever runs how often; what was done stays away."""
        responsible = self.connection.responsible_user_id
        self.become_a_copy()
        self.run_cron()
        activity = self.activities()
        self.assertEqual(activity.user_id, responsible)
        self.assertIn(SENTENCE, activity.summary)
        self.assertIn("Take over", activity.note)
        self.assertEqual(self.connection.problem_code, "copy")
        daily = self.env.ref("account_ponto_sync.ir_cron_check_authorizations")
        self.run_cron()
        daily.method_direct_trigger()
        self.assertEqual(self.activities(), activity)
        activity.summary = "out of date"
        daily.method_direct_trigger()
        self.assertIn(SENTENCE, self.activities().summary)
        activity.action_done()
        self.run_cron()
        daily.method_direct_trigger()
        self.assertFalse(self.activities())

    def test_cards(self):
        """Whatever was wrong before, it is a copy first."""
        self.account.sudo().write(
            {"problem_code": "bank_trouble", "bank_data_at": "2026-04-08 10:00:00"}
        )
        self.become_a_copy()
        card = self.account.journal_id._ponto_card_data(self.account)
        self.assertEqual((card["state"], card["color"]), ("error", "danger"))
        self.assertIn(SENTENCE, card["sentence"])
        self.assertIn(SENTENCE, self.connection.status_message)
        entry = self.account._get_health_entry()
        self.assertEqual((entry["ok"], entry["problem"]), (False, "copy"))

    def test_nobody_else_takes_over(self):
        self.become_a_copy()
        for user in (self.manager, self.accountant):
            with self.refusal("Only the system administrator", AccessError):
                self.connection.with_user(user).action_take_over()
        self.assertEqual(self.connection._obstacle(), "copy")

    def test_taken_over_for_all(self):
        """Those of other companies and archived ones, too; who did it stands there."""
        other = self.env["res.company"].create({"name": "Acme Vastgoed"})
        elsewhere = self.connect(name="Vastgoed", company_id=other.id)
        archived = self.connect(name="Old", client_id="old-client", active=False)
        self.become_a_copy()
        self.run_cron()
        clicked = self.connection.with_user(self.administrator)
        told = clicked.action_take_over()["params"]
        self.assertIn("3", told["title"])
        self.assertIn("Disconnect the original", told["message"])
        for connection in self.connection | elsewhere | archived:
            self.assertFalse(connection._obstacle())
            self.assertEqual(client_secret_of(connection), self.sandbox.client_secret)
            self.assertFalse(connection.sudo().token_encrypted)
            self.assertFalse(self.activities(connection))
            message = connection.message_ids.filtered(lambda one: "took" in one.body)
            self.assertEqual(message.author_id, self.administrator.partner_id)
            self.assertIn(self.administrator.name, message.body)
        self.assertEqual(self.sandbox.requests(), [], "the click itself asks nobody")
        self.run_cron()
        self.assertEqual(len(self.booked(self.account)), 3)
        self.assertEqual(self.connection.state, "connected")
        with self.refusal("belong to this database already"):
            clicked.action_take_over()

    def test_taken_over_in_the_settings(self):
        """By an administrator who has nothing to do with accounting."""
        self.become_a_copy()
        plain = new_test_user(self.env, "acme_system", groups="base.group_system")
        settings = self.env["res.config.settings"].with_user(plain).create({})
        self.assertTrue(settings.ponto_key_is_copy)
        settings.action_ponto_take_over()
        self.assertFalse(self.connection._obstacle())

    def test_nothing_is_taken_over_without_the_key(self):
        self.stored_for(uuid="another")
        broken = self.connect(name="Broken", client_id="broken", client_secret=False)
        broken.sudo().client_secret_encrypted = "v2:00000000:unreadable"
        stored = self.connection.sudo().client_secret_encrypted
        with self.refusal("Key missing on this host"):
            self.connection.with_user(self.administrator).action_take_over()
        self.assertEqual(self.connection.sudo().client_secret_encrypted, stored)

    def test_neutralized_copies_stay_off(self):
        self.become_a_copy()
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "1")
        with self.refusal("neutralized copy"):
            self.connection.with_user(self.administrator).action_take_over()
        self.run_cron()
        self.assertFalse(self.activities())
        self.assertEqual(self.account.state, "paused")
