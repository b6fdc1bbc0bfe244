"""Clients of Ponto. Functions, not methods: a client can sign requests, so nothing that
a record leads to gives one; see ``secret_store``."""

import time

from odoo import release

from ..ponto_client import ClientConfig, MemoryTokenStore, PontoClient
from . import clock, secret_store
from .ponto_token_store import ConnectionTokenStore
from .problem_codes import TROUBLES, Obstacle

# Whoever does not say how long they can wait for Ponto waits no longer, whatever they
# ask for: a person before a screen, the scheduled action for an account list.
PATIENCE = 30.0  # seconds


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
