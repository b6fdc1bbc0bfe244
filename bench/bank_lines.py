"""Whether the list of transactions opens and is searched as fast among many lines.

The lines are copies of one that was really fetched, with texts, amounts and days of
their own; the list is asked for as the web client does.
"""

from __future__ import annotations

import time

from lxml import etree
from world import environment, linked_accounts, seed

from sandbox.process import SandboxProcess

from .setting import database

LINE = "account.bank.statement.line"
# As PostgreSQL finds letters in threes; Odoo makes the index where it is there.
TRIGRAMS = """
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX account_bank_statement_line_ponto_search_idx
        ON account_bank_statement_line USING gin (ponto_search_text gin_trgm_ops)"""
# Name of the column: what stands in a copy. ``n`` is its number, ``d.day`` its day.
MOVE = {
    "id": "%(moves)s + n",
    "name": "'COPY/' || n",
    "date": "d.day",
    "statement_line_id": "NULL::int",
}
STATEMENT_LINE = {
    "id": "%(lines)s + n",
    "move_id": "%(moves)s + n",
    "payment_ref": "'Factuur 2026/' || n || ' dank u wel'",
    "partner_name": "'Klant ' || n %% 5000",
    "account_number": "'BE' || lpad((n::bigint * 7919 %% 99999999)::text, 14, '0')",
    "amount": "(n %% 90000 - 45000) / 100.0",
    "internal_index": "to_char(d.day, 'YYYYMMDD') || '2147483646' "
    "|| lpad((%(lines)s + n)::text, 10, '0')",
    "ponto_search_text": "NULL",
}
ROW = {
    "id": "%(rows)s + n",
    "ponto_ref": "'copy-' || n",
    "statement_line_id": "%(lines)s + n",
    "booking_date": "d.day",
    "execution_date": "d.day",
}
SEARCHES = {
    "one invoice number": "2026/77123",
    "one account number": "BE00 0000 0007 919",
    "a word of every line": "dank u",
    "a word of no line": "loubatas",
    "two letters": "kl",
    "an amount": "123,45",
}


def run(odoo, *, lines):
    """Rows of the table.

    :param lines: how many lines the journal has
    """
    world = seed(count=3)
    with database(odoo) as name, SandboxProcess(seed=world) as sandbox:
        with environment(name) as env:
            account = linked_accounts(env, sandbox)
            account.fetch_transactions()
            _copy(env, account, lines)
        yield _fill(name, lines)
        for title in ("", ", with pg_trgm"):
            yield from _opened(name, account.id, lines, title)
            _vacuum(odoo, name, TRIGRAMS if not title else "")


def _copy(env, account, count):
    line = env[LINE].search([("journal_id", "=", account.journal_id.id)], limit=1)
    row = env["ponto.transaction"].search([("statement_line_id", "=", line.id)])
    env.flush_all()
    env.cr.execute(
        """SELECT (SELECT max(id) FROM account_move) AS moves,
                  (SELECT max(id) FROM account_bank_statement_line) AS lines,
                  (SELECT max(id) FROM ponto_transaction) AS rows"""
    )
    [places] = env.cr.dictfetchall()
    places["count"] = count
    for record, changed in ((line.move_id, MOVE), (line, STATEMENT_LINE), (row, ROW)):
        _insert(env.cr, record, changed, places)
    env.cr.execute(
        "UPDATE account_move SET statement_line_id = line.id "
        "FROM account_bank_statement_line AS line "
        "WHERE line.move_id = account_move.id AND line.id > %s",
        [places["lines"]],
    )


def _insert(cr, record, changed, places):
    table = record._table
    cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s",
        [table],
    )
    names = [name for (name,) in cr.fetchall()]
    values = [changed.get(name, f'source."{name}"') for name in names]
    # Column names come from the database, values from the constants above.
    cr.execute(
        f"""INSERT INTO {table} ("{'", "'.join(names)}")
            SELECT {", ".join(values)} FROM {table} AS source
             CROSS JOIN generate_series(1, %(count)s) AS n
             CROSS JOIN LATERAL (
                 SELECT DATE '2020-01-01' + (n::bigint * 2200 / %(count)s)::int AS day
             ) AS d
             WHERE source.id = %(source)s""",
        {**places, "source": record.id},
    )


def _fill(name, count):
    """The searched text of lines that were there before the addon."""
    with environment(name) as env:
        started = time.perf_counter()
        env[LINE]._ponto_fill_search_text()
        seconds = time.perf_counter() - started
    return f"searched text of {count} lines at the installation", f"{seconds:.0f} s"


def _vacuum(odoo, name, queries):
    with odoo.sql_db.db_connect(name).cursor() as cr:
        if queries:
            cr.execute(queries)
        cr.execute("ANALYZE account_move; ANALYZE account_bank_statement_line")


def _opened(name, account_id, count, title):
    with environment(name) as env:
        account = env["ponto.online.account"].browse(account_id)
        action = account.journal_id.action_ponto_open_lines()
        lines = env[LINE].with_context(
            **action["context"], allowed_company_ids=account.company_id.ids
        )
        ask = _list(lines, action)
        ask()  # what is cached for everybody
        yield f"list of {count} lines{title}", _cost(env, ask)
        for what, query in SEARCHES.items():
            domain = [("ponto_search", "ilike", query)]
            cost = _cost(env, lambda domain=domain: ask(domain))
            yield f"searched for {what}{title}", cost
        late = [("ponto_is_back_dated", "=", True)]
        yield f"filter back-dated{title}", _cost(env, lambda: ask(late))


def _list(lines, action):
    """A function that asks for the first page, as the web client does."""
    view_id = {kind: id_ for id_, kind in action["views"]}["list"]
    arch = lines.get_views([(view_id, "list")])["views"]["list"]["arch"]
    names = {node.get("name") for node in etree.fromstring(arch).iter("field")}
    wanted = {
        name: {"fields": {"display_name": {}}}
        if lines._fields[name].type == "many2one"
        else {}
        for name in names
    }

    def ask(domain=()):
        page = {"limit": 80, "count_limit": 10_001, "order": "internal_index DESC"}
        return lines.web_search_read([*action["domain"], *domain], wanted, **page)

    return ask


def _cost(env, ask):
    """Milliseconds (the better of two), SQL statements and lines found."""
    costs = []
    for _round in range(2):
        env.invalidate_all()
        before, started = env.cr.sql_log_count, time.perf_counter()
        found = ask()
        seconds = time.perf_counter() - started
        costs.append((seconds, env.cr.sql_log_count - before))
    seconds, statements = min(costs)
    return f"{seconds * 1000:.0f} ms, {statements} SQL, {found['length']} found"
