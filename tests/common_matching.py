"""Bank lines of the feed, documents that they may pay, and an accountant."""

from odoo import Command
from odoo.tests import new_test_user

from .common import START, PontoCommon, transaction


class MatchingCommon(PontoCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls.new_user("ponto_bank", "account.group_account_basic")
        partners = cls.env["res.partner"]
        cls.customer = partners.create({"name": "Zonnedal NV"})
        cls.supplier = partners.create({"name": "Houthandel BV"})

    @classmethod
    def new_user(cls, login, groups, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def book(self, *texts_and_amounts, **attributes):
        """Bank lines as the feed brings them, the accountant's."""
        parts = [
            transaction(n, START, amount, remittanceInformation=text)
            for n, (text, amount) in enumerate(texts_and_amounts, 1)
        ]
        account = self.fetched(*parts, **attributes)
        lines = self.lines(account).with_user(self.accountant)
        return lines.sorted(
            lambda line: line.transaction_details["ponto"]["transaction"]
        )

    def document(self, amount, kind="out_invoice", **values):
        """A posted document of that total."""
        move = self.env["account.move"].create(
            {
                "move_type": kind,
                "company_id": self.company.id,
                "partner_id": (self.customer if "out" in kind else self.supplier).id,
                "invoice_date": START,
                "invoice_line_ids": [
                    Command.create({"name": "x", "price_unit": amount, "tax_ids": []})
                ],
                **values,
            }
        )
        move.action_post()
        return move

    def dialog(self, line):
        action = line.action_ponto_match()
        return (
            self.env["ponto.match"].with_user(self.accountant).browse(action["res_id"])
        )

    def offered(self, line):
        return [
            (one.name or one.item_id.move_id.name, one.reason, one.is_certain)
            for one in self.dialog(line).candidate_ids
        ]

    def items(self, line):
        """What the entry of a line says, but for ids."""
        names = ("name", "account_id", "partner_id", "currency_id", "amount_currency",
                 "debit", "credit")  # fmt: skip
        self.env.invalidate_all()
        return sorted(
            [str(item[name]) for name in names] for item in line.sudo().move_id.line_ids
        )

    def choose(self, line, number=0):
        self.dialog(line).candidate_ids[number].action_choose()
        self.env.invalidate_all()

    def preview(self, lines):
        action = lines.action_ponto_match_certain()
        certain = self.env["ponto.match.certain"].with_user(self.accountant)
        return certain.browse(action["res_id"])
