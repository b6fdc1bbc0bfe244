"""Several people click the same at once: all get the page of the one fetch."""

import multiprocessing
from datetime import date
from functools import partial

import psycopg2
import pytest
from world import assert_ledger, environment, wait_until

FORK = multiprocessing.get_context("fork")
LATE = 4
LOCK = date(2026, 1, 10)


def account_of(env, account_id):
    return env["ponto.online.account"].browse(account_id)


def click_fetch(env, account_id):
    return account_of(env, account_id).action_fetch_transactions()


def click_undo(env, account_id):
    done = [("online_account_id", "=", account_id), ("state", "=", "done")]
    first = env["ponto.sync.run"].search(done, order="id", limit=1)
    return first.action_undo()


def click_check(env, account_id):
    account = account_of(env, account_id)
    run = account.request_check(date(2026, 2, 1), date(2026, 2, 28))
    return run._progress_action()


def click_preview(env, account_id):
    return account_of(env, account_id).request_previews()._progress_action()


def click_retry(env, account_id):
    rows = account_of(env, account_id).transaction_ids
    decided = rows.filtered(lambda row: row.booking_date <= LOCK)
    return decided.action_retry()


CLICKS = {
    "fetch": click_fetch,
    "undo": click_undo,
    "check": click_check,
    "preview": click_preview,
    "retry": click_retry,
}


def click(database, account_id, name, answers, commit=None):
    """As a request does it: begun again where the database asks for that.

    :param commit: an event before which the work of the click is not committed
    """
    from odoo.api import SUPERUSER_ID, Environment
    from odoo.modules.registry import Registry
    from odoo.service.model import retrying

    with Registry(database).cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {})

        def work():
            action = CLICKS[name](env, account_id)
            env.flush_all()
            if commit:
                commit.wait(120)
            return action

        try:
            answer = retrying(work, env)["params"]["run_ids"]
        except Exception as error:
            answer = f"{type(error).__name__}: {error}"
        answers.put(answer)


def prepare(database, account_id, name):
    """What there is before the click."""
    if name == "retry":
        with environment(database) as env:
            account_of(env, account_id).company_id.fiscalyear_lock_date = LOCK
    if name in ("undo", "check", "retry"):
        with environment(database) as env:
            account_of(env, account_id).fetch_transactions()
    if name == "retry":
        with environment(database) as env:
            account_of(env, account_id).company_id.fiscalyear_lock_date = False


def blocked(database):
    """How many wait for what somebody else has not committed."""
    with psycopg2.connect(dbname="postgres") as look, look.cursor() as cr:
        cr.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = %s AND cardinality(pg_blocking_pids(pid)) > 0",
            [database],
        )
        return cr.fetchone()[0]


@pytest.mark.parametrize("name", CLICKS)
def test_late_clicks_join(database, sandbox, account_id, fork, name, record_property):
    prepare(database, account_id, name)
    answers, commit = FORK.SimpleQueue(), FORK.Event()
    clicked = partial(fork, click, database, account_id, name, answers)
    children = [clicked(commit)]
    wait_until(has_uncommitted_run, database)
    children += [clicked() for _late in range(LATE)]
    wait_until(lambda: blocked(database) == LATE)
    commit.set()
    for child in children:
        child.join(120)
        assert child.exitcode == 0
    told = [answers.get() for _child in children]
    with environment(database) as env:
        run_id = account_of(env, account_id)._open_run().id
    assert told == [[run_id]] * (LATE + 1)
    record_property("late clicks", LATE)


def has_uncommitted_run(database):
    """Whether somebody holds a new row of the fetches and waits."""
    with psycopg2.connect(dbname="postgres") as look, look.cursor() as cr:
        cr.execute(
            """SELECT count(*) FROM pg_stat_activity a
                WHERE a.datname = %s AND a.state = 'idle in transaction'
                  AND a.backend_xid IS NOT NULL""",
            [database],
        )
        return cr.fetchone()[0] > 0


def test_decisions_while_a_fetch_books(database, sandbox, account_id, fork):
    """Each of several people retries a row of their own in the fetch that is going."""
    prepare(database, account_id, "retry")
    with environment(database) as env:
        held = account_of(env, account_id).transaction_ids.filtered(
            lambda row: row.state == "held"
        )
        wanted = len(held)
        assert wanted > LATE
        first = held.ids[LATE:]
        rows = held.ids[:LATE]
        env["ponto.transaction"].browse(first).action_retry()
    answers = FORK.SimpleQueue()
    driver = fork(drive, database, account_id)
    children = [fork(retry_row, database, row_id, answers) for row_id in rows]
    for child in [*children, driver]:
        child.join(240)
        assert child.exitcode == 0
    told = [answers.get() for _child in children]
    assert all(isinstance(answer, list) for answer in told), told
    drive(database, account_id)
    assert_ledger(database, account_id)


def drive(database, account_id):
    with environment(database) as env:
        account_of(env, account_id).fetch_transactions()


def retry_row(database, row_id, answers):
    CLICKS["row"] = lambda env, number: (
        env["ponto.transaction"].browse(number).action_retry()
    )
    click(database, row_id, "row", answers)


def test_accounts_are_fetched_by_two_people(database, sandbox, odoo, fork):
    """Both find the same new accounts at Ponto: they are created once."""
    from world import make_connection

    with environment(database) as env:
        connection_id = make_connection(env, sandbox).id
    answers, commit = FORK.SimpleQueue(), FORK.Event()
    first = fork(fetch_accounts, database, connection_id, answers, commit)
    wait_until(has_uncommitted_run, database)
    second = fork(fetch_accounts, database, connection_id, answers)
    wait_until(lambda: blocked(database) == 1)
    commit.set()
    for child in (first, second):
        child.join(120)
        assert child.exitcode == 0
    told = [answers.get() for _child in range(2)]
    assert told[0] == told[1]
    assert isinstance(told[0], list)


def fetch_accounts(database, connection_id, answers, commit=None):
    def fetch(env, number):
        accounts = env["ponto.connection"].browse(number).fetch_accounts()
        return {"params": {"run_ids": accounts.ids}}

    CLICKS["accounts"] = fetch
    click(database, connection_id, "accounts", answers, commit)
