from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def unlink(self):
        """Deleting the entry of a bank line removes the line by a cascade in SQL, so
        no method of the line is called: remember here who did it."""
        rows = self.env["ponto.transaction"]
        rows._note_deletion([("statement_line_id.move_id", "in", self.ids)])
        return super().unlink()
