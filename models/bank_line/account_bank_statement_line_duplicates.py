"""Lines of one journal that may be one payment: from Ponto, from a file or by hand.

Nothing can stop the import of a file whose payments Ponto had booked, and nobody but a
person may delete a line. One comparison (``rules/duplicates.py``) serves the dialog
*Find duplicates*, which shows every group, and the count of possible duplicates, which
shows what certainly deserves a look.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...rules.compared_payment import NEIGHBOUR_DAYS
from ...rules.duplicates import (
    BankLine,
    find_duplicates_of_ponto,
    group_duplicates,
)
from ...tools import clock
from ...wording.moments import format_date

#: Pairs of a journal that one look compares, groups that it shows; newest days first.
MOST_PAIRS = 20_000
MOST_GROUPS = 200

# Each line that Ponto does not know beside any other of the same amount, and what bears
# an id of Ponto's twice. Without a first day only what stands beside a line that Ponto
# knows, from the first line of the feed on. Days are shifted instead of compared, so that
# the two sides are joined by equal values and not each with each.
_PAIRS = """
    WITH journals AS (
        SELECT j.id,
               COALESCE(%(since)s::date, (
                   SELECT to_date(left(min(l.internal_index), 8), 'YYYYMMDD') - %(near)s
                     FROM ponto_online_account a
                     JOIN ponto_transaction t ON t.online_account_id = a.id
                     JOIN account_bank_statement_line l
                       ON l.id = t.statement_line_id AND l.journal_id = a.journal_id
                    WHERE a.journal_id = j.id AND t.state = 'imported')) AS since
          FROM unnest(%(journals)s) AS j(id)),
    lines AS MATERIALIZED (
        SELECT l.id, l.journal_id, m.date AS day, l.amount, journals.since,
               COALESCE(t.ponto_ref,
                        l.transaction_details -> 'ponto' ->> 'transaction') AS ref
          FROM journals
          JOIN account_bank_statement_line l ON l.journal_id = journals.id
           AND l.internal_index >= to_char(journals.since - %(near)s, 'YYYYMMDD')
          JOIN account_move m ON m.id = l.move_id AND m.state != 'cancel'
          LEFT JOIN LATERAL (
               SELECT ponto_ref FROM ponto_transaction
                WHERE statement_line_id = l.id AND state IN ('imported', 'adopted')
                LIMIT 1) t ON TRUE),
    pairs AS (
        SELECT one.id AS one, other.id AS other, one.day, one.since, one.journal_id
          FROM lines one
         CROSS JOIN generate_series(-%(near)s, %(near)s) shift
          JOIN lines other
            ON other.amount = one.amount AND other.day = one.day + shift
           AND other.journal_id = one.journal_id
         WHERE one.ref IS NULL AND one.id != other.id
           AND (other.ref IS NOT NULL
                OR (one.id < other.id AND %(since)s::date IS NOT NULL))
     UNION ALL
        SELECT one.id, other.id, one.day, one.since, one.journal_id
          FROM lines one
          JOIN lines other ON other.ref = one.ref AND other.amount = one.amount
           AND other.journal_id = one.journal_id
         WHERE one.id < other.id AND %(since)s::date IS NOT NULL),
    numbered AS (
        SELECT one, other, day,
               row_number() OVER (
                   PARTITION BY journal_id ORDER BY day DESC, one DESC, other DESC
               ) AS number
          FROM pairs
         WHERE day >= since)
    SELECT one, other, day, number FROM numbered
     WHERE number <= %(most)s + 1
     ORDER BY number"""

_LINES = """
    SELECT l.id, m.date, l.account_number, l.partner_name, l.payment_ref,
           COALESCE(
               (SELECT ponto_ref FROM ponto_transaction
                 WHERE statement_line_id = l.id AND state IN ('imported', 'adopted')
                 LIMIT 1),
               l.transaction_details -> 'ponto' ->> 'transaction'),
           l.create_date, l.create_uid, l.ponto_is_no_double,
           ARRAY(SELECT other_id FROM ponto_apart_line_rel WHERE line_id = l.id)
      FROM account_bank_statement_line l
      JOIN account_move m ON m.id = l.move_id
     WHERE l.id = ANY(%s)"""


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    ponto_possible_double = fields.Boolean(
        string="Possible duplicate",
        compute="_compute_ponto_double_of_id",
        search="_search_ponto_possible_double",
        help="Imported from a file or entered by hand; Ponto has the same payment on "
        "another line.",
    )
    ponto_double_of_id = fields.Many2one(
        "account.bank.statement.line",
        string="Same as",
        compute="_compute_ponto_double_of_id",
        help="The line that Ponto booked or recognized for the same payment.",
    )
    ponto_is_no_double = fields.Boolean(
        string="Not a duplicate",
        readonly=True,
        copy=False,
        help="A user decided that this is not the same payment as the equal line from "
        "Ponto.",
    )
    ponto_apart_ids = fields.Many2many(
        "account.bank.statement.line",
        "ponto_apart_line_rel",
        "line_id",
        "other_id",
        string="Confirmed as different payments",
        readonly=True,
        copy=False,
        help="Lines of the same amount that a user marked as different payments.",
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
    def _ponto_find_duplicates(self, journal, since):
        """What may stand twice in a journal.

        Amounts and days are compared by the database, texts here and without records:
        a journal may have 100,000 lines.

        :param since: from which day on
        :return: ``[lines of a group]``, the newest first, what Ponto knows leading each;
            and where there is more: the day from which on all was compared and is shown
        """
        lines, pairs, covered = self._ponto_compare(journal, since)
        days = {line.key: line.day for line in lines}
        found = group_duplicates(lines, pairs)
        found.sort(key=lambda group: (days[group[0]], group[0]), reverse=True)
        if len(found) > MOST_GROUPS:
            covered = days[found[MOST_GROUPS][0]]
        return [self.browse(keys) for keys in found[:MOST_GROUPS]], covered

    @api.private
    @api.model
    def _ponto_find_doubles(self, journals):
        """Lines from elsewhere whose payment Ponto knows from another line.

        :return: ``{id of the line from elsewhere: id of the line that Ponto knows}``
        """
        if not journals.ids:
            return {}
        lines, pairs, _covered = self._ponto_compare(journals, None)
        return find_duplicates_of_ponto(lines, pairs)

    def _ponto_compare(self, journals, since):
        """Read what is compared: lines, pairs of one amount, and from which day on.

        :param since: None: from the first line of the feed on, beside Ponto's lines only
        :return: lines, pairs of their ids, and the day where there were too many pairs
        """
        self.env.flush_all()
        values = {
            "journals": journals.ids,
            "since": since,
            "near": NEIGHBOUR_DAYS,
            "most": MOST_PAIRS,
        }
        self.env.cr.execute(_PAIRS, values)
        rows = self.env.cr.fetchall()
        pairs = [
            (one, other) for one, other, _day, number in rows if number <= MOST_PAIRS
        ]
        left = [day for _one, _other, day, number in rows if number > MOST_PAIRS]
        covered = max(left, default=None)
        if not pairs:
            return [], [], covered
        self.env.cr.execute(_LINES, [list({key for pair in pairs for key in pair})])
        return [_bank_line(*row) for row in self.env.cr.fetchall()], pairs, covered

    def _ponto_refs(self):
        """By which id Ponto knows each line: ``{line: id}``."""
        refs = {}
        for line in self:
            remote = (line.transaction_details or {}).get("ponto") or {}
            if remote.get("transaction"):
                refs[line] = remote["transaction"]
        for row in self._ponto_known_rows():
            refs[row.statement_line_id] = row.ponto_ref
        return refs

    def _ponto_known_rows(self):
        rows = self.env["ponto.transaction"].sudo()
        return rows.search(
            [
                ("statement_line_id", "in", self.ids),
                ("state", "in", ("imported", "adopted")),
            ],
            order="id desc",
        )

    def _ponto_tell_apart(self, others):
        """Remember that these are no doubles of one another.

        :param others: lines of the same group
        """
        refs = (self | others)._ponto_refs()
        for line in self:
            rest = others - line
            line.ponto_apart_ids |= rest
            if line not in refs and any(other in refs for other in rest):
                line.ponto_is_no_double = True

    # === REMOVING === #

    def _ponto_removal_obstacles(self):
        """What keeps lines where they are, in words: ``{line: sentence}``."""
        env, locks, found = self.env, {}, {}
        keeping = self.statement_id._ponto_keeping()
        for line in self:
            day = line.date
            if day not in locks:
                company = line.company_id
                locks[day] = company._get_violated_lock_dates(
                    day, False, line.journal_id
                )
            if line._ponto_is_matched():
                found[line] = env._("Matched: undo the match first.")
            elif locks[day]:
                until = format_date(env, locks[day][-1][0])
                found[line] = env._("In a period that is locked until %s.", until)
            elif line.move_id.inalterable_hash:
                found[line] = env._("Secured with a hash: book the opposite entry.")
            elif line.statement_id in keeping:
                found[line] = env._("In a checked statement.")
        return found

    def _ponto_remove_duplicate(self):
        """Delete one line; what Ponto knows of it is dismissed, so that no fetch brings
        it back.

        :raise UserError: in words, and nothing is changed
        """
        self.ensure_one()
        self.lock_for_update()
        obstacle = self._ponto_removal_obstacles().get(self)
        if obstacle:
            raise UserError(obstacle)
        self.check_access("unlink")
        rows = self._ponto_known_rows()
        rows._log_event("ignored")
        rows.write(
            {
                "state": "ignored",
                "statement_line_id": False,
                "hold_code": False,
                "hold_values": False,
                "flag_code": False,
                "flag_values": False,
                "decided_by_id": self.env.uid,
                "decided_at": clock.now(),
            }
        )
        self.unlink()
        self.env.flush_all()

    # === WHERE IT CAME FROM === #

    def _ponto_origins(self):
        """In words: ``{line: where it came from}``."""
        env = self.env
        states = {
            row.statement_line_id.id: row.state for row in self._ponto_known_rows()
        }
        refs = self._ponto_refs()
        origins = {}
        for line in self:
            day = format_date(env, line.create_date)
            user = line.create_uid.sudo().name or ""
            if states.get(line.id) == "adopted":
                origins[line] = env._("File or by hand, and known to Ponto")
            elif line in refs:
                origins[line] = env._("Ponto")
            elif line.statement_id:
                origins[line] = env._(
                    "Statement %(name)s, %(user)s on %(day)s",
                    name=line.statement_id.name or "",
                    user=user,
                    day=day,
                )
            else:
                origins[line] = env._(
                    "File or by hand, %(user)s on %(day)s", user=user, day=day
                )
        return origins


def _bank_line(key, day, number, name, text, ref, date, user_id, is_own, apart):
    return BankLine(
        key=key,
        day=day,
        number=number or "",
        name=name or "",
        text=text or "",
        ponto_ref=ref or "",
        batch=(date, user_id),
        apart=frozenset(apart),
        is_own=bool(is_own),
    )
