from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..models.connection.ponto_connection_address import API_URL_PARAMETER
from .common import PontoCommon, make_company

SECOND = {"client_id": "second-integration-4321", "client_secret": "marker-second"}


@tagged("post_install", "-at_install")
class TestConnectWizard(PontoCommon):
    """Credentials are tested before anything is saved."""

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param(API_URL_PARAMETER, self.sandbox.url)
        self.connections = self.env["ponto.connection"].search([])

    def wizard(self, **values):
        defaults = {
            "company_id": self.company.id,
            "environment": "sandbox",
            **SECOND,
        }
        return (
            self.env["ponto.connect"]
            .with_user(self.manager)
            .create({**defaults, **values})
        )

    def new_integration(self, accounts="all"):
        self.sandbox.control(
            "POST", "integrations", json={**SECOND, "accounts": accounts}
        )

    def assert_nothing_saved(self):
        self.assertEqual(self.env["ponto.connection"].search([]), self.connections)

    def test_empty_fields(self):
        self.assert_answered(
            "Enter the client ID", self.wizard(client_id="  ").action_connect()
        )
        self.assert_answered(
            "Enter the client secret", self.wizard(client_secret=" ").action_connect()
        )
        self.assert_nothing_saved()
        self.assertEqual(self.sandbox.requests(), [])

    def test_wrong_secret(self):
        """Nothing is saved, and the right one works in the same dialog."""
        self.new_integration()
        wizard = self.wizard(client_secret="wrong")
        self.assert_answered(
            "did not accept the client ID or secret", wizard.action_connect()
        )
        self.assert_nothing_saved()
        wizard.client_secret = SECOND["client_secret"]
        self.assertEqual(wizard.action_connect()["res_model"], "ponto.fetch.accounts")

    def test_ponto_down(self):
        self.new_integration()
        self.plan("/accounts$", status=503, times=None)
        action = self.wizard().action_connect()
        self.assert_answered("temporary problem.*Nothing was saved", action)
        self.assertNotIn("within the hour", action["context"]["ponto_problem"])
        self.assert_nothing_saved()

    def test_success_goes_on_to_fetch_accounts(self):
        self.new_integration()
        action = self.wizard().action_connect()
        self.assertEqual(action["res_model"], "ponto.fetch.accounts")
        dialog = self.env["ponto.fetch.accounts"].browse(action["res_id"])
        self.assertEqual(len(dialog.line_ids), 2)
        connection = dialog.connection_id
        self.assertNotIn(connection, self.connections)
        self.assertEqual(connection.state, "connected")
        self.assertEqual(connection.client_id, SECOND["client_id"])
        self.assertEqual(connection.client_id_hint, "…4321")
        self.assertEqual(connection.api_url, self.sandbox.url)
        self.assertEqual(connection.company_id, self.company)
        # One reading is enough.
        self.assertEqual(self.data_requests().count("GET /accounts"), 1)

    def test_pasted_blanks_are_cut(self):
        self.new_integration()
        wizard = self.wizard(
            client_id=f" {SECOND['client_id']}\n",
            client_secret=f"\t{SECOND['client_secret']} ",
        )
        self.assertEqual(wizard.action_connect()["res_model"], "ponto.fetch.accounts")

    def test_known_client_id_is_refused_in_words(self):
        wizard = self.wizard(client_id=self.sandbox.client_id)
        self.assert_answered(
            "Bakkerij Peeters is already connected", wizard.action_connect()
        )
        self.assert_nothing_saved()

    def test_manager_cannot_choose_the_address(self):
        """The field of the dialog is the system administrator's."""
        self.new_integration()
        with self.refusal("api_url", AccessError):
            self.wizard(api_url="https://elsewhere.example")
        action = self.wizard().action_connect()
        dialog = self.env["ponto.fetch.accounts"].browse(action["res_id"])
        self.assertEqual(dialog.connection_id.api_url, self.sandbox.url)

    def test_a_new_integration_is_made_where_the_address_leads(self):
        """Ponto's website for Ponto, the pages of a local Ponto for a local one."""
        parameter = "account_ponto_sync.api_url"
        self.company.name = "Bakker & Zoon"
        places = {
            False: ("https://dashboard.myponto.com", "live"),
            "http://127.0.0.1:8070": ("http://127.0.0.1:8070", "sandbox"),
            "https://ponto.example.com": ("https://dashboard.myponto.com", "live"),
        }
        for address, (website, environment) in places.items():
            self.env["ir.config_parameter"].set_param(parameter, address)
            for user in (self.manager, self.env.user):
                wizard = self.env["ponto.connect"].with_user(user).create({})
                with self.subTest(address=address, user=user.login):
                    self.assertEqual(
                        wizard.new_integration_url,
                        f"{website}/new-custom-integration"
                        "?customIntegrationName=Odoo+Bakker+%26+Zoon",
                    )
                    self.assertEqual(wizard.environment, environment)
                    self.assertEqual(wizard.is_local, environment == "sandbox")

    def test_what_to_do_at_ponto_and_what_it_costs(self):
        """Also beside a local Ponto, which says that nothing in it is real."""
        arch = etree.fromstring(self.env["ponto.connect"].get_view()["arch"])
        text = " ".join(" ".join(arch.itertext()).split())
        self.assertIn("the secret is shown once", text)
        self.assertIn("Ponto charges a monthly fee per account", text)
        self.assertIn("within 72 hours", text)
        [notice] = arch.xpath("//*[@invisible='not is_local']")
        self.assertIn("fictitious data", "".join(notice.itertext()))

    def test_integration_without_accounts(self):
        self.new_integration(accounts=[])
        action = self.wizard().action_connect()
        dialog = self.env["ponto.fetch.accounts"].browse(action["res_id"])
        self.assertFalse(dialog.line_ids)
        self.assertIn("shares no account yet", dialog.no_account_notice)


@tagged("post_install", "-at_install")
class TestReplaceCredentials(PontoCommon):
    """The new credentials prove themselves before the old ones go."""

    def setUp(self):
        super().setUp()
        self.account = self.linked_account()
        self.account.fetch_transactions()
        self.sandbox.clear_requests()

    def wizard(self, **values):
        action = self.connection.with_user(self.manager).action_replace_credentials()
        wizards = self.env["ponto.connect"].with_user(self.manager)
        return wizards.with_context(**action["context"]).create({**SECOND, **values})

    def new_integration(self, accounts="all"):
        self.sandbox.control(
            "POST", "integrations", json={**SECOND, "accounts": accounts}
        )

    def test_refused_credentials_leave_the_old_ones(self):
        stored = self.connection.sudo().client_secret_encrypted
        self.assert_answered("did not accept", self.wizard().action_connect())
        self.connection.invalidate_recordset()
        self.assertEqual(self.connection.client_id, self.sandbox.client_id)
        self.assertEqual(self.connection.sudo().client_secret_encrypted, stored)
        self.assertEqual(self.connection.state, "connected")

    def test_same_accounts_go_on(self):
        """Accounts and history stay; the next fetch brings only what is new."""
        self.new_integration()
        self.wizard().action_connect()
        self.assertEqual(self.connection.client_id, SECOND["client_id"])
        self.assertFalse(self.account.revoked_at)
        self.assertEqual(len(self.connection.online_account_ids), 2)
        run = self.account.fetch_transactions()
        self.assertEqual((run.state, run.imported_count), ("done", 0))
        self.assertEqual(len(self.booked(self.account)), 12)

    def test_only_the_secret_changes(self):
        self.sandbox.control(
            "PATCH",
            f"integrations/{self.sandbox.client_id}",
            json={"client_secret": "marker-rotated"},
        )
        self.wizard(
            client_id=self.sandbox.client_id, client_secret="marker-rotated"
        ).action_connect()
        self.assertEqual(self.connection.state, "connected")
        self.assertFalse(self.connection.problem_code)

    def rotate(self):
        """Somebody regenerated the secret at Ponto."""
        self.sandbox.control(
            "PATCH",
            f"integrations/{self.sandbox.client_id}",
            json={"client_secret": "marker-rotated"},
        )
        self.connection.sudo()._forget_token()

    def test_refused_credentials_are_replaced_where_it_is_noticed(self):
        """Fetch Accounts, Connect a Bank and the card lead to the dialog."""
        self.rotate()
        journal = self.account.journal_id.with_user(self.manager)
        assistant = self.env["ponto.connect"].with_user(self.manager)
        ways = (
            self.connection.with_user(self.manager).action_fetch_accounts,
            assistant.action_open_assistant,
            journal.action_ponto_connect,
        )
        for way in ways:
            action = way()
            self.assertEqual(action["res_model"], "ponto.connect")
            dialog = assistant.with_context(**action["context"]).create({})
            self.assertEqual(dialog.connection_id, self.connection)
            self.assertEqual(dialog.step, "credentials")
            self.assertIn("did not accept", dialog.problem)
        self.assertEqual(self.connection.state, "error")
        self.env.invalidate_all()
        card = journal._ponto_card_data(self.account.with_user(self.manager))
        self.assertTrue(card["needs_credentials"])
        action = journal.action_ponto_replace_credentials()
        self.assertEqual(action["context"]["default_connection_id"], self.connection.id)
        self.wizard(
            client_id=self.sandbox.client_id, client_secret="marker-rotated"
        ).action_connect()
        self.env.invalidate_all()
        card = journal._ponto_card_data(self.account.with_user(self.manager))
        self.assertFalse(card["needs_credentials"])

    def test_erased_credentials_are_asked_for(self):
        self.connection.write({"client_secret": False})
        assistant = self.env["ponto.connect"].with_user(self.manager)
        action = assistant.action_open_assistant()
        self.assertEqual(action["context"]["default_connection_id"], self.connection.id)
        self.assertIn("No client ID and secret", action["context"]["ponto_problem"])

    def test_missing_linked_account_needs_confirmation(self):
        self.new_integration(accounts=["acc-2"])
        wizard = self.wizard()
        action = wizard.action_connect()
        self.assertEqual(action["res_id"], wizard.id)
        self.assertIn("BE68539007547034", wizard.missing_accounts)
        self.assertNotIn("BE71096123456769", wizard.missing_accounts)
        self.assertEqual(self.connection.client_id, self.sandbox.client_id)
        wizard.confirm_missing = True
        wizard.action_connect()
        self.assertEqual(self.connection.client_id, SECOND["client_id"])
        self.assertEqual(self.account.state, "revoked")
        self.assertEqual(self.account.journal_id.bank_statements_source, "ponto")
        self.assertEqual(len(self.booked(self.account)), 12)

    def test_chatter_tells_the_hint_only(self):
        self.new_integration()
        self.wizard().action_connect()
        body = self.connection.message_ids[0].body
        self.assertIn("…4321", body)
        self.assertNotIn(SECOND["client_id"], body)


@tagged("post_install", "-at_install")
class TestConnectAssistant(PontoCommon):
    """Step by step; leave and come back."""

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param(API_URL_PARAMETER, self.sandbox.url)
        self.connection.sudo().unlink()
        self.journal = self.make_journal()

    def open(self):
        action = self.env["ponto.connect"].with_user(self.manager)
        return self.dialog_of(action.action_open_assistant())

    def dialog_of(self, action):
        dialogs = self.env[action["res_model"]].with_user(self.manager)
        dialogs = dialogs.with_context(**action.get("context", {}))
        if action.get("res_id"):
            return dialogs.browse(action["res_id"])
        return dialogs.create({})

    def test_the_whole_way(self):
        dialog = self.open()
        self.assertEqual(dialog.step, "bank")
        dialog = self.dialog_of(dialog.action_next())
        self.assertEqual(dialog.step, "ponto")
        dialog = self.dialog_of(dialog.action_next())
        dialog.write(
            {
                "client_id": self.sandbox.client_id,
                "client_secret": self.sandbox.client_secret,
                "environment": "sandbox",
            }
        )
        accounts = self.dialog_of(dialog.action_connect())
        self.assertEqual(accounts._name, "ponto.fetch.accounts")
        self.assertEqual(accounts.connected_notice, "Connected: 2 accounts at 2 banks.")
        self.assertFalse(self.company.ponto_connect_step)
        # Left here, one comes back here; afterwards it is told no more.
        again = self.open()
        self.assertEqual(again._name, "ponto.fetch.accounts")
        again.line_ids[1:].action = "skip"
        again.action_preview()
        self.assertEqual(self.open()._name, "ponto.preview")
        later = self.env["ponto.fetch.accounts"]._open(accounts.connection_id)
        self.assertFalse(self.dialog_of(later).connected_notice)

    def test_leave_and_come_back(self):
        self.open().action_next()
        self.assertEqual(self.open().step, "ponto")
        self.assertEqual(
            self.dialog_of(
                self.journal.with_user(self.manager).action_ponto_connect()
            ).step,
            "ponto",
        )
        self.open().action_skip()
        self.assertEqual(self.open().step, "credentials")
        self.open().action_back()
        self.assertEqual(self.open().step, "ponto")

    def test_steps_belong_to_a_company(self):
        self.open().action_next()
        other = make_company(self.env, "Other bakery")
        self.manager.sudo().company_ids += other
        dialogs = self.env["ponto.connect"].with_user(self.manager)
        dialog = dialogs.with_context(default_company_id=other.id).create({})
        self.assertEqual(dialog.step, "bank")

    def test_is_my_bank_there(self):
        """Before there is any account at Ponto, and before anything is paid."""
        dialog = self.open()
        dialog.write({"bank_name": "bank", "bank_country_id": False})
        self.sandbox.clear_requests()
        dialog = self.dialog_of(dialog.action_search_banks())
        self.assertEqual(len(dialog.bank_line_ids), 2)
        self.assertEqual(
            [entry["path"] for entry in self.sandbox.requests()],
            ["/financial-institutions"],
        )
        dialog.bank_name = "nowhere"
        dialog.action_search_banks()
        self.assertTrue(dialog.is_searched)
        self.assertFalse(dialog.bank_line_ids)

    def test_ponto_does_not_answer_the_search(self):
        dialog = self.open()
        self.plan("/financial-institutions", status=503, times=None)
        action = dialog.action_search_banks()
        self.assert_answered("temporary problem.*Try again later", action)
        self.assertNotIn("within the hour", action["context"]["ponto_problem"])

    def test_replacing_goes_straight_to_the_credentials(self):
        self.open().action_next()
        connection = self.connect(client_id="another")
        action = connection.with_user(self.manager).action_replace_credentials()
        self.assertEqual(self.dialog_of(action).step, "credentials")

    def test_who_may(self):
        clerk = new_test_user(
            self.env,
            "ponto_clerk",
            groups="account.group_account_basic",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.env["ponto.connect"].with_user(clerk).action_open_assistant()
        with self.assertRaises(AccessError):
            self.journal.with_user(clerk).action_ponto_connect()
