"""Every public answer of the sandbox against the official OpenAPI document."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker

from sandbox.testing import LocalSandbox

PROJECT = Path(__file__).resolve().parent.parent
FIXTURES = Path(
    os.environ.get("PONTO_FIXTURES") or PROJECT.parent / "shared" / "ponto-fixtures"
)
OPENAPI = FIXTURES / "openapi.json"

pytestmark = pytest.mark.skipif(
    not OPENAPI.is_file(), reason="the official OpenAPI document is not here"
)

#: The document has no ``nullable``. Where its own examples or newer official clients
#: show null, null is allowed; the reason stands beside the attribute.
TYPED_BY_NULL = "typed as object because the document's example is null"
EXAMPLE = "null in an example of the document"
OPTIONAL = "optional: not every bank tells it"
NULLABLE = {
    "account": {
        "holderName": TYPED_BY_NULL,
        "product": TYPED_BY_NULL,
        "description": OPTIONAL,
        "internalReference": OPTIONAL,
        "availableBalance": OPTIONAL,
        "authorizationExpirationExpectedAt": OPTIONAL,
    },
    "transaction": {
        "counterpartName": TYPED_BY_NULL,
        "cardReference": EXAMPLE,
        "cardReferenceType": EXAMPLE,
        "fee": EXAMPLE,
        **dict.fromkeys(
            [
                "additionalInformation",
                "bankTransactionCode",
                "counterpartReference",
                "creditorId",
                "description",
                "digest",
                "endToEndId",
                "executionDate",
                "internalReference",
                "mandateId",
                "proprietaryBankTransactionCode",
                "purposeCode",
                "remittanceInformation",
                "remittanceInformationType",
                "valueDate",
            ],
            OPTIONAL,
        ),
    },
    "financialInstitution": {
        "maintenanceFrom": TYPED_BY_NULL,
        "maintenanceTo": TYPED_BY_NULL,
        "maintenanceType": TYPED_BY_NULL,
        "sharedBrandName": TYPED_BY_NULL,
        "sharedBrandReference": TYPED_BY_NULL,
        "country": "null for an international institution",
        "bic": OPTIONAL,
        "logoUrl": OPTIONAL,
        "primaryColor": OPTIONAL,
        "secondaryColor": OPTIONAL,
    },
    "financialInstitutionAccount": {
        "holderName": TYPED_BY_NULL,
        "product": TYPED_BY_NULL,
        "availableBalance": OPTIONAL,
        "description": OPTIONAL,
    },
    "financialInstitutionTransaction": dict.fromkeys(
        [
            "additionalInformation",
            "bankTransactionCode",
            "counterpartName",
            "counterpartReference",
            "creditorId",
            "description",
            "endToEndId",
            "executionDate",
            "mandateId",
            "proprietaryBankTransactionCode",
            "purposeCode",
            "remittanceInformation",
            "remittanceInformationType",
            "valueDate",
        ],
        OPTIONAL,
    ),
}
#: Real, and newer than the document.
NEWER = {
    "financialInstitution": {
        "timeZone",
        "expectedAuthorizationLifetime",
        "pendingTransactionsAvailable",
    },
    "financialInstitutionTransaction": {"cardReference", "cardReferenceType", "fee"},
}
#: The official names of the places in paths, by which the world's ids are known.
ACCOUNT = "/accounts/{accountId}"
SYNCHRONIZATION = "/synchronizations/{synchronizationId}"
FAKES = (
    "/sandbox/financial-institutions/{financialInstitutionId}"
    "/financial-institution-accounts"
)
FAKE_LINES = (
    FAKES + "/{financialInstitutionAccountId}/financial-institution-transactions"
)
FAKE_LINE = "financialInstitutionTransaction"

Endpoint = tuple[str, str]

#: Every endpoint that an account-information client of the direct product may call,
#: with what its answer must satisfy.
DRIVES: dict[Endpoint, str] = {
    ("GET", "/accounts"): "account_collection",
    ("GET", "/accounts/{id}"): "account_single",
    ("GET", f"{ACCOUNT}/transactions"): "transaction_collection",
    ("GET", f"{ACCOUNT}/transactions/{{id}}"): "transaction_single",
    ("POST", "/synchronizations"): "synchronization_single",
    ("GET", "/synchronizations/{id}"): "synchronization_single",
    ("GET", f"{SYNCHRONIZATION}/updated-transactions"): "transaction_collection",
    ("GET", "/financial-institutions"): "financialInstitution_collection",
    ("GET", "/financial-institutions/{id}"): "financialInstitution_single",
    ("GET", FAKES): "financialInstitutionAccount_collection",
    ("GET", f"{FAKES}/{{id}}"): "financialInstitutionAccount_single",
    ("GET", FAKE_LINES): f"{FAKE_LINE}_collection",
    ("POST", FAKE_LINES): f"{FAKE_LINE}_single",
    ("GET", f"{FAKE_LINES}/{{id}}"): f"{FAKE_LINE}_single",
    ("PATCH", f"{FAKE_LINES}/{{id}}"): f"{FAKE_LINE}_single",
}
#: Real, but newer than the document: held against the nearest thing in it.
NEWER_ENDPOINTS: dict[Endpoint, str] = {
    ("GET", f"{ACCOUNT}/pending-transactions"): "transaction_collection",
    ("GET", f"{ACCOUNT}/pending-transactions/{{id}}"): "transaction_single",
    (
        "GET",
        f"{SYNCHRONIZATION}/updated-pending-transactions",
    ): "transaction_collection",
}
PAYMENTS = "needs the scope pi: this sandbox serves account information only"
CONNECT = "Ponto Connect only: the direct product does this in its dashboard"
LEFT_OUT: dict[Endpoint, str] = {
    ("POST", f"{ACCOUNT}/payments"): PAYMENTS,
    ("GET", f"{ACCOUNT}/payments/{{id}}"): PAYMENTS,
    ("DELETE", f"{ACCOUNT}/payments/{{id}}"): PAYMENTS,
    ("POST", f"{ACCOUNT}/bulk-payments"): PAYMENTS,
    ("GET", f"{ACCOUNT}/bulk-payments/{{id}}"): PAYMENTS,
    ("DELETE", f"{ACCOUNT}/bulk-payments/{{id}}"): PAYMENTS,
    ("POST", "/payment-activation-requests"): PAYMENTS,
    ("DELETE", "/accounts/{id}"): CONNECT,
    ("POST", f"{ACCOUNT}/reauthorization-requests"): CONNECT,
    ("POST", "/onboarding-details"): CONNECT,
    ("GET", "/userinfo"): CONNECT,
    ("DELETE", "/organizations/{organizationId}/integration"): CONNECT,
    ("GET", "/organizations/{organizationId}/usage/{month}"): CONNECT,
}
METHODS = {"get", "post", "put", "patch", "delete"}
SALE = {
    "valueDate": "2026-03-02T00:00:00Z",
    "executionDate": "2026-03-01T00:00:00Z",
    "amount": 84.42,
    "currency": "EUR",
    "description": "Small sale",
    "remittanceInformationType": "unstructured",
}

checker = FormatChecker(formats=[])


@checker.checks("uuid", raises=ValueError)
def _is_uuid(value: object) -> bool:
    return not isinstance(value, str) or bool(uuid.UUID(value))


@checker.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    if not isinstance(value, str):
        return True
    return datetime.fromisoformat(value.replace("Z", "+00:00")).tzinfo is not None


@pytest.fixture(scope="module")
def official() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(OPENAPI.read_text(encoding="utf-8"))
    return document


@pytest.fixture(scope="module")
def schemas(official: dict[str, Any]) -> dict[str, Any]:
    """The document's schemas, with null where ``NULLABLE`` allows it."""
    schemas: dict[str, Any] = official["components"]["schemas"]
    for resource, reasons in NULLABLE.items():
        attributes = schemas[resource]["properties"]["attributes"]["properties"]
        for name, reason in reasons.items():
            kind = "string" if reason == TYPED_BY_NULL else attributes[name]["type"]
            attributes[name] = {**attributes[name], "type": [kind, "null"]}
    return schemas


@pytest.fixture(scope="module")
def world() -> LocalSandbox:
    """The demo world."""
    sandbox = LocalSandbox()
    sandbox.control("POST", "switches", {"rate_seconds": 0})
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


def ask(world: LocalSandbox, names: dict[str, str], method: str, path: str) -> Any:
    """Call an endpoint as a client would; its answer."""
    url = place(world, names, path)
    if method == "GET":
        size = "" if path.endswith("}") else "?page[limit]=100"
        return world.call(method, url + size)
    if path == "/synchronizations":
        return world.synchronize(names["accountId"], "accountTransactions")
    values = SALE if method == "POST" else {"description": "Big sale"}
    return world.call(method, url, {"data": {"type": FAKE_LINE, "attributes": values}})


def check(schemas: dict[str, Any], name: str, document: dict[str, Any]) -> None:
    """Hold a document against one schema, and its attributes against its list."""
    schema = {
        "$ref": f"#/components/schemas/{name}",
        "components": {"schemas": schemas},
    }
    Draft4Validator(schema, format_checker=checker).validate(document)
    resource = name.partition("_")[0]
    properties = schemas[resource]["properties"]["attributes"]["properties"]
    known = set(properties) | NEWER.get(resource, set())
    data = document["data"]
    for item in data if isinstance(data, list) else [data]:
        assert set(item["attributes"]) == known


# === EVERY ENDPOINT === #


def test_every_official_endpoint_is_driven_or_left_out_for_a_reason(
    official: dict[str, Any], record_property: Callable[[str, object], None]
) -> None:
    described = {
        (method.upper(), path)
        for path, operations in official["paths"].items()
        for method in operations.keys() & METHODS
    }
    assert described == DRIVES.keys() | LEFT_OUT.keys()
    assert not DRIVES.keys() & LEFT_OUT.keys()
    record_property("endpoints driven", len(DRIVES))
    record_property("endpoints left out", len(LEFT_OUT))
    print(f"{len(DRIVES)} endpoints of {len(described)}, {len(LEFT_OUT)} left out")


@pytest.mark.parametrize(("method", "path"), DRIVES)
def test_endpoint_answers_as_the_official_document_says(
    official: dict[str, Any],
    schemas: dict[str, Any],
    world: LocalSandbox,
    names: dict[str, str],
    method: str,
    path: str,
) -> None:
    """Each has one described status, that of success."""
    ((status, described),) = official["paths"][path][method.lower()][
        "responses"
    ].items()
    schema = DRIVES[method, path]
    (content,) = described["content"].values()
    assert content["schema"]["$ref"] == f"#/components/schemas/{schema}"
    answer = ask(world, names, method, path)
    assert answer.status_code == int(status)
    assert answer.mimetype == "application/vnd.api+json"
    assert answer.get_json()["data"]
    check(schemas, schema, answer.get_json())


@pytest.mark.parametrize(("method", "path"), NEWER_ENDPOINTS)
def test_newer_endpoint_answers_like_the_nearest_official_one(
    schemas: dict[str, Any],
    world: LocalSandbox,
    names: dict[str, str],
    method: str,
    path: str,
) -> None:
    answer = ask(world, names, method, path)
    assert answer.status_code == 200
    # A pending line cannot change at this bank.
    assert answer.get_json()["data"] or "updated-pending" in path
    check(schemas, NEWER_ENDPOINTS[method, path], answer.get_json())


@pytest.mark.parametrize(("method", "path"), LEFT_OUT)
def test_endpoint_that_is_left_out_is_not_there(
    world: LocalSandbox, names: dict[str, str], method: str, path: str
) -> None:
    values = {**names, "id": names["accountId"], "organizationId": "o", "month": "m"}
    answer = world.call(method, path.format(**values))
    assert answer.status_code in {404, 405}


# === WHAT THE SCHEMAS DO NOT SAY === #


@pytest.mark.parametrize("subtype", ["accountDetails", "accountTransactions"])
def test_created_synchronization_has_no_relationships(
    world: LocalSandbox, names: dict[str, str], schemas: dict[str, Any], subtype: str
) -> None:
    answer = world.synchronize(names["accountId"], subtype)
    check(schemas, "synchronization_single", answer.get_json())
    assert "relationships" not in answer.get_json()["data"]


def test_failed_synchronization_satisfies_the_official_document(
    world: LocalSandbox, names: dict[str, str], schemas: dict[str, Any]
) -> None:
    account = names["accountId"]
    error = {"code": "financialInstitutionError", "detail": "Try again later."}
    errors = {"sync_errors": {"accountDetails": error}}
    world.control("PATCH", f"accounts/{account}", errors)
    done = world.finish(account, "accountDetails")
    assert (done["status"], done["errors"]) == ("error", [error])
    document = world.get(f"/synchronizations/{done['id']}")
    check(schemas, "synchronization_single", document)
    check(schemas, "account_single", world.get(f"/accounts/{account}"))


def test_bank_line_is_created_and_changed(
    world: LocalSandbox, names: dict[str, str]
) -> None:
    path = FAKE_LINES.format(**names)
    answer = ask(world, names, "POST", FAKE_LINES).get_json()["data"]
    assert answer["attributes"]["executionDate"] == "2026-03-01T00:00:00Z"
    assert answer["attributes"]["amount"] == 84.42
    body = {"data": {"type": FAKE_LINE, "attributes": {"description": "Big sale"}}}
    changed = world.call("PATCH", f"{path}/{answer['id']}", body).get_json()["data"]
    assert changed["attributes"]["description"] == "Big sale"


def test_documents_have_the_members_of_the_official_examples(
    world: LocalSandbox, names: dict[str, str]
) -> None:
    """The schemas say nothing of ``meta``, ``links`` and relationships; files do."""
    account = names["accountId"]
    pairs = (
        ("/accounts", "accounts.json"),
        (f"/accounts/{account}", "account.json"),
        (f"/accounts/{account}/transactions", "transactions.json"),
        (f"/accounts/{account}/pending-transactions", "pendingTransactions.json"),
        ("/financial-institutions", "financial_institutions.json"),
    )
    for path, file in pairs:
        official = json.loads((FIXTURES / file).read_text(encoding="utf-8"))
        missing = _missing(official, world.get(path))
        # "next" is there only where more pages follow
        assert missing <= {"/links/next"}, file


def _missing(official: object, ours: object, at: str = "") -> set[str]:
    """The members of an official document that ours does not have."""
    if isinstance(official, list) and isinstance(ours, list):
        return _missing(official[0], ours[0], at=f"{at}/0") if official else set()
    if not isinstance(official, dict) or not isinstance(ours, dict):
        return set()
    found = {f"{at}/{name}" for name in official.keys() - ours.keys()}
    for name in official.keys() & ours.keys():
        found |= _missing(official[name], ours[name], at=f"{at}/{name}")
    return found
