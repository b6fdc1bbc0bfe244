"""Every public answer of the sandbox against the contract with the API."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from contract import ENDPOINTS, LEFT_OUT, answer_of, problems
from werkzeug.test import TestResponse

from sandbox.server import ROUTES
from sandbox.testing import LocalSandbox

ACCOUNT = "/accounts/{accountId}"
FAKES = (
    "/sandbox/financial-institutions/{financialInstitutionId}"
    "/financial-institution-accounts"
)
FAKE_LINES = (
    FAKES + "/{financialInstitutionAccountId}/financial-institution-transactions"
)
FAKE_LINE = "financialInstitutionTransaction"
#: What the bodies of requests say.
BODIES: dict[str, dict[str, Any]] = {
    f"POST {FAKE_LINES}": {
        "type": FAKE_LINE,
        "attributes": {
            "valueDate": "2026-03-02T00:00:00Z",
            "executionDate": "2026-03-01T00:00:00Z",
            "amount": 84.42,
            "currency": "EUR",
            "description": "Small sale",
            "remittanceInformationType": "unstructured",
        },
    },
    f"PATCH {FAKE_LINES}/{{id}}": {
        "type": FAKE_LINE,
        "attributes": {"description": "Big sale"},
    },
    f"POST {ACCOUNT}/reauthorization-requests": {
        "type": "reauthorizationRequest",
        "attributes": {"redirectUri": "https://odoo.example"},
    },
}


@pytest.fixture(scope="module")
def world() -> LocalSandbox:
    """The demo world, with all that can be switched on."""
    sandbox = LocalSandbox()
    switches = {
        "rate_seconds": 0,
        "reauthorization_requests": True,
        "token_revocation": True,
    }
    sandbox.control("POST", "switches", switches)
    sandbox.authorize()
    return sandbox


@pytest.fixture(scope="module")
def names(world: LocalSandbox) -> dict[str, str]:
    """What stands in the places of the paths; one line has changed at the bank."""
    account = world.get("/accounts?limit=1")["data"][0]
    at = {
        "accountId": account["id"],
        "financialInstitutionId": account["relationships"]["financialInstitution"][
            "data"
        ]["id"],
    }
    fakes = world.get(FAKES.format(**at))["data"]
    at["financialInstitutionAccountId"] = fakes[0]["id"]
    institution = f"institutions/{at['financialInstitutionId']}"
    world.control("PATCH", institution, {"pendingTransactionsAvailable": True})
    waiting = {"transactions": [{"id": str(uuid.uuid4()), "amount": "-18.90"}]}
    world.control("POST", f"accounts/{account['id']}/pending", waiting)
    line = world.get(f"{ACCOUNT}/transactions".format(**at))["data"][0]
    change = {"where": "bank", "description": "Verbeterde tekst"}
    path = f"accounts/{account['id']}/transactions/{line['id']}"
    world.control("PATCH", path, change)
    done = world.finish(account["id"], "accountTransactionsWithUnsettled")
    return {**at, "synchronizationId": done["id"]}


def place(world: LocalSandbox, names: dict[str, str], path: str) -> str:
    """A path with ids; ``{id}`` is that of the first in the list above it."""
    collection = path.removesuffix("/{id}")
    if collection == path:
        return path.format(**names)
    if collection == "/synchronizations":
        return f"{collection}/{names['synchronizationId']}"
    collection = collection.format(**names)
    return f"{collection}/{world.get(collection)['data'][0]['id']}"


def ask(world: LocalSandbox, names: dict[str, str], endpoint: str) -> TestResponse:
    """Call an endpoint as a client would."""
    method, path = endpoint.split()
    if path.startswith("/oauth2"):
        other = LocalSandbox(world.application.world)
        answer = other.authorize()
        return answer if path.endswith("token") else revoke(other)
    if endpoint == "POST /synchronizations":
        return world.synchronize(names["accountId"], "accountTransactions")
    url = place(world, names, path)
    if method == "GET":
        return world.call(method, url + ("" if path[-1] in "}/" else "?limit=100"))
    return world.call(method, url, {"data": BODIES[endpoint]})


def revoke(world: LocalSandbox) -> TestResponse:
    identity, secret = world.credentials()
    return world.http.post(
        "/oauth2/revoke", data={"token": world.token}, auth=(identity, secret)
    )


# === EVERY ENDPOINT === #


def test_the_contract_has_every_route() -> None:
    routes = {
        f"{method} {re.sub('<.+?>', '{}', path)}" for method, path, _name in ROUTES
    }
    assert routes == {re.sub(r"\{\w+\}", "{}", endpoint) for endpoint in ENDPOINTS}
    assert not ENDPOINTS.keys() & LEFT_OUT.keys()


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_endpoint_keeps_the_contract(
    world: LocalSandbox, names: dict[str, str], endpoint: str
) -> None:
    answer = ask(world, names, endpoint)
    status, form = answer_of(endpoint)
    assert answer.status_code == status
    if form is None:
        assert answer.get_data() == b""
        return
    kind = "application/json" if "oauth2" in endpoint else "application/vnd.api+json"
    assert answer.mimetype == kind
    document = answer.get_json()
    assert problems(form, document) == []
    # A pending line cannot change at this bank.
    assert document.get("data", True) or "updated-pending" in endpoint


@pytest.mark.parametrize("endpoint", LEFT_OUT)
def test_endpoint_that_is_left_out_is_not_there(
    world: LocalSandbox, names: dict[str, str], endpoint: str
) -> None:
    method, path = endpoint.split()
    values = {**names, "id": names["accountId"], "organizationId": "o", "month": "m"}
    answer = world.call(method, path.format(**values))
    assert answer.status_code in {404, 405}
    assert problems("errors", answer.get_json()) == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/accounts/unknown", 404),
        ("GET", "/accounts?limit=none", 400),
        ("POST", "/synchronizations", 400),
        ("DELETE", "/accounts", 405),
        ("GET", "/nowhere", 404),
    ],
)
def test_refusal_keeps_the_contract(
    world: LocalSandbox, method: str, path: str, status: int
) -> None:
    answer = world.call(method, path, {} if method == "POST" else None)
    assert answer.status_code == status
    assert problems("errors", answer.get_json()) == []


@pytest.mark.parametrize("changes", [{"subtype": "x"}, {"resourceId": ""}])
def test_refused_attribute_keeps_the_contract(
    world: LocalSandbox, names: dict[str, str], changes: dict[str, str]
) -> None:
    given = {"subtype": "accountDetails", **changes}
    answer = world.synchronize(names["accountId"], **given)
    assert answer.status_code == 400
    assert problems("errors", answer.get_json()) == []


def test_refused_token_keeps_the_contract(world: LocalSandbox) -> None:
    stranger = LocalSandbox(world.application.world)
    answer = stranger.authorize(("nobody", "knows"))
    assert answer.status_code == 401
    assert problems("tokenError", answer.get_json()) == []
    stranger.token = "made up"
    assert problems("errors", stranger.call("GET", "/accounts").get_json()) == []


# === WHAT THE FORMS DO NOT SAY === #


@pytest.mark.parametrize("subtype", ["accountDetails", "accountTransactions"])
def test_created_synchronization_has_no_relationships(
    world: LocalSandbox, names: dict[str, str], subtype: str
) -> None:
    answer = world.synchronize(names["accountId"], subtype)
    assert problems({"data": "synchronization"}, answer.get_json()) == []
    assert "relationships" not in answer.get_json()["data"]


def test_failed_synchronization_keeps_the_contract(
    world: LocalSandbox, names: dict[str, str]
) -> None:
    account = names["accountId"]
    error = {"code": "financialInstitutionError", "detail": "Try again later."}
    errors = {"sync_errors": {"accountDetails": error}}
    world.control("PATCH", f"accounts/{account}", errors)
    done = world.finish(account, "accountDetails")
    assert (done["status"], done["errors"]) == ("error", [error])
    document = world.get(f"/synchronizations/{done['id']}")
    assert problems({"data": "synchronization"}, document) == []
    assert problems({"data": "account"}, world.get(f"/accounts/{account}")) == []


def test_bank_line_is_created_and_changed(
    world: LocalSandbox, names: dict[str, str]
) -> None:
    path = FAKE_LINES.format(**names)
    answer = ask(world, names, f"POST {FAKE_LINES}").get_json()["data"]
    assert answer["attributes"]["executionDate"] == "2026-03-01T00:00:00Z"
    assert answer["attributes"]["amount"] == 84.42
    body = {"data": {"type": FAKE_LINE, "attributes": {"description": "Big sale"}}}
    changed = world.call("PATCH", f"{path}/{answer['id']}", body).get_json()["data"]
    assert changed["attributes"]["description"] == "Big sale"


def test_every_line_and_institution_keeps_the_contract(world: LocalSandbox) -> None:
    """Of the demo world: two years of lines, 44 institutions."""
    seen = 0
    for account in world.get("/accounts?limit=100")["data"]:
        path = f"/accounts/{account['id']}/transactions?limit=100"
        while path:
            document = world.get(path)
            _status, form = answer_of(f"GET {ACCOUNT}/transactions")
            assert problems(form, document) == []
            seen += len(document["data"])
            _base, _host, path = document["links"].get("next", "").partition(".test")
    world.token, token = "", world.token
    document = world.get("/financial-institutions?limit=100")
    world.token = token
    assert problems(answer_of("GET /financial-institutions")[1], document) == []
    assert seen > 400
    assert len(document["data"]) > 40
