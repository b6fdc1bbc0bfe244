import logging
import os
import stat
import tempfile
from pathlib import Path
from runpy import run_path
from unittest.mock import patch

from cryptography.fernet import Fernet
from lxml import etree
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import config, mute_logger

from odoo.addons.http_routing.tests.common import MockRequest

from ..models.connection.ponto_secret_mixin import SECRET_FIELDS
from ..tools import encryption
from ..tools.clients import client_of
from ..tools.secret_store import client_secret_of
from .common import PontoCommon
from .common_markers import EveryRecord

MARKER = "marker-secret-zq81"
MIGRATIONS = Path(__file__).parents[1] / "migrations"
MIGRATION = MIGRATIONS / "19.0.5.0.0" / "post-connection-state.py"


@tagged("post_install", "-at_install")
class TestSecret(PontoCommon):
    """What goes in never comes out, whoever asks (P38)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = new_test_user(
            cls.env,
            "ponto_admin",
            groups="account.group_account_manager,base.group_system",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def readers(self):
        users = (self.manager, self.administrator)
        return [self.connection.with_user(user) for user in users]

    def secret_fields(self):
        """Every secret field on every model of the addon."""
        found = [
            (model, name)
            for model in self.env.registry
            if model.startswith("ponto.") and not self.env[model]._abstract
            for name in SECRET_FIELDS
            if name in self.env[model]._fields
        ]
        self.assertIn(("ponto.connection", "client_secret"), found)
        self.assertIn(("ponto.connect", "client_secret_encrypted"), found)
        return found

    def test_no_other_field_looks_like_a_secret(self):
        """A secret field that is missing in SECRET_FIELDS would escape these tests."""
        words = ("secret", "token", "password", "encrypted", "private_key")
        harmless = {"has_client_secret", "token_expires_at", "access_token"}
        for model in self.env.registry:
            if model.startswith("ponto."):
                suspicious = {
                    name
                    for name in self.env[model]._fields
                    if any(word in name for word in words)
                }
                self.assertLessEqual(suspicious, {*SECRET_FIELDS, *harmless}, model)

    def test_stored_fields_are_closed_to_everybody(self):
        for model, name in self.secret_fields():
            field = self.env[model]._fields[name]
            with self.subTest(field=f"{model}.{name}"):
                self.assertFalse(field.copy)
                if field.store:
                    self.assertEqual(field.groups, ".")

    def test_read_gives_nothing(self):
        for connection in self.readers():
            self.assertEqual(
                connection.read(["client_secret"])[0]["client_secret"], False
            )
            self.assertNotIn(MARKER, str(connection.read()))
            for name in ("client_secret_encrypted", "token_encrypted"):
                with self.assertRaises(AccessError):
                    connection.read([name])
                with self.assertRaises(AccessError):
                    connection[name]

    def test_web_read_gives_nothing(self):
        for connection in self.readers():
            answer = connection.web_read({"client_secret": {}, "client_id": {}})
            self.assertEqual(answer[0]["client_secret"], False)
            with self.assertRaises(AccessError):
                connection.web_read({"client_secret_encrypted": {}})

    def test_web_save_does_not_echo(self):
        """Odoo's form reads back in the call that saves."""
        for connection in self.readers():
            answer = connection.web_save(
                {"client_secret": "marker-typed-1"}, {"client_secret": {}}
            )
            self.assertEqual(answer[0]["client_secret"], False)
            self.assertNotIn("marker-typed-1", str(answer))
            self.assertEqual(client_secret_of(connection), "marker-typed-1")

    def test_web_save_of_the_wizard_does_not_echo(self):
        for connection in self.readers():
            wizard = connection.env["ponto.connect"]
            answer = wizard.web_save(
                {"client_id": "x", "client_secret": "marker-typed-2"},
                {"client_secret": {}, "has_client_secret": {}},
            )
            self.assertNotIn("marker-typed-2", str(answer))
            self.assertEqual(answer[0]["client_secret"], False)
            self.assertTrue(answer[0]["has_client_secret"])

    def test_search_does_not_guess(self):
        """A search that answers yes or no would give a secret away letter by letter."""
        for connection in self.readers():
            connections = connection.env["ponto.connection"]
            for name in ("client_secret_encrypted", "token_encrypted"):
                with self.assertRaises(AccessError):
                    connections.search([(name, "like", "v1:%")])
                with self.assertRaises(AccessError):
                    connections.search([], order=name)
            with self.assertRaises(ValueError), mute_logger("odoo.domains"):
                connections.search([("client_secret", "=", MARKER)])

    def test_search_by_dotted_domain(self):
        for connection in self.readers():
            accounts = connection.env["ponto.online.account"]
            for name in ("client_secret_encrypted", "token_encrypted"):
                with self.assertRaises(AccessError):
                    accounts.search([(f"connection_id.{name}", "like", "v1:")])

    def test_read_group(self):
        for connection in self.readers():
            connections = connection.env["ponto.connection"]
            with self.assertRaises(AccessError):
                connections._read_group([], ["client_secret_encrypted"])
            with self.assertRaises(AccessError):
                connections.formatted_read_group([], ["token_encrypted"], ["__count"])

    def test_export(self):
        export = self.env.ref("base.group_allow_export")
        (self.manager | self.administrator).group_ids = [(4, export.id)]
        for connection in self.readers():
            rows = connection.export_data(["name", "client_secret"])["datas"]
            self.assertNotIn(MARKER, str(rows))
            with self.assertRaises(AccessError):
                connection.export_data(["client_secret_encrypted"])

    def test_write_of_ciphertext_is_refused(self):
        """Whoever may plant a ciphertext may move a secret to another host."""
        for connection in self.readers():
            for name in ("client_secret_encrypted", "token_encrypted"):
                with self.assertRaises(AccessError):
                    connection.write({name: "v1:x:y"})

    def test_copy_has_no_secret(self):
        self.connection.action_test_connection()
        twin = self.connection.copy().sudo()
        self.assertFalse(twin.client_secret_encrypted)
        self.assertFalse(twin.token_encrypted)
        self.assertFalse(twin.client_id)
        self.assertEqual(twin.state, "draft")

    def test_database_holds_no_plain_secret(self):
        self.connection.action_test_connection()
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT row_to_json(c)::text FROM ponto_connection c WHERE id = %s",
            [self.connection.id],
        )
        [(text,)] = self.env.cr.fetchall()
        self.assertNotIn(MARKER, text)
        self.assertIn(f"{encryption.VERSION}:", text)
        token = client_of(self.connection)._gateway._tokens.current().access_token
        self.assertNotIn(token.split(".", maxsplit=1)[0], text)


@tagged("post_install", "-at_install")
class TestKey(PontoCommon):
    """The key lies outside the database, and losing it half-saves nothing."""

    def use_folder(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = Path(folder.name) / encryption.KEY_FILE
        self.patch(encryption, "key_file", lambda: path)
        return path

    def test_key_file_is_private_and_outside_the_filestore(self):
        path = encryption.key_file()
        self.assertTrue(path.exists())
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        filestore = Path(config.filestore(self.env.cr.dbname))
        self.assertNotIn(filestore, path.parents)
        self.assertNotIn(Path(config["data_dir"]) / "filestore", path.parents)

    def test_first_secret_makes_the_key(self):
        self.env["ponto.connection"].search([]).unlink()
        path = self.use_folder()
        connection = self.connect()
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertEqual(list(path.parent.iterdir()), [path])
        self.assertEqual(client_secret_of(connection), self.sandbox.client_secret)

    def test_no_second_key_where_secrets_exist(self):
        """A new key could not read what the database holds."""
        path = self.use_folder()
        stored = self.connection.sudo().client_secret_encrypted
        with self.refusal("The key that protects bank secrets"):
            self.connection.write({"client_secret": "other", "client_id": "new-id"})
        self.assertFalse(path.exists())
        self.connection.invalidate_recordset()
        self.assertEqual(self.connection.sudo().client_secret_encrypted, stored)
        self.assertEqual(self.connection.client_id, self.sandbox.client_id)

    def test_no_connection_is_half_saved(self):
        self.use_folder()
        before = self.env["ponto.connection"].search_count([])
        with self.refusal("nothing was changed"):
            self.connect(client_id="another-id")
        self.assertEqual(self.env["ponto.connection"].search_count([]), before)

    def test_missing_key_is_told_and_heals(self):
        """One sentence, no request; with the key back the same click works."""
        with patch.dict(os.environ, {encryption.ENVIRONMENT_VARIABLE: _new_key()}):
            self.connection.action_test_connection()
            self.assertEqual(self.connection.problem_code, "key_missing")
            self.assertIn("Restore the key file", self.connection.status_message)
            self.assertEqual(self.sandbox.requests(), [])
        self.connection.action_test_connection()
        self.assertEqual(self.connection.state, "connected")

    def test_unattended_fetch_without_key(self):
        """Not even with the token of another host; the next one is complete."""
        account = self.linked_account()
        self.sandbox.clear_requests()
        with patch.dict(os.environ, {encryption.ENVIRONMENT_VARIABLE: _new_key()}):
            with self.refusal("Key missing on this host"):
                account.fetch_transactions()
            self.run_cron()
        self.assertEqual(self.sandbox.requests(), [])
        self.assertEqual(self.booked(account), [])
        run = account.fetch_transactions()
        self.assertEqual((run.state, run.imported_count), ("done", 12))

    def test_rotated_key_reads_old_values(self):
        old = encryption.key_file().read_text().strip()
        keys = f"{_new_key()},{old}"
        with patch.dict(os.environ, {encryption.ENVIRONMENT_VARIABLE: keys}):
            self.connection.action_test_connection()
        self.assertEqual(self.connection.state, "connected")


@tagged("post_install", "-at_install")
class TestConnection(PontoCommon):
    """One connection: its address, its neighbours, its end."""

    def test_same_client_id_twice_in_one_company(self):
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self.connect(name="Second")

    def test_same_client_id_in_another_company(self):
        """One integration may serve several companies (P39)."""
        other = self.env["res.company"].create({"name": "Peeters Vastgoed"})
        twin = self.connect(name="Second", company_id=other.id)
        twin.action_test_connection()
        self.assertEqual(twin.state, "connected")

    def test_archived_connection_frees_the_client_id(self):
        self.connection.active = False
        self.env.flush_all()
        self.assertTrue(self.connect(name="Second"))

    def test_manager_does_not_set_the_address(self):
        """Whoever sets the address gets the secret."""
        connection = self.connection.with_user(self.manager)
        with self.refusal("Only the system administrator"):
            connection.api_url = "https://elsewhere.example"
        with self.refusal("Only the system administrator"):
            connection.create(
                {"company_id": self.company.id, "api_url": "https://elsewhere.example"}
            )

    def test_administrator_sets_the_address(self):
        self.connection.api_url = "https://ponto.example"
        self.assertEqual(self.connection.api_url, "https://ponto.example")

    def test_another_host_is_told(self):
        """Who, when, from where to where: in the chatter and in the server's log."""
        self.env.cr.flush()  # what is new in a transaction is not tracked in it
        before = self.connection.message_ids
        connection = self.connection.with_context(
            tracking_disable=False, mail_notrack=False
        )
        keeper = EveryRecord()
        logger = logging.getLogger("odoo.addons.account_ponto_sync")
        logger.addHandler(keeper)
        self.addCleanup(logger.removeHandler, keeper)
        connection.write(
            {"api_url": "https://ponto.example/path", "client_secret": MARKER}
        )
        self.env.flush_all()
        self.env.cr.flush()
        [line] = keeper.texts
        self.assertIn(
            f"user {self.env.uid} changed the API host from {self.sandbox.url} "
            "to https://ponto.example",
            line,
        )
        self.connection.invalidate_recordset(["message_ids"])
        message = self.connection.message_ids - before
        self.assertEqual(message.author_id, self.env.user.partner_id)
        tracked = message.sudo().tracking_value_ids.filtered(
            lambda value: value.field_id.name == "api_url"
        )
        self.assertEqual(
            (tracked.old_value_char, tracked.new_value_char),
            (self.sandbox.url, "https://ponto.example/path"),
        )
        self.assertNotIn(MARKER, f"{line} {message.body} {tracked.read()}")
        self.connection.write({"api_url": "https://ponto.example/other"})
        self.assertEqual(keeper.texts, [line])

    def test_address_is_shown_in_developer_mode_only(self):
        """To the system administrator; nobody else ever has the field on a form."""
        administrator = self.env.user
        for user, debug, attributes in (
            (administrator, "", ["1"]),
            (administrator, "1", [None]),
            (self.manager, "1", []),
        ):
            with (
                self.subTest(user=user.login, debug=debug),
                MockRequest(self.env(user=user)) as request,
            ):
                request.session.debug = debug
                view = self.connection.with_user(user).get_view(view_type="form")
                nodes = etree.fromstring(view["arch"]).xpath("//field[@name='api_url']")
                self.assertEqual([node.get("invisible") for node in nodes], attributes)

    def test_address_must_be_safe(self):
        for url in (
            "http://api.myponto.com",
            "http://192.168.1.5:8000",
            "https://user:pass@api.myponto.com",
            "ftp://api.myponto.com",
            "nonsense",
        ):
            with self.subTest(url=url), self.refusal("must start with https://"):
                self.connection.api_url = url

    def test_new_address_forgets_the_token(self):
        """A token belongs to the host that gave it."""
        self.connection.action_test_connection()
        self.assertTrue(self.connection.sudo().token_encrypted)
        self.connection.api_url = "https://ponto.example"
        self.assertFalse(self.connection.sudo().token_encrypted)
        self.assertFalse(self.connection.token_expires_at)

    def test_connection_with_accounts_keeps_its_company(self):
        self.connection.fetch_accounts()
        other = self.env["res.company"].create({"name": "Peeters Vastgoed"})
        with self.refusal("keeps its company"):
            self.connection.company_id = other

    def test_connection_with_accounts_stays_live_or_sandbox(self):
        """Otherwise its journals would take both."""
        self.connection.environment = "live"
        self.connection.environment = "sandbox"
        self.connection.fetch_accounts()
        with self.refusal("stays live or sandbox"):
            self.connection.with_user(self.manager).environment = "live"
        self.connection.environment = "sandbox"

    def test_deletion_with_history_is_refused(self):
        """The inbox is what keeps transactions from being imported twice."""
        account = self.linked_account()
        account.fetch_transactions()
        with self.refusal("Archive it instead"):
            self.connection.with_user(self.manager).unlink()

    def test_deletion_with_history_of_an_archived_account_is_refused(self):
        account = self.linked_account()
        account.fetch_transactions()
        account.active = False
        self.env.flush_all()
        self.env.invalidate_all()
        with self.refusal("Archive it instead"):
            self.connection.with_user(self.manager).unlink()

    def test_deletion_of_an_institution_with_history_is_refused(self):
        account = self.linked_account()
        account.fetch_transactions()
        with self.refusal("their history stays"):
            account.provider_account_id.with_user(self.manager).unlink()

    def test_deletion_without_history(self):
        self.connection.fetch_accounts()
        self.connection.with_user(self.manager).unlink()
        self.assertFalse(self.env["ponto.online.account"].search([]))


@tagged("post_install", "-at_install")
class TestFaultsInWords(PontoCommon):
    """Each trouble is one sentence, and the next attempt is never blocked (P25)."""

    def refused(self, *phrases):
        answer = self.connection.action_test_connection()["params"]
        self.assertEqual(self.connection.state, "error")
        self.assertEqual(answer["type"], "danger")
        for phrase in phrases:
            self.assertIn(phrase, answer["message"])
        for hidden in (MARKER, "Traceback", "<html", "BE68"):
            self.assertNotIn(hidden, answer["message"])

    def accepted(self, phrase="Connected: 2 accounts at 2 banks."):
        self.end_faults()
        answer = self.connection.action_test_connection()["params"]
        self.assertEqual(self.connection.state, "connected", answer["message"])
        self.assertEqual(answer["message"], phrase)
        self.assertFalse(self.connection.problem_code)

    def test_wrong_secret(self):
        key = f"integrations/{self.sandbox.client_id}"
        self.sandbox.control("PATCH", key, json={"client_secret": "rotated"})
        self.refused("did not accept the client ID or secret", "Replace credentials")
        self.sandbox.control("PATCH", key, json={"client_secret": MARKER})
        self.accepted()

    def test_missing_scope(self):
        key = f"integrations/{self.sandbox.client_id}"
        self.sandbox.control("PATCH", key, json={"scope": "pi"})
        self.refused(
            "This integration may not read account information", "Account information"
        )
        self.sandbox.control("PATCH", key, json={"scope": "ai"})
        self.accepted()

    def move_to(self, api_url):
        """Another address takes the secret anew: the stored one stays with its host."""
        self.connection.write(
            {"api_url": api_url, "client_secret": self.sandbox.client_secret}
        )

    def test_unreachable_port(self):
        self.move_to("http://127.0.0.1:9")
        self.refused("could not be reached", "internet access")
        self.move_to(self.sandbox.url)
        self.accepted()

    def test_not_tls(self):
        self.move_to(self.sandbox.url.replace("http:", "https:"))
        self.refused("No secure connection to Ponto could be made")
        self.move_to(self.sandbox.url)
        self.accepted()

    def test_html_answer(self):
        self.plan("^/accounts$", "html", status=200, times=None)
        self.refused("did not come from Ponto. A", "proxy")
        self.accepted()

    def test_html_error_page(self):
        self.plan("^/accounts$", "html", status=503, times=None)
        self.refused("Ponto has a temporary problem")
        self.accepted()

    def test_truncated_json(self):
        self.plan("^/accounts$", "truncated", times=None)
        self.refused("did not come from Ponto. A")
        self.accepted()

    def test_empty_answer(self):
        self.plan("^/accounts$", "empty", times=None)
        self.refused("did not come from Ponto. A")
        self.accepted()

    def test_connection_reset(self):
        self.plan("^/accounts$", "reset", times=None)
        self.refused("could not be reached")
        self.accepted()

    def test_server_error(self):
        self.plan("^/accounts$", status=503, times=None)
        self.refused("Ponto has a temporary problem", "Ponto's reference: ")
        self.accepted()

    def test_trouble_that_passes_within_one_request_is_not_told(self):
        self.plan("^/accounts$", status=503, times=1)
        self.connection.action_test_connection()
        self.assertEqual(self.connection.state, "connected")

    def test_institution_cannot_be_read(self):
        """Neither accounts nor institutions are half-saved."""
        self.plan("^/financial-institutions/bank-b", status=500, times=None)
        self.refused("Ponto has a temporary problem")
        self.assertFalse(self.connection.online_account_ids)
        self.accepted()

    def test_rate_limit_does_not_block_a_click(self):
        self.plan("^/accounts$", status=429, headers={"Retry-After": "3600"})
        self.refused("asks for a pause until")
        self.accepted()

    def test_no_account(self):
        key = f"integrations/{self.sandbox.client_id}"
        self.sandbox.control("PATCH", key, json={"accounts": []})
        answer = self.connection.action_test_connection()["params"]
        self.assertEqual(self.connection.state, "connected")
        self.assertIn("no account is shared with this integration", answer["message"])
        self.assertIn("Tick the accounts", answer["message"])
        self.sandbox.control("PATCH", key, json={"accounts": "all"})
        self.accepted()

    def test_no_credentials(self):
        self.connection.write({"client_secret": False})
        self.refused("No client ID and secret are set", "Replace credentials")
        self.assertEqual(self.sandbox.requests(), [])

    def test_never_connected_without_a_secret(self):
        """Whatever took it away: the page says so, and what to do."""
        ways = (
            {"client_secret": False},
            {"client_id": False},
            {"api_url": "https://ponto.example.com"},
        )
        for vals in ways:
            with self.subTest(vals=vals), self.env.cr.savepoint() as savepoint:
                self.accepted()
                self.connection.write(vals)
                self.assertEqual(self.connection.state, "draft")
                self.assertIn("Replace credentials", self.connection.status_message)
                # A list that was asked for before comes too late.
                self.connection._note_success()
                self.assertEqual(self.connection.state, "draft")
                savepoint.rollback()
                self.env.invalidate_all()

    def test_an_older_version_left_it_connected(self):
        self.accepted()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ponto_connection SET client_secret_encrypted = NULL"
        )
        run_path(str(MIGRATION))["migrate"](self.env.cr, "19.0.4.0.0")
        self.env.invalidate_all()
        self.assertEqual(self.connection.state, "draft")

    def test_address_warns_before_the_secret_goes(self):
        def warning(address):
            spec = {"api_url": {}, "state": {}}
            answer = self.connection.onchange({"api_url": address}, ["api_url"], spec)
            return answer.get("warning", {})

        self.accepted()
        told = warning("https://ponto.example.com")
        self.assertIn("will be erased", told["title"])
        self.assertIn(self.sandbox.url, told["message"])
        self.assertTrue(self.connection.has_client_secret)
        # Put back, or nothing to lose: nothing to say.
        self.assertFalse(warning(self.sandbox.url))
        self.connection.write({"client_secret": False})
        self.assertFalse(warning("https://ponto.example.com"))


def _new_key():
    return Fernet.generate_key().decode()
