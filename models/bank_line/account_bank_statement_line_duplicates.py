"""Lines of one journal that may be one payment: from Ponto, from a file or by hand.

Possible doubles (``account_bank_statement_line_doubles.py``) are what an import after the feed brought, by
the strict rules of recognition. Here a person looks for more: whatever came whenever.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...rules.compared_payment import NEIGHBOUR_DAYS
from ...rules.duplicates import BankLine, group_duplicates
from ...tools import clock
from ...wording.moments import format_date

#: Pairs that one look compares and groups that it shows, the newest days first.
MOST_PAIRS = 20_000
MOST_GROUPS = 200

# Each line that Ponto does not know beside any other of the same amount, and what bears
# an id of Ponto's twice. Days are shifted instead of compared, so that the two sides are
# joined by equal values and not each with each.
_PAIRS = """
    WITH lines AS MATERIALIZED (
        SELECT l.id, m.date AS day, l.amount,
               COALESCE(t.ponto_ref,
                        l.transaction_details -> 'ponto' ->> 'transaction') AS ref
          FROM account_bank_statement_line l
          JOIN account_move m ON m.id = l.move_id AND m.state != 'cancel'
          LEFT JOIN LATERAL (
               SELECT ponto_ref FROM ponto_transaction
                WHERE statement_line_id = l.id AND state IN ('imported', 'adopted')
                LIMIT 1) t ON TRUE
         WHERE l.journal_id = %(journal)s
           AND l.internal_index >= to_char(%(since)s::date - %(near)s, 'YYYYMMDD')),
    pairs AS (
        SELECT one.id AS one, other.id AS other, one.day
          FROM lines one
         CROSS JOIN generate_series(-%(near)s, %(near)s) shift
          JOIN lines other
            ON other.amount = one.amount AND other.day = one.day + shift
         WHERE one.ref IS NULL AND one.id != other.id
           AND (other.ref IS NOT NULL OR one.id < other.id)
     UNION ALL
        SELECT one.id, other.id, one.day
          FROM lines one
          JOIN lines other ON other.ref = one.ref AND other.amount = one.amount
         WHERE one.id < other.id)
    SELECT one, other, day FROM pairs
     WHERE day >= %(since)s
     ORDER BY day DESC, one DESC, other DESC
     LIMIT %(limit)s"""

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

    ponto_apart_ids = fields.Many2many(
        "account.bank.statement.line",
        "ponto_apart_line_rel",
        "line_id",
        "other_id",
        string="Not doubles of it",
        readonly=True,
        copy=False,
        help="Lines of the same amount that a person told from this one.",
    )

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
        self.env.flush_all()
        values = {
            "journal": journal.id,
            "since": since,
            "near": NEIGHBOUR_DAYS,
            "limit": MOST_PAIRS + 1,
        }
        self.env.cr.execute(_PAIRS, values)
        pairs = self.env.cr.fetchall()
        covered = pairs[MOST_PAIRS][2] if len(pairs) > MOST_PAIRS else None
        pairs = [(one, other) for one, other, _day in pairs[:MOST_PAIRS]]
        self.env.cr.execute(_LINES, [list({key for pair in pairs for key in pair})])
        lines = [_bank_line(*row) for row in self.env.cr.fetchall()]
        days = {line.key: line.day for line in lines}
        found = group_duplicates(lines, pairs)
        found.sort(key=lambda group: (days[group[0]], group[0]), reverse=True)
        if len(found) > MOST_GROUPS:
            covered = days[found[MOST_GROUPS][0]]
        return [self.browse(keys) for keys in found[:MOST_GROUPS]], covered

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
