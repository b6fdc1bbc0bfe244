"""Locks, serialization and kills between real processes (hard cases P21, P22, P36)."""

import os
import signal
import time

from world import assert_ledger, environment

CRON = "account_ponto_sync.ir_cron_fetch_transactions"


def fetch(database, account_id):
    with environment(database) as env:
        env["ponto.online.account"].browse(account_id).fetch_transactions()


def run_cron(database):
    with environment(database) as env:
        env["ponto.connection"]._cron_fetch_transactions()


def ensure_token(database, connection_id, start_at):
    time.sleep(max(start_at - time.time(), 0))
    with environment(database) as env:
        env["ponto.connection"].browse(connection_id)._ensure_token()


def test_four_processes_import_one_copy(database, sandbox, account_id, fork):
    children = [fork(fetch, database, account_id) for _ in range(2)]
    children += [fork(run_cron, database) for _ in range(2)]
    for child in children:
        child.join(120)
        assert child.exitcode == 0
    run_cron(database)
    assert_ledger(database, account_id)


def test_a_killed_import_goes_on_where_it_stopped(
    database, sandbox, account_id, fork, record_property
):
    kills = 0
    for _ in range(12):
        child = fork(fetch, database, account_id)
        before = imported(database, account_id)
        deadline = time.monotonic() + 60
        while child.is_alive() and time.monotonic() < deadline:
            if imported(database, account_id) > before:
                # Anywhere in the batch that follows.
                time.sleep(0.05 * kills)
                os.kill(child.pid, signal.SIGKILL)
                break
            time.sleep(0.02)
        child.join()
        if child.exitcode == 0:
            break
        kills += 1
    assert kills >= 2, "nothing was killed, so nothing is proved"
    record_property("kills", kills)
    fetch(database, account_id)
    assert_ledger(database, account_id)


def imported(database, account_id):
    with environment(database) as env:
        return env["ponto.transaction"].search_count(
            [("online_account_id", "=", account_id), ("state", "=", "imported")]
        )


def test_four_workers_ask_for_one_token(database, sandbox, account_id, fork):
    with environment(database) as env:
        connection = env["ponto.online.account"].browse(account_id).connection_id
        connection._forget_token()
        connection_id = connection.id
    sandbox.clear_requests()
    start_at = time.time() + 1
    children = [fork(ensure_token, database, connection_id, start_at) for _ in range(4)]
    for child in children:
        child.join(60)
        assert child.exitcode == 0
    asked = [entry for entry in sandbox.requests() if "token" in entry["path"]]
    assert len(asked) == 1


def test_the_lock_dies_with_its_process(database, sandbox, account_id, fork):
    child = fork(hold_lock, database, account_id)
    deadline = time.monotonic() + 30
    while try_lock(database, account_id) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not try_lock(database, account_id)
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    while not try_lock(database, account_id) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert try_lock(database, account_id)


def hold_lock(database, account_id):
    with environment(database) as env:
        # Whoever tries whether the lock is free has it for a moment.
        while not lock(env, account_id):
            time.sleep(0.01)
        time.sleep(60)


def try_lock(database, account_id):
    with environment(database) as env:
        return lock(env, account_id)


def lock(env, account_id):
    from odoo.addons.account_ponto_sync.tools import units

    return units.try_lock(env, "ponto.online.account", account_id)
