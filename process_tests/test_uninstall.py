"""The addon goes and comes back: the books stay, and nothing is doubled."""

import logging
import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest
from world import START, environment, linked_accounts, seed

from sandbox.process import SandboxProcess

MODULE = "account_ponto_sync"
COUNT = 30
# Where another record of the database may still name one of the addon's.
TRACES = {
    "external ids": "SELECT name FROM ir_model_data WHERE module = 'account_ponto_sync'",
    "models": "SELECT model FROM ir_model WHERE model LIKE 'ponto.%'",
    "fields": "SELECT model || '.' || name FROM ir_model_fields"
    " WHERE model LIKE 'ponto.%' OR relation LIKE 'ponto.%' OR name LIKE '%ponto%'",
    "tables": "SELECT relname FROM pg_class WHERE relkind = 'r'"
    " AND relname LIKE 'ponto%'",
    "columns": "SELECT table_name || '.' || column_name"
    " FROM information_schema.columns WHERE column_name LIKE '%ponto%'",
    "scheduled actions": "SELECT cron_name FROM ir_cron WHERE cron_name LIKE 'Ponto%'",
    "server actions": "SELECT id::text FROM ir_act_server WHERE code LIKE '%_cron_fetch_tr%'",
    "window actions": "SELECT res_model FROM ir_act_window"
    " WHERE res_model LIKE 'ponto.%'",
    "client actions": "SELECT path FROM ir_act_client WHERE path LIKE 'ponto%'",
    "menus": "SELECT id::text FROM ir_ui_menu WHERE name::text LIKE '%Online Sync%'",
    "views": "SELECT name FROM ir_ui_view WHERE model LIKE 'ponto.%'"
    " OR arch_db::text LIKE '%ponto%'",
    "rules": "SELECT name FROM ir_rule WHERE name LIKE 'ponto%'",
    "rights": "SELECT name FROM ir_model_access WHERE name LIKE 'ponto%'",
    "parameters": "SELECT key FROM ir_config_parameter WHERE key LIKE '%ponto%'",
    "activities": "SELECT res_model FROM mail_activity WHERE res_model LIKE 'ponto.%'",
    "activity types": "SELECT name::text FROM mail_activity_type"
    " WHERE name::text LIKE '%Bank feed%'",
    "followers": "SELECT res_model FROM mail_followers WHERE res_model LIKE 'ponto.%'",
    "messages": "SELECT model FROM mail_message WHERE model LIKE 'ponto.%'",
    "templates": "SELECT model FROM mail_template WHERE model LIKE 'ponto.%'",
    "attachments": "SELECT name FROM ir_attachment WHERE res_model LIKE 'ponto.%'",
    "journals' feed": "SELECT name::text FROM account_journal"
    " WHERE bank_statements_source = 'ponto'",
}


class Complaints(logging.Handler):
    """What Odoo logs as WARNING or worse."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.texts = []

    def emit(self, record):
        self.texts.append(f"{record.name}: {record.getMessage()}")


@contextmanager
def no_complaints():
    handler = Complaints()
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
    assert handler.texts == []


@pytest.fixture
def small_sandbox():
    with SandboxProcess(seed=seed(count=COUNT)) as running:
        yield running


@pytest.fixture
def files(odoo, database):
    """The copy of the database with its files."""
    place = Path(odoo.tools.config.filestore(database))
    source = Path(os.environ["PONTO_TEST_FILESTORE"])
    if source.is_dir():
        shutil.copytree(source, place)
    yield place
    shutil.rmtree(place, ignore_errors=True)


def traces(env):
    """``{kind: names}`` of what is there of the addon."""
    found = {}
    for what, query in TRACES.items():
        env.cr.execute(query)
        found[what] = [name for (name,) in env.cr.fetchall()]
    return {what: names for what, names in found.items() if names}


def module_operation(database, name):
    with environment(database) as env:
        module = env["ir.module.module"].search([("name", "=", MODULE)])
        getattr(module, name)()
    with environment(database) as env:
        return env["ir.module.module"].search([("name", "=", MODULE)]).state


def books(env, journal_id):
    """Every line with its entry's number, state and matching, and where it came from."""
    names = (
        "date",
        "amount",
        "payment_ref",
        "state",
        "is_reconciled",
        "running_balance",
        "transaction_details",
    )
    lines = env["account.bank.statement.line"].search([("journal_id", "=", journal_id)])
    found = {(line.id, name): line[name] for line in lines for name in names}
    return found | {(line.id, "number"): line.move_id.name for line in lines}


def line_count(found):
    return len({line_id for line_id, _name in found})


def match(env, line):
    """A person's matching: the suspense item gets an account."""
    _liquidity, suspense, _others = line._seek_for_lines()
    suspense.account_id = env["account.account"].search(
        [
            ("account_type", "=", "expense"),
            ("company_ids", "in", line.company_id.ids),
        ],
        limit=1,
    )
    assert line.is_reconciled


def open_screens(env, journal_id):
    """What a person opens in accounting: the cards, and a journal's form."""
    journals = env["account.journal"].search([("type", "in", ("bank", "credit"))])
    journals = journals.with_context(
        allowed_company_ids=env["res.company"].search([]).ids
    )
    arch = journals.get_view(view_type="kanban")["arch"]
    view = env.ref("account.account_journal_dashboard_kanban_view")
    arch += journals.get_view(view.id, "kanban")["arch"]
    arch += journals.get_view(view_type="form")["arch"]
    for card in journals.mapped("kanban_dashboard"):
        assert card
    names = ["name", "bank_statements_source", "kanban_dashboard"]
    read = journals.browse(journal_id).web_read({name: {} for name in names})
    sources = env["account.journal"].fields_get(["bank_statements_source"])
    choices = dict(sources["bank_statements_source"]["selection"])
    return arch, read[0]["bank_statements_source"], choices


def test_uninstalled_and_installed_again(
    odoo, database, files, small_sandbox, record_property
):
    sandbox = small_sandbox
    with environment(database) as env:
        account = linked_accounts(env, sandbox)
        account.fetch_transactions()
        journal_id, company_id = account.journal_id.id, account.company_id.id
        line_ids = sorted({line_id for line_id, _name in books(env, journal_id)})
        for line_id in line_ids[:5]:
            match(env, env["account.bank.statement.line"].browse(line_id))
        # Something for every kind of trace.
        institution = account.provider_account_id
        account.authorization_expires_at = "2020-01-01 00:00:00"
        institution._check_authorizations()
        connection = account.connection_id
        connection.message_subscribe(env.user.partner_id.ids)
        connection.message_post(body="Hello")
        owner = {"res_model": connection._name, "res_id": connection.id}
        env["ir.attachment"].create({"name": "note.txt", "raw": b"x", **owner})
    with environment(database) as env:
        before = books(env, journal_id)
        assert line_count(before) == COUNT
        # Each query finds something while the addon is there.
        assert TRACES.keys() - traces(env).keys() == set()
        basic = env.ref("account.group_account_basic")
        manager = env.ref("account.group_account_manager")
        assert basic in manager.implied_ids

    with no_complaints():
        assert module_operation(database, "button_immediate_uninstall") == "uninstalled"
    with environment(database) as env, no_complaints():
        assert books(env, journal_id) == before
        assert traces(env) == {}
        basic = env.ref("account.group_account_basic")
        assert basic not in env.ref("account.group_account_manager").implied_ids
        assert not basic.privilege_id
        arch, source, choices = open_screens(env, journal_id)
        assert "ponto" not in arch
        assert source == "undefined"
        assert "ponto" not in choices
        # The journal goes on without us.
        line = env["account.bank.statement.line"].create(
            {"journal_id": journal_id, "date": "2026-06-01", "amount": 1.0}
        )
        assert line.state == "posted"
        line.move_id.button_draft()
        line.unlink()

    with no_complaints():
        assert module_operation(database, "button_immediate_install") == "installed"
    sandbox.clear_requests()
    with environment(database) as env, no_complaints():
        company = env["res.company"].browse(company_id)
        connection = env["ponto.connection"].create(
            {
                "company_id": company.id,
                "environment": "sandbox",
                "api_url": sandbox.url,
                "client_id": sandbox.client_id,
                "client_secret": sandbox.client_secret,
            }
        )
        account = connection.fetch_accounts()
        journal = env["account.journal"].browse(journal_id)
        # Offered by its number, as every journal of one's own.
        assert account._propose_journal() == journal
        account.link_journal(journal, START)
        run = account.fetch_transactions()
        assert run.state == "done", run.message
        assert (run.new_count, run.adopted_count) == (COUNT, COUNT)
        assert (run.imported_count, run.held_count) == (0, 0)
        assert books(env, journal_id) == before
        rows = account.transaction_ids
        assert set(rows.mapped("state")) == {"adopted"}
        assert set(rows.mapped("recognized_by")) == {"ponto_id"}
        assert sorted(rows.statement_line_id.ids) == line_ids
        assert journal.bank_statements_source == "ponto"
        arch, _source, choices = open_screens(env, journal_id)
        assert "action_ponto_fetch" in arch
        assert choices["ponto"] == "Ponto"
    record_property("lines recognized after a reinstallation", COUNT)
