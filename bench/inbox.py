"""Whether the inbox answers as fast when millions of rows are in it.

The queries are those the ORM really sends: they are recorded while the real methods
run, and explained afterwards.
"""

from __future__ import annotations

import json
import subprocess
import time
from contextlib import contextmanager

from world import environment, linked_accounts, seed

from sandbox.process import SandboxProcess

from .setting import database

ACCOUNTS = 20
TABLE = "ponto_transaction"
# As the web client asks for a list.
PAGE = {"limit": 80, "count_limit": 10_001}
# One row in so many waits for a person, or to be booked.
HELD, NEW, PLANNED = 5_000, 100_003, 50_021
FILL = """
    INSERT INTO ponto_transaction (
        online_account_id, ponto_ref, state, hold_code, execution_date, value_date,
        booking_date, amount, currency_id, currency_code, label, fingerprint,
        walk_run_id, walk_position, was_planned, raw, create_uid, create_date
    )
    SELECT a.ids[1 + n %% %(accounts)s],
           'row-' || n,
           CASE WHEN n %% %(new)s = 7 THEN 'new' WHEN n %% %(planned)s = 11 THEN 'planned'
                WHEN n %% %(held)s = 3 THEN 'held' ELSE 'imported' END,
           CASE WHEN n %% %(held)s = 3 THEN 'locked_period' END,
           d.day, d.day, d.day, (n %% 90000) / 100.0, %(currency)s, 'EUR',
           'Transaction ' || n, md5(n::text), %(run)s, n / %(accounts)s,
           n %% %(planned)s = 12, '{}', 1, now()
      FROM generate_series(1, %(rows)s) AS n
      CROSS JOIN (SELECT %(ids)s::int[] AS ids) AS a
      CROSS JOIN LATERAL (SELECT DATE '2020-01-01' + (n::bigint * 2200 / %(rows)s)::int AS day) AS d
"""


def run(odoo, *, rows):
    """Rows of the table.

    :param rows: how many rows the inbox has
    """
    with (
        database(odoo) as name,
        SandboxProcess(seed=seed(accounts=ACCOUNTS, count=0)) as sandbox,
    ):
        with environment(name) as env:
            account_ids = sorted(linked_accounts(env, sandbox).ids)
        started = time.perf_counter()
        _fill(name, account_ids, rows)
        yield (
            f"inbox of {rows} rows",
            f"filled in {time.perf_counter() - started:.0f} s",
        )
        for what, work in ASKED.items():
            yield f"inbox: {what}", _explained(odoo, name, account_ids[0], work)


def _fill(name, account_ids, rows):
    with environment(name) as env:
        run_id = env["ponto.online.account"].browse(account_ids[0])._begin_run("cron")
        env.cr.execute(
            FILL,
            {
                "rows": rows,
                "ids": account_ids,
                "accounts": ACCOUNTS,
                "new": NEW,
                "planned": PLANNED,
                "held": HELD,
                "run": run_id,
                "currency": env.ref("base.EUR").id,
            },
        )
    # As PostgreSQL does by itself after a while.
    subprocess.run(["psql", "-qd", name, "-c", f"VACUUM ANALYZE {TABLE}"], check=True)


def _dashboard(account):
    account.journal_id._get_journal_dashboard_data_batched()


def _held_list(account):
    rows = account.env["ponto.transaction"]
    rows.web_search_read([("state", "=", "held")], {"label": {}}, **PAGE)


def _account_list(account):
    rows = account.env["ponto.transaction"]
    domain = [("online_account_id", "=", account.id)]
    rows.web_search_read(domain, {"label": {}}, **PAGE)


def _last_page_of_list(account):
    rows = account.env["ponto.transaction"]
    rows.search([("online_account_id", "=", account.id)], limit=80, offset=4000)


def _import(account):
    account.env["ponto.transaction"]._import_batch(account, account.run_ids.browse())


def _store_page(account):
    refs = [f"row-{number * ACCOUNTS}" for number in range(1, 101)]
    rows = account.env["ponto.transaction"]
    rows._store(
        [
            {"online_account_id": account.id, "ponto_ref": ref, "state": "new"}
            for ref in refs
        ]
    )
    rows.search([("online_account_id", "=", account.id), ("ponto_ref", "in", refs)])


def _edges(account):
    account._edge_date("min")
    account._edge_date("max")


def _announced(account):
    rows = account.env["ponto.transaction"]
    rows._search_due_planned(account)
    rows.search([("online_account_id", "=", account.id)], limit=80).mapped(
        "is_on_announced_day"
    )


ASKED = {
    "dashboard card": _dashboard,
    "held list": _held_list,
    "list of an account": _account_list,
    "list of an account, page 51": _last_page_of_list,
    "rows to book": _import,
    "store a page": _store_page,
    "first and last day": _edges,
    "announced": _announced,
}


def _explained(odoo, name, account_id, work):
    """Time and plan of the slowest query that a method sends to the inbox."""
    with environment(name) as env:
        account = env["ponto.online.account"].browse(account_id)
        account = account.with_context(allowed_company_ids=account.company_id.ids)
        with _recorded(odoo) as queries:
            work(account)
        plans = [_explain(env.cr, query) for query in queries]
        env.cr.rollback()
    seconds, scans = max(plans)
    total = sum(plan[0] for plan in plans)
    return f"{total:.1f} ms in {len(plans)} SQL, slowest {seconds:.1f} ms by {scans}"


@contextmanager
def _recorded(odoo):
    """The statements that read the inbox, with their values as text."""
    cursor_class = odoo.sql_db.Cursor
    execute, found = cursor_class.execute, []

    def recording(cursor, query, params=None, log_exceptions=True):
        execute(cursor, query, params, log_exceptions)
        text = cursor._obj.query.decode()
        if TABLE in text and text.lstrip()[:6].upper() in ("SELECT", "INSERT"):
            found.append(text)

    cursor_class.execute = recording
    try:
        yield found
    finally:
        cursor_class.execute = execute


def _explain(cr, query):
    """:return: milliseconds, and how the inbox's rows were found"""
    cr.execute("SAVEPOINT explain")
    cr._obj.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}")
    [(plan,)] = cr._obj.fetchall()
    cr.execute("ROLLBACK TO SAVEPOINT explain")
    plan = (json.loads(plan) if isinstance(plan, str) else plan)[0]
    scans = sorted(set(_scans(plan["Plan"])))
    return plan["Execution Time"], " + ".join(scans) or plan["Plan"]["Node Type"]


def _scans(node):
    if node.get("Relation Name") == TABLE and "Scan" in node["Node Type"]:
        yield node.get("Index Name") or node["Node Type"]
    elif node["Node Type"] == "Bitmap Index Scan":
        yield node["Index Name"]
    for child in node.get("Plans", ()):
        yield from _scans(child)
