"""Addons come and go while a browser drives a fetch: neither waits for the other."""

import threading
import time

import pytest
from server import server
from world import environment, linked_accounts, seed, wait_until

from sandbox.process import SandboxProcess

MODULE = "account_ponto_sync"
COUNT = 600
#: What a page takes, so that the fetch lasts as long as the operation.
PAGE_DELAY = 1.5


@pytest.fixture
def slow_ponto():
    with SandboxProcess(seed=seed(count=COUNT)) as running:
        yield running


@pytest.fixture
def running(odoo, database, slow_ponto):
    """A server, an account at a slow Ponto, and a fetch that a person began."""
    with environment(database) as env:
        account = linked_accounts(env, slow_ponto)
        admin = env.ref("base.user_admin")
        admin.company_ids += account.company_id
        admin.company_id = account.company_id
        run = account._create_run("user", stage="read", user_id=admin.id)
        run_id, journal_id = run.id, account.journal_id.id
    fault = {"kind": "slow", "path": "transactions", "seconds": PAGE_DELAY}
    slow_ponto.control("POST", "faults", json={"faults": [{**fault, "times": None}]})
    with server(database) as there:
        yield there, run_id, journal_id


class Browser(threading.Thread):
    """Drives a fetch until it ends or is refused, as the page of progress does."""

    def __init__(self, there, run_id):
        super().__init__()
        self.client, self.run_id = there.session(), run_id
        self.steps, self.refusals, self.longest, self.is_leaving = 0, [], 0.0, False

    def run(self):
        while not self.is_leaving:
            begun = time.monotonic()
            try:
                answer = self.client.call(
                    "ponto.sync.run", "action_step", [self.run_id]
                )
            except RuntimeError as error:
                self.refusals.append(str(error))
                time.sleep(0.5)
            else:
                if answer["done"]:
                    return
            finally:
                self.steps += 1
                self.longest = max(self.longest, time.monotonic() - begun)

    def has_begun(self):
        return self.steps >= 2


def operate(there, name, method):
    """A module operation, while the fetch is being driven.

    :return: its seconds
    """
    admin = there.session()
    [module] = admin.call("ir.module.module", "search", [("name", "=", name)])
    begun = time.monotonic()
    admin.call("ir.module.module", method, [module])
    return time.monotonic() - begun


def state_of(database, name):
    with environment(database) as env:
        return env["ir.module.module"].search([("name", "=", name)]).state


def test_uninstalled_while_a_fetch_is_driven(running, database, record_property):
    there, run_id, journal_id = running
    browser = Browser(there, run_id)
    browser.start()
    wait_until(browser.has_begun)
    seconds = operate(there, MODULE, "button_immediate_uninstall")
    record_property("seconds to uninstall", f"{seconds:.0f}")
    wait_until(lambda: len(browser.refusals) > 0, seconds=30)
    browser.is_leaving = True
    browser.join()
    assert state_of(database, MODULE) == "uninstalled"
    assert there.complaints() == [], "\n".join(there.complaints())
    with environment(database) as env:
        lines = env["account.bank.statement.line"].search_count(
            [("journal_id", "=", journal_id)]
        )
    assert lines <= COUNT


@pytest.mark.parametrize(
    ("name", "method"),
    [
        (MODULE, "button_immediate_upgrade"),
        ("contacts", "button_immediate_install"),
    ],
)
def test_another_operation_while_a_fetch_is_driven(
    running, database, name, method, record_property
):
    there, run_id, journal_id = running
    browser = Browser(there, run_id)
    browser.start()
    wait_until(browser.has_begun)
    seconds = operate(there, name, method)
    record_property(f"seconds of {method} {name}", f"{seconds:.0f}")
    browser.join(300)
    assert not browser.is_alive()
    assert there.complaints() == [], "\n".join(there.complaints())
    with environment(database) as env:
        lines = env["account.bank.statement.line"].search_count(
            [("journal_id", "=", journal_id)]
        )
    assert lines == COUNT
