from datetime import datetime, timedelta

from odoo.tests import tagged

from ...models.connection.ponto_connection_address import API_URL_PARAMETER
from ...models.connection.ponto_secret_mixin import SECRET_FIELDS
from ..common import account_seed, transaction
from .common import IBAN, ScenarioCommon

BEFORE = [transaction(n, f"2026-03-{n:02d}", f"{n}.50") for n in range(1, 11)]
MEANWHILE = [transaction(n, f"2026-04-{n:02d}", f"{n}.25") for n in range(11, 21)]


@tagged("post_install", "-at_install")
class TestP41(ScenarioCommon):
    """Disconnect: lines and their ids stay, secrets go, and who comes back doubles none."""

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param(API_URL_PARAMETER, self.sandbox.url)
        self.enterContext(self.at("2026-03-15 09:00:00"))
        self.account = self.acme(*BEFORE, now="2026-03-15T09:00:00Z")
        switches = {"token_revocation": True, "background": False}
        self.sandbox.control("POST", "switches", json=switches)
        self.journal = self.account.journal_id
        self.reconcile(self.lines(self.account)[4])
        self.before = self.facts()

    def facts(self):
        """Every line with its ids, its entry's number and whether it is matched."""
        lines = self.lines(self.account)
        return {
            line.id: (
                line.date,
                line.amount,
                line.move_id.name,
                line.is_reconciled,
                line.transaction_details["ponto"]["transaction"],
                line.ponto_transaction_ids.ids,
            )
            for line in lines
        }

    def disconnect(self):
        self.env.flush_all()
        journal = self.journal.with_user(self.manager)
        action = journal.action_ponto_disconnect()
        dialog = self.env["ponto.disconnect"].browse(action["res_id"])
        dialog.with_user(self.manager).action_disconnect()
        self.env.invalidate_all()

    def connect_again(self, client_id, client_secret):
        action = self.journal.with_user(self.manager).action_ponto_connect()
        dialogs = self.env["ponto.connect"].with_user(self.manager)
        dialog = dialogs.with_context(**action["context"]).create(
            {"client_id": client_id, "client_secret": client_secret}
        )
        return dialog.action_connect()

    def assert_gone_on(self, account):
        self.env.flush_all()
        self.run_cron()
        self.env.invalidate_all()
        after = {
            line.id: line.amount
            for line in self.env["account.bank.statement.line"].search(
                [("journal_id", "=", self.journal.id)]
            )
        }
        self.assertEqual(len(after), len(BEFORE) + len(MEANWHILE))
        self.assertLessEqual(self.before.keys(), after.keys())
        self.assertEqual(
            {key: value for key, value in self.facts().items() if key in self.before},
            self.before,
        )
        self.assertEqual((account.state, account.journal_id), ("ok", self.journal))

    def test_lines_stay_tokens_go_and_the_journal_takes_files(self):
        self.sandbox.clear_requests()
        self.disconnect()
        self.assertEqual(self.data_requests(), ["GET /", "POST /oauth2/revoke"])
        self.assertEqual(self.facts(), self.before)
        connection = self.connection.sudo()
        stored = [name for name in SECRET_FIELDS if connection._fields[name].store]
        self.assertFalse(any(connection[name] for name in stored))
        self.assertEqual(self.journal.bank_statements_source, "undefined")
        self.type_line(self.account, "2026-03-16", 3.0)
        # A month of the schedule.
        self.sandbox.clear_requests()
        for day in range(30):
            moment = datetime(2026, 3, 16, 9) + timedelta(days=day)
            with self.at(moment.isoformat(" ")):
                self.run_cron()
        self.assertEqual(self.sandbox.requests(), [])

    def test_same_integration(self):
        self.disconnect()
        with self.at("2026-04-25 09:00:00"):
            self.add_lines(*MEANWHILE)
            self.connect_again(self.sandbox.client_id, self.sandbox.client_secret)
            self.assert_gone_on(self.account)

    def test_new_integration_under_which_all_has_new_ids(self):
        self.disconnect()
        with self.at("2026-04-25 09:00:00"):
            parts = [
                {**part, "id": part["id"].replace("0000-4000", "0009-4000")}
                for part in [*BEFORE, *MEANWHILE]
            ]
            self.sandbox.control("DELETE", "accounts/acc-1")
            again = account_seed(*parts, id="acc-9", holderName="Acme BV")
            self.sandbox.control("POST", "accounts", json=again)
            pair = {"client_id": "new-integration", "client_secret": "marker-new"}
            body = {**pair, "accounts": "all"}
            self.sandbox.control("POST", "integrations", json=body)
            action = self.connect_again(**pair)
            dialogs = self.env["ponto.fetch.accounts"].with_user(self.manager)
            dialog = dialogs.browse(action["res_id"])
            line = dialog.line_ids
            self.assertEqual((line.reference, line.journal_id), (IBAN, self.journal))
            runs = dialog.action_confirm()["params"]["run_ids"]
            self.pump(self.env["ponto.sync.run"].browse(runs))
            self.assertEqual(line.online_account_id.predecessor_id, self.account)
            self.assertEqual(line.sync_start_date, self.account.sync_start_date)
            self.account = line.online_account_id
            self.assert_gone_on(self.account)
