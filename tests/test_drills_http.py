"""What somebody tries at the doors themselves: forged and old return addresses, and
calls by JSON-2, XML-RPC and the web client. With the tours, because of the server."""

import secrets
from datetime import timedelta
from urllib.parse import quote
from xmlrpc.client import Fault

from odoo import Command, fields
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from .common import PontoWorld
from .scenarios.common import AcmeCompany

ALL_RIGHTS = "account.group_account_manager,account.group_account_basic"
# A few of each kind; tests/test_drills_rpc.py has all of them.
CALLS = (
    ("ponto.online.account", "fetch_transactions"),
    ("ponto.online.account", "action_fetch_transactions"),
    ("ponto.provider.account", "action_reauthorize"),
    ("ponto.connection", "action_test_connection"),
    ("ponto.sync.run", "action_undo"),
    ("ponto.transaction", "action_retry"),
    ("account.journal", "action_ponto_fetch"),
)
# Not for remote calls, whoever calls.
PRIVATE = (
    ("ponto.online.account", "move_start"),
    ("ponto.online.account", "_step"),
    ("ponto.reauthorize", "_take_state"),
    ("ponto.connection", "_encrypt"),
)


@tagged("ponto_tour", "post_install", "-at_install")
class TestDrillsHttp(PontoWorld, AcmeCompany, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Acme Vastgoed"})
        cls.stranger = cls.make_user("stranger", ALL_RIGHTS, cls.other)
        cls.colleague = cls.make_user("colleague", ALL_RIGHTS, cls.company)
        cls.portal = cls.make_user("portal", "base.group_portal", cls.company)

    @classmethod
    def make_user(cls, name, groups, company):
        return new_test_user(
            cls.env,
            f"door_{name}",
            groups=groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def registry_enter_test_mode(self, **_options):
        """``HttpCase`` did it for the whole class."""

    def setUp(self):
        super().setUp()
        self.account = self.linked_account()
        self.account.fetch_transactions()
        # Odoo notes each refusal as a warning, and each call by XML-RPC.
        rpc = "odoo.addons.rpc.controllers.xmlrpc"
        self.enterContext(mute_logger("odoo.http", rpc))

    # === THE RETURN ADDRESS === #

    def begin(self):
        """The accountant's dialog, and what Ponto is told to send them back with."""
        action = self.account.with_user(self.accountant).action_reauthorize()
        dialog = self.env["ponto.reauthorize"].browse(action["res_id"])
        self.env.flush_all()
        self.sandbox.clear_requests()
        return dialog, dialog.sudo().return_state

    def come_back(self, state, user=None):
        self.env.flush_all()
        login = user.login if user else None
        self.authenticate(login, login)
        address = f"/ponto/reauthorized?state={quote(state)}"
        answer = self.url_open(address, allow_redirects=False)
        self.env.invalidate_all()
        return answer

    def assert_refused(self, state, user=None, status=400):
        answer = self.come_back(state, user or self.accountant)
        self.assertEqual(answer.status_code, status)
        if status == 400:
            self.assertIn("Nothing was changed", answer.text)
        self.assertEqual(self.sandbox.requests(), [])

    def test_forged(self):
        """Guesses, garbage, and what another database gave out."""
        dialog, state = self.begin()
        for forged in (
            state[:-1],
            f"{state}x",
            state.swapcase(),
            f"{dialog.id}",
            f"{dialog.id}:{state}",
            secrets.token_urlsafe(24),
            "",
            "\x00",
            "é\u202e",
            "False",
            "{}",
            "%",
            "x" * 10_000,
        ):
            with self.subTest(forged=forged[:40]):
                self.assert_refused(forged)
        # Half of a character, which no text can be made of.
        answer = self.url_open("/ponto/reauthorized?state=%ED%A0%80&state=%FF")
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(dialog.sudo().return_state, state, "still good")

    def test_odd_parameters(self):
        """Whatever the names and values are: refused in words, or shown where to sign
        in; never an error of Odoo's own."""
        _dialog, state = self.begin()
        pages = ("/ponto/reauthorized", "/ponto/reauthorize/1", "/ponto/health")
        queries = (
            "self=1", "self=1&self=2", "cls=1", "args=1", "kwargs=1", "endpoint=1",
            "env=1", "context=x", "dialog_id=x", "_kwargs=1", "_params=1", "=", "&&&=&",
            "state=%00", "state=%FF%FE", "state[]=a", "state[a]=b", "state=a&state=b",
            "state=%F0%9F%92%A9", "%00=%00", "%FF=1", f"{'x' * 5000}=1",
            f"state={'%00' * 10_000}", "&".join(f"a{n}=1" for n in range(999)),
        )  # fmt: skip
        for user in (None, self.accountant):
            self.authenticate(*((user.login, user.login) if user else (None, None)))
            for page in pages:
                for query in queries:
                    with self.subTest(page, query=query[:30], user=user):
                        answer = self.url_open(f"{page}?{query}", allow_redirects=False)
                        self.assertLess(answer.status_code, 500)
        self.assertEqual(_dialog.sudo().return_state, state, "still good")

    def test_odd_addresses_and_bodies(self):
        self.begin()
        self.authenticate(self.accountant.login, self.accountant.login)
        for number in (0, 2**31 - 1, 2**31, 2**63, 10**300):
            with self.subTest(number=number):
                answer = self.url_open(
                    f"/ponto/reauthorize/{number}", allow_redirects=False
                )
                self.assertEqual(answer.status_code, 400)
        file = {"state": ("x.txt", b"x")}
        for method in ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"):
            for options in ({"files": file}, {"data": {"self": "1"}}, {"json": ["x"]}):
                for page in ("/ponto/reauthorized", "/ponto/reauthorize/1"):
                    with self.subTest(method, page=page, body=list(options)):
                        answer = self.opener.request(
                            method, f"{self.base_url()}{page}", timeout=30, **options
                        )
                        self.assertLess(answer.status_code, 500)
        for body in (b"", b"\x00", b"[]", b"{}", b'{"params": []}', b'{"params": 1}'):
            with self.subTest(body=body):
                answer = self.url_open(
                    "/ponto/key",
                    data=body or b" ",
                    headers={"Content-Type": "application/json"},
                )
                self.assertLess(answer.status_code, 500)

    def test_of_somebody_else(self):
        dialog, state = self.begin()
        self.assert_refused(state, self.colleague)
        self.assert_refused(state, self.stranger)
        self.assert_refused(state, self.portal, status=403)
        answer = self.come_back(state)
        self.assertIn("/web/login", answer.headers["Location"])
        self.assertEqual(dialog.sudo().return_state, state, "still good")

    def test_replayed(self):
        dialog, state = self.begin()
        answer = self.come_back(state, self.accountant)
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(answer.headers["Location"].endswith(f"/{dialog.id}"))
        self.assert_refused(state)
        self.assertFalse(dialog.sudo().return_state)

    def test_too_old(self):
        dialog, state = self.begin()
        day_ago = fields.Datetime.now() - timedelta(days=1, minutes=1)
        dialog.sudo()._write({"create_date": day_ago})
        self.assert_refused(state)
        dialog.sudo()._write({"create_date": day_ago + timedelta(hours=1)})
        self.assertEqual(self.come_back(state, self.accountant).status_code, 303)
        _dialog, state = self.begin()
        _dialog.sudo().unlink()
        self.assert_refused(state)

    def test_of_a_company_that_was_left(self):
        dialog, state = self.begin()
        self.accountant.write(
            {"company_ids": [Command.set(self.other.ids)], "company_id": self.other.id}
        )
        self.assert_refused(state)
        self.assertEqual(dialog.sudo().return_state, state)

    def test_the_way_out(self):
        """A page of Ponto is asked for by the dialog's own person alone."""
        dialog, _state = self.begin()
        for user in (self.colleague, self.stranger, self.portal):
            self.authenticate(user.login, user.login)
            answer = self.url_open(
                f"/ponto/reauthorize/{dialog.id}", allow_redirects=False
            )
            self.assertEqual(answer.status_code, 403, user.login)
        self.assertEqual(self.sandbox.requests(), [])

    # === REMOTE CALLS === #

    def record(self, model):
        found = {
            "ponto.connection": self.connection,
            "ponto.online.account": self.account,
            "ponto.provider.account": self.account.provider_account_id,
            "ponto.sync.run": self.account.run_ids[:1],
            "ponto.transaction": self.account.transaction_ids[:1],
            "account.journal": self.account.journal_id,
        }
        return found.get(model, self.env[model])

    def test_remote_calls(self):
        """By JSON-2, XML-RPC and the web client: refused to strangers, by name."""
        calls = [*CALLS, *PRIVATE]
        for user in (self.stranger, self.portal):
            self.try_doors(user, calls)
        self.try_doors(self.colleague, PRIVATE)
        self.assertEqual(self.sandbox.requests(), [])
        answer = self.json2(
            self.colleague, "ponto.online.account", "fetch_transactions"
        )
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(self.sandbox.requests())

    def try_doors(self, user, calls):
        self.env.flush_all()
        self.sandbox.clear_requests()
        for model, method in calls:
            with self.subTest(f"{model}.{method}", user=user.login):
                self.assertEqual(self.json2(user, model, method).status_code, 403)
                with self.assertRaisesRegex(Fault, "not allowed|cannot|access|Access"):
                    self.xmlrpc(user, model, method)
                with self.assertRaisesRegex(JsonRpcException, "AccessError"):
                    self.web(user, model, method)

    def json2(self, user, model, method):
        keys = self.env["res.users.apikeys"].with_user(user)
        until = fields.Datetime.now() + timedelta(days=1)
        key = keys._generate(None, "drill", until)
        self.env.flush_all()
        self.authenticate(None, None)
        return self.url_open(
            f"/json/2/{model}/{method}",
            headers={"Authorization": f"Bearer {key}"},
            json={"ids": self.record(model).ids},
        )

    def xmlrpc(self, user, model, method):
        return self.xmlrpc_object.execute_kw(
            self.env.cr.dbname,
            user.id,
            user.login,
            model,
            method,
            [self.record(model).ids],
        )

    def web(self, user, model, method):
        self.authenticate(user.login, user.login)
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {
                "model": model,
                "method": method,
                "args": [self.record(model).ids],
                "kwargs": {},
            },
        )
