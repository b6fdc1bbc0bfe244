"""Banks whose permission ends, and the people who are told."""

from contextlib import contextmanager

from odoo import Command
from odoo.tests import new_test_user

from .common import PontoCommon, account_seed

ENDS = "2026-04-30T06:00:00.000Z"
SINCE = "2025-11-01T06:00:00.000Z"


def ending_account(number=1, ends=ENDS, **attributes):
    """An account whose authorization ends; two of them at the first bank."""
    return account_seed(
        id=f"acc-{number}",
        reference=("BE68539007547034", "BE71096123456769", "BE43068999999501")[
            number - 1
        ],
        authorizedAt=SINCE,
        authorizationExpirationExpectedAt=ends,
        **attributes,
    )


class RemindersCommon(PontoCommon):
    """One bank whose permission ends on 30 April 2026 at 8 in Brussels; Ann is
    responsible, Rita renews."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann = cls.new_user("ann", "account.group_account_invoice")
        cls.rita = cls.env["res.partner"].create(
            {"name": "Rita Maes", "email": "rita@example.com"}
        )

    @classmethod
    def new_user(cls, login, groups, companies=None, **values):
        companies = companies or cls.company
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            name=login.title(),
            email=f"{login}@example.com",
            company_id=companies[0].id,
            company_ids=[Command.set(companies.ids)],
            **values,
        )

    def setUp(self):
        super().setUp()
        self.enterContext(self.at("2026-03-01 09:00:00"))
        self.connection.responsible_user_id = self.ann

    def banks(self, *accounts, linked=None, **more):
        """These accounts, each feeding a journal; their institutions."""
        self.new_world(*accounts, now="2026-03-01T09:00:00Z", **more)
        found = self.connection.fetch_accounts().sorted("ponto_ref")
        for number, account in enumerate(found, 1):
            if linked is None or account.ponto_ref in linked:
                account.link_journal(self.make_journal(f"R{number}"), "2026-01-01")
        return found.provider_account_id

    def check(self, day=None):
        """The daily check, at nine in the morning of a day of 2026."""
        if day is None:
            return self._check()
        with self.at(f"2026-{day} 09:00:00"):
            return self._check()

    def _check(self):
        self.env.flush_all()
        self.env.ref(
            "account_ponto_sync.ir_cron_check_authorizations"
        ).method_direct_trigger()
        self.env.invalidate_all()

    @contextmanager
    def list_read(self, moment):
        """Both clocks at that moment, the account list read there."""
        with self.at(moment):
            self.connection.fetch_accounts()
            self.env.invalidate_all()
            yield

    def activities(self, record, user=None):
        found = self.env["mail.activity"].search(
            [("res_model", "=", record._name), ("res_id", "in", record.ids)]
        )
        return found.filtered(lambda one: one.user_id == user) if user else found

    def mails(self):
        return self.env["mail.mail"].search(
            [("model", "=", "ponto.reminder")], order="id"
        )

    def mailed(self):
        """Who got how many mails."""
        told = {}
        for mail in self.mails():
            for partner in mail.recipient_ids:
                told[partner.name] = told.get(partner.name, 0) + 1
        return told

    def renew(self, moment="2026-04-20 09:00:00", ref="acc-1"):
        with self.at(moment):
            self.sandbox.control("POST", f"accounts/{ref}/reauthorize", json={})
