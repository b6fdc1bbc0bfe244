from odoo.tests import new_test_user, tagged

from ..hooks import post_init_hook, uninstall_hook
from .common import PontoCommon


@tagged("post_install", "-at_install")
class TestHooks(PontoCommon):
    """What installing changes outside our own records, and uninstalling gives back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.basic_group = cls.env.ref("account.group_account_basic")
        cls.manager_group = cls.env.ref("account.group_account_manager")

    def test_manager_may_work_on_bank_lines(self):
        self.assertIn(self.basic_group, self.manager_group.all_implied_ids)
        self.assertTrue(self.manager.has_group("account.group_account_basic"))
        lines = self.env["account.bank.statement.line"].with_user(self.manager)
        self.assertTrue(lines.has_access("write"))

    def test_basic_can_be_given_to_a_user(self):
        privilege = self.env.ref("account.res_groups_privilege_accounting")
        self.assertEqual(self.basic_group.privilege_id, privilege)

    def test_uninstalling_gives_back_groups_and_journals(self):
        account = self.linked_account()
        account.fetch_transactions()
        journal = account.journal_id
        archived = self.make_journal("BNK7")
        archived.write({"bank_statements_source": "ponto", "active": False})
        uninstall_hook(self.env)
        self.assertNotIn(self.basic_group, self.manager_group.implied_ids)
        self.assertFalse(self.basic_group.privilege_id)
        self.assertEqual(journal.bank_statements_source, "undefined")
        self.assertEqual(archived.bank_statements_source, "undefined")
        parameters = self.env["ir.config_parameter"].search(
            [("key", "=like", "account_ponto_sync.%")]
        )
        self.assertFalse(parameters)
        # Lines keep their Ponto ids: a later installation recognises them.
        details = self.lines(account)[0].transaction_details["ponto"]
        self.assertEqual(details["account"], "acc-1")
        self.assertTrue(details["transaction"])

    def test_installing_twice_changes_nothing(self):
        post_init_hook(self.env)
        uninstall_hook(self.env)
        post_init_hook(self.env)
        self.test_manager_may_work_on_bank_lines()
        self.test_basic_can_be_given_to_a_user()

    def test_what_others_set_stays(self):
        """Set before us (by Enterprise): neither marked nor taken back."""
        uninstall_hook(self.env)
        self.manager_group.implied_ids = [(4, self.basic_group.id)]
        self.basic_group.privilege_id = self.env.ref(
            "account.res_groups_privilege_accounting"
        )
        post_init_hook(self.env)
        uninstall_hook(self.env)
        self.assertIn(self.basic_group, self.manager_group.implied_ids)
        self.assertTrue(self.basic_group.privilege_id)

    def test_given_basic_right_survives_for_a_user(self):
        clerk = new_test_user(
            self.env, "ponto_basic", groups="account.group_account_basic"
        )
        self.assertTrue(clerk.has_group("account.group_account_basic"))
