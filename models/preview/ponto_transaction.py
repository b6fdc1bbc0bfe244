"""How much of a first fetch the journal seems to have."""

from odoo import models

from .ponto_online_account import BOOKABLE


class PontoTransaction(models.Model):
    _inherit = "ponto.transaction"

    def _count_alike(self, account, start):
        """Rows from a day on for which the journal has a line: with their id, or of
        the amount on the day or beside it. Each is compared before it is booked."""
        self.env.flush_all()
        pairs = [
            pair
            for _how, key in self._line_keys()
            for pair in self._search_lines_of_rows(account, key)
        ]
        # A line with the id of a transaction is that one, whatever else is like it.
        condition = self._foreign_line_condition("AND l.id != ALL(%(born)s)")
        query = f"""
            SELECT n.id FROM ponto_transaction n
             WHERE n.online_account_id = %(account)s AND n.state IN %(states)s
               AND n.booking_date >= %(start)s AND {condition}"""  # noqa: S608
        self.env.cr.execute(
            query,
            {
                "account": account.id,
                "states": BOOKABLE,
                "start": start,
                "journal": account.journal_id.id,
                "own": account._with_predecessors().ids,
                "born": [line_id for line_id, _row_id in pairs],
            },
        )
        alike = {row_id for (row_id,) in self.env.cr.fetchall()}
        born = self.browse(row_id for _line_id, row_id in pairs)
        in_range = born.filtered(
            lambda row: row.booking_date and row.booking_date >= start
        )
        alike.update(in_range.ids)
        return len(alike)
