from odoo.tests import tagged

from ..common import account_seed, transaction
from .common import IBAN, ScenarioCommon


@tagged("post_install", "-at_install")
class TestP46(ScenarioCommon):
    """Four accounts: each its own journal, by number *and* currency, none unasked."""

    def setUp(self):
        super().setUp()
        self.env.ref("base.USD").active = self.env.ref("base.GBP").active = True
        self.new_world(
            account_seed(transaction(1, "2026-04-08", "1.00"), holderName="Acme BV"),
            account_seed(
                id="acc-savings",
                reference="BE71096123456769",
                subtype="savings",
                holderName="Acme BV",
            ),
            account_seed(id="acc-usd", currency="USD", holderName="Acme BV"),
            account_seed(id="acc-gbp", currency="GBP", holderName="Acme BV"),
        )
        self.euros = self.make_journal("BNK1", number=IBAN)
        self.dollars = self.make_journal("BNK2", currency=self.env.ref("base.USD"))
        self.dollars.bank_account_id = self.euros.bank_account_id

    def test_proposals_and_what_comes_of_them(self):
        connection = self.connection.with_user(self.manager)
        action = connection.action_fetch_accounts()
        dialogs = self.env["ponto.fetch.accounts"].with_user(self.manager)
        dialog = dialogs.browse(action["res_id"])
        lines = {line.online_account_id.ponto_ref: line for line in dialog.line_ids}
        proposed = {ref: (line.action, line.journal_id) for ref, line in lines.items()}
        nothing = self.euros.browse()
        self.assertEqual(
            proposed,
            {
                "acc-1": ("link", self.euros),
                "acc-savings": ("create", nothing),
                "acc-usd": ("link", self.dollars),
                "acc-gbp": ("create", nothing),
            },
        )
        lines["acc-gbp"].selected = False
        dialog.action_confirm()
        accounts = {ref: line.online_account_id for ref, line in lines.items()}
        self.assertFalse(accounts["acc-gbp"].journal_id, "nothing without a tick")
        journals = {
            account.journal_id for account in accounts.values() if account.journal_id
        }
        self.assertEqual(len(journals), 3)
        ledger = {journal.default_account_id for journal in journals}
        self.assertEqual(len(ledger), 3, "each has a ledger account of its own")
        self.assertEqual(accounts["acc-1"].journal_id, self.euros)
        self.assertEqual(accounts["acc-usd"].journal_id, self.dollars)
