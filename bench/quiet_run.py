"""A run of the scheduled action in which nothing happened."""

from __future__ import annotations

import time
from datetime import timedelta

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
        accounts = linked_accounts(env, sandbox, _journal)
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
        # It runs once an hour.
        env["ponto.connection"].search([]).last_checked_at = now - timedelta(hours=1)
    sandbox.clear_requests()
    statements, seconds = _counted(odoo, name)
    requests = len(sandbox.requests())
    with environment(name) as env:
        runs = env["ponto.sync.run"].search_count([]) - before
    text = f"{requests} HTTP, {statements} SQL, {runs} run records, {seconds:.2f} s"
    yield f"quiet run, {count} accounts", text


def _journal(account):
    """Core has codes and ledger accounts for 99 bank journals only."""
    journals = account.env["account.journal"].with_company(account.company_id)
    return journals.create(
        {
            "name": f"Bank {account.id}",
            "code": f"Q{account.id}",
            "type": "bank",
            "company_id": account.company_id.id,
            "default_account_id": account.company_id.account_journal_suspense_account_id.id,
        }
    )


def _counted(odoo, name):
    """Statements and seconds of our method, as the real scheduled action calls it."""
    from odoo.modules.registry import Registry

    model_class = Registry(name)["ponto.connection"]
    method = model_class._cron_fetch_transactions
    spent = []

    def counting(connection):
        before, started = odoo.sql_db.sql_counter, time.perf_counter()
        method(connection)
        seconds = time.perf_counter() - started
        spent.append((odoo.sql_db.sql_counter - before, seconds))

    model_class._cron_fetch_transactions = counting
    try:
        _run_cron(name)
    finally:
        del model_class._cron_fetch_transactions
    [result] = spent
    return result


def _run_cron(name):
    with environment(name) as env:
        env.ref(CRON).method_direct_trigger()
