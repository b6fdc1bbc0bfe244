from odoo import models
from odoo.tests import tagged

from .common import PontoCommon

#: Answer in themselves (``result``), or refuse only what one has no right to.
OTHER_DIALOGS = {"ponto.reauthorize", "ponto.disconnect"}
CORE = {"action_archive", "action_unarchive"}
#: Refuse only what one has no right to, or are no button of the dialog.
NOT_ANSWERED = {
    "ponto.add.institution.line.action_add",
    "ponto.connect.action_back",
    "ponto.connect.action_next",
    "ponto.connect.action_open_assistant",
    "ponto.connect.action_skip",
    "ponto.fetch.accounts.action_replace_credentials",
    "ponto.match.certain.action_step",
}


@tagged("post_install", "-at_install")
class TestDialogs(PontoCommon):
    """A refusal that belongs to the conversation is read in the dialog."""

    def dialogs(self):
        for model in self.env.values():
            if model._transient and "problem" in model._fields:
                yield model

    def lines_of(self, model):
        for field in model._fields.values():
            if field.type == "one2many":
                yield self.env[field.comodel_name]

    def buttons(self, model):
        for name in dir(type(model)):
            if name.startswith("action_") and name not in CORE:
                yield f"{model._name}.{name}", getattr(type(model), name)

    def test_every_dialog(self):
        """Whatever opens as a dialog and has a button of ours."""
        mixin = self.env.registry["ponto.dialog.mixin"]
        for name, model in self.env.registry.items():
            if not name.startswith("ponto.") or not issubclass(
                model, models.TransientModel
            ):
                continue
            views = self.env["ir.ui.view"].search(
                [("model", "=", name), ("type", "=", "form")]
            )
            if "<footer" in "".join(views.mapped("arch_db")):
                with self.subTest(dialog=name):
                    self.assertTrue(issubclass(model, mixin) or name in OTHER_DIALOGS)

    def test_every_button(self):
        dialogs = list(self.dialogs())
        self.assertGreater(len(dialogs), 12)
        for dialog in dialogs:
            for model in (dialog, *self.lines_of(dialog)):
                if not model._transient:
                    continue
                for name, button in self.buttons(model):
                    if name in NOT_ANSWERED:
                        continue
                    with self.subTest(button=name):
                        self.assertTrue(getattr(button, "is_answered", False))

    def test_every_view_shows_it(self):
        for dialog in self.dialogs():
            with self.subTest(dialog=dialog._name):
                arch = dialog.get_view(view_type="form")["arch"]
                self.assertIn('name="problem"', arch)
                self.assertTrue(dialog.new({})._get_title())

    def test_what_was_begun_is_undone(self):
        """The refused click leaves nothing behind but the sentence."""
        account = self.linked_account()
        dialog = self.env["ponto.check.period"].create(
            {
                "account_id": account.id,
                "date_from": "2026-03-02",
                "date_to": "2026-03-01",
            }
        )
        runs = self.env["ponto.sync.run"].search_count([])
        action = dialog.action_check()
        self.assert_answered("ends before it begins", action)
        self.assertEqual(action["name"], "Check a period")
        self.assertEqual(self.env["ponto.sync.run"].search_count([]), runs)
        # Told once: what opens the dialog otherwise says nothing.
        self.assertFalse(dialog.problem)
