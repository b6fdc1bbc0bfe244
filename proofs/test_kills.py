"""Killed 50 times or cut off from its database, a first import books each line once."""

import os
import random
import signal
import time
from collections import Counter

import psycopg2
import pytest
from world import (
    START,
    assert_ledger,
    environment,
    linked_accounts,
    seed,
    transactions,
)

from sandbox.belgian import iban_of
from sandbox.process import SandboxProcess

KILLS = 50
LINES = 3000
PER_DAY = 30
LONGEST = 1.5  # seconds that a process lives at least once it does something
#: Every so many processes lose their database connection instead of their life.
LOSS_EVERY = 4


@pytest.fixture
def sandbox():
    document = seed()
    document["accounts"][0]["transactions"] = transactions(LINES, PER_DAY)
    with SandboxProcess(seed=document) as running:
        yield running


def fetch(database, account_id):
    with environment(database) as env:
        env["ponto.online.account"].browse(account_id).fetch_transactions()


def next_account(database, sandbox, number):
    """The same transactions once more: a new account that feeds a new journal."""
    account = {
        **seed()["accounts"][0],
        "id": f"acc-{number}",
        "reference": iban_of(f"Bakkerij Peeters {number}"),
        "transactions": transactions(LINES, PER_DAY),
    }
    sandbox.control("POST", "accounts", json=account)
    with environment(database) as env:
        connection = env["ponto.connection"].search([])
        new = connection.fetch_accounts().filtered(lambda found: not found.journal_id)
        new.link_journal(new._create_journal(), START)
        return new.id


class Progress:
    """Looks at the import from outside, over a connection of its own."""

    def __init__(self, database, account_id):
        self.connection = psycopg2.connect(dbname=database)
        self.connection.autocommit = True
        self.account_id = account_id

    def ask(self, query, *parameters):
        with self.connection.cursor() as cr:
            cr.execute(query, parameters)
            return cr.fetchall()

    def marks(self):
        """Pages read and rows decided: what grows with every unit."""
        return self.ask(
            """SELECT (SELECT sum(read_count) FROM ponto_sync_run
                        WHERE online_account_id = %s),
                      (SELECT count(*) FROM ponto_transaction
                        WHERE online_account_id = %s AND state = 'imported')""",
            self.account_id,
            self.account_id,
        )

    def stage(self):
        """What a fetch that is not finished was doing."""
        rows = self.ask(
            """SELECT stage FROM ponto_sync_run
                WHERE online_account_id = %s AND state = 'running'""",
            self.account_id,
        )
        return rows[0][0] if rows else ""

    def cut_off(self):
        """End the connection that is at work; the other one holds the lock.

        :return: how many were ended
        """
        return self.ask(
            """SELECT count(*) FROM (
                   SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid != pg_backend_pid()
                      AND query NOT LIKE '%%pg_try_advisory_xact_lock%%'
                      AND (state LIKE 'idle in transaction%%' OR state = 'active')
               ) ended"""
        )[0][0]


def live(child, progress, draw):
    """Let a process do something, and then live for a random time."""
    before = progress.marks()
    while child.is_alive() and progress.marks() == before:
        time.sleep(0.005)
    end = time.monotonic() + draw.uniform(0, LONGEST)
    while child.is_alive() and time.monotonic() < end:
        time.sleep(0.005)


def test_kills(odoo, database, sandbox, fork, record_property):
    draw = random.Random()
    counts = Counter()
    accounts = []
    with environment(database) as env:
        accounts.append(linked_accounts(env, sandbox).id)
    progress = Progress(database, accounts[0])
    processes = 0
    while counts["kills"] < KILLS:
        child = fork(fetch, database, accounts[-1])
        processes += 1
        live(child, progress, draw)
        if processes % LOSS_EVERY == 0:
            counts["connection losses"] += progress.cut_off()
            live(child, progress, draw)
        stage = progress.stage()
        if child.is_alive() and stage:
            os.kill(child.pid, signal.SIGKILL)
            counts["kills"] += 1
            counts[
                "kills while reading" if stage == "read" else "kills while importing"
            ] += 1
        child.join()
        if not progress.stage():
            # It came to its end: the next one begins anew.
            accounts.append(next_account(database, sandbox, len(accounts) + 1))
            progress.connection.close()
            progress = Progress(database, accounts[-1])
    progress.connection.close()
    for account_id in accounts:
        fetch(database, account_id)
        # One that ended early for lack of a connection is read once more.
        fetch(database, account_id)
        assert_whole(database, account_id)
    assert counts["kills while reading"] and counts["kills while importing"]
    assert counts["connection losses"]
    counts.update({"accounts": len(accounts), "lines": LINES * len(accounts)})
    for name, count in counts.items():
        record_property(name, count)


def assert_whole(database, account_id):
    assert_ledger(database, account_id, transactions(LINES, PER_DAY))
    with environment(database) as env:
        account = env["ponto.online.account"].browse(account_id)
        assert not account.walk_run_id
        assert account.complete_at
        assert not account._open_run()
        rows = account.transaction_ids
        assert len(set(rows.mapped("ponto_ref"))) == LINES
        assert len(rows.statement_line_id) == LINES
        entries = rows.statement_line_id.move_id
        assert set(entries.mapped("state")) == {"posted"}
        numbers = {}
        for entry in entries:
            numbers.setdefault(entry.sequence_prefix, []).append(entry.sequence_number)
        for prefix, found in numbers.items():
            assert sorted(found) == list(range(1, len(found) + 1)), prefix
