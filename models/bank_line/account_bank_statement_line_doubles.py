"""Lines of a file that was imported after Ponto had booked the same payments.

Nothing can stop such an import, and nobody but a person may delete a line. So what
would have been recognized had the file come first is shown as a possible double.
"""

from odoo import api, fields, models
from odoo.fields import Domain

from ...mapping.dates import shifted
from ...rules.compared_payment import NEIGHBOUR_DAYS, Entry
from ...rules.evidence import numbers_agree, texts_agree
from ...rules.recognition import match_lines

# Lines that no transaction of Ponto's has, near one of the same amount that Ponto
# booked; only as far back as Ponto reaches.
_CANDIDATES = """
    WITH fed AS (
        SELECT l.journal_id, min(l.internal_index) AS first
          FROM ponto_transaction t
          JOIN ponto_online_account a ON a.id = t.online_account_id
          JOIN account_bank_statement_line l
            ON l.id = t.statement_line_id AND l.journal_id = a.journal_id
         WHERE t.state = 'imported' AND a.journal_id = ANY(%(journals)s)
         GROUP BY l.journal_id)
    SELECT l.journal_id, l.amount, l.id, m.date, l.sequence, l.account_number,
           l.partner_name, l.payment_ref
      FROM fed
      JOIN account_bank_statement_line l ON l.journal_id = fed.journal_id
       AND l.internal_index >= to_char(
           to_date(left(fed.first, 8), 'YYYYMMDD') - %(near)s, 'YYYYMMDD')
      JOIN account_move m ON m.id = l.move_id AND m.state != 'cancel'
     WHERE l.ponto_is_no_double IS NOT TRUE
       AND (l.transaction_details -> 'ponto') IS NULL
       AND NOT EXISTS (
           SELECT 1 FROM ponto_transaction t WHERE t.statement_line_id = l.id)
       AND EXISTS (
           SELECT 1
             FROM account_bank_statement_line o
             JOIN ponto_transaction t
               ON t.statement_line_id = o.id AND t.state = 'imported'
            WHERE o.journal_id = l.journal_id AND o.company_id = l.company_id
              AND o.amount = l.amount
              AND o.internal_index >= to_char(m.date - %(near)s, 'YYYYMMDD')
              AND o.internal_index < to_char(m.date + %(near)s + 1, 'YYYYMMDD'))
     ORDER BY l.journal_id, l.amount, l.id"""


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    ponto_possible_double = fields.Boolean(
        string="Possible double",
        compute="_compute_ponto_double_of_id",
        search="_search_ponto_possible_double",
        help="It came from a file or by hand, and Ponto had booked the same payment "
        "before.",
    )
    ponto_double_of_id = fields.Many2one(
        "account.bank.statement.line",
        string="Same as",
        compute="_compute_ponto_double_of_id",
        help="The line that Ponto booked.",
    )
    ponto_is_no_double = fields.Boolean(
        string="Not a double",
        readonly=True,
        copy=False,
        help="A person said that it is another payment than the equal one of Ponto.",
    )

    def _compute_ponto_double_of_id(self):
        found = self._ponto_find_doubles(self.journal_id)
        for line in self:
            line.ponto_double_of_id = found.get(line._origin.id, False)
            line.ponto_possible_double = bool(line.ponto_double_of_id)

    def _search_ponto_possible_double(self, operator, value):
        if operator != "in":
            return NotImplemented
        accounts = self.env["ponto.online.account"].sudo()
        fed = accounts.search([("journal_id", "!=", False)]).journal_id
        found = list(self._ponto_find_doubles(fed))
        domains = [
            Domain("id", "in" if wanted else "not in", found) for wanted in value
        ]
        return Domain.OR(domains)

    def action_ponto_not_double(self):
        """Say that these lines are payments of their own; they are not shown again."""
        self.check_access("write")
        self.ponto_is_no_double = True
        return True

    # === FINDING === #

    @api.private
    @api.model
    def _ponto_find_doubles(self, journals):
        """Lines from elsewhere that Ponto's lines of these journals may double.

        :return: ``{id of the line from elsewhere: id of the line that Ponto booked}``
        """
        if not journals.ids:
            return {}
        self.env.flush_all()
        self.env.cr.execute(
            _CANDIDATES, {"journals": journals.ids, "near": NEIGHBOUR_DAYS}
        )
        buckets = {}
        for journal_id, amount, *values in self.env.cr.fetchall():
            buckets.setdefault((journal_id, amount), []).append(_entry(*values))
        found = {}
        for (journal_id, amount), entries in buckets.items():
            found.update(self._ponto_match_bucket(journal_id, amount, entries))
        return found

    def _ponto_match_bucket(self, journal_id, amount, entries):
        """As if the file had come first: the very rules of adoption, and texts that
        speak for it."""
        days = [entry.day for entry in entries]
        rows = self._ponto_search_booked(journal_id, amount, min(days), max(days))
        ours = rows.filtered(lambda row: row.state == "imported")
        row_entries = {row.id: row._entry(row.booking_date) for row in ours}
        lines = {entry.key: entry for entry in entries}
        adopted = {row.booking_date for row in rows - ours}
        adopted |= {row.statement_line_id.date for row in rows - ours}
        found = {}
        for row_id, (line_id, how) in match_lines(
            row_entries.values(), entries
        ).pairs.items():
            row, line = row_entries[row_id], lines[line_id]
            crowded = how == "next_day" and _is_crowded(row, line, adopted)
            if not crowded and _speaks_for(row, line):
                found[line_id] = rows.browse(row_id).statement_line_id.id
        return found

    def _ponto_search_booked(self, journal_id, amount, first, last):
        days = 2 * NEIGHBOUR_DAYS
        return (
            self.env["ponto.transaction"]
            .sudo()
            .search(
                [
                    ("statement_line_id.journal_id", "=", journal_id),
                    ("statement_line_id.amount", "=", amount),
                    ("state", "in", ("imported", "adopted")),
                    ("booking_date", ">=", shifted(first, -days)),
                    ("booking_date", "<=", shifted(last, days)),
                ]
            )
        )


def _entry(line_id, day, sequence, number, name, text):
    return Entry(
        key=line_id,
        day=day,
        order=(-(sequence or 0), line_id),
        number=number or "",
        name=name or "",
        text=text or "",
    )


def _is_crowded(row, line, days):
    """Whether a payment that was recognized lies within a day of either."""
    return any(
        abs((day - other.day).days) <= NEIGHBOUR_DAYS
        for day in days
        for other in (row, line)
    )


def _speaks_for(row, line):
    """Whether number, text or name agree; of a line that has none of them the day and
    the amount are all there is to compare."""
    if not (line.number or line.text or line.name):
        return True
    return (
        numbers_agree(row.number, line.number)
        or texts_agree(row.text, line.text)
        or texts_agree(row.name, line.name)
    )
