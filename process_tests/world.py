"""A database of its own, a local Ponto, and processes: for tests with real commits.

``make test-processes`` gives the environment: a database with the addon installed, a
PostgreSQL to copy it on, and Odoo on the Python path. Children are forked from this
process once its registry is loaded; no PostgreSQL connection crosses the fork.
"""

import multiprocessing
import os
import subprocess
import time
import uuid
from collections import Counter
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal

import pytest

from sandbox.belgian import iban_of
from sandbox.process import SandboxProcess

FORK = multiprocessing.get_context("fork")
START = date(2026, 1, 1)
TRANSACTIONS = 350


def transactions(count=TRANSACTIONS, per_day=4):
    """Oldest arrived first, twins and cents among them."""
    return [
        {
            "id": f"00000000-0000-4000-8000-{number:012d}",
            "amount": f"{(-1) ** number * (number % 7 + 1)}.{number % 90 + 10}",
            "currency": "EUR",
            "executionDate": f"{START + timedelta(days=number // per_day)}T00:00:00.000Z",
            "valueDate": f"{START + timedelta(days=number // per_day)}T00:00:00.000Z",
            "remittanceInformation": f"Transaction {number // 2}",
        }
        for number in range(count)
    ]


def seed(accounts=1, count=TRANSACTIONS):
    """Accounts of one company at one bank, each with the same transactions."""
    return {
        "integrations": [
            {
                "client_id": "client",
                "client_secret": "secret",
                "scope": "ai",
                "accounts": "all",
            }
        ],
        "institutions": [{"id": "bank", "name": "Vlinderbank", "status": "stable"}],
        "accounts": [
            {
                "id": f"acc-{number}",
                "institution": "bank",
                "reference": iban_of(f"Bakkerij Peeters {number}"),
                "referenceType": "IBAN",
                "currency": "EUR",
                "holderName": "Bakkerij Peeters BV",
                "opening_balance": "1000.00",
                "transactions": transactions(count),
            }
            for number in range(1, accounts + 1)
        ],
    }


@pytest.fixture
def sandbox():
    with SandboxProcess(seed=seed()) as running:
        yield running


@pytest.fixture(scope="session")
def odoo():
    import odoo
    import odoo.tools

    odoo.tools.config.parse_config(
        ["-c", os.environ["ODOO_RC"], "--max-cron-threads=0", "--log-level=warn"]
    )
    return odoo


@contextmanager
def database_copy(odoo):
    """A copy of the database with the addon; dropped afterwards."""
    name = f"ponto_process_{uuid.uuid4().hex[:8]}"
    template = os.environ["PONTO_TEST_DB_TEMPLATE"]
    subprocess.run(["createdb", "-T", template, name], check=True)
    yield name
    from odoo.modules.registry import Registry

    Registry.delete(name)
    odoo.sql_db.close_db(name)
    drop_database(name)


def drop_database(name):
    """Also while PostgreSQL is cleaning it: it does not let us end its own workers.

    :raise CalledProcessError: where that lasts for a minute
    """
    command = ["dropdb", "--force", name]
    for _attempt in range(30):
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return
        time.sleep(2)
    subprocess.run(command, check=True)


@pytest.fixture
def database(odoo):
    with database_copy(odoo) as name:
        yield name


@contextmanager
def environment(database):
    """An environment of its own transaction, committed at the end."""
    from odoo.api import SUPERUSER_ID, Environment
    from odoo.modules.registry import Registry

    with Registry(database).cursor() as cr:
        yield Environment(cr, SUPERUSER_ID, {})


@pytest.fixture
def account_id(odoo, database, sandbox):
    """An account at the local Ponto that feeds a new journal from 1 January."""
    with environment(database) as env:
        found = linked_accounts(env, sandbox).id
    sandbox.clear_requests()
    return found


def make_connection(env, sandbox):
    """A new company that is connected to a local Ponto."""
    euro = env.ref("base.EUR")
    euro.active = True
    company = env["res.company"].create(
        {"name": "Bakkerij Peeters", "currency_id": euro.id}
    )
    charts = env["account.chart.template"]
    charts.try_loading("generic_coa", company=company, install_demo=False)
    # The chart brings its own currency.
    company.currency_id = euro
    return env["ponto.connection"].create(
        {
            "name": "Ponto",
            "company_id": company.id,
            "environment": "sandbox",
            "api_url": sandbox.url,
            "client_id": sandbox.client_id,
            "client_secret": sandbox.client_secret,
        }
    )


def linked_accounts(env, sandbox, make_journal=None):
    """All accounts of a local Ponto, each feeding a new journal of a new company.

    :param make_journal: called with an account, where another journal is wanted than
        the one that a person gets
    """
    accounts = make_connection(env, sandbox).fetch_accounts()
    for account in accounts:
        make = make_journal or type(account)._create_journal
        account.link_journal(make(account), START)
    return accounts


def assert_ledger(database, account_id, wanted=None):
    """Every transaction once, to the cent, on its day.

    :param wanted: transactions of a seed; by default those of :func:`transactions`
    """
    wanted = transactions() if wanted is None else wanted
    expected = Counter(
        (row["executionDate"][:10], Decimal(row["amount"])) for row in wanted
    )
    with environment(database) as env:
        account = env["ponto.online.account"].browse(account_id)
        lines = env["account.bank.statement.line"].search(
            [("journal_id", "=", account.journal_id.id)]
        )
        found = Counter(
            (str(line.date), Decimal(str(round(line.amount, 2)))) for line in lines
        )
        states = Counter(account.transaction_ids.mapped("state"))
    assert found == expected
    assert states == {"imported": len(wanted)}


def wait_until(happened, *arguments, seconds=240):
    """:raise AssertionError: if it does not happen in that time"""
    deadline = time.monotonic() + seconds
    while not happened(*arguments):
        assert time.monotonic() < deadline, f"not {happened.__name__} in {seconds} s"
        time.sleep(0.05)


def forked(odoo, work, *arguments):
    """Start ``work`` in a child process that shares no connection with us."""
    odoo.sql_db.close_all()
    child = FORK.Process(target=work, args=arguments)
    child.start()
    return child


@pytest.fixture
def fork(odoo):
    children = []

    def start(work, *arguments):
        child = forked(odoo, work, *arguments)
        children.append(child)
        return child

    yield start
    for child in children:
        if child.is_alive():
            child.kill()
        child.join()
