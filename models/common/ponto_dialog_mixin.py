"""Dialogs that answer in themselves (docs/adr/0024-refusals-in-the-dialog.md)."""

from functools import wraps

from odoo import api, fields, models
from odoo.exceptions import AccessDenied, AccessError, MissingError, UserError

#: What is no part of a conversation: these stay exceptions.
NOT_ANSWERED = (AccessDenied, AccessError, MissingError)


def answered_here(button):
    """A button of a dialog: what is refused is told in the dialog, and undone."""
    return _answered(button, lambda dialog, text: dialog._show_dialog(text))


def answered_in(name):
    """A button in a list of a dialog.

    :param name: the field that leads to the dialog
    """
    return lambda button: _answered(
        button, lambda line, text: line[name]._show_dialog(text)
    )


def answered_beside(button):
    """A button of a list or a page, which has no dialog: told in a notification."""
    return _answered(button, _notify)


def _notify(_records, text):
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {"type": "warning", "message": text},
    }


def _answered(button, tell):
    @wraps(button)
    def answer(self, *args, **kwargs):
        try:
            with self.env.cr.savepoint():
                return button(self, *args, **kwargs)
        except NOT_ANSWERED:
            raise
        except UserError as error:
            text = str(error)
        return tell(self, text)

    answer.is_answered = True
    return answer


class PontoDialogMixin(models.AbstractModel):
    """A dialog in which a refusal is read where it was asked.

    Each dialog brings ``_get_title()``, and its view shows ``problem``. The text is not
    stored: the action that opens the dialog again carries it.
    """

    _name = "ponto.dialog.mixin"
    _inherit = "ponto.reference.mixin"
    _description = "Base for dialogs that show their own errors"
    _dialog_size = "extra-large"

    problem = fields.Text(
        compute="_compute_problem", help="Reason why the last click had no effect."
    )

    @api.depends_context("ponto_problem")
    def _compute_problem(self):
        self.problem = self.env.context.get("ponto_problem") or False

    def _show_dialog(self, problem=""):
        """:param problem: why a click did nothing"""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self._get_title(),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "dialog_size": self._dialog_size,
                **({"ponto_problem": problem} if problem else {}),
            },
        }
