"""Lines that reached Ponto after others that are dated later.

They change a day that somebody may have looked at already. The bank's own moments tell
it, so it stays told when fetches are forgotten, and the history that came with the
first reading is not taken for late.
"""

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# As many days a bank may need without anybody wondering (ponto_sync_run_steps.py: 1).
_DAYS = 1
_LATE = """
    WITH arrived AS (
        SELECT t.id, t.online_account_id, t.booking_date, t.state, t.statement_line_id,
               COALESCE(t.ponto_created_at, t.create_date)::date AS day
          FROM ponto_transaction t
         WHERE t.online_account_id = ANY(%(accounts)s) AND t.booking_date >= %(since)s),
    days AS (
        SELECT online_account_id, booking_date, min(day) AS day
          FROM arrived GROUP BY online_account_id, booking_date),
    known AS (
        SELECT online_account_id, booking_date,
               min(day) OVER (
                   PARTITION BY online_account_id ORDER BY booking_date
                   RANGE BETWEEN %(after)s FOLLOWING AND UNBOUNDED FOLLOWING) AS since
          FROM days)
    SELECT arrived.statement_line_id
      FROM arrived JOIN known USING (online_account_id, booking_date)
     WHERE arrived.state = 'imported' AND arrived.day > known.since
       AND arrived.statement_line_id IS NOT NULL"""


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    ponto_is_back_dated = fields.Boolean(
        string="Back-dated",
        compute="_compute_ponto_is_back_dated",
        search="_search_ponto_is_back_dated",
        help="It arrived after transactions that the bank dates later.",
    )

    def _compute_ponto_is_back_dated(self):
        rows = self.env["ponto.transaction"].sudo()
        rows = rows.search([("statement_line_id", "in", self.ids)])
        days = [row.booking_date for row in rows if row.booking_date]
        late = set()
        if days:
            query = self._ponto_query_late(rows.online_account_id, min(days))
            late = {line_id for (line_id,) in self.env.execute_query(query)}
        for line in self:
            line.ponto_is_back_dated = line._origin.id in late

    def _search_ponto_is_back_dated(self, operator, value):
        if operator != "in":
            return NotImplemented
        accounts = self.env["ponto.online.account"].sudo()
        accounts = accounts.search(
            [("company_id", "parent_of", self.env.companies.ids)]
        )
        query = self._ponto_query_late(accounts, fields.Date.to_date("1900-01-01"))
        late = Domain("id", "in", query)
        return Domain.OR(late if wanted else ~late for wanted in value)

    def _ponto_query_late(self, accounts, since):
        """SQL for the ids of lines that came late, since a day.

        :param accounts: recordset of ``ponto.online.account``
        """
        self.env["ponto.transaction"].flush_model()
        return SQL(
            _LATE,
            accounts=accounts.ids,
            since=since,
            after=SQL("INTERVAL '%s days'", _DAYS + 1),
        )
