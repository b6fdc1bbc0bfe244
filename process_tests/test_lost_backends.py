"""PostgreSQL ends the connections of a fetch: it goes on, and nothing false is told."""

import psycopg2
import pytest
from world import assert_ledger, environment, wait_until


def fetch(database, account_id):
    with environment(database) as env:
        env["ponto.online.account"].browse(account_id).fetch_transactions()


def end_backends(database, *, but=()):
    """What an administrator, or a PostgreSQL that runs out of memory, does."""
    with psycopg2.connect(dbname="postgres") as look, look.cursor() as cr:
        cr.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = %s AND pid <> ALL(%s)",
            [database, list(but)],
        )
        return cr.fetchone()[0]


def fetch_losing_each_unit(database, account_id, moment):
    """Each transaction loses its connection once: before its commit, or when that is
    done and PostgreSQL's word of it is still on its way."""
    from odoo.sql_db import Cursor

    from odoo.addons.account_ponto_sync.models.fetch.fetch_driver import FetchDriver
    from odoo.addons.account_ponto_sync.tools import units

    with environment(database) as env:
        run_id = env["ponto.online.account"].browse(account_id)._begin_run("cron")
    commit, is_lost = Cursor.commit, False

    def losing(cursor):
        nonlocal is_lost
        is_lost = not is_lost
        if is_lost and moment == "after":
            commit(cursor)
        if is_lost:
            end_backend(cursor._cnx.info.backend_pid)
            # What psycopg2 says then.
            raise psycopg2.OperationalError("server closed the connection unexpectedly")
        commit(cursor)

    with environment(database) as env:
        assert units.try_lock(env, "ponto.online.account", account_id)
        Cursor.commit = losing
        FetchDriver(env, run_id, attended=False).drive_to_end()
        Cursor.commit = commit


def end_backend(pid):
    with psycopg2.connect(dbname="postgres") as look, look.cursor() as cr:
        cr.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def ended(database, account_id):
    """``(state, code of the problem)`` of each fetch, and of the account."""
    with environment(database) as env:
        account = env["ponto.online.account"].browse(account_id)
        runs = env["ponto.sync.run"].search([("online_account_id", "=", account_id)])
        told = [(run.state, run.problem_code) for run in runs]
        return told, account.problem_code


@pytest.mark.parametrize("moment", ["before", "after"])
def test_each_unit_loses_its_connection(database, sandbox, account_id, fork, moment):
    child = fork(fetch_losing_each_unit, database, account_id, moment)
    child.join(240)
    assert child.exitcode == 0
    assert ended(database, account_id) == ([("done", False)], False)
    assert_ledger(database, account_id)


@pytest.mark.parametrize(("skip", "second_waits"), [(0, True), (1, True), (2, False)])
def test_the_lock_is_lost_and_somebody_else_goes_on(
    database, sandbox, account_id, fork, skip, second_waits
):
    """Two drivers then, of which the first brings a page that the second stored."""
    slow = {"path": "/transactions$", "kind": "slow"}
    faults = [{**slow, "seconds": 10, "skip": skip}]
    if second_waits:
        # Of the requests that the first fault does not strike: the page after that one.
        faults.append({**slow, "seconds": 10, "skip": 1})
    sandbox.control("POST", "faults", json={"faults": faults})
    first = fork(fetch, database, account_id)
    wait_until(page_is_awaited, sandbox, skip + 1)
    assert end_backends(database)
    second = fork(fetch, database, account_id)
    second.join(240)
    first.join(240)
    assert second.exitcode == 0
    assert ended(database, account_id) == ([("done", False)], False)
    assert_ledger(database, account_id)


def page_is_awaited(sandbox, number):
    asked = [one for one in sandbox.requests() if one["path"].endswith("/transactions")]
    return len(asked) == number and asked[-1]["status"] is None
