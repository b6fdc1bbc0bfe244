"""The accountant's whole job in a real browser, against the local Ponto over HTTP."""

from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.tests import new_test_user, tagged

from odoo.addons.account.tests.common import AccountTestInvoicingHttpCommon

from ..ponto_client import ClientConfig, PontoClient
from ..sandbox.process import SandboxProcess
from .common import account_seed, seed, transaction

LOGIN = "ponto_tour"
BANK = "acc-vlinder"
PRIVATE = "acc-michiels"
UNUSED = "acc-other"
NUMBER = "BE68539007547034"
#: Transactions per account; a few of them are older than the fiscal year.
COUNT = 42
OLDER = 4


class PontoTourCase(AccountTestInvoicingHttpCommon):
    @classmethod
    def setup_independent_company(cls, **kwargs):
        euro = cls.env.ref("base.EUR")
        return super().setup_independent_company(currency_id=euro.id, **kwargs)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.company.name = "Bakkerij Peeters"
        cls.today = fields.Date.today()
        # The fiscal year begins about half a year ago, whatever day it is.
        cls.company.write(
            {
                # Together: not every month has the day of the one before.
                "fiscalyear_last_day": 28,
                "fiscalyear_last_month": str((cls.today.month + 5) % 12 + 1),
            }
        )
        cls.start = cls.company.compute_fiscalyear_dates(cls.today)["date_from"]
        # Only what an administrator of Community can give, and no system rights.
        cls.user = new_test_user(
            cls.env,
            LOGIN,
            groups="base.group_user,account.group_account_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.assertFalse(cls, cls.user.has_group("base.group_system"))
        cls.sandbox = SandboxProcess(seed=cls.seed_document())
        cls.addClassCleanup(cls.sandbox.stop)

    @classmethod
    def seed_document(cls):
        """Three accounts at two banks: the company's, one in the owner's name, and
        one that nobody wants in Odoo; and a bank without any account."""
        accounts = [
            cls.account_document(BANK, "vlinder", NUMBER, "Bakkerij Peeters BV", 1),
            cls.account_document(
                PRIVATE, "michiels", "BE71096123456769", "L. Janssens", 2
            ),
            cls.account_document(
                UNUSED, "vlinder", "BE43068999999501", "Vereniging De Zwaan", 3
            ),
        ]
        institutions = [
            {"id": "vlinder", "name": "Vlinderbank", "country": "BE"},
            {
                "id": "michiels",
                "name": "Sint-Michiels Krediet",
                "country": "BE",
                "status": "beta",
            },
            {"id": "kempen", "name": "Kempische Spaarbank", "country": "BE"},
        ]
        return seed(accounts, institutions)

    @classmethod
    def account_document(cls, ref, institution, number, holder, series):
        days = [cls.start - timedelta(days=5 * n) for n in range(OLDER, 0, -1)]
        span = (cls.today - cls.start).days
        count = COUNT - OLDER
        days += [cls.start + timedelta(days=span * n // count) for n in range(count)]
        lines = [
            transaction(
                series * 1000 + n,
                day,
                f"{-1 if n % 3 else 1}{n}.{n % 100:02d}",
                counterpartName=f"Customer {n}",
            )
            for n, day in enumerate(days, start=1)
        ]
        return account_seed(
            *lines,
            id=ref,
            institution=institution,
            reference=number,
            holderName=holder,
            opening_balance="5000.00",
        )

    # === WHAT MUST HOLD AFTERWARDS === #

    def account(self, ref):
        return self.env["ponto.online.account"].search(
            [("ponto_ref", "=", ref), ("company_id", "=", self.company.id)]
        )

    def assert_imported(self, ref):
        """As many lines as Ponto has transactions since the start date, and their sum
        is the change of the balance since the day before."""
        account = self.account(ref)
        self.assertEqual(account.sync_start_date, self.start)
        remote, balance = self.remote(ref)
        earlier = [item for item in remote if item[0] < self.start]
        wanted = [item for item in remote if item[0] >= self.start]
        self.assertEqual(len(earlier), OLDER)
        lines = self.lines(account)
        self.assertEqual(
            sorted((line.date, line.amount) for line in lines),
            sorted((day, float(amount)) for day, amount in wanted),
        )
        before = Decimal("5000.00") + sum(amount for _day, amount in earlier)
        change = float(balance - before)
        self.assertAlmostEqual(sum(lines.mapped("amount")), change, places=2)
        self.assertEqual(set(lines.move_id.mapped("state")), {"posted"})

    def remote(self, ref):
        """Day and amount of every transaction at Ponto, and the account's balance."""
        config = ClientConfig(
            api_url=self.sandbox.url,
            client_id=self.sandbox.client_id,
            client_secret=self.sandbox.client_secret,
        )
        with PontoClient(config) as client:
            found = [
                (item.execution_date, item.amount) for item in client.transactions(ref)
            ]
            return found, client.account(ref).current_balance

    def lines(self, account):
        return self.env["account.bank.statement.line"].search(
            [("journal_id", "=", account.journal_id.id)]
        )

    def assert_quiet(self, runs=1):
        """The scheduled action makes no line, and in the end asks Ponto once.

        :param runs: 2 after a person's fetch, which moves what the account list says:
            the first run then looks at the transactions once more
        """
        count = self.env["account.bank.statement.line"].search_count([])
        cron = self.env.ref("account_ponto_sync.ir_cron_fetch_transactions")
        for _run in range(runs):
            self.sandbox.clear_requests()
            cron.method_direct_trigger()
        asked = [
            f"{entry['method']} {entry['path']}" for entry in self.sandbox.requests()
        ]
        self.assertEqual(asked, ["GET /accounts"])
        self.assertEqual(
            self.env["account.bank.statement.line"].search_count([]), count
        )


@tagged("post_install", "-at_install", "ponto_tour")
class TestTourOnlineSynchronization(PontoTourCase):
    def setUp(self):
        super().setUp()
        # Only the system administrator may choose another address than Ponto's.
        self.connection = self.env["ponto.connection"].create(
            {
                "name": "Ponto of the bakery",
                "company_id": self.company.id,
                "environment": "sandbox",
                "api_url": self.sandbox.url,
                "client_id": self.sandbox.client_id,
                "client_secret": self.sandbox.client_secret,
            }
        )

    def test_from_the_menus(self):
        """Developer mode, the menu, an institution, Fetch Accounts, two banks, lines."""
        self.start_tour(
            "/odoo?debug=1", "account_ponto_sync_menus", login=LOGIN, timeout=120
        )
        self.env.invalidate_all()
        institutions = self.connection.provider_account_ids
        self.assertEqual(
            set(institutions.mapped("name")),
            {"Kempische Spaarbank", "Vlinderbank", "Sint-Michiels Krediet"},
        )
        for ref in (BANK, PRIVATE):
            self.assert_imported(ref)
        self.assertFalse(self.account(UNUSED).journal_id)
        self.assertFalse(self.account(UNUSED).transaction_ids)
        self.assert_quiet()


@tagged("post_install", "-at_install", "ponto_tour")
class TestTourJournalCard(PontoTourCase):
    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param(
            "account_ponto_sync.api_url", self.sandbox.url
        )
        self.journal = self.company_data["default_journal_bank"]
        self.journal.write({"name": "Current account", "show_on_dashboard": True})
        self.journal.set_bank_account(NUMBER)

    def test_wrong_secret(self):
        """One sentence in the dialog, and nothing is saved."""
        with self.assertNoLogs("odoo.http", "WARNING"):
            self.start_tour("/odoo", "account_ponto_sync_wrong_secret", login=LOGIN)
        self.assertFalse(
            self.env["ponto.connection"].search([("company_id", "=", self.company.id)])
        )
        self.assertFalse(self.account(BANK))

    def test_replace_credentials(self):
        """Somebody made a new secret at Ponto; the card says so, and leads there."""
        connection = self.env["ponto.connection"].create(
            {
                "name": "Ponto of the bakery",
                "company_id": self.company.id,
                "environment": "sandbox",
                "api_url": self.sandbox.url,
                "client_id": self.sandbox.client_id,
                "client_secret": self.sandbox.client_secret,
            }
        )
        connection.fetch_accounts()
        self.account(BANK).link_journal(self.journal, self.start)
        self.account(BANK).fetch_transactions()
        path = f"integrations/{self.sandbox.client_id}"
        new = {"client_secret": "marker-rotated"}
        self.sandbox.control("PATCH", path, json=new)
        old = {"client_secret": self.sandbox.client_secret}
        self.addCleanup(self.sandbox.control, "PATCH", path, json=old)
        connection.sudo()._forget_token()
        connection.action_test_connection()
        self.start_tour(
            "/odoo/action-account.open_account_journal_dashboard_kanban",
            "account_ponto_sync_replace_credentials",
            login=LOGIN,
        )
        self.env.invalidate_all()
        self.assertEqual(connection.state, "connected")

    def test_from_the_card(self):
        """No developer mode: the card, connect, confirm, the result, fetch again."""
        self.start_tour("/odoo", "account_ponto_sync_card", login=LOGIN, timeout=120)
        self.env.invalidate_all()
        connection = self.env["ponto.connection"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(connection.state, "connected")
        self.assertEqual(connection.environment, "sandbox")
        self.assertEqual(self.account(BANK).journal_id, self.journal)
        self.assert_imported(BANK)
        self.assert_quiet(runs=2)

    def test_first_connection(self):
        """Plain menus, step by step, left twice, a look before the first line."""
        self.start_tour(
            "/odoo", "account_ponto_sync_first_connection", login=LOGIN, timeout=120
        )
        self.env.invalidate_all()
        self.assertEqual(self.account(BANK).journal_id, self.journal)
        self.assertFalse(self.account(BANK).awaits_confirmation)
        self.assert_imported(BANK)
        self.assert_quiet()
