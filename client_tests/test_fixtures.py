"""Every official answer parses into the right value object.

The files are Ibanity's, see PONTO_FIXTURES; they are not part of this repository.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from doubles import START

from ponto_client import (
    Account,
    DeletedResource,
    FinancialInstitution,
    IntegrationAccount,
    OnboardingDetails,
    OrganizationUsage,
    PendingTransaction,
    ReauthorizationRequest,
    SandboxAccount,
    SandboxTransaction,
    Synchronization,
    Token,
    Transaction,
    UserInfo,
    jsonapi,
)

PROJECT = Path(__file__).resolve().parent.parent
FOLDER = Path(
    os.environ.get("PONTO_FIXTURES") or PROJECT.parent / "shared" / "ponto-fixtures"
)
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="official answers not found, set PONTO_FIXTURES"
)


def one(kind: type) -> Callable[[Any], list[Any]]:
    return lambda value: [kind.from_api(jsonapi.resource(value))]


def many(kind: type) -> Callable[[Any], list[Any]]:
    return lambda value: [kind.from_api(item) for item in jsonapi.collection(value)]


READERS: dict[str, Callable[[Any], list[Any]]] = {
    "account": one(Account),
    "account_delete": one(DeletedResource),
    "accounts": many(Account),
    "create_access_token": lambda value: [Token.from_api(value, now=START)],
    "create_onboarding_details": one(OnboardingDetails),
    "create_reauthorization_request": one(ReauthorizationRequest),
    "delete_organization_integration": one(DeletedResource),
    "financialInstitutionAccount": one(SandboxAccount),
    "financialInstitutionAccounts": many(SandboxAccount),
    "financialInstitutionTransaction": one(SandboxTransaction),
    "financialInstitutionTransactions": many(SandboxTransaction),
    "financial_institution": one(FinancialInstitution),
    "financial_institutions": many(FinancialInstitution),
    "integration_accounts": many(IntegrationAccount),
    "organization_financial_institutions": many(FinancialInstitution),
    "organizations_usage": one(OrganizationUsage),
    "pendingTransaction": one(PendingTransaction),
    "pendingTransactions": many(PendingTransaction),
    "synchronization": one(Synchronization),
    "synchronization_with_updated_transactions": one(Synchronization),
    "transaction": one(Transaction),
    "transactions": many(Transaction),
    "updated-transactions": many(Transaction),
    "updatedPendingTransactions": many(PendingTransaction),
    "userinfo": lambda value: [UserInfo.from_api(value)],
}
FILES = sorted(
    path.stem for path in FOLDER.glob("*.json") if path.stem != "openapi"
) or ["none"]


def load(name: str) -> Any:
    return jsonapi.load((FOLDER / f"{name}.json").read_bytes())


def read(name: str) -> Any:
    return READERS[name](load(name))[0]


@pytest.mark.parametrize("name", FILES)
def test_every_file_parses(name):
    found = READERS[name](load(name))
    assert found
    for item in found:
        raw = getattr(item, "raw", None)
        if raw is not None:
            assert set(raw) <= {"type", "id", "attributes", "relationships", "meta"}


@pytest.mark.parametrize("name", FILES)
def test_every_attribute_reaches_a_field(name):
    """Whatever has a value in the file has one in the object, the same one."""
    known = {"bulkPaymentBundleCount", "sandbox"}
    item = read(name)
    attributes = json.loads((FOLDER / f"{name}.json").read_text()).get("data", {})
    attributes = attributes[0] if isinstance(attributes, list) else attributes
    for key, value in attributes.get("attributes", {}).items():
        field = "".join(f"_{c.lower()}" if c.isupper() else c for c in key)
        if key in known or not hasattr(item, field):
            assert key in known or hasattr(item, "raw"), key
            continue
        got = getattr(item, field)
        if isinstance(got, Decimal):
            assert got == Decimal(str(value))
        elif isinstance(got, datetime):
            assert got.isoformat()[:19] == value[:19]
        elif isinstance(got, date):
            assert got.isoformat() == value[:10]
        elif isinstance(got, tuple):
            assert list(got) == value
        else:
            assert got == value


def test_account():
    account = read("account")
    assert account.current_balance == Decimal("6386.04")
    assert account.current_balance_reference_date == date(2020, 6, 20)
    assert account.authorization_expiration_expected_at == datetime(
        2020, 10, 13, 12, 1, 44, 166000, tzinfo=timezone.utc
    )
    assert account.financial_institution_id == "953934eb-229a-4fd2-8675-07794078cc7d"
    assert account.latest_synchronization.subtype == "accountDetails"
    assert account.synchronized_at.year == 2019
    assert account.availability is None


def test_transaction():
    transaction = read("transactions")
    assert transaction.amount == Decimal("2.76")
    assert transaction.fee == Decimal("3.14")
    assert transaction.execution_date == date(2020, 6, 19)
    assert transaction.account_id == "8804e34f-12b0-4b70-86bf-265f013ca232"
    assert transaction.created_at is None


def test_cursors():
    assert jsonapi.next_cursor(load("transactions"), None) == (
        "dbf7c5d4-0d55-449d-9661-1edc10bc36bd"
    )
    assert jsonapi.next_cursor(load("integration_accounts"), None) == (
        "517d7d25-9768-48cb-9232-8642943b8e24"
    )
    assert jsonapi.next_cursor(load("accounts"), None) is None


def test_small_resources():
    assert read("create_access_token").scopes == {"offline_access", "ai", "pi"}
    assert read("account_delete").type == "account"
    assert read("delete_organization_integration").organization_id == (
        "6680437c-8ed8-425b-84b7-2c31e5ca625d"
    )
    assert read("create_reauthorization_request").redirect_url.startswith(
        "https://authorize.myponto.com/"
    )
    assert read("integration_accounts").last_accessed_at.microsecond == 470695
    assert read("organizations_usage").payment_count == Decimal("1.1")
    assert read("userinfo").organization_id == "6680437c-8ed8-425b-84b7-2c31e5ca625d"
    assert read("financialInstitutionTransaction").value_date == date(2020, 5, 22)
