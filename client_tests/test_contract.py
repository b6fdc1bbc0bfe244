"""The contract with the API (``contract.json``), and the client held against it.

The sandbox is held against it in ``test_sandbox_contract.py``, and it against the
official documents in ``official_tests``, where they are at hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from contract import (
    ENDPOINTS,
    ID,
    RESOURCES,
    answer_of,
    attributes_of,
    problems,
    sample,
    samples,
)
from doubles import START
from local_server import send
from readers import CLASSES, expected, parsed, snake

from ponto_client import (
    Account,
    PontoClient,
    ReauthorizationRequest,
    Token,
    UserInfo,
)

#: Attributes that nobody has needed yet.
UNREAD = {
    "reauthorizationRequest": "sandbox",
}
ACCOUNT, SYNCHRONIZATION = "/accounts/{accountId}", "/synchronizations/{id}"
UPDATED = "/synchronizations/{synchronizationId}"
SUBTYPE, IP = "accountTransactions", "203.0.113.24"
#: Every method of the client that asks something: which endpoint, and with what.
CALLS: dict[str, tuple[str, tuple[str, ...]]] = {
    "root": ("GET /", ()),
    "offers_reauthorization_requests": ("GET /", ()),
    "offers_revocation": ("GET /", ()),
    "check_credentials": ("POST /oauth2/token", ()),
    "revoke_token": ("POST /oauth2/revoke", ()),
    "accounts": ("GET /accounts", ()),
    "account": ("GET /accounts/{id}", (ID,)),
    "transaction_page": (f"GET {ACCOUNT}/transactions", (ID,)),
    "transactions": (f"GET {ACCOUNT}/transactions", (ID,)),
    "pending_transactions": (f"GET {ACCOUNT}/pending-transactions", (ID,)),
    "request_reauthorization": (
        f"POST {ACCOUNT}/reauthorization-requests",
        (ID, "https://odoo.example"),
    ),
    "synchronize": ("POST /synchronizations", (ID, SUBTYPE, IP)),
    "synchronization": (f"GET {SYNCHRONIZATION}", (ID,)),
    "updated_transactions": (f"GET {UPDATED}/updated-transactions", (ID,)),
    "updated_pending_transactions": (
        f"GET {UPDATED}/updated-pending-transactions",
        (ID,),
    ),
    "financial_institutions": ("GET /financial-institutions", ()),
    "financial_institution": ("GET /financial-institutions/{id}", (ID,)),
}


# === THE CONTRACT ITSELF === #


@pytest.mark.parametrize("nulls", [False, True])
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_samples_keep_the_contract(endpoint, nulls):
    _status, form = answer_of(endpoint)
    if form is not None:
        assert problems(form, sample(form, nulls=nulls)) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"name": None}, "/attributes/name is null"),
        ({"name": 5}, "/attributes/name is not text"),
        ({"deprecated": "no"}, "/attributes/deprecated is not flag"),
        ({"expectedAuthorizationLifetime": True}, "is not number"),
        ({"maintenanceTo": "2026-03-08T04:00:00"}, "is not moment"),
        ({"maintenanceTo": "soon"}, "is not moment"),
        ({"paymentsProductTypes": "sepa"}, "is no list"),
        ({"paymentsProductTypes": [1]}, "/paymentsProductTypes/0 is not text"),
        ({"newer": "x"}, "/attributes/newer is unknown"),
    ],
)
def test_a_difference_is_found(change, problem):
    value = sample("financialInstitution")
    value["attributes"] |= change
    [found] = problems("financialInstitution", value)
    assert problem in found


def test_what_is_absent_is_found():
    value = sample("account")
    del value["attributes"]["reference"]
    del value["relationships"]["financialInstitution"]["data"]
    assert problems("account", value) == [
        "/attributes/reference is absent",
        "/relationships/financialInstitution/data is absent",
    ]
    assert problems("account", value, sparse=True) == []
    assert problems("account", []) == [" is no object"]
    assert problems("account", value | {"type": "card"}, sparse=True) == [
        "/type is not =account"
    ]


# === THE CLIENT === #


@pytest.mark.parametrize("nulls", [False, True])
@pytest.mark.parametrize("resource", CLASSES)
def test_every_attribute_reaches_a_field(resource, nulls):
    """Whatever has a value in the document has the same one in the object."""
    value = sample(resource, nulls=nulls)
    item = CLASSES[resource].from_api(parsed(value))
    assert item.id == value["id"]
    unread = set(UNREAD.get(resource, "").split())
    for name, form in attributes_of(resource).items():
        name = name.removesuffix("?")
        if name in unread or form == "synchronizationError*":
            assert name == "errors" or not hasattr(item, snake(name))
            continue
        found = expected(form[0], value["attributes"].get(name))
        assert getattr(item, snake(name)) == found


@pytest.mark.parametrize("resource", CLASSES)
def test_every_relationship_reaches_a_field(resource):
    value = sample(resource)
    item = CLASSES[resource].from_api(parsed(value))
    for name, relation in value.get("relationships", {}).items():
        if "data" in relation:
            assert getattr(item, f"{snake(name)}_id") == relation["data"]["id"]


def test_what_is_no_attribute_is_read_too():
    account = Account.from_api(parsed(sample("account")))
    assert account.availability == "available"
    assert account.synchronized_at.isoformat() == "2026-03-03T05:10:05.500000+00:00"
    latest = account.latest_synchronization
    assert (latest.status, latest.customer_online) == ("error", True)
    [error] = latest.errors
    assert (error.code, error.detail) == (
        "authorizationInvalid",
        "The consent has ended.",
    )
    assert latest.is_authorization_problem
    bare = Account.from_api(parsed(sample("account", nulls=True)))
    assert (bare.availability, bare.synchronized_at) == (None, None)
    assert bare.latest_synchronization is None
    request = ReauthorizationRequest.from_api(parsed(sample("reauthorizationRequest")))
    assert request.redirect_url == "https://renew.example/requests/1"


def test_a_token():
    token = Token.from_api(parsed(sample("token")), now=START)
    assert token.access_token == "made-up-access-token"
    assert token.refresh_token == "made-up-refresh-token"
    assert token.scope == "ai"
    assert (token.expires_at - START).total_seconds() == 1799
    assert Token.from_api(sample("token", nulls=True), now=START).refresh_token is None


def test_who_one_is():
    value = sample("userInfo")
    user = UserInfo.from_api(value)
    assert user.organization_id == value.pop("sub")
    assert {name: getattr(user, snake(name)) for name in value} == value


def test_every_method_of_the_client_is_called():
    public = {
        name
        for name in dir(PontoClient)
        if not name.startswith("_") and callable(getattr(PontoClient, name))
    }
    assert public - {"close"} == CALLS.keys()


@pytest.mark.parametrize("nulls", [False, True])
@pytest.mark.parametrize("name", CALLS)
def test_the_client_asks_and_understands(server, name, nulls):
    endpoint, arguments = CALLS[name]
    server.answer, server.keeps_alive = answering(nulls), True
    with server.client() as client:
        client.check_credentials()
        found = getattr(client, name)(*arguments)
        found = list(found) if isinstance(found, Iterator) else found
    method, path, _headers = server.seen[-1]
    assert f"{method} {path.partition('?')[0]}" == re.sub(r"\{\w+\}", ID, endpoint)
    _status, form = answer_of(endpoint)
    if name == "transaction_page":
        found = list(found.items)
    if isinstance(form, dict) and "data" in form:
        ids = [item.id for item in (found if isinstance(found, list) else [found])]
        assert ids == [ID]


def answering(nulls: bool) -> Callable[[Any], None]:
    """An API that keeps the contract, and has one page of everything."""

    def answer(handler):
        asked = f"{handler.command} {handler.path.partition('?')[0]}"
        [endpoint] = [
            endpoint
            for endpoint in ENDPOINTS
            if re.sub(r"\{\w+\}", ID, endpoint) == asked
        ]
        status, form = answer_of(endpoint)
        document = None if form is None else sample(form, nulls=nulls)
        if isinstance(document, dict) and "next" in document.get("links", {}):
            del document["links"]["next"]
        body = b"" if document is None else json.dumps(document).encode()
        send(handler, status, body)

    return answer


def test_samples_are_many():
    """Made-up answers start from them (``fuzzing.py``)."""
    assert len(samples()) > len(RESOURCES)
