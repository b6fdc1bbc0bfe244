"""A company, a connection and a local Ponto over real HTTP."""

import json
from contextlib import contextmanager
from datetime import date, timedelta
from types import SimpleNamespace

from odoo import SUPERUSER_ID, Command
from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import TransactionCase, freeze_time, get_db_name, new_test_user

from odoo.addons.base.tests.common import DISABLED_MAIL_CONTEXT

from ..ponto_client import client as client_module
from ..sandbox.process import SandboxProcess

START = date(2026, 1, 1)
#: Its name until a class of tests gives it another.
COMMITTED_COMPANY = "Company for tests of Ponto"


def transaction(number, day, amount, **attributes):
    """One transaction of a seed document."""
    return {
        "id": f"00000000-0000-4000-8000-{number:012d}",
        "amount": amount,
        "currency": "EUR",
        "executionDate": f"{day}T00:00:00.000Z",
        "valueDate": f"{day}T00:00:00.000Z",
        "remittanceInformation": f"Transaction {number}",
        "remittanceInformationType": "unstructured",
        **attributes,
    }


def resource(number, day, amount, **attributes):
    """One transaction as it stands in an answer of Ponto, for :meth:`serve_page`."""
    values = transaction(number, day, amount, **attributes)
    return {"type": "transaction", "id": values.pop("id"), "attributes": values}


def account_seed(*transactions, **attributes):
    """One account of a seed document, at the first bank."""
    return {
        "id": "acc-1",
        "institution": "bank-a",
        "reference": "BE68539007547034",
        "referenceType": "IBAN",
        "currency": "EUR",
        "subtype": "checking",
        "holderName": "Bakkerij Peeters BV",
        "opening_balance": "0.00",
        "transactions": list(transactions),
        **attributes,
    }


def seed(accounts, institutions=None, **more):
    return {
        "integrations": [
            {
                "client_id": "11111111-2222-4333-8444-555555559abc",
                "client_secret": "marker-secret-zq81",
                "scope": "ai",
                "accounts": "all",
            }
        ],
        "institutions": institutions
        or [
            {
                "id": "bank-a",
                "name": "Vlinderbank",
                "status": "stable",
                "country": "BE",
            },
            {"id": "bank-b", "name": "Sint-Michiels Krediet", "status": "beta"},
            {"id": "bank-c", "name": "Kempische Spaarbank", "status": "stable"},
        ],
        "accounts": accounts,
        **more,
    }


def browser_request(address):
    """``odoo.http.request`` as code sees it when a person's browser sent it.

    :param address: where Odoo sees the person come from
    """
    return SimpleNamespace(
        httprequest=SimpleNamespace(
            remote_addr=address,
            path="/web/dataset/call_button",
            headers={"Origin": "https://books.example"},
        )
    )


class PontoWorld:
    """What all tests of the addon have: a manager, a local Ponto, ways to play with
    both. The company comes from the class beside it.

    Tests whose code commits run inside ``enter_registry_test_mode``: there a commit is a
    savepoint, and everything else is real.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "ponto_manager",
            groups="account.group_account_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.sandbox = cls.start_sandbox(cls.seed_document())

    @classmethod
    def seed_document(cls):
        """Two accounts at two banks; overridden where a test needs another world."""
        return seed(
            [
                {
                    "id": "acc-1",
                    "institution": "bank-a",
                    "reference": "BE68539007547034",
                    "referenceType": "IBAN",
                    "currency": "EUR",
                    "subtype": "checking",
                    "holderName": "Bakkerij Peeters BV",
                    "opening_balance": "1000.00",
                    "transactions": [
                        transaction(n, START + timedelta(days=n), f"{n}.25")
                        for n in range(1, 13)
                    ],
                },
                {
                    "id": "acc-2",
                    "institution": "bank-b",
                    "reference": "BE71096123456769",
                    "referenceType": "IBAN",
                    "currency": "EUR",
                    "subtype": "savings",
                    "holderName": "Bakkerij Peeters BV",
                    "opening_balance": "50.00",
                    "transactions": [transaction(101, START, "-10.00")],
                },
            ]
        )

    @classmethod
    def start_sandbox(cls, document):
        sandbox = SandboxProcess(seed=document)
        cls.addClassCleanup(sandbox.stop)
        return sandbox

    def setUp(self):
        super().setUp()
        self.registry_enter_test_mode()
        # Retries pause as always, only the clock does not wait for them.
        self.patch(client_module, "time", SimpleNamespace(sleep=lambda seconds: None))
        self.sandbox.control("POST", "reset", json=self.seed_document())
        self.sandbox.clear_requests()
        self.connection = self.connect()

    def connect(self, **values):
        return self.env["ponto.connection"].create(
            {
                "name": "Ponto",
                "company_id": self.company.id,
                "environment": "sandbox",
                "api_url": self.sandbox.url,
                "client_id": self.sandbox.client_id,
                "client_secret": self.sandbox.client_secret,
                **values,
            }
        )

    def make_journal(self, code="BNK9", number=None, currency=None, **values):
        journal = self.env["account.journal"].create(
            {
                "name": f"Bank {code}",
                "code": code,
                "type": "bank",
                "company_id": self.company.id,
                "currency_id": currency and currency.id,
                **values,
            }
        )
        if number:
            journal.set_bank_account(number)
        return journal

    def linked_account(self, ref="acc-1", start=START, **values):
        """The account of that Ponto id, feeding a new journal."""
        account = self.connection.fetch_accounts().filtered(
            lambda account: account.ponto_ref == ref
        )
        account.link_journal(self.make_journal(**values), start)
        return account

    def lines(self, account):
        return self.env["account.bank.statement.line"].search(
            [("journal_id", "=", account.journal_id.id)], order="internal_index"
        )

    def booked(self, account):
        """Date and amount of the lines of an account, oldest first."""
        lines = self.env["account.bank.statement.line"].search(
            [("journal_id", "=", account.journal_id.id)], order="date, id"
        )
        return [(line.date.isoformat(), line.amount) for line in lines]

    def rows(self, account, state=None):
        domain = [("online_account_id", "=", account.id)]
        if state:
            domain.append(("state", "=", state))
        return self.env["ponto.transaction"].search(domain, order="id")

    def add_lines(self, *parts, ref="acc-1", **how):
        """New transactions at the local Ponto, both of its clocks moved."""
        body = {"transactions": list(parts), **how}
        self.sandbox.control("POST", f"accounts/{ref}/transactions", json=body)

    def plan(self, path, kind="status", **fault):
        """Let the next requests to a path suffer; ``times=None``: all of them."""
        self.sandbox.control(
            "POST", "faults", json={"faults": [{"path": path, "kind": kind, **fault}]}
        )

    def end_faults(self):
        self.sandbox.control("DELETE", "faults")

    @contextmanager
    def refusal(self, pattern, kind=UserError):
        """What a refused request leaves: a sentence, and everything as it was."""
        with self.assertRaisesRegex(kind, pattern), self.env.cr.savepoint():
            yield
        self.env.invalidate_all()

    def assert_answered(self, pattern, action):
        """What a refused button of a dialog leaves: the dialog, with a sentence in it."""
        dialogs = self.env[action["res_model"]].with_context(**action["context"])
        self.assertRegex(dialogs.browse(action["res_id"]).problem, pattern)

    def assert_refused(self, pattern, click):
        """By an exception or, where a dialog was clicked, by its answer."""
        try:
            with self.env.cr.savepoint():
                action = click()
        except UserError as error:
            self.env.invalidate_all()
            self.assertRegex(str(error), pattern)
        else:
            self.assert_answered(pattern, action)

    def assert_notified(self, pattern, action):
        """What a refused button leaves where no dialog is open."""
        self.assertEqual(action["tag"], "display_notification")
        self.assertRegex(action["params"]["message"], pattern)

    @contextmanager
    def at(self, moment):
        """Both clocks, Odoo's and the local Ponto's, stand at that moment (UTC)."""
        body = {"freeze": True, "now": f"{moment.replace(' ', 'T')}Z"}
        self.sandbox.control("POST", "clock", json=body)
        with freeze_time(moment):
            yield

    def new_world(self, *accounts, **more):
        """Another seed for this test; forgets what was asked before."""
        self.sandbox.control("POST", "reset", json=seed(list(accounts), **more))
        self.sandbox.clear_requests()

    def fetched(self, *transactions, start=START, journal=None, **attributes):
        """One account with these transactions, linked and read once."""
        self.new_world(account_seed(*transactions, **attributes))
        account = self.linked_account(start=start, **(journal or {}))
        account.fetch_transactions()
        return account

    def serve_page(self, *items, ref="acc-1", **fault):
        """Let the next reading of the transactions get just these resources."""
        body = {"data": list(items), "links": {}, "meta": {"paging": {"limit": 100}}}
        self.plan(
            f"^/accounts/{ref}/transactions$",
            status=200,
            body=json.dumps(body, default=str),
            **fault,
        )

    def pump(self, runs, calls=40):
        """What the browser does: step until done. A request ends in a commit."""
        self.env.flush_all()
        for _call in range(calls):
            progress = runs.action_step()
            self.env.invalidate_all()
            if progress["done"]:
                return progress
        return self.fail(f"not done after {calls} steps: {progress}")

    def run_cron(self):
        self.env.ref(
            "account_ponto_sync.ir_cron_fetch_transactions"
        ).method_direct_trigger()

    def data_requests(self):
        """Requests since the last clearing, as ``METHOD path``, without the token's."""
        return [
            f"{entry['method']} {entry['path']}"
            for entry in self.sandbox.requests()
            if not entry["path"].endswith("/oauth2/token")
        ]

    def set_currency_rate(self, currency, day, units_per_euro):
        self.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "company_id": self.company.id,
                "name": day,
                "rate": units_per_euro,
            }
        )


def make_company(env, name):
    """A company in Belgium that keeps its books in euro."""
    euro = env.ref("base.EUR")
    euro.active = True
    company = env["res.company"].create(
        {
            "name": name,
            "currency_id": euro.id,
            "country_id": env.ref("base.be").id,
        }
    )
    charts = env["account.chart.template"]
    charts.try_loading("generic_coa", company=company, install_demo=False)
    # The chart brings its own currency.
    company.currency_id = euro
    return company


class LightCompany(TransactionCase):
    """A company in Brussels with a chart of accounts and no more.

    Core's test company takes five times as long, and there are many classes. They all
    begin with one company, which the first of them commits into the test database:
    each changes it in a transaction of its own, so none sees what another did.
    """

    company_name = "Bakkerij Peeters"

    @classmethod
    def setUpClass(cls):
        cls.commit_company()
        super().setUpClass()
        # As in core's own tests: mails are no matter, and a person is at work.
        cls.env = cls.env["base"].with_context(**DISABLED_MAIL_CONTEXT).env
        cls.env = cls.env(
            user=new_test_user(
                cls.env,
                "accountman",
                groups="account.group_account_manager,account.group_account_user,"
                "base.group_system",
            )
        )
        cls.company = cls.env["res.company"].search([("name", "=", COMMITTED_COMPANY)])
        cls.company.name = cls.company_name
        cls.env.user.write(
            {
                "company_ids": [Command.set(cls.company.ids)],
                "company_id": cls.company.id,
            }
        )

    @classmethod
    def commit_company(cls):
        """Make the company of all classes, unless the database has it."""
        with Registry(get_db_name()).cursor() as cr:
            env = Environment(cr, SUPERUSER_ID, DISABLED_MAIL_CONTEXT)
            if not env["res.company"].search([("name", "=", COMMITTED_COMPANY)]):
                company = make_company(env, COMMITTED_COMPANY)
                # Whoever makes a company may work in it, which OdooBot has no part in.
                env.user.company_ids -= company

    @classmethod
    def new_company(cls, name):
        """Another company in Belgium that keeps its books in euro."""
        return make_company(cls.env, name)

    def an_account(self, account_type):
        """Any account of a type, such as ``income``, of the company's chart."""
        return self.env["account.account"].search(
            [
                ("account_type", "=", account_type),
                ("company_ids", "in", self.company.ids),
            ],
            limit=1,
        )

    def chart_journal(self, journal_type, company=None):
        """The journal of a type that a company's chart brought."""
        company = company or self.company
        return self.env["account.journal"].search(
            [("type", "=", journal_type), ("company_id", "=", company.id)], limit=1
        )


class PontoCommon(PontoWorld, LightCompany):
    """What nearly every test needs."""
