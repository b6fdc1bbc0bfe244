"""The contract with the API and the client against the official documents.

They are Ibanity's and not part of this repository: PONTO_FIXTURES names their folder.
"""

from __future__ import annotations

import json
import os
from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from contract import (
    CLOCK,
    ENDPOINTS,
    LEFT_OUT,
    RESOURCES,
    answer_of,
    attributes_of,
    problems,
)
from doubles import START
from readers import CLASSES, expected, parsed, snake

from ponto_client import Account, Token, UserInfo, jsonapi

FOLDER = Path(os.environ["PONTO_FIXTURES"])
OFFICIAL: dict[str, Any] = json.loads((FOLDER / "openapi.json").read_text("utf-8"))
SCHEMAS = OFFICIAL["components"]["schemas"]
METHODS = {"get", "post", "put", "patch", "delete"}

#: Real, and newer than the document: other official documents have them.
NEWER: dict[str, set[str]] = {
    "financialInstitution": {
        "timeZone",
        "expectedAuthorizationLifetime",
        "pendingTransactionsAvailable",
    },
    "financialInstitutionTransaction": {"cardReference", "cardReferenceType", "fee"},
    "synchronization": {"customerOnline"},
    "reauthorizationRequest": {"sandbox"},
    "usage": {"bulkPaymentCount"},
    "onboardingDetails": {
        "automaticSubmissionOnCompletedForms",
        "initialFinancialInstitutionId",
        "organizationType",
        "partnerReference",
        "preferredOtpMethod",
        "requestedOrganisationId",
        "skipFinancialInstitutionSelection",
    },
}
#: In the document, and of another name or place in the newer examples.
OLDER: dict[str, set[str]] = {
    "usage": {"bulkPaymentBundleCount"},
    "integration": {"organization"},
}
NEWER_ENDPOINTS = {
    endpoint for endpoint in ENDPOINTS if "pending-transactions" in endpoint
}
#: Not of the document, which describes resources only.
OTHER_ENDPOINTS = {
    "GET /",
    "POST /oauth2/token",
    "POST /oauth2/revoke",
    "GET /sandbox/financial-institutions",
    "GET /sandbox/financial-institutions/{id}",
}
#: The document has no ``nullable``. Where its own examples or newer official clients
#: show null, null is allowed.
TYPED_BY_NULL = "typed as object because the document's example is null"
EXAMPLE = "null in an example of the document"
OPTIONAL = "optional: not every bank tells it"
OF_A_LINE = [
    "additionalInformation",
    "bankTransactionCode",
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
]
OF_A_CARD = dict.fromkeys(["cardReference", "cardReferenceType", "fee"], EXAMPLE)
NULLABLE: dict[str, dict[str, str]] = {
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
        **OF_A_CARD,
        **dict.fromkeys([*OF_A_LINE, "digest", "internalReference"], OPTIONAL),
    },
    "financialInstitution": {
        "maintenanceFrom": TYPED_BY_NULL,
        "maintenanceTo": TYPED_BY_NULL,
        "maintenanceType": TYPED_BY_NULL,
        "sharedBrandName": TYPED_BY_NULL,
        "sharedBrandReference": TYPED_BY_NULL,
        "country": "null for an international institution",
        **dict.fromkeys(["bic", "logoUrl", "primaryColor", "secondaryColor"], OPTIONAL),
    },
    "financialInstitutionAccount": {
        "holderName": TYPED_BY_NULL,
        "product": TYPED_BY_NULL,
        "availableBalance": OPTIONAL,
        "description": OPTIONAL,
    },
    "financialInstitutionTransaction": {
        **OF_A_CARD,
        **dict.fromkeys([*OF_A_LINE, "counterpartName"], OPTIONAL),
    },
}
#: How the document writes the kinds of the contract: type and format.
KINDS = {
    "text": ("string", None),
    "uuid": ("string", "uuid"),
    "day": ("string", "date-time"),
    "moment": ("string", "date-time"),
    "number": ("number", None),
    "flag": ("boolean", None),
    "text*": ("array", None),
    "synchronizationError*": ("array", None),
}
#: Those that the document has; the others are newer, or no resources in it.
DESCRIBED = [name for name in RESOURCES if name in SCHEMAS]


def kind_of(form: Any) -> str:
    kind: str = form if isinstance(form, str) else form[0]
    return kind


# === THE CONTRACT AND THE DESCRIPTION === #


def test_every_official_endpoint_is_in_the_contract_or_left_out(
    record_property,
) -> None:
    described = {
        f"{method.upper()} {path}"
        for path, operations in OFFICIAL["paths"].items()
        for method in operations.keys() & METHODS
    }
    ours = ENDPOINTS.keys() - NEWER_ENDPOINTS - OTHER_ENDPOINTS
    assert described == ours | LEFT_OUT.keys()
    record_property("endpoints", len(ours))
    record_property("endpoints left out", len(LEFT_OUT))


@pytest.mark.parametrize(
    "endpoint", sorted(ENDPOINTS.keys() - NEWER_ENDPOINTS - OTHER_ENDPOINTS)
)
def test_endpoint_answers_the_same(endpoint: str) -> None:
    """Each has one described status, that of success."""
    method, path = endpoint.split()
    ((status, described),) = OFFICIAL["paths"][path][method.lower()][
        "responses"
    ].items()
    (content,) = described["content"].values()
    ours, form = answer_of(endpoint)
    assert ours == int(status)
    resource, many = form["data"].removesuffix("*"), form["data"].endswith("*")
    schema = f"{resource}_{'collection' if many else 'single'}"
    assert content["schema"]["$ref"] == f"#/components/schemas/{schema}"


def test_all_but_the_newer_resources_are_described() -> None:
    assert set(RESOURCES) - set(DESCRIBED) == {
        "pendingTransaction",
        "integrationAccount",
    }


@pytest.mark.parametrize("resource", DESCRIBED)
def test_resource_has_the_same_attributes(resource: str) -> None:
    properties = SCHEMAS[resource]["properties"]
    described = properties.get("attributes", {}).get("properties", {})
    ours = {
        name.removesuffix("?"): kind_of(form)
        for name, form in attributes_of(resource).items()
    }
    newer, older = NEWER.get(resource, set()), OLDER.get(resource, set())
    assert not newer & described.keys()
    assert ours.keys() == (described.keys() - older) | newer
    reasons = NULLABLE.get(resource, {})
    assert {name for name, kind in ours.items() if kind[-1] == "?"} == reasons.keys()
    for name in described.keys() - older:
        schema = described[name]
        if reasons.get(name) == TYPED_BY_NULL:
            assert schema["type"] == "object"
        else:
            kind = ours[name].removesuffix("?")
            assert (schema["type"], schema.get("format")) == KINDS[kind], name


# === THE CONTRACT AND THE EXAMPLES === #


def one(resource: str) -> dict[str, Any]:
    return {"data": resource}


def many(resource: str) -> dict[str, Any]:
    _status, form = answer_of("GET /accounts")
    return {**form, "data": f"{resource}*"}


def lines(resource: str) -> dict[str, Any]:
    """A list that tells when it was synchronized."""
    form = many(resource)
    return {**form, "meta": {**form["meta"], **CLOCK}}


FORMS: dict[str, Any] = {
    "account": one("account"),
    "account_delete": one("account"),
    "accounts": many("account"),
    "create_access_token": "token",
    "create_onboarding_details": one("onboardingDetails"),
    "create_reauthorization_request": one("reauthorizationRequest"),
    "delete_organization_integration": one("integration"),
    "financialInstitutionAccount": one("financialInstitutionAccount"),
    "financialInstitutionAccounts": many("financialInstitutionAccount"),
    "financialInstitutionTransaction": one("financialInstitutionTransaction"),
    "financialInstitutionTransactions": many("financialInstitutionTransaction"),
    "financial_institution": one("financialInstitution"),
    "financial_institutions": many("financialInstitution"),
    "integration_accounts": many("integrationAccount"),
    "organization_financial_institutions": many("financialInstitution"),
    # Whose usage it is stands beside the resource.
    "organizations_usage": {
        **one("usage"),
        "relationships": {"organization": "one organization"},
    },
    "pendingTransaction": one("pendingTransaction"),
    "pendingTransactions": lines("pendingTransaction"),
    "synchronization": one("synchronization"),
    "synchronization_with_updated_transactions": one("synchronization"),
    "transaction": one("transaction"),
    "transactions": lines("transaction"),
    "updated-transactions": lines("transaction"),
    "updatedPendingTransactions": lines("pendingTransaction"),
    "userinfo": "userInfo",
}
FILES = sorted(path.stem for path in FOLDER.glob("*.json") if path.stem != "openapi")
#: Those for which the client has a class.
READABLE = [
    name
    for name in FILES
    if isinstance(form := FORMS[name], str) or form["data"].removesuffix("*") in CLASSES
]


def document(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def read(name: str) -> Any:
    """What the client makes of the first resource of a file."""
    value, form = parsed(document(name)), FORMS[name]
    if isinstance(form, str):
        other = {"userInfo": UserInfo.from_api, "token": token}[form]
        return other(value)
    found = CLASSES[form["data"].removesuffix("*")]
    if form["data"].endswith("*"):
        return found.from_api(jsonapi.collection(value)[0])
    return found.from_api(jsonapi.resource(value))


def token(value: object) -> Token:
    return Token.from_api(value, now=START)


def test_every_file_has_a_form() -> None:
    assert FORMS.keys() == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_example_keeps_the_contract(name: str) -> None:
    """It may leave out what it likes, but has nothing that the contract has not."""
    assert problems(FORMS[name], document(name), sparse=True) == []


# === THE CLIENT AND THE EXAMPLES === #


@pytest.mark.parametrize("name", READABLE)
def test_every_attribute_reaches_a_field(name: str) -> None:
    """Whatever has a value in the file has the same one in the object."""
    item, form = read(name), FORMS[name]
    if isinstance(form, str):
        return
    resource = form["data"].removesuffix("*")
    data = document(name)["data"]
    data = data[0] if isinstance(data, list) else data
    kinds = {
        key.removesuffix("?"): kind_of(form)
        for key, form in attributes_of(resource).items()
    }
    assert item.id == data["id"]
    for key, value in data.get("attributes", {}).items():
        # ``client_tests`` list those without a field.
        if hasattr(item, snake(key)) and key != "errors":
            assert getattr(item, snake(key)) == expected(kinds[key], value)


def test_account() -> None:
    account: Account = read("account")
    assert account.current_balance == Decimal("6386.04")
    assert account.current_balance_reference_date == date(2020, 6, 20)
    assert account.authorization_expiration_expected_at == datetime(
        2020, 10, 13, 12, 1, 44, 166000, tzinfo=timezone.utc
    )
    assert account.financial_institution_id == "953934eb-229a-4fd2-8675-07794078cc7d"
    assert account.latest_synchronization.subtype == "accountDetails"
    assert account.synchronized_at.year == 2019
    assert account.availability is None


def test_transaction() -> None:
    transaction = read("transactions")
    assert transaction.amount == Decimal("2.76")
    assert transaction.fee == Decimal("3.14")
    assert transaction.execution_date == date(2020, 6, 19)
    assert transaction.account_id == "8804e34f-12b0-4b70-86bf-265f013ca232"
    assert transaction.created_at is None


def test_cursors() -> None:
    assert jsonapi.next_cursor(document("transactions"), None) == (
        "dbf7c5d4-0d55-449d-9661-1edc10bc36bd"
    )
    assert jsonapi.next_cursor(document("integration_accounts"), None) == (
        "517d7d25-9768-48cb-9232-8642943b8e24"
    )
    assert jsonapi.next_cursor(document("accounts"), None) is None


def test_small_resources() -> None:
    assert {*read("create_access_token").scope.split()} == {
        "offline_access",
        "ai",
        "pi",
    }
    assert read("create_reauthorization_request").redirect_url.startswith(
        "https://authorize.myponto.com/"
    )
    assert read("integration_accounts").last_accessed_at.microsecond == 470695
    assert read("organizations_usage").payment_count == Decimal("1.1")
    assert read("userinfo").organization_id == "6680437c-8ed8-425b-84b7-2c31e5ca625d"
