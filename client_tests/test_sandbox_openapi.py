"""Every public answer of the sandbox against the official OpenAPI document."""

from __future__ import annotations

import json
import os
import uuid
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
ACCOUNT = "/accounts/{account}"
SYNCHRONIZATION = "/synchronizations/{synchronization}"
FAKE = "/sandbox/financial-institutions/{institution}/financial-institution-accounts"
FAKE_LINES = FAKE + "/{fake}/financial-institution-transactions"
ANSWERS = (
    ("/accounts", "account_collection"),
    (ACCOUNT, "account_single"),
    (ACCOUNT + "/transactions?page[limit]=100", "transaction_collection"),
    (ACCOUNT + "/transactions/{line}", "transaction_single"),
    (ACCOUNT + "/pending-transactions", "transaction_collection"),
    (ACCOUNT + "/pending-transactions/{pending}", "transaction_single"),
    (SYNCHRONIZATION, "synchronization_single"),
    (SYNCHRONIZATION + "/updated-transactions", "transaction_collection"),
    (SYNCHRONIZATION + "/updated-pending-transactions", "transaction_collection"),
    ("/financial-institutions?page[limit]=100", "financialInstitution_collection"),
    ("/financial-institutions/{institution}", "financialInstitution_single"),
    (FAKE, "financialInstitutionAccount_collection"),
    (FAKE + "/{fake}", "financialInstitutionAccount_single"),
    (FAKE_LINES, "financialInstitutionTransaction_collection"),
    (FAKE_LINES + "/{fake_line}", "financialInstitutionTransaction_single"),
)

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
def schemas() -> dict[str, Any]:
    """The document's schemas, with null where ``NULLABLE`` allows it."""
    document = json.loads(OPENAPI.read_text(encoding="utf-8"))
    schemas: dict[str, Any] = document["components"]["schemas"]
    for resource, reasons in NULLABLE.items():
        attributes = schemas[resource]["properties"]["attributes"]["properties"]
        for name, reason in reasons.items():
            kind = "string" if reason == TYPED_BY_NULL else attributes[name]["type"]
            attributes[name] = {**attributes[name], "type": [kind, "null"]}
    return schemas


@pytest.fixture(scope="module")
def world() -> LocalSandbox:
    """The demo world with a line that changed at the bank, and a pending one too."""
    sandbox = LocalSandbox()
    sandbox.authorize()
    return sandbox


@pytest.fixture(scope="module")
def names(world: LocalSandbox) -> dict[str, str]:
    """What stands in the places of the paths."""
    accounts = world.get("/accounts")["data"]
    euro = next(
        item
        for item in accounts
        if item["attributes"]["description"] == "Multivaluta EUR"
    )
    account = euro["id"]
    institution = euro["relationships"]["financialInstitution"]["data"]["id"]
    lines = world.get(f"/accounts/{account}/transactions")["data"]
    pending = world.get(f"/accounts/{account}/pending-transactions")["data"]
    fakes = world.get(FAKE.format(institution=institution))["data"]
    change = {"where": "bank", "description": "Verbeterde tekst"}
    path = f"accounts/{account}/transactions/{lines[0]['id']}"
    world.control("PATCH", path, change)
    done = world.finish(account, "accountTransactionsWithUnsettled")
    fake = fakes[0]["id"]
    fake_lines = FAKE_LINES.format(institution=institution, fake=fake)
    return {
        "account": account,
        "institution": institution,
        "line": lines[0]["id"],
        "pending": pending[0]["id"],
        "synchronization": done["id"],
        "fake": fake,
        "fake_line": world.get(fake_lines)["data"][0]["id"],
    }


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


@pytest.mark.parametrize(("path", "schema"), ANSWERS)
def test_answer_satisfies_the_official_document(
    world: LocalSandbox,
    names: dict[str, Any],
    schemas: dict[str, Any],
    path: str,
    schema: str,
) -> None:
    document = world.get(path.format(**names))
    empty = "updated-pending" in path
    assert document["data"] or empty
    check(schemas, schema, document)


@pytest.mark.parametrize("subtype", ["accountDetails", "accountTransactions"])
def test_created_synchronization_satisfies_the_official_document(
    world: LocalSandbox, names: dict[str, Any], schemas: dict[str, Any], subtype: str
) -> None:
    answer = world.synchronize(names["account"], subtype)
    assert answer.status_code == 201
    check(schemas, "synchronization_single", answer.get_json())
    assert "relationships" not in answer.get_json()["data"]


def test_created_and_changed_bank_line_satisfies_the_official_document(
    world: LocalSandbox, names: dict[str, Any], schemas: dict[str, Any]
) -> None:
    attributes = {
        "valueDate": "2026-03-02T00:00:00Z",
        "executionDate": "2026-03-01T00:00:00Z",
        "amount": 84.42,
        "currency": "EUR",
        "description": "Small sale",
        "remittanceInformationType": "unstructured",
    }
    kind = "financialInstitutionTransaction"
    path = FAKE_LINES.format(**names)
    body = {"data": {"type": kind, "attributes": attributes}}
    answer = world.call("POST", path, body)
    assert answer.status_code == 201
    check(schemas, f"{kind}_single", answer.get_json())
    item = answer.get_json()["data"]
    assert item["attributes"]["executionDate"] == "2026-03-01T00:00:00Z"
    body = {"data": {"type": kind, "attributes": {"description": "Big sale"}}}
    answer = world.call("PATCH", f"{path}/{item['id']}", body)
    assert answer.status_code == 200
    check(schemas, f"{kind}_single", answer.get_json())
    assert answer.get_json()["data"]["attributes"]["description"] == "Big sale"


def test_documents_have_the_members_of_the_official_examples(
    world: LocalSandbox, names: dict[str, Any]
) -> None:
    """The schemas say nothing of ``meta``, ``links`` and relationships; files do."""
    account = names["account"]
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
