"""Who comes while a fetch is under way, and what the database refuses (P21, P22)."""

import multiprocessing

import psycopg2
import psycopg2.extras
import pytest
from psycopg2.errorcodes import SERIALIZATION_FAILURE
from world import assert_ledger, environment, transactions, wait_until

QUEUE = multiprocessing.get_context("fork").SimpleQueue


def fetch(database, account_id):
    with environment(database) as env:
        env["ponto.online.account"].browse(account_id).fetch_transactions()


def click(database, account_id, answers):
    """What a person's click gives: the fetch that their browser is to show."""
    with environment(database) as env:
        account = env["ponto.online.account"].browse(account_id)
        action = account.action_fetch_transactions()
        progress = env["ponto.sync.run"].browse(action["params"]["run_ids"])
        answers.put((action["params"]["run_ids"], progress.action_step()["done"]))


def run_cron(database, answers):
    with environment(database) as env:
        env["ponto.connection"]._cron_fetch_transactions()
    answers.put(("cron", False))


def test_who_comes_second_is_told_of_the_first(
    database, sandbox, account_id, fork, record_property
):
    """Two clicks and the schedule, while a slow page keeps a fetch busy."""
    sandbox.control(
        "POST",
        "faults",
        json={"faults": [{"path": "/transactions$", "kind": "slow", "seconds": 20}]},
    )
    first = fork(fetch, database, account_id)
    wait_until(running, database, account_id)
    [(run_id, started_at)] = running(database, account_id)
    answers = QUEUE()
    others = [fork(click, database, account_id, answers) for _ in range(2)]
    others.append(fork(run_cron, database, answers))
    for other in others:
        other.join(60)
        assert other.exitcode == 0
    # All have their answer, and the first one still waits for its page.
    assert first.is_alive()
    assert running(database, account_id) == [(run_id, started_at)]
    told = sorted((answers.get() for _other in others), key=str)
    assert told == [("cron", False), ([run_id], False), ([run_id], False)]
    first.join(240)
    assert first.exitcode == 0
    assert_ledger(database, account_id)
    assert runs(database, account_id) == [run_id]
    record_property("turned away", len(others))


def running(database, account_id):
    """Which fetch is under way, and since when."""
    with environment(database) as env:
        run = env["ponto.online.account"].browse(account_id)._open_run()
        return [(run.id, run.started_at)] if run else []


def runs(database, account_id):
    with environment(database) as env:
        return (
            env["ponto.sync.run"].search([("online_account_id", "=", account_id)]).ids
        )


def fetch_and_tell(database, account_id, refusals):
    """Fetch, and tell the parent what the database refused on the way."""
    from odoo.addons.account_ponto_sync.tools import units

    may_repeat = units._may_repeat

    def noted(error):
        refusals.put(error.pgcode)
        return may_repeat(error)

    units._may_repeat = noted
    fetch(database, account_id)


@pytest.fixture
def other(database):
    """Another worker's connection: what it changes is not committed yet."""
    connection = psycopg2.connect(dbname=database)
    yield connection
    connection.close()


def is_blocked(database, other):
    """Whether some connection waits for what the other worker has changed."""
    with psycopg2.connect(dbname=database) as look, look.cursor() as cr:
        cr.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))",
            [other.info.backend_pid],
        )
        return bool(cr.fetchone()[0])


def test_a_page_that_another_worker_stored_is_stored_again(
    database, sandbox, account_id, fork, other, record_property
):
    row = transactions()[-1]
    with other.cursor() as cr:
        cr.execute(
            """INSERT INTO ponto_transaction
                      (online_account_id, ponto_ref, state, amount, currency_code,
                       currency_id, execution_date, value_date, booking_date, label, raw)
               SELECT id, %s, 'new', %s, 'EUR', currency_id, %s, %s, %s, %s, %s
                 FROM ponto_online_account WHERE id = %s""",
            [
                row["id"],
                row["amount"],
                *[row["executionDate"][:10]] * 3,
                row["remittanceInformation"],
                psycopg2.extras.Json(resource(row)),
                account_id,
            ],
        )
    refusals = QUEUE()
    child = fork(fetch_and_tell, database, account_id, refusals)
    wait_until(is_blocked, database, other)
    other.commit()
    finish(child, refusals)
    assert_ledger(database, account_id)
    record_property("serialization failures", 1)


def resource(row):
    attributes = {name: value for name, value in row.items() if name != "id"}
    return {"id": row["id"], "type": "transaction", "attributes": attributes}


def test_a_batch_that_another_worker_touched_is_booked_again(
    database, sandbox, account_id, fork, other, record_property
):
    refusals = QUEUE()
    child = fork(fetch_and_tell, database, account_id, refusals)
    wait_until(newest_waiting, database, account_id)
    with other.cursor() as cr:
        cr.execute(
            "UPDATE ponto_transaction SET decision_note = 'x' WHERE id = %s",
            newest_waiting(database, account_id),
        )
    wait_until(is_blocked, database, other)
    other.commit()
    finish(child, refusals)
    assert_ledger(database, account_id)
    record_property("serialization failures", 1)


def newest_waiting(database, account_id):
    """The row that is booked last, once others were booked."""
    with environment(database) as env:
        rows = env["ponto.transaction"].search(
            [("online_account_id", "=", account_id)], order="booking_date desc, id desc"
        )
        if not rows or set(rows.mapped("state")) != {"new", "imported"}:
            return []
        return rows.filtered(lambda row: row.state == "new")[:1].ids


def finish(child, refusals):
    """The process came to its end, after one refusal and one repetition."""
    child.join(240)
    assert child.exitcode == 0
    assert refusals.get() == SERIALIZATION_FAILURE
    assert refusals.empty()


def test_a_click_that_is_committed_while_a_fetch_begins(
    database, account_id, fork, other
):
    """Both found no open fetch: the later one takes up the earlier, and no error."""
    with other.cursor() as cr:
        cr.execute(
            """INSERT INTO ponto_sync_run
                      (online_account_id, company_id, kind, trigger, state, stage,
                       started_at)
               SELECT id, company_id, 'fetch', 'user', 'running', 'read', now()
                 FROM ponto_online_account WHERE id = %s""",
            [account_id],
        )
    child = fork(fetch, database, account_id)
    wait_until(is_blocked, database, other)
    other.commit()
    child.join(240)
    assert child.exitcode == 0
    assert_ledger(database, account_id)
    assert len(runs(database, account_id)) == 1
