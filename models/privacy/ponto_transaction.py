"""The bank's texts go where a company wants them gone; what keeps doubles away stays.

Of a settled row stay id, days, amount, currency, fingerprint and what people decided.
The line is an accounting record: its texts stay, its copy of the bank's raw data goes
(``docs/adr/0015-removing-texts.md``).
"""

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools import clock, units
from ...wording.moments import format_date

# Rows that nothing more is done with; what a person still has to look at is not.
SETTLED = ("imported", "adopted", "alias", "ignored")
# What the line's copy of the bank's data keeps.
KEPT_DETAILS = (
    "account",
    "transaction",
    "execution_date",
    "value_date",
    "amount",
    "currency",
)
# So many at a time: the vacuum cleaner comes again at once while there are more.
BATCH = 1000


class PontoTransaction(models.Model):
    _inherit = "ponto.transaction"

    # Deleting a fetch makes PostgreSQL look who refers to it.
    _walk_run_idx = models.Index("(walk_run_id) WHERE walk_run_id IS NOT NULL")
    _planned_seen_run_idx = models.Index(
        "(planned_seen_run_id) WHERE planned_seen_run_id IS NOT NULL"
    )

    texts_removed_at = fields.Datetime(
        readonly=True, help="When the bank's texts and raw data were removed."
    )
    texts_removed_message = fields.Char(compute="_compute_texts_removed_message")

    _with_texts_idx = models.Index(
        "(online_account_id, booking_date) WHERE texts_removed_at IS NULL"
        " AND state IN ('imported', 'adopted', 'alias', 'ignored')"
    )

    @api.depends("texts_removed_at")
    @api.depends_context("lang", "tz")
    def _compute_texts_removed_message(self):
        for row in self:
            moment = row.texts_removed_at
            row.texts_removed_message = moment and self.env._(
                "The bank's texts were removed on %s.",
                format_date(
                    self.env, fields.Datetime.context_timestamp(row, moment).date()
                ),
            )

    # === WHICH ROWS === #

    @api.autovacuum
    def _gc_old_texts(self):
        """Remove the bank's texts where they were kept as long as the company wants.

        :return: how many rows lost them, and how many are known to be left
        """
        done, left = 0, BATCH
        for account, before in self._accounts_with_old_texts():
            # A fetch goes first: its rows are looked at tomorrow.
            if not units.try_lock(self.env, account._name, account.id):
                continue
            removed = self._remove_old_texts(account, before, left)
            done, left = done + removed, left - removed
            if not left:
                return done, 1
        return done, 0

    def _accounts_with_old_texts(self):
        companies = self.env["res.company"].sudo()
        accounts = self.env["ponto.online.account"].sudo()
        for company in companies.search([("ponto_texts_months", ">", 0)]):
            before = company._ponto_texts_before()
            of_company = accounts.with_context(active_test=False).search(
                [("company_id", "=", company.id)]
            )
            for account in of_company:
                yield account, before

    def _remove_old_texts(self, account, before, limit):
        """:return: how many rows of the account lost the bank's texts"""

        def work(env):
            rows = env[self._name]
            found = rows._find_old_texts([account.id], before, limit)
            rows.browse(found)._remove_texts()
            return len(found)

        try:
            removed = units.run_unit(self.env, work)
        except psycopg2.errors.LockNotAvailable:
            # Somebody is at work on one of the lines: tomorrow.
            return 0
        self.invalidate_model()
        return removed

    def _find_old_texts(self, account_ids, before, limit=None):
        """Settled rows, the oldest first, dated *and* received before a day."""
        self.flush_model()
        query = SQL(
            """
            SELECT id FROM ponto_transaction
             WHERE online_account_id = ANY(%(accounts)s)
               AND texts_removed_at IS NULL AND state IN %(settled)s
               AND (booking_date < %(before)s OR booking_date IS NULL)
               AND create_date < %(before)s
               AND flag_code IS NULL
             ORDER BY booking_date, id LIMIT %(limit)s""",
            accounts=list(account_ids),
            settled=SETTLED,
            before=before,
            limit=limit,
        )
        return [row_id for (row_id,) in self.env.execute_query(query)]

    # === REMOVING === #

    def _remove_texts(self):
        """Remove what the bank wrote from these rows, and its copy from their lines."""
        if not self:
            return
        self.env.flush_all()
        self._remove_details_of_lines(KEPT_DETAILS)
        self.env.cr.execute(
            """
            UPDATE ponto_transaction
               SET raw = NULL, other_word = NULL, label = NULL, counterpart_name = NULL,
                   texts_removed_at = %(now)s,
                   hold_values = NULLIF(
                       CASE WHEN jsonb_typeof(hold_values) = 'object'
                            THEN hold_values - 'detail' END, '{}'::jsonb),
                   undo_left_values = NULLIF(
                       CASE WHEN jsonb_typeof(undo_left_values) = 'object'
                            THEN undo_left_values - 'detail' END, '{}'::jsonb),
                   flag_code = NULLIF(flag_code, 'text_changed'),
                   flag_values = CASE WHEN flag_values ->> 'code' = 'text_changed'
                                      THEN NULL ELSE flag_values END,
                   history = (
                       SELECT jsonb_agg(
                                  CASE WHEN event ->> 'code' = 'text_followed'
                                       THEN event - 'values' ELSE event END
                                  ORDER BY place)
                         FROM jsonb_array_elements(
                                  CASE WHEN jsonb_typeof(history) = 'array'
                                       THEN history END)
                              WITH ORDINALITY AS old (event, place))
             WHERE id = ANY(%(ids)s)""",
            {"now": clock.now(), "ids": list(self.ids)},
        )
        self.env.invalidate_all()

    def _remove_details_of_lines(self, kept):
        """Leave these of the bank's data on the rows' lines; none: not even a mark."""
        self.env.cr.execute(
            """
            UPDATE account_bank_statement_line l
               SET transaction_details = NULLIF(
                       (l.transaction_details - 'ponto') || COALESCE((
                           SELECT jsonb_build_object('ponto', jsonb_object_agg(k, v))
                             FROM jsonb_each(l.transaction_details -> 'ponto')
                               AS detail (k, v)
                            WHERE k = ANY(%(kept)s)
                           HAVING count(*) > 0), '{}'::jsonb), '{}'::jsonb)
              FROM ponto_transaction t
             WHERE t.id = ANY(%(ids)s) AND l.id = t.statement_line_id
               AND jsonb_typeof(l.transaction_details -> 'ponto') = 'object'""",
            {"ids": list(self.ids), "kept": list(kept)},
        )
        self._search_again_without_details()

    def _search_again_without_details(self):
        """What a line is found by holds no more than what it still says."""
        lines = self.sudo().statement_line_id
        lines.invalidate_recordset(["transaction_details"])
        self.env.add_to_compute(lines._fields["ponto_search_text"], lines)
        lines.flush_recordset(["ponto_search_text"])

    # === WHAT IS LEFT OF A ROW === #

    def _texts_of_line(self):
        """What the line says, which is all there is; the bank's own words are gone."""
        line = self.statement_line_id
        return {
            "number": line.account_number or "",
            "name": line.partner_name or "",
            "text": line.payment_ref or "",
        }

    def _check_has_texts(self):
        """:raise UserError: where a line cannot be made any more"""
        removed = self.filtered("texts_removed_at")
        if removed:
            raise UserError(
                self.env._(
                    "%s Without them no line can be made: enter it by hand.",
                    removed[0].texts_removed_message,
                )
            )
