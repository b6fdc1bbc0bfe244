from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import account_seed, transaction
from .common import IBAN, ScenarioCommon

DRIVER = "odoo.addons.account_ponto_sync.models.fetch.fetch_driver"
IBANS = (IBAN, "BE71096123456769", "BE43068999999501", "BE62510007547061")


@tagged("post_install", "-at_install")
class TestP22(ScenarioCommon):
    """A token is asked for once, outlives a failed import, and its refusal is no end."""

    def setUp(self):
        super().setUp()
        self.new_world(
            *[
                account_seed(
                    transaction(n, "2026-04-08", f"{n}.00"),
                    id=f"acc-{n}",
                    reference=iban,
                )
                for n, iban in enumerate(IBANS, 1)
            ]
        )
        self.accounts = [
            self.linked_account(f"acc-{n}", code=f"BNK{n}") for n in range(1, 5)
        ]

    def let_token_expire(self):
        self.connection.sudo().write({"token_expires_at": "2026-01-01 00:00:00"})
        self.env.flush_all()
        self.sandbox.clear_requests()

    def tokens_asked(self):
        paths = [entry["path"] for entry in self.sandbox.requests()]
        return len([path for path in paths if path.endswith("/oauth2/token")])

    def test_four_accounts_one_token(self):
        """Four workers at once need real processes: process_tests shows those."""
        self.let_token_expire()
        runs = [account.fetch_transactions() for account in self.accounts]
        self.assertEqual([run.state for run in runs], ["done"] * 4)
        self.assertEqual(self.tokens_asked(), 1)

    def test_import_fails_and_rolls_back(self):
        account = self.accounts[0]
        self.let_token_expire()
        stored = self.connection.sudo().token_encrypted
        rows = type(self.env["ponto.transaction"])
        import_batch = rows._import_batch

        def break_down(*_args, **_kwargs):
            raise ZeroDivisionError

        self.patch(rows, "_import_batch", break_down)
        with mute_logger(DRIVER):
            run = self.fetch(account)
        self.assertEqual((run.state, self.booked(account)), ("partial", []))
        self.assertEqual(self.tokens_asked(), 1)
        renewed = self.connection.sudo().token_encrypted
        self.assertTrue(renewed)
        self.assertNotEqual(renewed, stored)
        # The next one works with it.
        self.patch(rows, "_import_batch", import_batch)
        self.assertEqual(self.fetch(account).imported_count, 1)
        self.assertEqual(self.tokens_asked(), 1)

    def test_refused_once(self):
        """Asked for again, once, and nobody is told to connect anew."""
        account = self.accounts[0]
        self.fetch(account)
        self.sandbox.clear_requests()
        self.plan("^/accounts/acc-1/transactions$", status=401)
        run = self.fetch(account)
        self.assertEqual(run.state, "done", run.message)
        self.assertEqual(self.tokens_asked(), 1)
        self.assertEqual(self.connection.state, "connected")
        self.assertFalse(self.connection.problem_code)
        self.assertEqual(account.state, "ok")
