"""A database of its own, a local Ponto, and processes: for tests with real commits.

``make test-processes`` gives the environment: a database with the addon installed, a
PostgreSQL to copy it on, and Odoo on the Python path. Children are forked from this
process once its registry is loaded; no PostgreSQL connection crosses the fork.
"""

import multiprocessing
import os
import subprocess
import uuid
from contextlib import contextmanager
from datetime import date, timedelta

import pytest

from sandbox.belgian import iban_of
from sandbox.process import SandboxProcess

FORK = multiprocessing.get_context("fork")
START = date(2026, 1, 1)
TRANSACTIONS = 350


def transactions(count=TRANSACTIONS):
    """Oldest arrived first, four a day, twins and cents among them."""
    return [
        {
            "id": f"00000000-0000-4000-8000-{number:012d}",
            "amount": f"{(-1) ** number * (number % 7 + 1)}.{number % 90 + 10}",
            "currency": "EUR",
            "executionDate": f"{START + timedelta(days=number // 4)}T00:00:00.000Z",
            "valueDate": f"{START + timedelta(days=number // 4)}T00:00:00.000Z",
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


@pytest.fixture
def database(odoo):
    """A copy of the database with the addon; dropped afterwards."""
    name = f"ponto_process_{uuid.uuid4().hex[:8]}"
    template = os.environ["PONTO_TEST_DB_TEMPLATE"]
    subprocess.run(["createdb", "-T", template, name], check=True)
    yield name
    from odoo.modules.registry import Registry

    Registry.delete(name)
    odoo.sql_db.close_db(name)
    subprocess.run(["dropdb", "--force", name], check=True)


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


def linked_accounts(env, sandbox, make_journal=None):
    """All accounts of a local Ponto, each feeding a new journal of a new company.

    :param make_journal: called with an account, where another journal is wanted than
        the one that a person gets
    """
    euro = env.ref("base.EUR")
    euro.active = True
    company = env["res.company"].create(
        {"name": "Bakkerij Peeters", "currency_id": euro.id}
    )
    charts = env["account.chart.template"]
    charts.try_loading("generic_coa", company=company, install_demo=False)
    # The chart brings its own currency.
    company.currency_id = euro
    connection = env["ponto.connection"].create(
        {
            "name": "Ponto",
            "company_id": company.id,
            "environment": "sandbox",
            "api_url": sandbox.url,
            "client_id": sandbox.client_id,
            "client_secret": sandbox.client_secret,
        }
    )
    accounts = connection.fetch_accounts()
    for account in accounts:
        make = make_journal or type(account)._create_journal
        account.link_journal(make(account), START)
    return accounts


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
