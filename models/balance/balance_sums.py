"""Sums of ledger, inbox and reported balances, for many accounts in one query each.

All take a recordset of ``ponto.online.account`` whose readers' rights were checked, and
give a dict by account id. Amounts are ``Decimal``, in the account's currency and with
the ledger's sign. An account that feeds no journal has no entry.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from odoo.tools import SQL

from ...ponto_client import bank_days
from ...rules.balance import LedgerDays, Part, Report

# What an inbox row says that is not counted twice or not asked for.
NOT_COUNTED = ("alias", "before_cutover")
# Held because it may not be a payment of its own.
UNCERTAIN = (
    "planned_gone",
    "planned_or_booked",
    "same_or_new",
    "in_books_or_new",
    "same_id",
)
SET_ASIDE = ("ignored", "planned")
KIND_OF_STATE = {
    "new": "waiting",
    "planned": "planned",
    "held": "held",
    "ignored": "ignored",
    "imported": "deleted",
    "adopted": "deleted",
}
# The bank's own day, whatever day the line has.
BANK_DAY = SQL("COALESCE(t.execution_date, t.value_date, t.bank_day, t.booking_date)")


@dataclass(frozen=True)
class Window:
    """The days after ``after`` up to and with ``until``. ``known_at``: what reached
    Ponto on a later day than this moment counts from its arrival, however it is dated.
    ``arrived_by``: without a line, only what had reached Ponto by then counts.
    """

    after: date
    until: date
    known_at: datetime | None = None
    arrived_by: datetime | None = None


def ledger_at(accounts, days):
    """The posted balance of the journal's account at the end of a day.

    :param days: ``{account id: date or False}``, False for all there is
    """
    places = _places(accounts, {id_: (None, day or None) for id_, day in days.items()})
    found = _rows(
        accounts,
        SQL(
            "SELECT p.id, SUM(%s)::text %s GROUP BY p.id",
            _AMOUNT,
            _posted_items(places),
        ),
    )
    return {id_: Decimal(0) for id_ in days} | {id_: Decimal(x) for id_, x in found}


def ledger_days(accounts, until):
    """The posted balance day by day.

    :param until: ``{account id: last day}``
    :return: ``{account id: LedgerDays}``
    """
    places = _places(accounts, {id_: (None, day) for id_, day in until.items()})
    query = SQL(
        "SELECT p.id, l.date, SUM(%s)::text %s GROUP BY p.id, l.date",
        _AMOUNT,
        _posted_items(places),
    )
    moves = defaultdict(list)
    for id_, day, amount in _rows(accounts, query):
        moves[id_].append((day, Decimal(amount)))
    return {id_: LedgerDays(moves[id_]) for id_ in until}


def reports(accounts):
    """What the bank reported, one balance for each day (its last word), newest first.

    Those of the same bank account under an earlier id of Ponto's count as well.

    :return: ``{account id: [Report]}``
    """
    members = _members(accounts)
    if not members:
        return {}
    query = SQL(
        """
        SELECT DISTINCT ON (f.id, b.date) f.id, b.date, b.amount::text, b.read_at,
               COALESCE(b.date_estimated, FALSE)
          FROM unnest(%s::int[], %s::int[]) AS f(id, member)
          JOIN ponto_balance b ON b.online_account_id = f.member
         WHERE b.source = 'reported' AND b.kind = 'current'
           AND b.date BETWEEN %s AND %s
         ORDER BY f.id, b.date DESC, b.id DESC""",
        *_columns(members, 2),
        *bank_days(),
    )
    is_card = {account.id: account.subtype == "card" for account in accounts}
    found = defaultdict(list)
    for id_, day, amount, *more in _rows(accounts, query):
        value = Decimal(amount)
        # Banks report what is owed on a card as a positive amount.
        found[id_].append(Report(day, -abs(value) if is_card[id_] else value, *more))
    return found


def received_until(accounts, wanted):
    """The sum of what the bank sent since the start, as it was known at a report.

    :param wanted: ``{account id: [Report]}``
    :return: ``{account id: [(count, sum)]}`` in the same order
    """
    members = _members(accounts)
    places = [
        (account.id, number, account.sync_start_date, report.day, report.read_at)
        for account in accounts
        for number, report in enumerate(wanted.get(account.id, ()))
    ]
    if not places:
        return {}
    query = SQL(
        """
        SELECT p.id, p.number, COUNT(t.id), COALESCE(SUM(t.amount), 0)::text
          FROM unnest(%s::int[], %s::int[], %s::date[], %s::date[], %s::timestamp[])
               AS p(id, number, start, day, read_at)
          JOIN unnest(%s::int[], %s::int[]) AS f(id, member) ON f.id = p.id
          JOIN ponto_online_account a ON a.id = p.id
          LEFT JOIN ponto_transaction t ON t.online_account_id = f.member
               AND t.state NOT IN %s AND t.currency_code = a.currency_code
               AND %s BETWEEN p.start AND p.day
               AND (t.ponto_created_at IS NULL
                    OR t.ponto_created_at::date <= p.read_at::date)
         GROUP BY p.id, p.number
         ORDER BY p.id, p.number""",
        *_columns(places, 5),
        *_columns(members, 2),
        NOT_COUNTED,
        BANK_DAY,
    )
    found = defaultdict(list)
    for id_, _number, count, amount in _rows(accounts, query):
        found[id_].append((count, Decimal(amount)))
    return found


def parts(accounts, windows):
    """What the bank has within some days and the ledger has not, and vice versa.

    :param windows: ``{account id: Window}``
    :return: ``{account id: (certain parts, possible parts)}``
    """
    found = {id_: ([], []) for id_ in windows}
    if not windows:
        return found
    for id_, kind, is_possible, day, amount, count in [
        *_missing_in_ledger(accounts, windows),
        *_missing_at_bank(accounts, windows),
    ]:
        found[id_][is_possible].append(Part(kind, day, Decimal(amount), count))
    return found


def _missing_in_ledger(accounts, windows):
    """Rows of the inbox without a line, and lines that do not say what the row says."""
    query = SQL(
        """
        WITH rows AS (
            SELECT f.id, f.after, f.until, t.state, t.hold_code, t.amount,
                   t.statement_line_id,
                   CASE WHEN %(day)s <= f.after
                             AND t.ponto_created_at::date > f.known_at::date
                        THEN t.ponto_created_at::date ELSE %(day)s END AS day
              FROM unnest(%(ids)s::int[], %(members)s::int[], %(after)s::date[],
                          %(until)s::date[], %(known)s::timestamp[],
                          %(arrived)s::timestamp[])
                   AS f(id, member, after, until, known_at, arrived_by)
              JOIN ponto_online_account a ON a.id = f.id
              JOIN ponto_transaction t ON t.online_account_id = f.member
             WHERE t.state NOT IN %(not_counted)s AND t.currency_code = a.currency_code
               AND (f.arrived_by IS NULL OR t.statement_line_id IS NOT NULL
                    OR t.ponto_created_at IS NULL
                    OR t.ponto_created_at <= f.arrived_by)
        ), lines AS (
            SELECT r.id, r.statement_line_id, MIN(r.day) AS day, COUNT(*) AS count,
                   COALESCE(SUM(r.amount) FILTER (WHERE r.day > r.after
                                                  AND r.day <= r.until), 0) AS at_bank,
                   COUNT(*) FILTER (WHERE r.day > r.after AND r.day <= r.until) AS inside,
                   r.after, r.until
              FROM rows r
             WHERE r.statement_line_id IS NOT NULL
             GROUP BY r.id, r.statement_line_id, r.after, r.until
        ), compared AS (
            SELECT i.*, m.state AS move_state, m.date,
                   m.state = 'posted' AND m.date > i.after AND m.date <= i.until AS booked,
                   CASE WHEN m.state = 'posted' AND m.date > i.after
                             AND m.date <= i.until
                        THEN s.amount ELSE 0 END AS in_ledger
              FROM lines i
              JOIN account_bank_statement_line s ON s.id = i.statement_line_id
              JOIN account_move m ON m.id = s.move_id
        )
        SELECT id, state,
               state IN %(set_aside)s OR COALESCE(hold_code, '') IN %(uncertain)s, day,
               SUM(amount)::text, COUNT(*)::int
          FROM rows
         WHERE statement_line_id IS NULL AND day > after AND day <= until
         GROUP BY 1, 2, 3, 4
        HAVING SUM(amount) != 0
        UNION ALL
        SELECT id,
               CASE WHEN move_state != 'posted' THEN 'unposted'
                    WHEN booked AND inside > 0 THEN 'changed'
                    ELSE 'other_day' END,
               FALSE, GREATEST(LEAST(day, date), after), SUM(at_bank - in_ledger)::text,
               SUM(count)::int
          FROM compared
         WHERE at_bank != in_ledger
         GROUP BY 1, 2, 4""",
        **_windowed_members(accounts, windows),
        day=BANK_DAY,
        not_counted=NOT_COUNTED,
        uncertain=UNCERTAIN,
        set_aside=SET_ASIDE,
    )
    for id_, kind, is_possible, day, amount, count in _rows(accounts, query):
        yield id_, KIND_OF_STATE.get(kind, kind), is_possible, day, amount, count


def _missing_at_bank(accounts, windows):
    """Posted items that no transaction of the bank stands behind."""
    places = _places(
        accounts, {id_: (window.after, window.until) for id_, window in windows.items()}
    )
    query = SQL(
        """
        SELECT p.id, 'entry', FALSE, l.date, (-SUM(%s))::text, COUNT(DISTINCT l.move_id)::int
        %s
           AND NOT EXISTS (
               SELECT 1 FROM account_bank_statement_line s
                 JOIN ponto_transaction t ON t.statement_line_id = s.id
                WHERE s.move_id = l.move_id AND t.state NOT IN %s)
         GROUP BY p.id, l.date
        HAVING SUM(%s) != 0""",
        _AMOUNT,
        _posted_items(places),
        NOT_COUNTED,
        _AMOUNT,
    )
    return _rows(accounts, query)


def latest_booked(account, moment, day):
    """Amounts in the ledger until a day that reached Ponto after a moment, the latest
    first.

    :return: ``[Decimal]``
    """
    if not moment:
        return []
    query = SQL(
        """
        SELECT s.amount::text
          FROM ponto_transaction t
          JOIN account_bank_statement_line s ON s.id = t.statement_line_id
          JOIN account_move m ON m.id = s.move_id
         WHERE t.online_account_id = %s AND t.ponto_created_at > %s
           AND m.state = 'posted' AND m.date <= %s
         ORDER BY t.ponto_created_at DESC, t.id DESC""",
        account.id,
        moment,
        day,
    )
    return [Decimal(amount) for (amount,) in _rows(account, query)]


def open_counts(accounts, day):
    """What is dated until a day and is not in the ledger for another reason than that a
    person ignored or deleted it.

    :return: rows of account id, kind and count
    """
    members = _members(accounts)
    if not members:
        return []
    query = SQL(
        """
        SELECT f.id,
               CASE t.state WHEN 'held' THEN 'held' WHEN 'new' THEN 'waiting'
                            WHEN 'planned' THEN 'planned' ELSE 'unposted' END AS kind,
               COUNT(*)::int
          FROM unnest(%(ids)s::int[], %(members)s::int[]) AS f(id, member)
          JOIN ponto_transaction t ON t.online_account_id = f.member
          LEFT JOIN account_bank_statement_line s ON s.id = t.statement_line_id
          LEFT JOIN account_move m ON m.id = s.move_id
         WHERE (t.state IN ('held', 'new', 'planned') OR m.state = 'draft')
           AND COALESCE(LEAST(%(bank_day)s, t.booking_date) <= %(day)s, TRUE)
         GROUP BY f.id, kind
         ORDER BY f.id, kind""",
        ids=[id_ for id_, _member in members],
        members=[member for _id, member in members],
        bank_day=BANK_DAY,
        day=day,
    )
    return _rows(accounts, query)


# === PIECES OF QUERIES === #

_AMOUNT = SQL("CASE WHEN p.is_foreign THEN l.amount_currency ELSE l.balance END")


def _posted_items(places):
    """FROM and WHERE: posted items on the bank account ``p`` of each journal."""
    return SQL(
        """
          FROM unnest(%s::int[], %s::int[], %s::int[], %s::bool[], %s::date[], %s::date[])
               AS p(id, account_id, company_id, is_foreign, after, until)
          JOIN res_company owner ON owner.id = p.company_id
          JOIN account_move_line l ON l.account_id = p.account_id
               AND l.parent_state = 'posted'
               AND (p.after IS NULL OR l.date > p.after)
               AND (p.until IS NULL OR l.date <= p.until)
          JOIN res_company c ON c.id = l.company_id
               AND starts_with(c.parent_path, owner.parent_path)
         WHERE TRUE""",
        *_columns(places, 6),
    )


def _places(accounts, spans):
    """:param spans: ``{account id: (day before the first, last day)}``, None: open"""
    places = []
    for account in accounts.filtered(lambda account: account.id in spans):
        journal = account.journal_id.sudo()
        company = journal.company_id
        foreign = journal.currency_id and journal.currency_id != company.currency_id
        general = journal.default_account_id.id or None
        span = spans[account.id]
        places.append((account.id, general, company.id, bool(foreign), *span))
    return places


def _members(accounts):
    """Each account with itself and those that it continues."""
    return [
        (account.id, member.id)
        for account in accounts
        for member in account._with_predecessors()
    ]


def _windowed_members(accounts, windows):
    rows = [
        (
            *(id_, member, window.after, window.until),
            *(window.known_at, window.arrived_by),
        )
        for id_, member in _members(accounts)
        if (window := windows.get(id_))
    ]
    names = ("ids", "members", "after", "until", "known", "arrived")
    return dict(zip(names, _columns(rows, len(names)), strict=True))


def _columns(rows, width):
    """Rows turned into one list for each column, for ``unnest``."""
    columns = zip(*rows, strict=True) if rows else [()] * width
    return [list(column) for column in columns]


_READ = (
    "account.move",
    "account.move.line",
    "account.bank.statement.line",
    "ponto.balance",
    "ponto.transaction",
)


def _rows(accounts, query):
    env = accounts.env
    for name in _READ:
        env[name].flush_model()
    return env.execute_query(query)
