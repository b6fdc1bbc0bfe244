"""Clients of Ponto. Functions, not methods: a client can sign requests, so nothing that
a record leads to gives one; see ``secret_store``."""

import time

from odoo import release

from ..ponto_client import ClientConfig, MemoryTokenStore, OutOfTime, PontoClient
from . import clock, secret_store, units
from .problem_codes import TROUBLES, Obstacle
from .token_store import ConnectionTokenStore

# Whoever does not say how long they can wait for Ponto waits no longer, whatever they
# ask for: a person before a screen, the scheduled action for an account list.
PATIENCE = 30.0  # seconds
# How long to wait for another worker that is asking for a token.
TOKEN_ATTEMPTS = 40
TOKEN_WAIT = 0.25  # seconds


def open_client(env, connection_id, deadline=None):
    """A client with a token that lasts, for use outside any transaction.

    One unit, where no other worker is asking for a token: of several that need one,
    the first asks and the others find it. It is committed before it is used.

    :param env: any environment of the database; its cursor is not used
    :param deadline: of ``time.monotonic()``: nothing is awaited longer, now or later;
        by default half a minute for the token, and another one for what follows
    :raise Obstacle: where nothing may or can be sent
    :raise KeyMissing: when this host cannot read the secret
    :raise PontoError: when Ponto gives no token
    """

    def ready(env):
        connection = env["ponto.connection"].browse(connection_id)
        return client_of(connection, keep_token=False, deadline=deadline)

    def work(env):
        connection = env["ponto.connection"].browse(connection_id)
        connection._fetch_client_fields()
        if connection._token_lasts() or _ask_for_token(connection, deadline):
            return ready(env)
        return None

    for _attempt in range(TOKEN_ATTEMPTS):
        client = units.run_unit(env, work)
        if client:
            return client
        if deadline and time.monotonic() + TOKEN_WAIT > deadline:
            raise OutOfTime("Another worker asks for the token.")
        time.sleep(TOKEN_WAIT)
    # That worker hangs: this one asks for a token of its own, and keeps it nowhere.
    return units.run_unit(env, ready)


def _ask_for_token(connection, deadline):
    """Whether there is a token that lasts; False while another worker asks for one."""
    # Skips a row that another worker has; raises 40001, and the unit starts again,
    # where it was changed after our snapshot: never a stale token.
    if not connection.try_lock_for_update(allow_referencing=True):
        return False
    if not connection._token_lasts():
        until = time.monotonic() + PATIENCE
        with client_of(connection, deadline=min(deadline or until, until)) as client:
            client.check_credentials()
    return True


def client_of(connection, *, keep_token=True, deadline=None):
    """The Ponto client of a connection.

    :param keep_token: False for a client that is used outside any transaction:
        it begins with the stored token and stores none
    :param deadline: of ``time.monotonic()``: nothing is awaited longer; by default
        half a minute from now

    :raise Obstacle: where nothing may or can be sent
    :raise KeyMissing: when this host cannot read the secret
    """
    connection.ensure_one()
    obstacle = connection._obstacle()
    if obstacle:
        raise Obstacle(obstacle)
    config = ClientConfig(
        api_url=connection.api_url,
        client_id=connection.client_id,
        client_secret=secret_store.client_secret_of(connection),
        user_agent=_user_agent(),
    )
    store = ConnectionTokenStore(connection)
    if not keep_token:
        token, store = store.load(), MemoryTokenStore()
        if token:
            store.save(token)
    return PontoClient(
        config,
        token_store=store,
        clock=clock.aware_now,
        deadline=deadline or time.monotonic() + PATIENCE,
    )


def trial_client(connection, client_secret=""):
    """A client that stores nothing: for credentials that are not saved yet, and for
    Ponto's public list, which needs none.

    :raise Obstacle: on any copy of the database, and where the key of what is stored
        is missing
    """
    connection.ensure_one()
    neutralized = connection._is_neutralized() and "neutralized"
    obstacle = neutralized or connection.env["ponto.key"]._get_problem()
    if obstacle:
        raise Obstacle(obstacle)
    config = ClientConfig(
        api_url=connection.api_url,
        client_id=connection.client_id or "public",
        client_secret=client_secret or "public",
        user_agent=_user_agent(),
    )
    deadline = time.monotonic() + PATIENCE
    return PontoClient(config, clock=clock.aware_now, deadline=deadline)


def farewell_client(connection, patience):
    """A client with the token that is to be given back; None where there is none.

    Where somebody else reads with the same integration, nothing of it is ended.

    :param patience: seconds that Ponto is awaited at most
    """
    if not connection._token_lasts() or connection._is_integration_shared():
        return None
    try:
        return client_of(
            connection, keep_token=False, deadline=time.monotonic() + patience
        )
    except TROUBLES:
        # A copy of the database, or a host without the key.
        return None


def _user_agent():
    return f"Odoo/{release.version} account_ponto_sync"
