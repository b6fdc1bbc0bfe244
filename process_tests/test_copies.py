"""A real copy of a database, and hosts that meet at their first secret (hard case P23)."""

import dataclasses
import json
import os
import subprocess
import threading
import uuid
from contextlib import contextmanager

import psycopg2
import pytest
from cryptography.fernet import Fernet
from world import assert_ledger, drop_database, environment, make_connection


@pytest.fixture
def key_file(odoo, tmp_path, monkeypatch):
    """A data directory of this test's own."""
    return use_key_file(monkeypatch, tmp_path / "host-a" / "ponto.key")


def use_key_file(monkeypatch, path):
    from odoo.addons.account_ponto_sync.tools import encryption

    monkeypatch.setattr(encryption, "key_file", lambda: path)
    return path


@contextmanager
def copy_of(odoo, database):
    """What ``createdb -T`` makes: only its name tells it from the original."""
    name = f"ponto_process_{uuid.uuid4().hex[:8]}"
    odoo.sql_db.close_all()
    subprocess.run(["createdb", "-T", database, name], check=True)
    yield name
    from odoo.modules.registry import Registry

    Registry.delete(name)
    odoo.sql_db.close_db(name)
    drop_database(name)


def run_cron(database):
    with environment(database) as env:
        env["ponto.connection"]._cron_fetch_transactions()


def test_a_copy_is_silent_until_taken_over(
    key_file, odoo, database, sandbox, account_id
):
    run_cron(database)
    with copy_of(odoo, database) as copy:
        sandbox.clear_requests()
        run_cron(copy)
        with environment(copy) as env:
            account = env["ponto.online.account"].browse(account_id)
            with pytest.raises(Exception, match="copy of the database"):
                account.fetch_transactions()
            connection = account.connection_id
            assert connection.action_test_connection()["params"]["type"] == "danger"
            assert len(connection.activity_ids) == 1
        assert sandbox.requests() == []
        # The original goes on.
        with environment(database) as env:
            account = env["ponto.online.account"].browse(account_id)
            assert account.fetch_transactions().state == "done"
        sandbox.clear_requests()
        with environment(copy) as env:
            account = env["ponto.online.account"].browse(account_id)
            account.connection_id.action_take_over()
        run_cron(copy)
        assert sandbox.requests()
        with environment(copy) as env:
            account = env["ponto.online.account"].browse(account_id)
            assert account.fetch_transactions().state == "done"
            assert not account.connection_id.activity_ids
        assert_ledger(copy, account_id)
    assert_ledger(database, account_id)


def test_two_hosts_with_their_first_secret_at_once(
    key_file, odoo, database, sandbox, tmp_path, monkeypatch
):
    """Each sees an empty database and has no key: one makes it, the other starts again
    and is told."""
    from odoo.exceptions import UserError

    with environment(database) as late:
        # Its snapshot is older than what the first host stores.
        assert not late["ponto.connection"].search_count([])
        with environment(database) as early:
            make_connection(early, sandbox)
        assert key_file.exists()
        other = use_key_file(monkeypatch, tmp_path / "host-b" / "ponto.key")
        with pytest.raises(psycopg2.errors.SerializationFailure):
            late["ponto.connection"].create(
                {"client_id": "late", "client_secret": "typed"}
            )
        late.cr.rollback()
        with pytest.raises(UserError, match="key that protects bank secrets"):
            late["ponto.connection"].create(
                {"client_id": "late", "client_secret": "typed"}
            )
        late.cr.rollback()
    assert not other.exists(), "no second key was made"


def test_a_token_that_is_stored_during_the_rotation(
    key_file, odoo, database, sandbox, account_id
):
    """The rotation waits for who is at work on the connection, and takes what they
    stored; a value under the old key is left nowhere. The command does the same."""
    from odoo.addons.account_ponto_sync.tools.secret_store import client_secret_of
    from odoo.addons.account_ponto_sync.tools.token_store import (
        ConnectionTokenStore,
    )

    old = key_file.read_text()
    new = Fernet.generate_key().decode()
    outcomes = []

    def rotate():
        with environment(database) as env:
            outcomes.append(env["ponto.key"]._rotate())

    with environment(database) as env:
        connection = env["ponto.connection"].search([])
        assert connection.try_lock_for_update(allow_referencing=True)
        store = ConnectionTokenStore(connection)
        # A worker that does not know the new key yet.
        token = store.load()
        store.save(dataclasses.replace(token, access_token="marker-renewed"))
        env.flush_all()
        key_file.write_text(f"{new},{old}")
        worker = threading.Thread(target=rotate)
        worker.start()
        worker.join(1)
        assert worker.is_alive(), "it waits for the lock"
    worker.join(30)
    assert outcomes == [{"rotated": 2}]
    key_file.write_text(new)
    with environment(database) as env:
        connection = env["ponto.connection"].search([])
        kept = ConnectionTokenStore(connection).load()
        assert kept.access_token == "marker-renewed"
        assert client_secret_of(connection) == sandbox.client_secret
    assert_command(odoo, database, old, new)


def test_old_values_are_bound_on_the_server(
    key_file, odoo, database, sandbox, account_id
):
    """Where the key was missing during the update: by the command, and only when it is
    told to."""
    from odoo.addons.account_ponto_sync.tools import encryption, secret_store

    with environment(database) as env:
        connection = env["ponto.connection"].search([])
        own = env["ponto.database.identity"]._get_identity()
        payload = {"secret": sandbox.client_secret, **dataclasses.asdict(own)}
        key = key_file.read_text()
        token = Fernet(key).encrypt(json.dumps(payload).encode()).decode()
        old = f"v2:{encryption.key_id(key.encode())}:{token}"
        connection.write({"client_secret_encrypted": old})
    odoo.sql_db.close_all()
    assert command(database, key).returncode == 0
    with environment(database) as env:
        connection = env["ponto.connection"].search([])
        assert connection._obstacle() == "misplaced"
    odoo.sql_db.close_all()
    bound = command(database, key, "--bind-old")
    assert bound.returncode == 0, bound.stderr
    assert "Bound: 1." in bound.stdout
    with environment(database) as env:
        connection = env["ponto.connection"].search([])
        assert not connection._obstacle()
        assert secret_store.client_secret_of(connection) == sandbox.client_secret


def command(database, keys, *more):
    addons = os.path.dirname(os.path.dirname(_addon_path()))
    arguments = ["ponto_rotate_key", "-c", os.environ["ODOO_RC"], "-d", database]
    return subprocess.run(
        [
            os.environ["PONTO_TEST_PYTHON"],
            os.environ["PONTO_TEST_ODOO"],
            f"--addons-path={addons}",
            *arguments,
            *more,
        ],
        env={**os.environ, "PONTO_ENCRYPTION_KEY": keys},
        capture_output=True,
        text=True,
        check=False,
    )


def _addon_path():
    from odoo.modules.module import get_module_path

    return os.path.join(get_module_path("account_ponto_sync"), "")


def assert_command(odoo, database, old, new):
    """It says how many; repeated, it finds nothing to do; without a key it says so and
    fails."""
    odoo.sql_db.close_all()
    back = command(database, f"{old},{new}")
    assert back.returncode == 0, back.stderr
    assert "2 values re-encrypted, 0 already used the first key" in back.stdout
    assert "needs no other key" in back.stdout
    again = command(database, f"{old},{new}")
    assert "0 values re-encrypted, 2 already used the first key" in again.stdout
    lost = command(database, new)
    assert lost.returncode == 1
    assert "2 cannot be read" in lost.stdout
    for done in (back, again, lost):
        assert old not in done.stdout + done.stderr
        assert new not in done.stdout + done.stderr
