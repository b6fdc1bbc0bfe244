"""What a line fetched from Ponto costs beside core's own batches of 100 lines."""

import time
from collections import Counter
from contextlib import contextmanager
from statistics import median

import pytest
from world import environment, linked_accounts, seed, transactions

from sandbox.process import SandboxProcess

ROUNDS = 4  # measured; one before them warms up caches and PostgreSQL
LINES = 400
BATCH = 100
COPIED = ("date", "amount", "payment_ref", "partner_name", "account_number")


class Cost:
    """Seconds and SQL statements of one block."""

    seconds = statements = 0


@contextmanager
def cost(odoo):
    spent = Cost()
    started, before = time.perf_counter(), odoo.sql_db.sql_counter
    yield spent
    spent.seconds = time.perf_counter() - started
    spent.statements = odoo.sql_db.sql_counter - before


@pytest.fixture
def sandbox():
    with SandboxProcess(seed=seed(accounts=ROUNDS + 1, count=LINES)) as running:
        yield running


def fetch(odoo, database, account_id):
    """Read an account from the local Ponto and book what it lists."""
    with cost(odoo) as spent, environment(database) as env:
        env["ponto.online.account"].browse(account_id).fetch_transactions()
    return spent


def create(odoo, database, journal_id, vals_list):
    """Let core make the same lines, a transaction for each batch."""
    with cost(odoo) as spent:
        for start in range(0, len(vals_list), BATCH):
            with environment(database) as env:
                journal = env["account.journal"].browse(journal_id)
                lines = env["account.bank.statement.line"].with_company(
                    journal.company_id
                )
                lines.create(
                    [
                        {**vals, "journal_id": journal_id}
                        for vals in vals_list[start : start + BATCH]
                    ]
                )
    return spent


def lines_of(database, journal_id):
    with environment(database) as env:
        lines = env["account.bank.statement.line"].search(
            [("journal_id", "=", journal_id)], order="internal_index"
        )
        return [{name: line[name] for name in COPIED} for line in lines]


def test_import_rate(odoo, database, sandbox, record_property):
    with environment(database) as env:
        accounts = linked_accounts(env, sandbox)
        fed = [(account.id, account.journal_id.id) for account in accounts]
        plain = [accounts[0]._create_journal().id for _account in accounts]
    wanted = Counter(
        (row["executionDate"][:10], row["amount"]) for row in transactions(LINES)
    )
    costs = []
    fetch(odoo, database, fed[0][0])
    vals_list = lines_of(database, fed[0][1])
    create(odoo, database, plain[0], vals_list)
    for number in range(1, ROUNDS + 1):
        account_id, journal_id = fed[number]
        # In turns, so that neither always finds the fuller tables.
        if number % 2:
            ours = fetch(odoo, database, account_id)
            core = create(odoo, database, plain[number], vals_list)
        else:
            core = create(odoo, database, plain[number], vals_list)
            ours = fetch(odoo, database, account_id)
        costs.append((ours, core))
        for journal in (journal_id, plain[number]):
            found = lines_of(database, journal)
            assert wanted == Counter(
                (str(line["date"]), f"{line['amount']:.2f}") for line in found
            )
    ratios = sorted(core.seconds / ours.seconds for ours, core in costs)
    record_property(
        "import rate",
        f"{median(ratios):.2f} of core's in batches of {BATCH}"
        f" ({ratios[0]:.2f} to {ratios[-1]:.2f} in {ROUNDS} rounds of {LINES} lines)",
    )
    ours, core = (
        sum(spent[side].statements for spent in costs) / (ROUNDS * LINES)
        for side in (0, 1)
    )
    record_property("SQL per line", f"{ours:.1f}, core {core:.1f}")
