"""A database dump alone reveals no secret, no token and no key."""

import base64
import re
import subprocess
from collections import Counter

import pytest
from world import environment, seed

from sandbox.process import SandboxProcess

SECRET = "marker-secret-5f0c9a"
BANK = b"Vlinderbank"


@pytest.fixture
def sandbox():
    document = seed()
    document["integrations"][0].update(
        client_id="5f0c9a11-2222-4333-8444-555555559abc", client_secret=SECRET
    )
    with SandboxProcess(seed=document) as running:
        yield running


@pytest.fixture
def fetched(odoo, database, sandbox, account_id):
    """A database in daily use: fetched, its token stored, a dialog left open."""
    with environment(database) as env:
        account = env["ponto.online.account"].browse(account_id)
        account.fetch_transactions()
        dialog = {"client_id": "typed-id", "client_secret": "marker-typed-secret"}
        env["ponto.connect"].create(dialog)
        connection = account.connection_id
        known = {
            "client secret": SECRET,
            "secret in a dialog": dialog["client_secret"],
            "access token": stored_token(connection),
        }
        client_id = connection.client_id
    odoo.sql_db.close_all()
    return known, client_id


def stored_token(connection):
    from odoo.addons.account_ponto_sync.tools.token_store import (
        ConnectionTokenStore,
    )

    return ConnectionTokenStore(connection).load().access_token


def keys():
    from odoo.addons.account_ponto_sync.tools import encryption

    return encryption.read_keys()


def dumps(database, folder):
    """The database as ``pg_dump`` writes it; the custom form once more, unpacked."""
    plain, custom, unpacked = (folder / name for name in ("sql", "custom", "unpacked"))
    for form, path in (("plain", plain), ("custom", custom)):
        subprocess.run(["pg_dump", "-F", form, "-f", path, database], check=True)
    subprocess.run(["pg_restore", "-f", unpacked, custom], check=True)
    return {path.name: path.read_bytes() for path in (plain, custom, unpacked)}


def forms(secret):
    """A secret as it might stand in a file: as it is, in base64, in hexadecimal."""
    plain = secret.encode() if isinstance(secret, str) else secret
    coded = base64.b64encode(plain).rstrip(b"=")[:-1]
    return [plain, coded, plain.hex().encode()]


def test_no_secret_in_a_dump(fetched, database, tmp_path, record_property):
    known, client_id = fetched
    [key] = keys()
    sought = {**known, "key": key}
    hits = Counter()
    contents = dumps(database, tmp_path)
    for name, secret in sought.items():
        assert len(secret) >= 6, name
        for content in contents.values():
            for form in forms(secret):
                hits[name] += content.count(form)
    # The search finds what is there.
    for name in ("sql", "unpacked"):
        assert contents[name].count(client_id.encode())
        assert contents[name].count(BANK)
        assert len(re.findall(rb"v2:[0-9a-f]{8}:gAAAA", contents[name])) == 3
    size = sum(map(len, contents.values()))
    record_property("dumps", len(contents))
    record_property("bytes searched", size)
    record_property("secrets sought", len(sought))
    record_property("hits", sum(hits.values()))
    assert not +hits, hits


def test_the_search_would_find_them(fetched, database, tmp_path):
    """One secret stored in clear, and the same search has it in both texts."""
    with environment(database) as env:
        env["ir.config_parameter"].set_param("planted", SECRET)
    contents = dumps(database, tmp_path)
    for name in ("sql", "unpacked"):
        assert contents[name].count(SECRET.encode()) == 1
