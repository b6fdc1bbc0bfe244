"""The key: one after another, on several hosts, after a disaster, and for the backup."""

import dataclasses
import errno
import importlib.util
import json
import logging
import os
import tempfile
import threading
from pathlib import Path
from unittest.mock import patch

from cryptography.fernet import Fernet

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..tools import encryption, key_backup, secret_store
from ..tools.secret_store import client_secret_of, place_of
from .common import LightCompany, PontoCommon, PontoWorld

MIGRATION = Path(__file__).parents[1] / "migrations" / "19.0.5.0.0" / "post-secrets.py"
SENTENCE = "Key missing on this host"
MISPLACED = "was not entered for this connection"
FIELD = "client_secret_encrypted"
DAILY = "account_ponto_sync.ir_cron_check_authorizations"


def new_key():
    return Fernet.generate_key().decode()


class KeyWorld(PontoWorld):
    """A connection whose secret and token are stored with a key in a file."""

    def setUp(self):
        super().setUp()
        self.enterContext(patch.dict(os.environ))
        os.environ.pop(encryption.ENVIRONMENT_VARIABLE, None)
        self.old = encryption.key_file().read_text().strip()
        self.path = self.use_folder()
        self.path.write_text(self.old)
        self.keys = self.env["ponto.key"]

    def use_folder(self):
        """The data directory of another machine."""
        folder = self.enterContext(tempfile.TemporaryDirectory())
        path = Path(folder) / encryption.KEY_FILE
        self.patch(encryption, "key_file", lambda: path)
        return path

    def ids_used(self):
        """Key ids of everything stored."""
        stored = self.keys._get_stored(with_dialogs=True)
        return {text.split(":")[1] for _record, _name, text in stored}

    def store(self, secret, **different):
        own = self.env["ponto.database.identity"]._get_identity()
        identity = dataclasses.replace(own, **different)
        place = place_of(self.connection, FIELD)
        self.connection.sudo().client_secret_encrypted = encryption.encrypt(
            secret, identity, place, may_create_key=False
        )

    def store_old(self, version, text):
        token = Fernet(self.old).encrypt(text.encode()).decode()
        stored = f"{version}:{encryption.key_id(self.old.encode())}:{token}"
        self.connection.sudo().client_secret_encrypted = stored
        return stored

    def store_first_version(self):
        """As versions before 19.0.4 stored it."""
        return self.store_old("v1", self.sandbox.client_secret)

    def store_second_version(self, **different):
        """As versions before 19.0.5 stored it."""
        own = self.env["ponto.database.identity"]._get_identity()
        identity = dataclasses.asdict(dataclasses.replace(own, **different))
        payload = {"secret": self.sandbox.client_secret, **identity}
        return self.store_old("v2", json.dumps(payload))


@tagged("post_install", "-at_install")
class TestKeys(KeyWorld, PontoCommon):
    """Keys come and go; no stored secret does."""

    # === ROTATING === #

    def test_rotation(self):
        """New key first, rotate, and the old key may go."""
        self.connection.action_test_connection()
        archived = self.connect(name="Old", client_id="old", active=False)
        self.env["ponto.connect"].create({"client_id": "x", "client_secret": "typed"})
        new = new_key()
        self.path.write_text(f"{new},{self.old}")
        self.assertEqual(self.keys._rotate(), {"rotated": 4})
        self.assertEqual(self.ids_used(), {encryption.key_id(new.encode())})
        self.assertEqual(self.keys._rotate(), {"already": 4})
        self.path.write_text(new)
        self.assertFalse(self.keys._get_problem())
        self.sandbox.clear_requests()
        self.connection.action_test_connection()
        self.assertEqual(self.data_requests(), ["GET /accounts"])
        self.assertEqual(len(self.sandbox.requests()), 1, "the token is kept, too")
        for connection in self.connection | archived:
            self.assertEqual(client_secret_of(connection), self.sandbox.client_secret)

    def test_rotation_tells_what_it_could_not_read(self):
        self.path.write_text(new_key())
        self.assertEqual(self.keys._rotate(), {"unreadable": 1})
        text = self.keys._get_rotated_text(self.keys._rotate())
        self.assertIn("1 cannot be read", text)
        self.assertIn("keep every old key", text)
        self.assertNotIn("no other key", text)
        self.path.write_text(self.old)
        self.assertFalse(self.keys._get_problem(), "nothing was changed")

    def test_rotation_claims_nothing(self):
        """A copy stays a copy under another key, and what was nobody's stays so."""
        self.store(self.sandbox.client_secret, name="production")
        self.path.write_text(f"{new_key()},{self.old}")
        self.assertEqual(self.keys._rotate(), {"rotated": 1})
        self.assertEqual(self.connection._obstacle(), "copy")
        self.store_first_version()
        self.assertEqual(self.keys._rotate(), {"rotated": 1})
        self.assertEqual(self.connection._obstacle(), "misplaced")

    # === ONE KEY, EXCLUSIVELY === #

    def test_makers_at_once_get_one_key(self):
        """Of many that come at once, one makes the key and all use it."""
        for _round in range(20):
            path = self.use_folder()
            gate, made = threading.Barrier(8), []

            def make(gate=gate, made=made):
                gate.wait()
                made.append(encryption._create_key())

            threads = [threading.Thread(target=make) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(made, [path.read_bytes()] * 8)
            self.assertEqual(list(path.parent.iterdir()), [path])

    def test_key_that_does_not_fit_takes_no_new_secret(self):
        """Beside what it cannot read, a host stores nothing: another host could not
        read that."""
        self.path.write_text(new_key())
        stored = self.connection.sudo().client_secret_encrypted
        for write in (
            lambda: self.connection.write({"client_secret": "other"}),
            lambda: self.connect(name="Second", client_id="second"),
        ):
            with self.refusal("nothing was changed"):
                write()
        self.assertEqual(self.connection.sudo().client_secret_encrypted, stored)

    def test_lost_for_good(self):
        """Erase, connect anew: a new key is made."""
        path = self.use_folder()
        self.connection.write({"client_secret": False})
        self.assertFalse(path.exists())
        self.connection.write({"client_secret": self.sandbox.client_secret})
        self.assertTrue(path.exists())
        self.connection.action_test_connection()
        self.assertEqual(self.connection.state, "connected")

    # === SEVERAL HOSTS === #

    def test_host_without_key(self):
        """Told where it is so, silent towards Ponto, and well again by itself."""
        account = self.linked_account()
        self.use_folder()
        self.sandbox.clear_requests()
        self.assertEqual(account.state, "error")
        card = account.journal_id._ponto_card_data(account)
        self.assertIn(SENTENCE, card["sentence"])
        self.assertEqual(card["color"], "danger")
        self.assertIn(SENTENCE, self.connection.status_message)
        wizard = self.env["ponto.add.institution"].create(
            {"connection_id": self.connection.id, "name": "bank"}
        )
        self.assert_answered(SENTENCE, wizard.action_search())
        self.run_cron()
        self.assertEqual(self.sandbox.requests(), [])
        self.path = encryption.key_file()
        self.path.write_text(self.old)
        self.env.invalidate_all()
        self.assertNotEqual(account.state, "error")
        self.assertNotIn(SENTENCE, self.connection.status_message)

    def test_alarm_for_a_missing_key(self):
        """None while another host reads; one where nobody does, closed when over."""
        with self.at("2026-06-15 09:00:00"):
            self.linked_account()
            path = self.use_folder()
        with self.at("2026-06-15 10:00:00"):
            self.run_cron()
            self.assertFalse(self.connection.activity_ids)
        with self.at("2026-06-15 11:30:00"):
            self.run_cron()
            self.run_cron()
            self.env.ref(DAILY).method_direct_trigger()
            activity = self.connection.activity_ids
            self.assertEqual(len(activity), 1)
            self.assertIn(SENTENCE, activity.summary)
            self.assertEqual(activity.user_id, self.connection.responsible_user_id)
            path.write_text(self.old)
            self.run_cron()
            self.assertFalse(self.connection.activity_ids)
            self.assertEqual(self.connection.state, "connected")
            self.assertFalse(self.connection.problem_code)

    # === AFTER A DISASTER: docs/restoring.md === #

    def test_restoring_as_the_page_says(self):
        """Dump and filestore are back on a new machine, then the key is, too."""
        account = self.linked_account()
        backup = key_backup.hand_out(self.env)
        path = self.use_folder()
        self.sandbox.clear_requests()
        # 1. What is there without the key: told, nothing made, nothing sent.
        self.run_cron()
        self.connection.action_test_connection()
        self.assertIn(SENTENCE, self.connection.status_message)
        self.assertIn(SENTENCE, self.keys._describe()["reads"])
        with self.refusal("nothing was changed"):
            self.connect(name="Second", client_id="second")
        self.assertEqual(list(path.parent.iterdir()), [])
        self.assertEqual(self.sandbox.requests(), [])
        # 2. The key is put back.
        path.write_text(backup)
        self.assertIn("All stored values can be read", self.keys._describe()["reads"])
        # 3. The new PostgreSQL server is another one: Odoo cannot tell from a copy.
        self.store(self.sandbox.client_secret, cluster="7300000000000000001")
        self.env.invalidate_all()
        self.run_cron()
        self.assertEqual(self.sandbox.requests(), [])
        self.connection.action_take_over()
        self.run_cron()
        self.assertEqual(self.connection.state, "connected")
        self.assertEqual(len(self.booked(account)), 12)

    # === THE UPDATE === #

    def migrate(self):
        spec = importlib.util.spec_from_file_location("migration", MIGRATION)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.env.flush_all()
        module.migrate(self.env.cr, "19.0.3.0.0")
        self.env.invalidate_all()

    def test_update_binds_old_values(self):
        for store in (self.store_first_version, self.store_second_version):
            with self.subTest(store.__name__):
                store()
                self.assertEqual(self.connection._obstacle(), "misplaced")
                self.migrate()
                self.assertFalse(self.connection._obstacle())
                self.assertEqual(
                    client_secret_of(self.connection), self.sandbox.client_secret
                )
                stored = self.connection.sudo().client_secret_encrypted
                self.migrate()
                self.assertEqual(self.connection.sudo().client_secret_encrypted, stored)

    def test_update_claims_no_copy(self):
        self.store_second_version(uuid="another")
        self.migrate()
        self.assertEqual(self.connection._obstacle(), "copy")
        self.connection.action_take_over()
        self.assertFalse(self.connection._obstacle())

    def test_update_on_a_host_without_key(self):
        """Nothing breaks, and nothing is claimed later, but on the server itself."""
        for store in (self.store_first_version, self.store_second_version):
            with self.subTest(store.__name__):
                stored = store()
                path = self.use_folder()
                self.migrate()
                self.assertEqual(self.connection.sudo().client_secret_encrypted, stored)
                self.assertEqual(self.connection._obstacle(), "key_missing")
                path.write_text(self.old)
                self.assertEqual(self.connection._obstacle(), "misplaced")
                with self.refusal("belong to this database already"):
                    self.connection.action_take_over()
                self.assertEqual(self.connection._obstacle(), "misplaced")
                outcomes = secret_store.bind_old_values(self.env)
                self.assertEqual(outcomes, {"bound": 1, "unreadable": 0})
                self.connection.action_test_connection()
                self.assertEqual(self.connection.state, "connected")

    def test_update_keeps_who_was_given_the_key(self):
        ids = self.keys._get_key_ids()
        note = {"keys": ids, "user_id": self.env.uid, "at": "2026-01-05 09:00:00"}
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param(key_backup.OLD_PARAMETER, json.dumps(note))
        self.migrate()
        self.assertFalse(parameters.get_param(key_backup.OLD_PARAMETER))
        told = self.keys._describe()
        self.assertFalse(told["is_offered"])
        self.assertIn(self.env.user.name, told["saved"])

    # === BOUND TO ITS PLACE === #

    def plant(self, connection, stored):
        """With SQL alone."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ponto_connection SET client_secret_encrypted = %s WHERE id = %s",
            [stored, connection.id],
        )
        self.env.invalidate_all()

    def assert_misplaced(self, connection):
        self.sandbox.clear_requests()
        connection.action_test_connection()
        self.assertEqual(self.sandbox.requests(), [])
        self.run_cron()
        if connection == self.connection:
            self.assertEqual(self.sandbox.requests(), [])
        self.assertIn(MISPLACED, connection.status_message)
        self.assertFalse(connection.is_copy)
        with self.refusal("belong to this database already"):
            connection.action_take_over()
        self.env["ponto.key"]._rotate()
        self.assertEqual(connection._obstacle(), "misplaced")

    def test_in_another_companys_row(self):
        company = self.env["res.company"].create({"name": "Peeters Vastgoed"})
        other = self.connect(company_id=company.id, client_secret="another")
        self.plant(other, self.connection.sudo().client_secret_encrypted)
        self.assert_misplaced(other)
        self.assertFalse(self.connection._obstacle(), "the own one is as it was")
        other.write({"client_secret": self.sandbox.client_secret})
        other.action_test_connection()
        self.assertEqual(other.state, "connected")

    def test_in_another_field(self):
        self.connection.action_test_connection()
        self.plant(self.connection, self.connection.sudo().token_encrypted)
        self.assert_misplaced(self.connection)

    def test_for_another_host(self):
        """Token and secret stay where they are."""
        self.connection.action_test_connection()
        other = self.start_sandbox(self.seed_document())
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ponto_connection SET api_url = %s WHERE id = %s",
            [other.url, self.connection.id],
        )
        self.env.invalidate_all()
        self.assert_misplaced(self.connection)
        self.assertEqual(other.requests(), [])

    def test_of_an_older_version(self):
        for store in (self.store_first_version, self.store_second_version):
            with self.subTest(store.__name__):
                store()
                self.assert_misplaced(self.connection)

    def test_in_a_dialog(self):
        """Another's secret, put into a dialog, is not sent by it."""
        dialog = self.env["ponto.connect"].create(
            {"client_id": "x", "client_secret": "typed", "environment": "sandbox"}
        )
        stored = self.connection.sudo().client_secret_encrypted
        dialog.sudo().client_secret_encrypted = stored
        self.sandbox.clear_requests()
        self.assert_answered(MISPLACED, dialog.action_connect())
        self.assertEqual(self.sandbox.requests(), [])

    def test_copied_and_exported(self):
        """A duplicate and a file have no secret, so nothing is misplaced in them."""
        twin = self.connection.copy({"name": "Twin"})
        self.assertFalse(twin.has_client_secret)
        self.assertEqual(twin._obstacle(), "no_credentials")
        self.assertFalse(self.connection._obstacle())

    # === WHAT CANNOT BE STORED === #

    def test_full_disk_at_the_first_key(self):
        """A sentence, nothing half written, and it works when there is room."""
        self.connection.unlink()
        for name in ("fsync", "link"):
            path = self.use_folder()
            full = OSError(errno.ENOSPC, "No space left on device")
            with self.subTest(name):
                with (
                    patch.object(os, name, side_effect=full),
                    self.refusal("No space left on device"),
                ):
                    self.connect()
                self.assertEqual(list(path.parent.iterdir()), [])
        self.connect()
        self.assertTrue(path.exists())

    def test_folder_that_takes_no_key(self):
        self.connection.unlink()
        path = self.use_folder()
        path.parent.joinpath("file").write_text("")
        path = path.parent / "file" / path.name
        self.patch(encryption, "key_file", lambda: path)
        with self.refusal("The key that protects bank secrets"):
            self.connect()

    def test_characters_that_no_secret_has(self):
        stored = self.connection.sudo().client_secret_encrypted
        for text in ("a\x00b", "a\nb", "a\u200bb", "\x1b[0m"):
            for name in ("client_secret", "client_id"):
                with self.subTest(text=text, field=name):
                    with self.refusal("contains an invalid character"):
                        self.connection.write({name: text})
                    with self.refusal("contains an invalid character"):
                        self.env["ponto.connect"].create({name: text})
        with self.refusal("contains an invalid character"):
            self.connection.write({"client_id": "a:b"})
        with self.refusal("contains an invalid character"):
            self.connection.write({"api_url": "https://x\x00.example"})
        self.assertEqual(self.connection.sudo().client_secret_encrypted, stored)

    # === THE SETTINGS === #

    def test_settings_tell_where_the_key_lies(self):
        name = encryption.ENVIRONMENT_VARIABLE
        told = self.keys._describe()
        self.assertIn(str(self.path), told["place"])
        self.assertEqual(told["ids"], encryption.key_id(self.old.encode()))
        self.assertIn("All stored values can be read (1)", told["reads"])
        self.assertEqual((told["is_offered"], told["old_count"]), (True, 0))
        self.assertIn("This key has not been saved", told["saved"])
        new = new_key()
        with patch.dict(os.environ, {name: f"{new},{self.old}"}):
            told = self.keys._describe()
            self.assertIn(name, told["place"])
            self.assertTrue(told["ids"].startswith(encryption.key_id(new.encode())))
            self.assertEqual((told["is_offered"], told["saved"]), (False, ""))
            self.assertEqual(told["old_count"], 1)
        with patch.dict(os.environ, {name: new}):
            self.assertIn("1 of 1 stored values cannot", self.keys._describe()["reads"])

    def test_shown_once_whatever_becomes_of_the_parameters(self):
        key_backup.hand_out(self.env)
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.search([("key", "=like", "account_ponto_sync.%")]).unlink()
        parameters.set_param(
            key_backup.OLD_PARAMETER,
            json.dumps({"keys": [], "user_id": 1, "at": "2020-01-01 00:00:00"}),
        )
        told = self.keys._describe()
        self.assertFalse(told["is_offered"])
        self.assertIn(self.env.user.name, told["saved"])
        self.assertNotIn("2020", told["saved"])
        with self.refusal("shown once only"):
            key_backup.hand_out(self.env)

    def test_given_to_another_database_of_this_server(self):
        """One key for all: who has it for one database has it for each."""
        key_backup.hand_out(self.env)
        [note] = self.path.parent.glob("*.saved.*")
        entry = json.loads(note.read_text())
        note.write_text(json.dumps({**entry, "database": "elsewhere"}))
        told = self.keys._describe()
        self.assertFalse(told["is_offered"])
        self.assertIn("of the database elsewhere", told["saved"])
        for broken in ("", "[]", "{}", "\xff", '{"at": 5}'):
            note.write_text(broken)
            told = self.keys._describe()
            self.assertFalse(told["is_offered"], broken)
            self.assertIn("saved before", told["saved"])

    def test_not_given_where_it_cannot_be_noted(self):
        full = OSError(errno.ENOSPC, "No space left on device")
        with (
            patch.object(os, "fsync", side_effect=full),
            self.refusal("No space left on device"),
        ):
            key_backup.hand_out(self.env)
        self.assertTrue(self.keys._describe()["is_offered"])

    def test_new_key_file_is_offered_anew(self):
        key_backup.hand_out(self.env)
        self.assertFalse(self.keys._describe()["is_offered"])
        self.path.write_text(f"{new_key()},{self.old}")
        self.assertTrue(self.keys._describe()["is_offered"])
        self.assertIn("This key has not been saved", self.keys._describe()["saved"])


@tagged("ponto_tour", "post_install", "-at_install")
class TestKeyForTheBackup(KeyWorld, LightCompany, HttpCase):
    """The key leaves the server once: for the administrator who gives their password.

    With the tours, because of what a server needs.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = new_test_user(
            cls.env, "ponto_administrator", groups="base.group_system"
        )

    def registry_enter_test_mode(self, **_options):
        """``HttpCase`` did it for the whole class."""

    def call(self, model, method, ids=(), **context):
        answer = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps(
                {
                    "jsonrpc": "2.0",
                    "method": "call",
                    "params": {
                        "model": model,
                        "method": method,
                        "args": [list(ids)],
                        "kwargs": {"context": context},
                    },
                }
            ),
            headers={"Content-Type": "application/json"},
        ).json()
        if "error" in answer:
            return answer["error"]["data"]
        return answer["result"]

    def fetch_key(self):
        answer = self.url_open(
            "/ponto/key",
            data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": {}}),
            headers={"Content-Type": "application/json"},
        ).json()
        return answer["error"]["data"] if "error" in answer else answer["result"]

    def ask_for_key(self):
        """What a click gives; the settings are the clicker's own."""
        settings = self.env["res.config.settings"].with_user(self.administrator)
        return self.call(
            "res.config.settings", "action_ponto_show_key", settings.create({}).ids
        )

    def test_once_after_the_password(self):
        texts = []

        class Keeper(logging.Handler):
            def emit(self, record):
                texts.append(record.getMessage())

        keeper, root = Keeper(), logging.getLogger()
        root.addHandler(keeper)
        self.addCleanup(root.removeHandler, keeper)
        self.authenticate("ponto_administrator", "ponto_administrator")
        asked = self.ask_for_key()
        self.assertEqual(asked["res_model"], "res.users.identitycheck")
        self.assertNotIn(self.old, str(asked))
        with mute_logger("odoo.http"):
            wrong = self.call(
                asked["res_model"], "run_check", [asked["res_id"]], password="guessed"
            )
        self.assertIn("Incorrect Password", wrong["message"])
        given = self.call(
            asked["res_model"],
            "run_check",
            [asked["res_id"]],
            password="ponto_administrator",
        )
        self.assertEqual(given["tag"], "account_ponto_sync.key")
        self.assertNotIn(self.old, str(given), "what a record gives holds no key")
        self.assertEqual(self.fetch_key(), self.old)
        with mute_logger("odoo.http"):
            again = self.ask_for_key()
            refused = self.fetch_key()
        self.assertNotIn(self.old, str((again, refused)))
        self.assertIn("shown once only", refused["message"])
        self.assertIn("shown once only", again["message"])
        self.assertIn(self.administrator.name, again["message"])
        self.env.flush_all()
        self.env.cr.execute("SELECT string_agg(value, '') FROM ir_config_parameter")
        self.assertNotIn(self.old, self.env.cr.fetchone()[0])
        self.assertTrue(texts)
        self.assertNotIn(self.old, "\n".join(texts))

    def test_nobody_else(self):
        """Not by the action, and not by a field of the settings."""
        settings = self.env["res.config.settings"].with_user(self.administrator)
        settings = settings.create({})
        self.assertNotIn(self.old, str(settings.read()))
        self.assertIn(str(self.path), settings.ponto_key_place)
        theirs = settings.with_user(self.manager)
        for click in (theirs.action_ponto_rotate, theirs.action_ponto_take_over):
            with self.refusal("", AccessError):
                click()
        with self.assertRaises(AccessError):
            theirs.read(["ponto_key_place"])
        self.authenticate("ponto_manager", "ponto_manager")
        with mute_logger("odoo.http"):
            # No password opens it either: it is not asked for.
            refused = self.call(settings._name, "action_ponto_show_key", settings.ids)
            private = [
                self.call("ponto.key", name)
                for name in ("_encrypt", "_rotate", "_take_over", "_get_stored")
            ]
            private.append(self.call(settings._name, "_show_ponto_key", settings.ids))
            direct = self.fetch_key()
            self.authenticate("ponto_administrator", "ponto_administrator")
            without_password = self.fetch_key()
        for answer in (refused, direct, without_password):
            self.assertIn("AccessError", answer["name"])
        self.assertNotIn(self.old, str((refused, private, direct, without_password)))
        for answer in private:
            self.assertIn("private", answer["message"].lower())
        self.assertTrue(self.keys._describe()["is_offered"])

    def test_in_the_browser(self):
        self.env.flush_all()
        self.start_tour(
            "/odoo/settings", "account_ponto_sync_key", login="ponto_administrator"
        )
        told = self.keys.with_user(self.administrator)._describe()
        self.assertFalse(told["is_offered"])
        self.assertIn(self.administrator.name, told["saved"])
