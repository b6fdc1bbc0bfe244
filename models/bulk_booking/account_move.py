"""One write for a batch of new entries, where core makes one for each of them.

After creating statement lines core writes on each entry which line it is of, an empty
number and the note it has already. The last two are the same for all, and the first
changes nothing but itself. So within a batch of ours these writes wait until the items
are created, and are made together. Nothing of it happens outside such a batch, or where
another addon has a say in what is written on entries.
"""

from odoo import api, models

from .account_move_numbering import BULK, is_defined_by

_WAITING = "account_ponto_sync_waiting"
_WRITTEN_ON_EACH = {"statement_line_id", "narration", "name"}
_KNOWN = (
    "odoo.addons.account.models.account_move",
    "odoo.addons.account.models.sequence_mixin",
    "odoo.addons.mail.models.mail_thread",
    "odoo.orm.models",
    __name__,
)


class AccountMove(models.Model):
    _inherit = "account.move"

    def write(self, vals):
        if self.env.context.get(BULK) and self._may_wait(vals):
            self._waiting_lines()[self] = vals["statement_line_id"]
            return True
        return super().write(vals)

    def _may_wait(self, vals):
        return (
            vals.keys() == _WRITTEN_ON_EACH
            and len(self) == 1
            and self.state == "draft"
            and not (vals["name"] or self.name or self.statement_line_id)
            and vals["narration"] == self.narration
            and is_defined_by(_KNOWN, type(self), "write")
        )

    def _waiting_lines(self):
        """``{entry: line id}``; what rolls back a batch takes it along."""
        batch = self.env.context[BULK]
        return self.env.cr.precommit.data.setdefault((_WAITING, batch), {})

    def _write_what_waits(self):
        """As ``write`` does, for all at once but the one value that differs."""
        waiting = dict(self._waiting_lines())
        if not waiting:
            return
        self._waiting_lines().clear()
        moves = next(iter(waiting)).concat(*waiting)
        moves.write({"name": False})
        field = moves._fields["statement_line_id"]
        moves.modified([field.name], before=True)
        for move, line_id in waiting.items():
            field.write(move, line_id)
        moves.modified([field.name])
        moves._validate_fields([field.name])
        moves._check_company([field.name])

    def _compute_tax_country_id(self):
        """Core calls it from a check, where each value it sets is a write of its own."""
        if not self.env.context.get(BULK):
            return super()._compute_tax_country_id()
        with self.env.protecting([self._fields["tax_country_id"]], self):
            return super()._compute_tax_country_id()


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get(BULK):
            self.env["account.move"]._write_what_waits()
        return super().create(vals_list)
