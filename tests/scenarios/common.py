"""Acme BV in Brussels: the company of the hard cases, with no more than they need."""

from datetime import date

from odoo import Command
from odoo.tests import new_test_user, tagged

from ..common import LightCompany, PontoWorld, account_seed

IBAN = "BE68539007547034"


class AcmeCompany(LightCompany):
    """Acme has an accountant who books and a manager who connects."""

    company_name = "Acme BV"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = new_test_user(
            cls.env,
            "acme_accountant",
            groups="account.group_account_invoice,account.group_account_basic",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )


@tagged("ponto_scenario", "post_install", "-at_install")
class ScenarioCommon(PontoWorld, AcmeCompany):
    """Given journal BNK1, fed by Ponto's account ``acc-1`` (IBAN of Acme, EUR)."""

    def acme(
        self, *transactions, start=date(2026, 1, 1), fetch=True, now=None, **account
    ):
        """The account, linked to BNK1 with these transactions at Ponto, and read.

        :param transactions: oldest arrival first, made by ``transaction()``
        :param fetch: False: linked, but nothing was read yet
        :param now: where Ponto's clock stands, ``YYYY-MM-DDTHH:MM:SSZ``; real time
        """
        seed = account_seed(*transactions, holderName="Acme BV", **account)
        self.new_world(seed, **({"now": now} if now else {}))
        linked = self.linked_account(start=start, code="BNK1", number=IBAN)
        if fetch:
            linked.fetch_transactions()
        return linked

    def make_journal(self, code="BNK9", number=None, currency=None, **values):
        """BNK1 is the chart's own; the others are made."""
        journal = self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("code", "=", code)]
        )
        if not journal:
            return super().make_journal(code, number, currency, **values)
        if number:
            journal.set_bank_account(number)
        return journal

    def fetch(self, account):
        """Read what Ponto has; what an hourly run would do for this account."""
        self.env.invalidate_all()
        return account.fetch_transactions()

    def type_line(self, account, day, amount, label="/", **values):
        """A line that came by file or by hand."""
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": account.journal_id.id,
                "date": day,
                "amount": amount,
                "payment_ref": label,
                **values,
            }
        )

    def reconcile(self, line):
        """Match a line the way a person does: its suspense item gets an account."""
        _liquidity, suspense, _others = line._seek_for_lines()
        suspense.account_id = self.an_account("expense")
        self.assertTrue(line.is_reconciled)
