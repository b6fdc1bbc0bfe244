from lxml import etree

from odoo.tests import tagged

from .common import ScenarioCommon

#: What a bank's card leads to, for whom; P49 wants each within two clicks.
ON_THE_CARD = {
    "action_ponto_connect": "account.group_account_manager",
    "action_ponto_fetch": "account.group_account_invoice",
    "action_ponto_reauthorize": "account.group_account_invoice",
    "action_ponto_open_account": None,
    "action_ponto_disconnect": "account.group_account_manager",
}
OUR_FORMS = (
    "ponto.connect",
    "ponto.fetch.accounts",
    "ponto.preview",
    "ponto.check.period",
    "ponto.move.start",
    "ponto.add.institution",
)


@tagged("post_install", "-at_install")
class TestP49(ScenarioCommon):
    """Without developer mode, from the card; every field is explained."""

    def test_the_card_leads_everywhere(self):
        journals = self.env["account.journal"].with_user(self.manager)
        view = self.env.ref("account.account_journal_dashboard_kanban_view")
        arch = etree.fromstring(journals.get_view(view.id, "kanban")["arch"])
        for name in ON_THE_CARD:
            with self.subTest(name):
                self.assertTrue(arch.xpath(f"//*[@name='{name}']"))

    def test_who_finds_what(self):
        journals = self.env["account.journal"].with_user(self.accountant)
        view = self.env.ref("account.account_journal_dashboard_kanban_view")
        arch = etree.fromstring(journals.get_view(view.id, "kanban")["arch"])
        for name, group in ON_THE_CARD.items():
            may = not group or self.accountant.has_group(group)
            with self.subTest(name):
                self.assertEqual(bool(arch.xpath(f"//*[@name='{name}']")), may)

    def test_the_menu_needs_no_developer_mode(self):
        menu = self.env.ref("account_ponto_sync.menu_ponto_connect")
        seen = self.env["ir.ui.menu"].with_user(self.manager)._visible_menu_ids()
        self.assertIn(menu.id, seen)
        self.assertIn(menu.parent_id.id, seen)
        others = self.env["ir.ui.menu"].with_user(self.accountant)._visible_menu_ids()
        self.assertNotIn(menu.id, others)

    def test_every_field_of_a_dialog_is_explained(self):
        """Its own help, that of the field, or a placeholder that says it."""
        for model in OUR_FORMS:
            dialogs = self.env[model].with_user(self.manager)
            arch = etree.fromstring(dialogs.get_view(view_type="form")["arch"])
            described = dialogs.fields_get(attributes=["help", "readonly"])
            for node in arch.xpath("//group//field[not(ancestor::field)]"):
                name = node.get("name")
                if node.get("invisible") in ("1", "True"):
                    continue
                told = node.get("help") or described[name].get("help")
                with self.subTest(model=model, field=name):
                    self.assertTrue(told or node.get("placeholder"))

    def test_a_period_begins_a_month_ago(self):
        account = self.acme()
        action = account.with_user(self.accountant).action_check_period()
        dialog = self.env["ponto.check.period"].browse(action["res_id"])
        self.assertLess(dialog.date_from, dialog.date_to)
        self.assertGreaterEqual((dialog.date_to - dialog.date_from).days, 28)
