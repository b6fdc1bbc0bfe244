"""A dialog shows no account of another company, whatever a program puts into it."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import PontoCommon


@tagged("post_install", "-at_install")
class TestForeignDialogs(PontoCommon):
    def setUp(self):
        super().setUp()
        self.foreign = self.linked_account()
        other = self.new_company("Peeters Vastgoed")
        self.outsider = new_test_user(
            self.env,
            "ponto_outsider",
            groups="account.group_account_invoice,account.group_account_basic",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.own = self.connect(company_id=other.id)
        self.own.sudo().fetch_accounts()
        self.env.flush_all()

    def refused(self, model, values, foreign):
        dialogs = self.env[model].with_user(self.outsider)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            dialogs.create({**values, **foreign}).read(list(foreign))
        mine = dialogs.create(values)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            mine.write(foreign)
            self.env.flush_all()
            self.env.invalidate_all()
            mine.read(list(foreign))

    def test_reauthorize(self):
        bank = self.own.online_account_ids.provider_account_id[:1]
        values = {"provider_account_id": bank.id}
        self.refused("ponto.reauthorize", values, {"account_id": self.foreign.id})
        self.refused(
            "ponto.reauthorize",
            values,
            {"provider_account_id": self.foreign.provider_account_id.id},
        )

    def test_opening_balance(self):
        values = {"account_id": self.own.online_account_ids[:1].id}
        self.refused("ponto.opening.balance", values, {"account_id": self.foreign.id})
