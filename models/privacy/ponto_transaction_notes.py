"""Removing what people wrote about rows."""

from odoo import models


class PontoTransaction(models.Model):
    _inherit = "ponto.transaction"

    def _remove_notes(self):
        """Remove what people wrote about these rows; who and when stay."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE ponto_transaction
               SET decision_note = NULL,
                   history = (
                       SELECT jsonb_agg(event #- '{values,note}' ORDER BY place)
                         FROM jsonb_array_elements(
                                  CASE WHEN jsonb_typeof(history) = 'array'
                                       THEN history END)
                              WITH ORDINALITY AS old (event, place))
             WHERE id = ANY(%s)""",
            [list(self.ids)],
        )
        self.env.invalidate_all()
