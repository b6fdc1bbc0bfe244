from collections import Counter

from odoo.tests import tagged

from ...models.connection.ponto_connection_address import API_URL_PARAMETER
from ..common import account_seed, transaction
from .common import ScenarioCommon

IBANS = (
    "BE68539007547034",
    "BE71096123456769",
    "BE43068999999501",
    "BE62510007547061",
    "BE39103123456719",
    "BE83063123456715",
)
NEW_SECRET = "marker-rotated"


@tagged("post_install", "-at_install")
class TestP47(ScenarioCommon):
    """One integration feeds six journals: one secret, one token, one list for all."""

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param(API_URL_PARAMETER, self.sandbox.url)
        self.enterContext(self.at("2026-04-09 07:00:00"))
        self.connection.unlink()
        self.new_world(
            *[
                account_seed(
                    transaction(n, "2026-04-08", f"{n}.00"),
                    id=f"acc-{n}",
                    reference=iban,
                    holderName="Acme BV",
                )
                for n, iban in enumerate(IBANS, 1)
            ],
            now="2026-04-09T07:00:00Z",
            switches={"background": False},
        )

    def enter(self, journal=None, connection=None, secret=None):
        """The one dialog in which a secret is typed."""
        action = (
            connection.with_user(self.manager).action_replace_credentials()
            if connection
            else journal.with_user(self.manager).action_ponto_connect()
        )
        self.assertEqual(action["res_model"], "ponto.connect")
        dialogs = self.env["ponto.connect"].with_user(self.manager)
        dialog = dialogs.with_context(**action["context"]).create(
            {
                "client_id": self.sandbox.client_id,
                "client_secret": secret or self.sandbox.client_secret,
            }
        )
        return dialog.action_connect()

    def asked(self):
        """How often what was asked for since the last clearing."""
        self.env.flush_all()
        counts = Counter(entry["path"] for entry in self.sandbox.requests())
        self.sandbox.clear_requests()
        return counts

    def run_schedule(self):
        self.env.flush_all()
        self.run_cron()
        self.env.invalidate_all()
        return self.asked()

    def test_six_journals(self):
        # Entered once, in the dialog behind any of the cards.
        action = self.enter(journal=self.make_journal("BNK1"))
        dialogs = self.env["ponto.fetch.accounts"].with_user(self.manager)
        dialog = dialogs.browse(action["res_id"])
        self.assertEqual(dialog.line_ids.mapped("selected"), [True] * 6)
        confirmed = dialog.action_confirm()
        self.pump(self.env["ponto.sync.run"].browse(confirmed["params"]["run_ids"]))
        connection = dialog.connection_id.with_env(self.env)
        accounts = connection.online_account_ids
        self.assertEqual(len(accounts.journal_id), 6)
        self.assertEqual(accounts.connection_id, connection)
        counts = self.asked()
        self.assertEqual((counts["/oauth2/token"], counts["/accounts"]), (1, 1))
        # The next card asks for no secret: it goes on to the accounts at once.
        card = self.make_journal("BNK7").with_user(self.manager).action_ponto_connect()
        self.assertEqual(card["res_model"], "ponto.fetch.accounts")
        self.asked()
        # A run that reads all six: one token, one list.
        with self.at("2026-04-10 09:00:00"):
            for n in range(1, 7):
                line = transaction(10 + n, "2026-04-09", f"{n}.50")
                self.add_lines(line, ref=f"acc-{n}")
            counts = self.run_schedule()
            self.assertEqual((counts["/oauth2/token"], counts["/accounts"]), (1, 1))
            read = [counts[f"/accounts/acc-{n}/transactions"] for n in range(1, 7)]
            self.assertEqual(read, [1] * 6)
            self.assertEqual(
                [len(self.booked(account)) for account in accounts], [2] * 6
            )
        # A quiet run: the list alone.
        with self.at("2026-04-10 09:20:00"):
            self.assertEqual(self.run_schedule(), {"/accounts": 1})
        # Rotated once, for all six.
        key = f"integrations/{self.sandbox.client_id}"
        self.sandbox.control("PATCH", key, json={"client_secret": NEW_SECRET})
        with self.at("2026-04-11 10:00:00"):
            self.enter(connection=connection, secret=NEW_SECRET)
            counts = self.asked()
            # Tried with a token of its own before it is stored, then used.
            self.assertEqual((counts["/oauth2/token"], counts["/accounts"]), (2, 2))
            counts = self.run_schedule()
            self.assertEqual((counts["/oauth2/token"], counts["/accounts"]), (0, 1))
            self.assertEqual(set(accounts.mapped("state")), {"ok"})
            self.assertEqual(
                [len(self.booked(account)) for account in accounts], [2] * 6
            )
