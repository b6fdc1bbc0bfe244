"""A run of the scheduled action in which nothing happened."""

from __future__ import annotations

import time

from world import environment, linked_accounts, seed

from sandbox.process import SandboxProcess

from .setting import database

CRON = "account_ponto_sync.ir_cron_fetch_transactions"


def run(odoo, *, counts):
    """Rows of the table.

    :param counts: how many linked accounts one connection has
    """
    for count in counts:
        with (
            database(odoo) as name,
            SandboxProcess(seed=seed(accounts=count, count=0)) as sandbox,
        ):
            yield from _measure(odoo, name, sandbox, count)


def _measure(odoo, name, sandbox, count):
    with environment(name) as env:
        accounts = linked_accounts(env, sandbox)
        now = env.cr.now()
        # As after a first reading that found nothing.
        accounts.write(
            {
                "last_read_at": now,
                "complete_at": now,
                "deep_read_at": now,
                "reads_left": 0,
            }
        )
    _run_cron(name)
    with environment(name) as env:
        before = env["ponto.sync.run"].search_count([])
    sandbox.clear_requests()
    statements, started = odoo.sql_db.sql_counter, time.perf_counter()
    _run_cron(name)
    seconds = time.perf_counter() - started
    statements = odoo.sql_db.sql_counter - statements
    requests = len(sandbox.requests())
    with environment(name) as env:
        runs = env["ponto.sync.run"].search_count([]) - before
    text = f"{requests} HTTP, {statements} SQL, {runs} run records, {seconds:.2f} s"
    yield f"quiet run, {count} accounts", text


def _run_cron(name):
    with environment(name) as env:
        env.ref(CRON).method_direct_trigger()
