"""What a hostile or curious user of the database tries, by RPC and by guessing."""

import logging
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

import psycopg2
from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import Form, new_test_user, tagged

from ..models.connection.ponto_connection_address import API_URL_PARAMETER
from ..tools import encryption, units
from .common import PontoCommon

MANAGER = "account.group_account_manager"
ELSEWHERE = "https://elsewhere.example"
SECOND = {"client_id": "second-integration-4321", "client_secret": "marker-second"}
NUMBERS = ("BE68539007547034", "BE71096123456769")
NEUTRALIZE = Path(__file__).parents[1] / "data" / "neutralize.sql"


class AttackCommon(PontoCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls.make_user("colleague", cls.company)
        cls.elsewhere = cls.env["res.company"].create({"name": "Peeters Vastgoed"})
        cls.stranger = cls.make_user("stranger", cls.elsewhere)

    @classmethod
    def make_user(cls, name, company, groups=MANAGER):
        return new_test_user(
            cls.env,
            f"ponto_{name}",
            groups=groups,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param(API_URL_PARAMETER, self.sandbox.url)

    def as_manager(self, model, **context):
        return self.env[model].with_user(self.manager).with_context(**context)

    def new_integration(self, accounts="all"):
        body = {**SECOND, "accounts": accounts}
        self.sandbox.control("POST", "integrations", json=body)

    def wizard(self, **values):
        vals = {"company_id": self.company.id, "environment": "sandbox", **SECOND}
        return self.as_manager("ponto.connect").create({**vals, **values})

    def forbidden(self):
        return self.refusal("", AccessError)

    def foreign_account(self):
        """An account that another company's integration sees; we must not."""
        body = {
            "id": "acc-foreign",
            "institution": "bank-c",
            "reference": "BE43068999999501",
            "referenceType": "IBAN",
            "currency": "EUR",
            "holderName": "Geheime Holding NV",
            "opening_balance": "98765.43",
            "transactions": [],
        }
        self.sandbox.control("POST", "accounts", json=body)
        body = {**SECOND, "accounts": ["acc-foreign"]}
        self.sandbox.control("POST", "integrations", json=body)
        connection = self.connect(company_id=self.elsewhere.id, **SECOND)
        account = connection.fetch_accounts()
        self.assertEqual(account.holder_name, "Geheime Holding NV")
        self.assertEqual(account.balance, 98765.43)
        return account


@tagged("post_install", "-at_install")
class TestAddress(AttackCommon):
    """Where the secret is sent is the system administrator's decision alone."""

    def make(self, context=None, **values):
        vals = {"name": "X", "client_id": "x", "client_secret": "typed", **values}
        return self.as_manager("ponto.connection", **(context or {})).create(vals)

    def personal_default(self, model):
        self.env["ir.default"].set(model, "api_url", ELSEWHERE, user_id=self.manager.id)

    def test_context_default(self):
        connection = self.make({"default_api_url": ELSEWHERE})
        self.assertEqual(connection.api_url, self.sandbox.url)

    def test_personal_default(self):
        self.personal_default("ponto.connection")
        self.assertEqual(self.make().api_url, self.sandbox.url)

    def test_value(self):
        with self.refusal("Only the system administrator"):
            self.make(api_url=ELSEWHERE)

    def test_value_backed_by_the_context(self):
        with self.refusal("Only the system administrator"):
            self.make({"default_api_url": ELSEWHERE}, api_url=ELSEWHERE)

    def test_value_backed_by_a_personal_default(self):
        self.personal_default("ponto.connection")
        with self.refusal("Only the system administrator"):
            self.make(api_url=ELSEWHERE)

    def test_written_later(self):
        connection = self.connection.with_user(self.manager)
        for context in ({}, {"default_api_url": ELSEWHERE}):
            with self.refusal("Only the system administrator"):
                connection.with_context(**context).write({"api_url": ELSEWHERE})
        self.assertEqual(self.connection.api_url, self.sandbox.url)

    def test_copied_with_another(self):
        with self.refusal("Only the system administrator"):
            self.connection.with_user(self.manager).copy({"api_url": ELSEWHERE})

    def test_saved_by_the_form(self):
        connections = self.as_manager("ponto.connection", default_api_url=ELSEWHERE)
        found = connections.web_save(
            {"name": "X", "client_id": "x", "client_secret": "y"}, {"api_url": {}}
        )
        self.assertEqual(found[0]["api_url"], self.sandbox.url)

    def dialog(self, **context):
        return self.as_manager(
            "ponto.connect", default_company_id=self.company.id, **context
        )

    def assert_goes_to_ponto(self, wizard):
        action = wizard.action_connect()
        dialog = self.env["ponto.fetch.accounts"].browse(action["res_id"])
        self.assertEqual(dialog.connection_id.api_url, self.sandbox.url)

    def test_dialog_with_context_default(self):
        self.new_integration()
        wizards = self.dialog(default_api_url=ELSEWHERE)
        with self.forbidden():
            wizards.create({"environment": "sandbox", **SECOND})

    def test_dialog_with_personal_default(self):
        self.new_integration()
        for model in ("ponto.connect", "ponto.connection"):
            self.personal_default(model)
        wizard = self.dialog().create({"environment": "sandbox", **SECOND})
        self.assert_goes_to_ponto(wizard)

    def test_dialog_as_a_form(self):
        self.new_integration()
        form = Form(self.dialog().with_context(default_step="credentials"))
        self.assertNotIn("api_url", form._view["fields"])
        form.environment = "sandbox"
        form.client_id = SECOND["client_id"]
        form.client_secret = SECOND["client_secret"]
        self.assert_goes_to_ponto(form.save())

    def test_dialog_with_value(self):
        with self.forbidden():
            self.wizard(api_url=ELSEWHERE)
        with self.forbidden():
            self.wizard().write({"api_url": ELSEWHERE})
        with self.forbidden():
            self.wizard().read(["api_url"])

    def test_replacing_with_defaults(self):
        self.new_integration()
        place = {"default_connection_id": self.connection.id}
        with self.forbidden():
            self.dialog(default_api_url=ELSEWHERE, **place).create(dict(SECOND))
        self.personal_default("ponto.connect")
        self.dialog(**place).create(dict(SECOND)).action_connect()
        self.assertEqual(self.connection.api_url, self.sandbox.url)
        self.assertEqual(self.connection.client_id, SECOND["client_id"])


@tagged("post_install", "-at_install")
class TestSecretStaysWithItsHost(AttackCommon):
    """A stored secret is handed to nobody else, not even by the administrator."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_host = cls.start_sandbox(cls.seed_document())

    def setUp(self):
        super().setUp()
        self.connection.action_test_connection()
        self.assertEqual(self.connection.state, "connected")
        self.sandbox.clear_requests()
        self.other_host.clear_requests()

    def test_new_address_alone(self):
        account = self.linked_account()
        self.connection.api_url = self.other_host.url
        stored = self.connection.sudo()
        self.assertFalse(stored.client_secret_encrypted or stored.token_encrypted)
        self.assertFalse(stored.has_client_secret or stored.token_expires_at)
        self.connection.action_test_connection()
        self.assertIn("No client ID and secret", self.connection.status_message)
        with self.refusal("No client ID and secret"):
            account.fetch_transactions()
        self.run_cron()
        self.assertEqual(self.other_host.requests(), [])

    def test_blank_secret_is_no_secret(self):
        self.connection.write({"api_url": self.other_host.url, "client_secret": "  "})
        self.connection.action_test_connection()
        self.assertFalse(self.connection.has_client_secret)
        self.assertEqual(self.other_host.requests(), [])

    def test_with_the_secret_anew(self):
        self.connection.write(
            {
                "api_url": self.other_host.url,
                "client_secret": self.other_host.client_secret,
            }
        )
        self.connection.action_test_connection()
        self.assertEqual(self.connection.state, "connected")
        self.assertTrue(self.other_host.requests())
        self.assertEqual(self.sandbox.requests(), [])

    def test_same_address_keeps_it(self):
        """A form that is saved sends what was there before."""
        self.connection.write({"api_url": self.sandbox.url, "name": "Ponto 2"})
        self.connection.action_test_connection()
        self.assertEqual(self.connection.state, "connected")


@tagged("post_install", "-at_install")
class TestDialogsAreOnesOwn(AttackCommon):
    """A dialog holds a typed secret or a choice: nobody else touches it."""

    def dialogs(self):
        self.connection.fetch_accounts()
        connection = {"connection_id": self.connection.id}
        fetch = self.as_manager("ponto.fetch.accounts").create(connection)
        add = self.as_manager("ponto.add.institution").create(
            {**connection, "name": "Vlinder", "country_id": False}
        )
        add.action_search()
        self.assertTrue(fetch.line_ids and add.line_ids)
        return [self.wizard(), fetch, fetch.line_ids, add, add.line_ids]

    def test_colleague(self):
        """A manager of the same company, who might finish what another began."""
        calls = {
            "ponto.connect": "action_connect",
            "ponto.fetch.accounts": "action_confirm",
            "ponto.add.institution": "action_search",
            "ponto.add.institution.line": "action_add",
        }
        for dialog in self.dialogs():
            foreign = dialog.with_user(self.colleague)
            with self.subTest(model=dialog._name):
                self.assertFalse(foreign.search([("id", "in", dialog.ids)]))
                with self.forbidden():
                    foreign.read(["display_name"])
                with self.forbidden():
                    foreign.write({"create_date": False})
                with self.forbidden():
                    foreign.unlink()
                if dialog._name in calls:
                    with self.forbidden():
                        getattr(foreign[0], calls[dialog._name])()
        self.assertFalse(self.connection.online_account_ids.journal_id)

    def test_own(self):
        for dialog in self.dialogs():
            with self.subTest(model=dialog._name):
                self.assertTrue(dialog.read(["display_name"]))
                # What Ponto's list says is not written by hand.
                is_open = dialog._name != "ponto.add.institution.line"
                self.assertEqual(dialog.has_access("write"), is_open)

    def test_no_secret_is_left_after_success(self):
        self.new_integration()
        wizard = self.wizard()
        self.assertTrue(wizard.has_client_secret)
        wizard.action_connect()
        self.assert_empty(wizard)

    def test_no_secret_is_left_after_replacing(self):
        self.new_integration()
        wizard = self.wizard(connection_id=self.connection.id)
        wizard.action_connect()
        self.assertEqual(self.connection.client_id, SECOND["client_id"])
        self.assert_empty(wizard)

    def test_no_secret_is_left_after_confirming(self):
        self.linked_account()
        self.new_integration(accounts=["acc-2"])
        wizard = self.wizard(connection_id=self.connection.id)
        wizard.action_connect()
        wizard.confirm_missing = True
        wizard.action_connect()
        self.assert_empty(wizard)

    def assert_empty(self, wizard):
        wizard.invalidate_recordset()
        self.assertFalse(wizard.has_client_secret)
        self.env.flush_all()
        query = "SELECT client_secret_encrypted FROM ponto_connect WHERE id = %s"
        self.env.cr.execute(query, [wizard.id])
        self.assertEqual(self.env.cr.fetchall(), [(None,)])


@tagged("post_install", "-at_install")
class TestForeignAccount(AttackCommon):
    """Guessing the id of another company's account tells and gives nothing."""

    SECRETS = ("BE43068999999501", "9501", "Geheime", "98765.43", "Kempische")

    def setUp(self):
        super().setUp()
        self.foreign = self.foreign_account()
        self.connection.fetch_accounts()
        self.dialog = self.as_manager("ponto.fetch.accounts").create(
            {"connection_id": self.connection.id}
        )

    def assert_tells_nothing(self, answer):
        for secret in self.SECRETS:
            self.assertNotIn(secret, str(answer))

    def test_new_line(self):
        vals = {"wizard_id": self.dialog.id, "online_account_id": self.foreign.id}
        for action in ("skip", "link", "create", "keep"):
            with self.forbidden():
                self.dialog.line_ids.create({**vals, "action": action})

    def test_new_dialog_with_the_line(self):
        line = {"online_account_id": self.foreign.id, "action": "create"}
        with self.forbidden():
            self.dialog.create(
                {
                    "connection_id": self.connection.id,
                    "line_ids": [Command.create(line)],
                }
            )

    def test_changed_line(self):
        line = self.dialog.line_ids[0]
        with self.forbidden():
            line.write({"online_account_id": self.foreign.id})
        with self.forbidden():
            self.dialog.write(
                {
                    "line_ids": [
                        Command.update(line.id, {"online_account_id": self.foreign.id})
                    ]
                }
            )

    def test_dialog_on_a_foreign_connection(self):
        with self.forbidden():
            dialog = self.dialog.create(
                {"connection_id": self.foreign.connection_id.id}
            )
            self.assert_tells_nothing(dialog.line_ids.read())
            raise AccessError("nothing was told")  # pylint: disable=translation-required

    def test_onchange(self):
        """The form's way of asking, which saves nothing."""
        names = (
            "online_account_id", "selected", "journal_id", "reference", "holder_name",
            "balance", "currency_code", "remark", "provider_account_id",
            "sync_start_date", "authorization_expires_at",
        )  # fmt: skip
        spec = {name: {} for name in names}
        for name in ("online_account_id", "provider_account_id", "journal_id"):
            spec[name] = {"fields": {"display_name": {}}}
        values = {
            "wizard_id": self.dialog.id,
            "online_account_id": self.foreign.id,
            "selected": True,
            "action": "create",
        }
        for records in (self.dialog.line_ids.browse(), self.dialog.line_ids[0]):
            for changed in (["online_account_id"], ["selected"], []):
                with self.subTest(changed=changed, records=records):
                    # What is in the cache is not asked for again.
                    self.env.flush_all()
                    self.env.invalidate_all()
                    try:
                        with self.env.cr.savepoint():
                            answer = records.onchange(values, changed, spec)
                    except AccessError as error:
                        answer = error
                    self.env.invalidate_all()
                    self.assert_tells_nothing(answer)

    def test_account_of_another_connection_of_ours(self):
        """A dialog links what its own connection sees."""
        self.sandbox.control(
            "POST",
            "integrations",
            json={**SECOND, "client_id": "third", "accounts": "all"},
        )
        other = self.connect(client_id="third", client_secret=SECOND["client_secret"])
        account = other.fetch_accounts()[0]
        with self.forbidden():
            self.dialog.line_ids.create(
                {"wizard_id": self.dialog.id, "online_account_id": account.id}
            )


@tagged("post_install", "-at_install")
class TestContextDefaults(AttackCommon):
    """The caller's context does not fill what is created with more rights."""

    def test_new_accounts(self):
        first = self.linked_account()
        first.fetch_transactions()
        self.assertEqual(len(self.rows(first)), 12)
        journal = self.make_journal("BNKD")
        self.new_integration()
        connection = self.connect(company_id=self.company.id, **SECOND)
        connection.with_user(self.manager).with_context(
            default_transaction_ids=[Command.set(first.transaction_ids.ids)],
            default_run_ids=[Command.set(first.run_ids.ids)],
            default_journal_id=journal.id,
            default_sync_start_date="2020-01-01",
            default_revoked_at="2026-01-01 00:00:00",
            default_complete_at="2026-01-01 00:00:00",
            default_auto_sync=False,
            default_renewal_contact_id=self.stranger.partner_id.id,
        ).fetch_accounts()
        accounts = connection.online_account_ids
        self.assertEqual(len(accounts), 2)
        self.assertFalse(accounts.journal_id or accounts.transaction_ids)
        self.assertFalse(
            accounts.run_ids
            or connection.online_account_ids.balance_ids.filtered(
                lambda balance: balance.online_account_id not in accounts
            )
        )
        for account in accounts:
            self.assertFalse(account.sync_start_date)
            self.assertFalse(account.revoked_at or account.complete_at)
            self.assertTrue(account.auto_sync)
        self.assertFalse(connection.provider_account_ids.renewal_contact_id)
        self.assertEqual(len(self.rows(first)), 12, "nothing was moved away")
        self.assertEqual(len(self.booked(first)), 12)

    def test_new_fetch(self):
        account = self.linked_account()
        clicked = account.with_user(self.manager).with_context(
            default_walk_from_top=True,
            default_walk_complete=True,
            default_walk_cursor="x",
            default_imported_count=7,
            default_state="done",
            default_stage="done",
            default_customer_ip="8.8.8.8",
            default_synchronized_at="2030-01-01 00:00:00",
        )
        action = clicked.action_fetch_transactions()
        self.env.flush_all()
        run = self.env["ponto.sync.run"].browse(action["params"]["run_ids"]).sudo()
        self.assertEqual((run.state, run.stage), ("running", "read"))
        self.assertFalse(run.walk_from_top or run.walk_complete or run.walk_cursor)
        self.assertFalse(run.imported_count or run.customer_ip or run.synchronized_at)
        self.pump(run)
        self.assertEqual((run.state, run.imported_count), ("done", 12))
        self.assertEqual(len(self.booked(account)), 12)

    def test_personal_defaults(self):
        self.env["ir.default"].set(
            "ponto.sync.run", "walk_complete", True, user_id=self.manager.id
        )
        account = self.linked_account()
        action = account.with_user(self.manager).action_fetch_transactions()
        run = self.env["ponto.sync.run"].browse(action["params"]["run_ids"])
        self.assertFalse(run.walk_complete)

    def test_identity_of_a_row_never_changes(self):
        """Not even for code with all rights: it is what keeps doubles away."""
        account = self.linked_account()
        account.fetch_transactions()
        other = self.connection.online_account_ids - account
        row = account.transaction_ids[0].sudo()
        for vals in (
            {"ponto_ref": "another"},
            {"online_account_id": other.id},
            {"online_account_id": account.id},
            {"state": "held", "ponto_ref": row.ponto_ref},
        ):
            with self.subTest(vals=vals), self.forbidden():
                row.write(vals)
        with self.forbidden():
            other.sudo().write({"transaction_ids": [Command.link(row.id)]})
            self.env.flush_all()
        self.assertEqual(len(self.rows(account)), 12)
        self.assertEqual(len(self.rows(other)), 0)


@tagged("post_install", "-at_install")
class TestClosedFields(AttackCommon):
    """What Ponto or Odoo says is not written by hand."""

    CLOSED = {
        "state": "connected",
        "problem_code": "rate_limited",
        "problem_values": {"retry_at": "2030-01-01 00:00:00"},
        "retry_at": "2030-01-01 00:00:00",
        "token_expires_at": "2030-01-01 00:00:00",
        "last_checked_at": "2030-01-01 00:00:00",
    }

    def values(self, record, names):
        record.invalidate_recordset()
        return record.sudo().read(names)

    def test_connection(self):
        before = self.values(self.connection, list(self.CLOSED))
        connection = self.connection.with_user(self.manager)
        for name, value in self.CLOSED.items():
            with self.subTest(field=name), self.forbidden():
                connection.write({name: value})
            with self.subTest(field=name), self.forbidden():
                connection.web_save({name: value, "name": "X"}, {})
        self.assertEqual(self.values(self.connection, list(self.CLOSED)), before)

    def test_new_connection(self):
        connections = self.as_manager("ponto.connection")
        for name, value in self.CLOSED.items():
            with self.subTest(field=name), self.forbidden():
                connections.create({"name": "X", name: value})

    def test_new_connection_by_context(self):
        defaults = {f"default_{name}": value for name, value in self.CLOSED.items()}
        connection = self.as_manager("ponto.connection", **defaults).create(
            {"name": "X", "client_id": "x", "client_secret": "y"}
        )
        self.assertEqual(connection.state, "draft")
        for name in set(self.CLOSED) - {"state"}:
            self.assertFalse(connection[name], name)

    def test_ciphertext_by_context(self):
        """Planting another connection's ciphertext would move its secret."""
        stored = self.connection.sudo().client_secret_encrypted
        for name in ("client_secret_encrypted", "token_encrypted"):
            connections = self.as_manager(
                "ponto.connection", **{f"default_{name}": stored}
            )
            with self.subTest(field=name), self.forbidden():
                connections.create({"name": "X", "client_id": "x"})

    def test_manager_still_works(self):
        connection = self.connection.with_user(self.manager)
        connection.write({"name": "Ponto 2", "responsible_user_id": self.colleague.id})
        connection.action_test_connection()
        self.assertEqual((connection.name, connection.state), ("Ponto 2", "connected"))

    def test_connection_moved_elsewhere(self):
        """Into a company of others, where their managers would use it."""
        connection = self.connection.with_user(self.manager)
        with self.forbidden():
            connection.write({"company_id": self.elsewhere.id})
        self.assertEqual(self.connection.company_id, self.company)
        with self.forbidden():
            connection.create(
                {"name": "X", "client_id": "x", "company_id": self.elsewhere.id}
            )

    def test_institution(self):
        institution = self.linked_account().provider_account_id
        other = self.connect(company_id=self.elsewhere.id, client_id="x")
        names = ["institution_ref", "logo_url", "time_zone", "pending_available"]
        before = self.values(institution, names)
        mine = institution.with_user(self.manager)
        for vals in (
            {"connection_id": other.id},
            {"company_id": self.elsewhere.id},
            {"institution_ref": "another"},
            {"logo_url": ELSEWHERE},
            {"time_zone": "Pacific/Kiritimati"},
            {"pending_available": True},
            {"authorization_lifetime_days": 9999},
            {"deprecated": True},
            {"maintenance_to": "2030-01-01 00:00:00"},
            {"details_read_at": "2030-01-01 00:00:00"},
        ):
            with self.subTest(vals=vals), self.forbidden():
                mine.write(vals)
        self.assertEqual(self.values(institution, names), before)
        mine.renewal_contact_id = self.manager.partner_id
        self.assertEqual(institution.renewal_contact_id, self.manager.partner_id)

    def test_institution_of_a_foreign_connection(self):
        other = self.connect(company_id=self.elsewhere.id, client_id="x")
        with self.forbidden():
            self.as_manager("ponto.provider.account").create(
                {"name": "X", "institution_ref": "x", "connection_id": other.id}
            )


@tagged("post_install", "-at_install")
class TestWordsAndLogs(AttackCommon):
    """Texts that may reach a log name no account number and no row."""

    MARKER = "DETAIL: Failing row contains (BE68539007547034, Geheime Holding)"

    def assert_no_number(self, text):
        for number in (*NUMBERS, "Geheime"):
            self.assertNotIn(number, text)

    def test_journal_that_another_account_feeds(self):
        first = self.linked_account()
        second = self.connection.online_account_ids - first
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            second.link_journal(first.journal_id)
        self.assertIn("…7034", str(caught.exception))
        self.assert_no_number(str(caught.exception))

    def test_dialog(self):
        """Every sentence that the dialog refuses with."""
        self.connection.fetch_accounts()
        journal = self.make_journal("BNKW")
        dialog = self.as_manager("ponto.fetch.accounts").create(
            {"connection_id": self.connection.id}
        )
        dialog.line_ids.write({"action": "link", "journal_id": journal.id})
        text = dialog.action_confirm()["context"]["ponto_problem"]
        self.assertEqual(text.count("chosen twice"), 2)
        self.assertIn("…7034", text)
        self.assertIn("…6769", text)
        self.assert_no_number(text)

    def test_database_error(self):
        logger = logging.getLogger("odoo.addons.account_ponto_sync.test")
        for error in (psycopg2.Error(self.MARKER), UniqueViolation(self.MARKER)):
            with self.assertLogs(logger, "ERROR") as logs:
                units.log_unexpected(logger, "Ponto thing %s broke", 7, error)
            [record] = logs.records
            self.assertIn("Ponto thing 7 broke", record.getMessage())
            self.assertFalse(record.exc_info)
            self.assert_no_number("".join(logs.output))

    def test_database_error_behind_another(self):
        """A traceback prints what an error was raised from, or while handling."""
        logger = logging.getLogger("odoo.addons.account_ponto_sync.test")
        caused, during = ValueError("x"), ValueError("y")
        caused.__cause__ = during.__context__ = UniqueViolation(self.MARKER)
        outer = ValueError("z")
        outer.__cause__ = during
        for error in (caused, during, outer):
            with self.assertLogs(logger, "ERROR") as logs:
                units.log_unexpected(logger, "Ponto thing %s broke", 7, error)
            [record] = logs.records
            self.assert_no_number(logging.Formatter().format(record))

    def test_other_errors_keep_their_traceback(self):
        logger = logging.getLogger("odoo.addons.account_ponto_sync.test")
        with self.assertLogs(logger, "ERROR") as logs:
            units.log_unexpected(logger, "Ponto thing %s broke", 7, ZeroDivisionError())
        self.assertIn("Traceback", logs.records[0].getMessage())

    def broken_by_the_database(self, cls, name, logger):
        account = self.linked_account()

        def break_down(*_args, **_kwargs):
            raise UniqueViolation(self.MARKER)

        kept = getattr(cls, name)
        self.patch(cls, name, break_down)
        with self.assertLogs("odoo.addons.account_ponto_sync", "ERROR") as logs:
            run = account.fetch_transactions()
        self.patch(cls, name, kept)
        self.assertIn(logger, {record.name.rsplit(".")[-1] for record in logs.records})
        self.assert_no_number("".join(logs.output))
        self.assert_no_number(run.message)
        self.assertEqual(self.booked(account), [])
        return account

    def test_while_booking_a_row(self):
        lines = type(self.env["account.bank.statement.line"])
        account = self.broken_by_the_database(
            lines, "create", "ponto_transaction_import"
        )
        held = self.rows(account, "held")
        self.assertEqual(len(held), 12)
        self.assert_no_number("".join(held.mapped("hold_reason")))

    def test_while_storing_a_page(self):
        rows = type(self.env["ponto.transaction"])
        account = self.broken_by_the_database(rows, "_store", "fetch_driver")
        account.fetch_transactions()
        self.assertEqual(len(self.booked(account)), 12)

    def test_while_reading_the_account_list(self):
        connections = type(self.env["ponto.connection"])

        def break_down(*_args, **_kwargs):
            raise UniqueViolation(self.MARKER)

        self.patch(connections, "_apply_listing", break_down)
        self.env.flush_all()
        with self.assertLogs("odoo.addons.account_ponto_sync", "ERROR") as logs:
            self.run_cron()
        self.env.invalidate_all()
        self.assert_no_number("".join(logs.output))
        self.assertEqual(self.connection.problem_code, "internal")


@tagged("post_install", "-at_install")
class TestTypedSecretInTheLog(AttackCommon):
    """Core logs each remote call with its arguments, at level DEBUG."""

    TYPED = "marker-typed-for-the-log"

    def calls(self):
        vals = {"name": "X", "client_id": "x", "client_secret": self.TYPED}
        typed = {"client_id": "x", "client_secret": self.TYPED}
        ids = self.connection.ids
        return (
            ("ponto.connection", "create", [vals], {}),
            ("ponto.connection", "create", [[vals]], {}),
            ("ponto.connection", "write", [ids, typed], {}),
            ("ponto.connection", "web_save", [ids, typed, {}], {}),
            (
                "ponto.connection",
                "web_save",
                [ids],
                {"vals": typed, "specification": {}},
            ),
            ("ponto.connection", "onchange", [[], typed, [], {}], {}),
            ("ponto.connection", "load", [list(vals), [list(vals.values())]], {}),
            ("ponto.connect", "create", [typed], {}),
            ("ponto.connect", "web_save", [[], typed, {}], {}),
            ("res.partner", "create", [{"name": "X", "x": [[0, 0, typed]]}], {}),
        )

    def test_arguments(self):
        for model, method, args, kwargs in self.calls():
            with self.subTest(model, method=method):
                with self.assertLogs("odoo.service.model", "DEBUG") as caught:
                    savepoint = self.env.cr.savepoint()
                    with suppress(UserError, ValueError):
                        call_kw(self.as_manager(model), method, args, kwargs)
                    savepoint.close(rollback=True)
                text = "\n".join(caught.output)
                self.assertIn(f"{method}(", text)
                self.assertNotIn(self.TYPED, text)

    def test_other_calls_stand_there_as_ever(self):
        with self.assertLogs("odoo.service.model", "DEBUG") as caught:
            partners = self.as_manager("res.partner")
            call_kw(partners, "search_count", [[("id", "=", 7)]], {})
        self.assertIn("[('id', '=', 7)]", caught.output[0])


@tagged("post_install", "-at_install")
class TestOtherCompanysStep(AttackCommon):
    """How far another company is on its way to a connection is its own business."""

    def test_default_get(self):
        self.elsewhere.sudo().write(
            {
                "ponto_connect_step": "credentials",
                "ponto_connect_environment": "sandbox",
            }
        )
        self.company.sudo().ponto_connect_environment = "live"
        names = ["step", "environment"]
        for named in (
            self.elsewhere.id,
            str(self.elsewhere.id),
            [self.elsewhere.id],
            -1,
        ):
            context = {"context": {"default_company_id": named}}
            with self.subTest(named=named):
                wizard = self.as_manager("ponto.connect")
                found = call_kw(wizard, "default_get", [names], context)
                self.assertEqual(found, {"step": "bank", "environment": "live"})
        wizard = self.env["ponto.connect"].with_user(self.stranger)
        wizard = wizard.with_context(default_company_id=self.elsewhere.id)
        self.assertEqual(wizard.default_get(names)["step"], "credentials")


@tagged("post_install", "-at_install")
class TestBranchManager(AttackCommon):
    """A branch sees its parent's connection and does not manage it."""

    def setUp(self):
        super().setUp()
        self.account = self.linked_account()
        branch = self.env["res.company"].create(
            {"name": "Peeters Gent", "parent_id": self.company.id}
        )
        self.user = self.make_user("branch_manager", branch)
        self.env.flush_all()

    def test_sees(self):
        for record in (
            self.connection,
            self.account,
            self.account.provider_account_id,
        ):
            with self.subTest(model=record._name):
                self.assertTrue(record.with_user(self.user).read(["display_name"]))
        message = self.connection.with_user(self.user).status_message
        self.assertIn("Connected", message)

    def test_does_not_manage(self):
        connection = self.connection.with_user(self.user)
        institution = self.account.provider_account_id.with_user(self.user)
        account = self.account.with_user(self.user)
        unlinked = (self.connection.online_account_ids - self.account).with_user(
            self.user
        )
        journal = self.make_journal("BNKB").with_user(self.user)
        self.env.flush_all()
        self.sandbox.clear_requests()
        forbidden = {
            "name": lambda: connection.write({"name": "X"}),
            "secret": lambda: connection.write({"client_secret": "x"}),
            "archive": lambda: connection.write({"active": False}),
            "unlink": connection.unlink,
            "test": connection.action_test_connection,
            "replace": connection.action_replace_credentials,
            "fetch accounts": connection.fetch_accounts,
            "dialog": connection.action_fetch_accounts,
            "institution": lambda: institution.write({"name": "X"}),
            "unlink institution": institution.unlink,
            "account": lambda: account.write({"auto_sync": False}),
            "link": lambda: unlinked.link_journal(journal),
        }
        for name, call in forbidden.items():
            with self.subTest(name), self.forbidden():
                call()
        self.assertEqual(self.sandbox.requests(), [])
        self.assertEqual(self.connection.name, "Ponto")
        self.assertTrue(self.connection.has_client_secret)


@tagged("post_install", "-at_install")
class TestBranchDecides(AttackCommon):
    """A branch sees its parent's inbox, and decides nothing in it."""

    HELD = (
        "action_ask_ignore",
        "action_ignore",
        "action_import_as_twin",
        "action_restore",
        "action_retry",
    )
    ANY = ("action_ask_open_day", "action_book_open_day", "action_separate")
    OTHERS = ("action_ask_same_as", "action_same_as", "action_dismiss_flag")

    def setUp(self):
        super().setUp()
        self.account = self.linked_account()
        self.account.fetch_transactions()
        self.row = self.account.transaction_ids[:1].sudo()
        self.row._hold("same_or_new")
        self.branch = self.env["res.company"].create(
            {"name": "Peeters Gent", "parent_id": self.company.id}
        )
        self.user = self.make_user(
            "branch_bank",
            self.branch,
            "account.group_account_basic,account.group_account_invoice",
        )
        self.env.flush_all()
        self.env.invalidate_all()

    def test_rows(self):
        row = self.row.with_user(self.user)
        self.assertTrue(row.read(["display_name"]), "it is seen")
        before = row.sudo().read(["state", "hold_code", "history", "decided_by_id"])
        for name in (*self.HELD, *self.ANY, *self.OTHERS):
            with self.subTest(name), self.refusal("Bakkerij Peeters", AccessError):
                getattr(row, name)()
        after = row.sudo().read(["state", "hold_code", "history", "decided_by_id"])
        self.assertEqual(after, before)

    def test_dialogs(self):
        """Neither by a dialog that a program makes."""
        dialog = self.env["ponto.ignore"].with_user(self.user)
        dialog = dialog.create({"transaction_ids": self.row.ids, "note": "Mine"})
        with self.refusal("belongs to Bakkerij Peeters", AccessError):
            dialog.action_confirm()
        self.assertEqual(self.row.state, "held")

    def test_reminders(self):
        """Nor silences who is reminded, nor mails in the parent's name."""
        bank = self.account.provider_account_id
        for name in ("action_snooze_renewal", "action_send_reminder"):
            with self.subTest(name), self.refusal("Bakkerij Peeters", AccessError):
                getattr(bank.with_user(self.user), name)()
        self.assertFalse(bank.sudo().renewal_snoozed_until)

    def test_checks(self):
        account = self.account.with_user(self.user)
        day = self.account.sync_start_date
        runs = len(self.account.run_ids)
        with self.refusal("belongs to Bakkerij Peeters", AccessError):
            account.action_check_period()
        with self.refusal("belongs to Bakkerij Peeters", AccessError):
            account.request_check(day, day)
        self.assertEqual(len(self.account.run_ids), runs)

    def test_users_of_both_companies(self):
        """Also while only the branch is chosen."""
        self.user.company_ids = [Command.link(self.company.id)]
        row = self.row.with_user(self.user)
        row.with_context(allowed_company_ids=self.branch.ids).action_ignore()
        self.assertEqual(
            (self.row.state, self.row.decided_by_id), ("ignored", self.user)
        )


@tagged("post_install", "-at_install")
class TestBrokenKeyFile(AttackCommon):
    """A key file that holds no key is a missing key, told in words."""

    CONTENTS = (b"", b" \n", "sleutel-é".encode(), b"\xff\xfe\x00", b"no key", b",")

    def use_file(self, content):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        path = Path(folder) / encryption.KEY_FILE
        path.write_bytes(content)
        self.patch(encryption, "key_file", lambda: path)
        return path

    def setUp(self):
        super().setUp()
        self.enterContext(patch.dict(os.environ))
        os.environ.pop(encryption.ENVIRONMENT_VARIABLE, None)

    def test_reading(self):
        for content in self.CONTENTS:
            with self.subTest(content=content):
                path = self.use_file(content)
                with self.assertRaises(encryption.KeyMissing):
                    encryption.decrypt("v1:x:y")
                self.connection.action_test_connection()
                self.assertEqual(self.connection.problem_code, "key_missing")
                self.assertIn("Restore the key file", self.connection.status_message)
                self.assertEqual(path.read_bytes(), content, "nothing was overwritten")
        self.assertEqual(self.sandbox.requests(), [])

    def test_a_folder_in_its_place(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.patch(encryption, "key_file", lambda: Path(folder))
        self.connection.action_test_connection()
        self.assertIn("Restore the key file", self.connection.status_message)

    def test_writing(self):
        for content in self.CONTENTS:
            with self.subTest(content=content):
                self.use_file(content)
                with self.refusal("The key that protects bank secrets"):
                    self.connection.write({"client_secret": "another"})

    def test_first_secret_of_the_database(self):
        """No key is made over a file that is there: it may be the right one, broken."""
        self.env["ponto.connection"].search([]).unlink()
        for content in self.CONTENTS:
            with self.subTest(content=content):
                path = self.use_file(content)
                with self.refusal("The key that protects bank secrets"):
                    self.connect()
                self.assertEqual(path.read_bytes(), content)

    def test_unattended(self):
        account = self.linked_account()
        kept = encryption.key_file
        self.use_file(b"")
        with self.refusal("Key missing on this host"):
            account.fetch_transactions()
        self.patch(encryption, "key_file", kept)
        account.fetch_transactions()
        self.assertEqual(len(self.booked(account)), 12)


@tagged("post_install", "-at_install")
class TestNeutralizedCopy(AttackCommon):
    """A copy for testing holds no bank data that is not in the books, and no id."""

    def test_nothing_is_left(self):
        account = self.linked_account()
        account.fetch_transactions()
        account.provider_account_id.sudo().logo_url = "https://logo.example/x.png"
        rows = self.rows(account).sudo()
        rows[0].write(
            {
                "decision_note": "SECRETNOTE",
                "hold_values": {"detail": "SECRETDETAIL", "count": 2},
                "flag_code": "text_changed",
                "flag_values": {"text": "SECRETTEXT"},
                "history": [
                    {"code": "text_followed", "values": {"before": "SECRETOLD"}},
                    {"code": "ignored", "values": {"note": "SECRETSAID", "n": 1}},
                ],
            }
        )
        line = rows.statement_line_id[0]
        line.transaction_details = line.transaction_details | {"other": {"kept": "1"}}
        core_columns = "payment_ref", "partner_name", "account_number", "amount"
        core_before = rows.statement_line_id.read(core_columns)
        self.env["ponto.pending.transaction"].sudo().create(
            {
                "online_account_id": account.id,
                "ponto_ref": "pending",
                "amount": 1,
                "label": "SECRETPENDING",
            }
        )
        account.sudo().write(
            {
                "holder_name": "SECRETHOLDER",
                "description": "SECRETNAME",
                "internal_reference": "SECRETREF",
                "reference": "BE68539007547034",
                "reference_digest": "SECRETDIGEST",
            }
        )
        self.wizard()
        self.env.flush_all()
        self.env.cr.execute(NEUTRALIZE.read_text())
        self.env.invalidate_all()
        for table, column in (
            ("ponto_transaction", "raw"),
            ("ponto_transaction", "label"),
            ("ponto_transaction", "counterpart_name"),
            ("ponto_online_account", "holder_name"),
            ("ponto_online_account", "reference_digest"),
            ("account_bank_statement_line", "ponto_search_text"),
            ("ponto_connection", "client_id"),
            ("ponto_connection", "client_secret_encrypted"),
            ("ponto_connection", "token_encrypted"),
            ("ponto_provider_account", "logo_url"),
            ("ponto_sync_run", "customer_ip"),
        ):
            with self.subTest(column=f"{table}.{column}"):
                self.env.cr.execute(f"SELECT count(*), count({column}) FROM {table}")
                [(count, filled)] = self.env.cr.fetchall()
                self.assertTrue(count)
                self.assertEqual(filled, 0)
        for model in (
            "ponto.connect",
            "ponto.fetch.accounts",
            "ponto.pending.transaction",
        ):
            self.assertFalse(self.env[model].sudo().search([]))
        for table in ("ponto_transaction", "ponto_online_account", "ponto_sync_run"):
            with self.subTest(table=table):
                self.env.cr.execute(f"SELECT row_to_json(t)::text FROM {table} t")
                self.assertNotRegex(str(self.env.cr.fetchall()), "SECRET|BE6853900")
        self.assertEqual(account.reference, "…7034")
        self.assertEqual(rows[0].hold_values, {"count": 2})
        self.assertEqual(rows[0].history[1], {"code": "ignored", "values": {"n": 1}})
        for row in rows:
            details = row.statement_line_id.transaction_details
            ids = {"account": account.ponto_ref, "transaction": row.ponto_ref}
            self.assertEqual(details["ponto"], ids)
        self.assertEqual(line.transaction_details["other"], {"kept": "1"})
        self.assertEqual(rows.statement_line_id.read(core_columns), core_before)
        self.assertEqual(len(self.booked(account)), 12)
        self.assertEqual(sum(amount for _day, amount in self.booked(account)), 81.0)
