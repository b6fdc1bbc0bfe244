from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from ..models.connection.ponto_connection_address import API_URL_PARAMETER
from ..models.connection.ponto_connection_alerts import ACTIVITY
from ..models.connection.ponto_secret_mixin import SECRET_FIELDS
from ..models.institution import ponto_provider_account_renewal
from ..tools import clock
from ..tools.clients import client_of
from .common import START, PontoCommon, account_seed, transaction

SECOND = {"client_id": "second-integration-4321", "client_secret": "marker-second"}


class DisconnectCommon(PontoCommon):
    """An account that was read once, and somebody who disconnects."""

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param(API_URL_PARAMETER, self.sandbox.url)
        self.account = self.linked_account()
        self.account.fetch_transactions()
        self.journal = self.account.journal_id
        self.env.flush_all()
        self.sandbox.clear_requests()

    def disconnect(self, user=None):
        """What the two clicks on the card and the dialog's button do."""
        journal = self.journal.with_user(user or self.manager)
        action = journal.action_ponto_disconnect()
        self.dialog = (
            self.env["ponto.disconnect"]
            .with_user(user or self.manager)
            .browse(action["res_id"])
        )
        answer = self.dialog.action_disconnect()
        self.env.invalidate_all()
        return answer["params"]

    def connect_again(self, **values):
        """The card's button *Connect again*, and the dialog behind it."""
        action = self.journal.with_user(self.manager).action_ponto_connect()
        self.assertEqual(action["res_model"], "ponto.connect")
        dialogs = self.env["ponto.connect"].with_user(self.manager)
        dialog = dialogs.with_context(**action["context"]).create(
            {
                "client_id": self.sandbox.client_id,
                "client_secret": self.sandbox.client_secret,
                **values,
            }
        )
        return dialog, dialog.action_connect()

    def new_integration(self, accounts="all"):
        body = {**SECOND, "accounts": accounts}
        self.sandbox.control("POST", "integrations", json=body)

    def secrets(self, connection=None):
        connection = (connection or self.connection).sudo()
        names = [name for name in SECRET_FIELDS if connection._fields[name].store]
        return [connection[name] for name in names]


@tagged("post_install", "-at_install")
class TestDisconnect(DisconnectCommon):
    """The credentials go, everything else stays (P41)."""

    def test_secrets_go_and_everything_else_stays(self):
        action = self.journal.with_user(self.manager).action_ponto_disconnect()
        dialog = self.env["ponto.disconnect"].browse(action["res_id"])
        self.assertIn(self.journal.name, dialog.stopping)
        self.assertIn("…7034", dialog.stopping)
        self.assertFalse(dialog.is_shared)
        self.assertEqual(dialog.ponto_url, f"{self.sandbox.url}/_dashboard")
        # Nothing happens before somebody confirms.
        self.assertEqual(self.connection.state, "connected")
        self.assertTrue(all(self.secrets()))
        self.assertEqual(self.sandbox.requests(), [])
        kept = [self.lines(self.account), self.rows(self.account)]
        balances = self.account.balance_ids
        typed = self.env["ponto.connect"].create(
            {"connection_id": self.connection.id, "client_secret": "marker-typed"}
        )

        told = self.disconnect()

        self.assertEqual(told["type"], "success")
        self.assertIn("erased the client secret", told["message"])
        self.assertFalse(any(self.secrets()))
        self.assertFalse(typed.sudo().client_secret_encrypted)
        self.assertFalse(self.connection.token_expires_at)
        self.assertEqual(self.connection.client_id, self.sandbox.client_id)
        self.assertEqual(self.connection.state, "draft")
        self.assertEqual([self.lines(self.account), self.rows(self.account)], kept)
        self.assertEqual(self.account.balance_ids, balances)
        self.assertEqual(self.account.journal_id, self.journal)
        self.assertEqual(self.journal.bank_statements_source, "undefined")
        line = self.env["account.bank.statement.line"].create(
            {"journal_id": self.journal.id, "date": "2026-03-01", "amount": 5.0}
        )
        self.assertEqual(line.state, "posted")

    def test_every_state_says_who_and_what_to_do(self):
        self.disconnect()
        institution = self.account.provider_account_id
        unlinked = self.connection.online_account_ids - self.account
        self.assertEqual(self.account.state, "paused")
        self.assertEqual(self.account.status_color, "secondary")
        self.assertEqual(institution.state, "disconnected")
        for sentence in (
            self.connection.status_message,
            institution.state_message,
            self.account.status_message,
            unlinked.status_message,
        ):
            self.assertRegex(sentence, "^Disconnected on .* by ponto_manager")
            self.assertIn(". Connect again", sentence)
        self.assertEqual(self.connection.disconnected_by_id, self.manager)
        message = self.connection.message_ids[0]
        self.assertIn("secret and tokens are erased", message.body)
        self.assertEqual(message.author_id, self.manager.partner_id)
        card = self.journal._ponto_card_data(self.account)
        self.assertTrue(card["is_disconnected"])
        self.assertFalse(card["can_fetch"])
        health = self.account._get_health_entry()
        self.assertEqual((health["ok"], health["problem"]), (True, None))

    def test_nothing_contacts_ponto_any_more(self):
        """No click and no schedule, a day and a month later either."""
        self.disconnect()
        self.sandbox.clear_requests()
        connection = self.connection.with_user(self.manager)
        account = self.account.with_user(self.manager)
        search = connection.env["ponto.add.institution"].create(
            {"connection_id": connection.id, "name": "Kemp"}
        )
        for click in (
            connection.action_fetch_accounts,
            connection.fetch_accounts,
            account.action_fetch_transactions,
            account.fetch_transactions,
            account.provider_account_id.action_fetch_accounts,
            self.journal.with_user(self.manager).action_ponto_fetch,
        ):
            with self.subTest(click=click.__name__), self.refusal("isconnected"):
                click()
        self.assert_answered("isconnected", search.action_search())
        for test in (
            connection.action_test_connection,
            connection.action_test_selected,
        ):
            self.assertEqual(test()["params"]["type"], "warning")
        told = connection.action_test_connection()["params"]["message"]
        self.assertIn("Disconnected on", told)
        renewal = account.action_reauthorize()
        dialog = connection.env["ponto.reauthorize"].browse(renewal["res_id"])
        dialog._get_page()
        dialog.action_check()
        for days in (0, 1, 30):
            with freeze_time(clock.now() + timedelta(days=days)):
                self.run_cron()
        self.assertEqual(self.sandbox.requests(), [])
        self.env.invalidate_all()
        self.assertFalse(self.connection.problem_code)
        self.assertEqual(self.connection.state, "draft")

    def test_the_token_is_given_back_where_ponto_takes_it(self):
        """And whatever Ponto answers, no secret is left."""
        root, revoke = "GET /", "POST /oauth2/revoke"
        for offered, fault, sentence, asked in (
            (True, False, "Ponto has revoked", [root, revoke]),
            (True, True, "expires automatically", [root, revoke, revoke, revoke]),
            (False, False, "expires automatically", [root]),
        ):
            self.connection.client_secret = self.sandbox.client_secret
            self.connection.action_test_connection()
            self.env.flush_all()
            switches = {"token_revocation": offered}
            self.sandbox.control("POST", "switches", json=switches)
            if fault:
                self.plan("^/oauth2/revoke$", status=503, times=None)
            self.sandbox.clear_requests()
            with self.subTest(offered=offered, fault=fault):
                self.assertIn(sentence, self.disconnect()["message"])
                self.assertEqual(self.data_requests(), asked)
                self.assertFalse(any(self.secrets()))
            self.end_faults()

    def test_an_integration_that_others_use_goes_on(self):
        """One integration of two companies: the other one still reads."""
        self.sandbox.control("POST", "switches", json={"token_revocation": True})
        other = self.env["res.company"].create({"name": "Peeters Vastgoed"})
        twin = self.connect(name="Second", company_id=other.id)
        twin.action_test_connection()
        self.sandbox.clear_requests()
        self.disconnect()
        self.assertTrue(self.dialog.is_shared)
        self.assertEqual(self.sandbox.requests(), [])
        self.assertTrue(all(self.secrets(twin)))
        twin.action_test_connection()
        self.assertEqual(twin.state, "connected")

    def test_what_reminds_of_it_is_closed(self):
        """The bank's end and the integration's own trouble."""
        institution = self.account.provider_account_id
        self.account.sudo().authorization_expires_at = clock.now() + timedelta(days=3)
        institution.sudo()._check_authorizations()
        self.connection.sudo()._keep_activity(
            self.connection,
            lambda env: ("No news", "<p>No news</p>"),
            clock.now().date(),
            fresh=True,
        )
        self.assertTrue(institution.activity_search([ACTIVITY]))
        self.assertTrue(institution.renewal_mail_from)
        self.assertTrue(self.connection.activity_search([ACTIVITY]))
        self.disconnect()
        # Nor does the daily check open them again.
        institution.sudo()._check_authorizations()
        self.connection.sudo()._check_integration()
        self.assertFalse(institution.activity_search([ACTIVITY]))
        self.assertFalse(institution.renewal_mail_from)
        self.assertFalse(self.connection.activity_search([ACTIVITY]))

    def test_what_was_read_is_still_booked(self):
        """What a fetch under way has read, and what a person decides on later."""
        first, second = self.rows(self.account)[:2]
        for row in first | second:
            line = row.statement_line_id
            line.move_id.button_draft()
            line.unlink()
        first.sudo().state = "new"
        second.sudo()._hold("refused", detail="x")
        run = self.account._create_run("cron", stage="import")
        self.disconnect()
        self.assertEqual(self.account.state, "fetching")
        self.sandbox.clear_requests()
        self.run_cron()
        self.env.invalidate_all()
        self.assertEqual((first.state, run.state), ("imported", "partial"))
        second.with_user(self.manager).action_retry()
        self.pump(self.account._open_run())
        self.assertEqual(second.state, "imported")
        self.assertEqual(self.account.state, "paused")
        self.assertEqual(self.sandbox.requests(), [])

    def test_what_comes_too_late(self):
        """A fetch that reads ends; a list asked for before is not applied; and what goes
        wrong after the erasing changes nothing of it."""
        run = self.account._create_run("cron", stage="read")
        with client_of(self.connection) as client:
            listed = list(client.accounts())
        connections = type(self.env["ponto.connection"])

        def break_down(*_arguments):
            raise ZeroDivisionError

        self.patch(connections, "_tell_disconnected", break_down)
        with self.assertLogs(ponto_provider_account_renewal._logger, "ERROR"):
            self.disconnect()
        self.assertFalse(any(self.secrets()))
        # Undone with the surprise: the schedule ends it, or a person does.
        self.connection.sudo()._apply_listing(listed, {})
        self.assertEqual(self.connection.state, "draft")
        self.assertEqual(run.state, "running")
        self.patch(connections, "_tell_disconnected", lambda *_arguments: None)
        self.disconnect()
        self.assertEqual((run.state, run.problem_code), ("failed", "disconnected"))
        self.assertIn("This connection was disconnected", run.message)

    def test_only_who_manages_the_company(self):
        other = self.env["res.company"].create({"name": "Peeters Vastgoed"})
        branch = self.env["res.company"].create(
            {"name": "Peeters Gent", "parent_id": self.company.id}
        )
        bank = "account.group_account_invoice,account.group_account_basic"
        users = [
            new_test_user(
                self.env,
                f"{groups[8:30]}_{company.id}",
                groups=groups,
                company_id=company.id,
                company_ids=[(6, 0, company.ids)],
            )
            for groups, company in (
                (bank, self.company),
                ("account.group_account_manager", other),
                ("account.group_account_manager", branch),
            )
        ]
        dialog = self.env["ponto.disconnect"].create(
            {"connection_id": self.connection.id}
        )
        for user in users:
            for click in (
                self.connection.with_user(user).action_disconnect,
                dialog.with_user(user).action_disconnect,
                self.account.provider_account_id.with_user(user).action_disconnect,
                self.journal.with_user(user).action_ponto_disconnect,
            ):
                with self.subTest(user=user.login), self.refusal("", AccessError):
                    click()
        self.assertEqual(self.connection.state, "connected")
        journal = self.make_journal("BNK7").with_user(self.manager)
        with self.refusal("No Ponto account is linked"):
            journal.action_ponto_disconnect()


@tagged("post_install", "-at_install")
class TestConnectAgain(DisconnectCommon):
    """The same bank account goes on in its journal: no double, no gap (P41)."""

    def setUp(self):
        super().setUp()
        self.disconnect()
        self.lines_before = self.lines(self.account)
        parts = [transaction(n, "2026-02-10", f"{n}.75") for n in (201, 202)]
        self.add_lines(*parts)

    def assert_goes_on(self, account=None):
        account = account or self.account
        self.env.flush_all()
        self.run_cron()
        self.env.invalidate_all()
        self.assertEqual(account.journal_id, self.journal)
        self.assertEqual(account.state, "ok")
        self.assertLess(self.lines_before, self.lines(account))
        self.assertEqual(len(self.lines(account)), 14)
        self.assertEqual(self.journal.bank_statements_source, "ponto")
        self.assertFalse(self.rows(account, "held"))

    def connect_by_list(self, **credentials):
        """*Connect* on the list, which knows of no connection."""
        dialog = (
            self.env["ponto.connect"]
            .with_user(self.manager)
            .create(
                {
                    "company_id": self.company.id,
                    "environment": "sandbox",
                    **credentials,
                }
            )
        )
        return dialog, dialog.action_connect()

    def test_same_accounts(self):
        """By the card, after a refusal; by *Connect*, which knows the client ID; and
        with another integration that shares the same accounts."""
        _dialog, action = self.connect_again(client_secret="wrong")
        self.assert_answered("did not accept", action)
        self.assertTrue(self.connection.disconnected_at)
        self.assertFalse(any(self.secrets()))
        self.assertEqual(self.journal.bank_statements_source, "undefined")
        # What failed before it was disconnected did not fail for the time between.
        trouble = {"problem_code": "bank_trouble", "failure_count": 3}
        self.account.sudo().write(trouble)
        self.account.sudo().problem_since = clock.now() - timedelta(days=40)
        _dialog, action = self.connect_again()
        self.assertEqual(action["tag"], "display_notification")
        self.assertEqual(action["params"]["type"], "success")
        self.assertFalse(self.account._get_lasting_trouble()[0])
        self.assertFalse(self.connection.disconnected_at)
        self.assertEqual(self.connection.state, "connected")
        # The change of state is tracked in a message of its own.
        told = "".join(self.connection.message_ids[:2].mapped("body"))
        self.assertIn("Connected again", told)
        self.assert_goes_on()
        self.disconnect()
        dialog, _action = self.connect_by_list(
            client_id=self.sandbox.client_id, client_secret=self.sandbox.client_secret
        )
        self.assertEqual(dialog.connection_id, self.connection)
        self.assertEqual(self.env["ponto.connection"].search([]), self.connection)
        self.assert_goes_on()
        self.disconnect()
        self.new_integration()
        self.connect_again(**SECOND)
        self.assertEqual(self.connection.client_id, SECOND["client_id"])
        self.assert_goes_on()

    def test_another_connection_takes_over(self):
        """Who forgets the old one, and connects anew what Ponto knows under new ids, is
        offered the old journal."""
        days = [START + timedelta(days=n) for n in range(1, 13)]
        parts = [transaction(n, day, f"{n}.25") for n, day in enumerate(days, 1)]
        parts += [transaction(n, "2026-02-10", f"{n}.75") for n in (201, 202)]
        for part in parts:
            part["id"] = part["id"].replace("0000-4000", "0009-4000")
        self.sandbox.control("DELETE", "accounts/acc-1")
        again = account_seed(*parts, id="acc-9", opening_balance="1000.00")
        self.sandbox.control("POST", "accounts", json=again)
        self.new_integration()
        _dialog, action = self.connect_by_list(**SECOND)
        dialog = self.env["ponto.fetch.accounts"].browse(action["res_id"])
        dialog = dialog.with_user(self.manager)
        line = dialog.line_ids.filtered(
            lambda one: one.online_account_id.ponto_ref == "acc-9"
        )
        self.assertEqual((line.action, line.journal_id), ("link", self.journal))
        (dialog.line_ids - line).selected = False
        runs = dialog.action_confirm()["params"]["run_ids"]
        self.pump(self.env["ponto.sync.run"].browse(runs))
        account = line.online_account_id
        self.assertNotEqual(account.connection_id, self.connection)
        self.assertEqual(account.predecessor_id, self.account)
        self.assertFalse(self.account.journal_id)
        self.assert_goes_on(account)

    def test_without_a_number_none_takes_over(self):
        """Two cards without a number are not the same one because both have none."""
        self.account.sudo().reference = False
        other = self.account.sudo().create(
            {
                "connection_id": self.connection.id,
                "ponto_ref": "card",
                "currency_code": self.account.currency_code,
                "currency_id": self.account.currency_id.id,
            }
        )
        self.assertTrue(other._journal_refusal(self.journal))
        with self.refusal(self.account.display_name):
            other.with_user(self.manager).link_journal(self.journal)
        self.assertEqual(self.account.journal_id, self.journal)

    def test_a_missing_account_is_still_asked_about(self):
        self.new_integration(accounts=["acc-2"])
        dialog, action = self.connect_again(**SECOND)
        self.assertEqual(action["res_id"], dialog.id)
        self.assertEqual(action["name"], "Connect again")
        self.assertIn("BE68539007547034", dialog.missing_accounts)
        self.assertTrue(self.connection.disconnected_at)

    def test_lines_from_a_file_meanwhile(self):
        """The journal was kept by file: recognized, as any line from elsewhere."""
        typed = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.journal.id,
                "date": "2026-02-10",
                "amount": 201.75,
                "payment_ref": "Transaction 201",
            }
        )
        self.connect_again()
        self.assert_goes_on()
        self.assertIn(typed, self.lines(self.account))

    def test_a_journal_that_another_feed_took(self):
        """Two feeds in one journal would double every line."""
        self.env.cr.execute(
            "UPDATE account_journal SET bank_statements_source = 'online_sync'"
            " WHERE id = %s",
            [self.journal.id],
        )
        self.env.invalidate_all()
        self.connect_again()
        self.env.flush_all()
        self.run_cron()
        self.env.invalidate_all()
        self.assertFalse(self.account.journal_id)
        self.assertEqual(self.journal.bank_statements_source, "online_sync")
        self.assertIn("another bank synchronization", self.account.message_ids[0].body)
        self.assertEqual(len(self.rows(self.account)), 12)
