"""Lines that came by CODA, CAMT, CSV or by hand before Ponto told of the payment, or
from another account of Ponto's that fed the journal before.

They are recognized and adopted: no second line, and what was matched stays matched.
Only lines without a transaction of the account's own are looked at, and only in one
direction: a file that is imported later cannot be stopped here (account_bank_statement_line_duplicates.py).
"""

from dataclasses import replace

from odoo import api, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists

from ...mapping.dates import shifted
from ...mapping.statement_line import prepare_statement_line_vals
from ...rules.compared_payment import NEIGHBOUR_DAYS, Entry
from ...rules.recognition import match_lines

# Amounts that are compared in one step.
AMOUNTS = 100
_LINES = "account_bank_statement_line"
# Where OCA's importers keep "<number>-<journal>-<id>".
_OTHER_FEED_COLUMN = "unique_import_id"

# A line of the journal near a new row, that no transaction of the account or of those
# that it continues has.
_FOREIGN = """
    FROM account_bank_statement_line l
    JOIN account_move m ON m.id = l.move_id
   WHERE l.journal_id = {journal} AND m.state != 'cancel'
     AND l.internal_index >= to_char({first}, 'YYYYMMDD')
     AND l.internal_index < to_char({last} + 1, 'YYYYMMDD')
     AND NOT EXISTS (
         SELECT 1 FROM ponto_transaction t
          WHERE t.statement_line_id = l.id AND t.online_account_id = ANY(%(own)s))
"""


class PontoTransaction(models.Model):
    _inherit = "ponto.transaction"

    def _foreign_line_condition(self, more=""):
        """SQL: a line from elsewhere may be the new row ``n``.

        :param more: another condition on the line ``l``
        """
        near = _FOREIGN.format(
            journal="%(journal)s",
            first=f"(n.booking_date - {NEIGHBOUR_DAYS})",
            last=f"(n.booking_date + {NEIGHBOUR_DAYS})",
        )
        return f"EXISTS (SELECT 1 {near} AND l.amount = n.amount {more})"

    # === BY ID === #

    @api.private
    @api.model
    def _adopt_by_id(self, account, run):
        """Adopt lines that bear the row's own id: left by an earlier installation, or
        by another connector for Ponto."""
        taken = set()
        for how, key in self._line_keys():
            for line_id, row_id in self._search_lines_of_rows(account, key):
                if row_id not in taken:
                    taken.add(row_id)
                    row, line = self.browse(row_id), self._line(line_id)
                    row._isolate(
                        lambda row=row, line=line, how=how: row._adopt(line, how, run),
                        run,
                    )

    def _line_keys(self):
        """How a line may bear Ponto's id, as SQL on the line."""
        yield "ponto_id", SQL("l.transaction_details -> 'ponto' ->> 'transaction'")
        if column_exists(self.env.cr, _LINES, _OTHER_FEED_COLUMN):
            column = SQL.identifier("l", _OTHER_FEED_COLUMN)
            yield (
                "other_feed",
                SQL("substring(%s from '-[0-9]+-(.+)$')", column),
            )

    def _search_lines_of_rows(self, account, key):
        """Pairs of ids: a line that nobody has and the new row that it bears the id of.

        A first fetch has many new rows: they are compared where they are.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                SELECT l.id, n.id
                  FROM account_bank_statement_line l
                  JOIN account_move m ON m.id = l.move_id
                  JOIN ponto_transaction n ON n.ponto_ref = %(key)s
                 WHERE l.journal_id = %(journal)s AND m.state != 'cancel'
                   AND n.online_account_id = %(account)s AND n.state = 'new'
                   AND n.is_another IS NOT TRUE
                   AND NOT EXISTS (
                       SELECT 1 FROM ponto_transaction t
                        WHERE t.statement_line_id = l.id)
                 ORDER BY l.id""",
                key=key,
                journal=account.journal_id.id,
                account=account.id,
            )
        )
        return self.env.cr.fetchall()

    # === BY DAY AND AMOUNT === #

    @api.private
    @api.model
    def _adopt_by_amount(self, account, run, after=None):
        """Compare new rows with the journal's other lines, amount by amount.

        :param after: amount up to which this was done already, as text
        :return: the same for the next call; None when all is done
        """
        amounts = self._search_shared_amounts(account, after)
        for amount in amounts:
            rows = self.search(
                [
                    ("online_account_id", "=", account.id),
                    ("amount", "=", amount),
                    ("state", "=", "new"),
                    ("is_another", "=", False),
                    ("booking_date", "!=", False),
                ]
            )
            rows._isolate_group(
                lambda rows, amount=amount: rows._adopt_amount(account, run, amount),
                run,
            )
        return str(amounts[-1]) if len(amounts) == AMOUNTS else None

    def _search_shared_amounts(self, account, after):
        self.env.flush_all()
        cr = self.env.cr
        parameters = {
            "account": account.id,
            "journal": account.journal_id.id,
            "own": account._with_predecessors().ids,
        }
        cr.execute(
            """SELECT min(booking_date), max(booking_date) FROM ponto_transaction
                WHERE online_account_id = %(account)s AND state = 'new'""",
            parameters,
        )
        first, last = cr.fetchone()
        if not first:
            return []
        foreign = _FOREIGN.format(
            journal="%(journal)s", first="%(first)s::date", last="%(last)s::date"
        )
        query = f"""
            SELECT DISTINCT n.amount
              FROM ponto_transaction n
              JOIN (SELECT l.amount, m.date {foreign}) f
                ON f.amount = n.amount
               AND f.date BETWEEN n.booking_date - %(near)s AND n.booking_date + %(near)s
             WHERE n.online_account_id = %(account)s AND n.state = 'new'
               AND n.is_another IS NOT TRUE
               AND (%(after)s::numeric IS NULL OR n.amount > %(after)s::numeric)
             ORDER BY 1 LIMIT %(limit)s"""  # noqa: S608
        parameters.update(
            first=shifted(first, -NEIGHBOUR_DAYS),
            last=shifted(last, NEIGHBOUR_DAYS),
            near=NEIGHBOUR_DAYS,
        )
        parameters.update(after=after, limit=AMOUNTS)
        cr.execute(query, parameters)
        return [amount for (amount,) in cr.fetchall()]

    def _adopt_amount(self, account, run, amount):
        domain = [("online_account_id", "=", account.id), ("amount", "=", amount)]
        waiting = [("state", "=", "held"), ("hold_code", "=", "in_books_or_new")]
        dated = [("booking_date", "!=", False)]
        rows = self
        held = self.search([*domain, *waiting, *dated])
        days = (rows | held).mapped("booking_date")
        found = match_lines(
            [row._entry(row.booking_date) for row in rows]
            + [row._entry(row.booking_date, undecided=True) for row in held],
            self._foreign_entries(account, amount, min(days), max(days)),
        )
        for key, (line_id, how) in found.pairs.items():
            row, line = self.browse(key), self._line(line_id)
            if how == "next_day" and row._has_rival(line):
                row._hold("in_books_or_new", lines=[line_id], count=1)
                run.held_count += 1
            else:
                row._adopt(line, how, run)
        for key, line_ids in found.ties.items():
            self.browse(key)._hold(
                "in_books_or_new", lines=line_ids, count=len(line_ids)
            )
        run.held_count += len(found.ties)

    def _has_rival(self, line):
        """Whether another payment of the line's own day may be that line: one before
        the start, or one that has a line of its own and makes this one its double."""
        return bool(
            self.search_count(
                [
                    ("online_account_id", "=", self.online_account_id.id),
                    ("id", "!=", self.id),
                    ("amount", "=", self.amount),
                    ("booking_date", "=", line.date),
                    ("state", "in", ("before_cutover", "imported", "ignored")),
                ],
                limit=1,
            )
        )

    def _foreign_entries(self, account, amount, first, last):
        self.env.flush_all()
        foreign = _FOREIGN.format(
            journal="%(journal)s", first="%(first)s::date", last="%(last)s::date"
        )
        # What another account brought is compared as Ponto told of it.
        query = f"""
            SELECT l.id, m.date, l.sequence, l.account_number, l.partner_name,
                   l.payment_ref, (l.transaction_details -> 'ponto') IS NOT NULL,
                   (SELECT min(t.id) FROM ponto_transaction t
                     WHERE t.statement_line_id = l.id)
                   {foreign} AND l.amount = %(amount)s"""  # noqa: S608
        parameters = {
            "journal": account.journal_id.id,
            "own": account._with_predecessors().ids,
            "first": shifted(first, -NEIGHBOUR_DAYS),
            "last": shifted(last, NEIGHBOUR_DAYS),
            "amount": amount,
        }
        self.env.cr.execute(query, parameters)
        return [self._foreign_entry(*values) for values in self.env.cr.fetchall()]

    def _foreign_entry(
        self, line_id, day, sequence, number, name, text, is_pontos, row_id
    ):
        order = (-(sequence or 0), line_id)
        if row_id:
            entry = self.browse(row_id)._entry(day, is_here=False)
            return replace(entry, key=line_id, order=order, is_pontos=True)
        return Entry(
            key=line_id,
            day=day,
            order=order,
            number=number or "",
            name=name or "",
            text=text or "",
            is_pontos=is_pontos,
        )

    # === ADOPTING === #

    def _adopt(self, line, how, run=None):
        """This row is that line of the books, which stays as it is; what Ponto says
        of it is kept with its details.

        :param how: a value of ``recognized_by``
        """
        self.ensure_one()
        details = line.transaction_details or {}
        ours = self._line_details()
        known = details.get("ponto") or {}
        if known.get("transaction") == self.ponto_ref:
            # An earlier installation wrote of the very same payment.
            ours = {**known, **ours}
        details = {**details, "ponto": ours}
        line.sudo().write({"transaction_details": details})
        self.write(
            {
                "state": "adopted",
                "statement_line_id": line.id,
                "recognized_by": how,
                "booked_run_id": run and run.id,
                "hold_code": False,
                "hold_values": False,
            }
        )
        if run:
            run.adopted_count += 1

    def _line_details(self):
        """What Ponto says of this row, as each line of ours keeps it."""
        self.ensure_one()
        account_ref = self.online_account_id.ponto_ref
        transaction = self._transaction_or_none()
        if not transaction:
            return {"account": account_ref, "transaction": self.ponto_ref}
        vals = prepare_statement_line_vals(
            transaction, date=self.booking_date, account_ref=account_ref
        )
        return vals["transaction_details"]["ponto"]

    def _line(self, line_id):
        return self.env["account.bank.statement.line"].browse(line_id)

    def _candidate_lines(self):
        """The lines that a held row may be; those that no other transaction of the
        account took meanwhile."""
        self.ensure_one()
        ids = (self.hold_values or {}).get("lines", ())
        lines = self.env["account.bank.statement.line"].browse(ids).exists()
        own = self.online_account_id.sudo()._with_predecessors()
        return lines.filtered(
            lambda line: not line.sudo().ponto_transaction_ids.online_account_id & own
        )
