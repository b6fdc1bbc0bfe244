from odoo.tests import tagged

from ..common import account_seed, transaction
from .common import IBAN, ScenarioCommon

CODES = ("EUR", "CHF", "GBP")


@tagged("post_install", "-at_install")
class TestP13(ScenarioCommon):
    """One IBAN in three currencies: each journal gets its own account's lines."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.currencies = {code: cls.env.ref(f"base.{code}") for code in CODES}
        for currency in cls.currencies.values():
            currency.active = True

    def list_accounts(self, order):
        for code in CODES[1:]:
            self.set_currency_rate(self.currencies[code], "2026-01-01", 0.9)
        seeds = [
            account_seed(
                transaction(n, "2026-04-01", f"{n}.00", currency=code),
                id=f"acc-{code.lower()}",
                currency=code,
                holderName="Acme BV",
            )
            for n, code in enumerate(CODES, 1)
        ]
        self.new_world(*[seeds[place] for place in order])
        self.connection.fetch_accounts()
        return {
            account.currency_code: account
            for account in self.connection.online_account_ids
        }

    def journals(self):
        journals = {
            "EUR": self.make_journal("BNK1", IBAN),
            "CHF": self.make_journal("BNK2", IBAN, self.currencies["CHF"]),
            "GBP": self.make_journal("BNK3", IBAN, self.currencies["GBP"]),
        }
        self.assertEqual(
            len({journal.bank_account_id for journal in journals.values()}), 1
        )
        return journals

    def each_gets_its_own(self, order):
        accounts = self.list_accounts(order)
        journals = self.journals()
        for code, account in accounts.items():
            self.assertEqual(account._propose_journal(), journals[code])
            for other in CODES:
                if other != code:
                    sentence = f"The account is in {code} and .* is in {other}"
                    with self.refusal(sentence):
                        account.link_journal(journals[other])
        for code, account in accounts.items():
            account.link_journal(journals[code], "2026-01-01")
        for _again in range(2):
            for account in accounts.values():
                self.fetch(account)
        for n, code in enumerate(CODES, 1):
            line = self.lines(accounts[code])
            self.assertEqual((line.amount, line.currency_id.name), (n, code))
            self.assertEqual(line.journal_id, journals[code])
        asked = [one for one in self.data_requests() if one.endswith("/transactions")]
        self.assertEqual(
            sorted(set(asked)),
            [
                f"GET /accounts/acc-{code.lower()}/transactions"
                for code in sorted(CODES)
            ],
        )

    def test_in_one_order(self):
        self.each_gets_its_own((0, 1, 2))

    def test_in_another_order(self):
        self.each_gets_its_own((2, 1, 0))
