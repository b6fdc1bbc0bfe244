"""The sandbox bank: lines made and changed there, and how they reach Ponto."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.testing import LocalSandbox

A, BANK = "11111111-1111-4111-8111-111111111111", "33333333-3333-4333-8333-333333333333"
SEED: dict[str, Any] = {
    "now": "2026-03-02T12:00:00Z",
    "institutions": [{"id": BANK, "name": "Linkerbank"}, {"name": "Rechterbank"}],
    "accounts": [
        {
            "id": A,
            "opening_balance": "100.00",
            "transactions": [
                {
                    "id": f"line-{n:02}",
                    "amount": "1.10",
                    "executionDate": f"2026-02-{n:02}",
                }
                for n in range(1, 24)
            ],
        },
        {"institution": "Rechterbank"},
    ],
    "integrations": [{"client_id": "c", "client_secret": "s"}],
}
LINES = f"/accounts/{A}/transactions"


@pytest.fixture
def world() -> LocalSandbox:
    sandbox = LocalSandbox(SEED)
    sandbox.authorize()
    return sandbox


def ids(document: dict[str, Any]) -> list[str]:
    return [item["id"] for item in document["data"]]


def test_bank_lines_reach_ponto_with_the_next_synchronization(
    world: LocalSandbox,
) -> None:
    base = f"/sandbox/financial-institutions/{BANK}/financial-institution-accounts"
    (fake,) = ids(world.get(base))
    kind = "financialInstitutionTransaction"
    attributes = {
        "valueDate": "2026-03-02T00:00:00Z",
        "executionDate": "2026-03-01T00:00:00Z",
        "amount": 84.42,
        "currency": "EUR",
        "description": "Verkoop",
        "remittanceInformationType": "unstructured",
    }
    lines = f"{base}/{fake}/financial-institution-transactions"
    body = {"data": {"type": kind, "attributes": attributes}}
    made = world.call("POST", lines, body).get_json()["data"]["id"]
    assert ids(world.get(f"{lines}?limit=1")) == [made]
    assert ids(world.get(f"{LINES}?limit=1")) == ["line-23"]
    world.finish(A, "accountTransactions")
    (top,) = world.get(f"{LINES}?limit=1")["data"]
    assert top["attributes"]["description"] == "Verkoop"
    assert top["id"] != made
    page = world.get(f"{lines}?limit=20")
    assert len(world.get(f"{lines}?limit=20&after={ids(page)[-1]}")["data"]) == 4
    for name in attributes:
        less = {key: value for key, value in attributes.items() if key != name}
        body = {"data": {"type": kind, "attributes": less}}
        answer = world.call("POST", lines, body)
        assert answer.status_code == 400
        assert answer.get_json()["errors"][0]["meta"] == {
            "requestId": answer.headers["ibanity-request-id"],
            "attribute": name,
        }


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"description": "x"}, 200),
        ({"counterpartName": "x"}, 200),
        ({"amount": 5}, 400),
        ({"executionDate": "2026-01-01"}, 400),
    ],
)
def test_only_texts_of_bank_lines_can_change(
    world: LocalSandbox, change: dict[str, Any], status: int
) -> None:
    base = f"/sandbox/financial-institutions/{BANK}/financial-institution-accounts"
    (fake,) = ids(world.get(base))
    lines = f"{base}/{fake}/financial-institution-transactions"
    (line,) = ids(world.get(f"{lines}?limit=1"))
    kind = "financialInstitutionTransaction"
    body = {"data": {"type": kind, "attributes": change}}
    assert world.call("PATCH", f"{lines}/{line}", body).status_code == status
    again = world.call("PATCH", f"{lines}/{line}", body).status_code
    assert again == (400 if "counterpartName" in change else status)


def test_bank_resources_that_are_not_there(world: LocalSandbox) -> None:
    base = f"/sandbox/financial-institutions/{BANK}/financial-institution-accounts"
    (fake,) = ids(world.get(base))
    assert world.call("GET", f"{base}/unknown").status_code == 404
    lines = f"{base}/{fake}/financial-institution-transactions"
    assert world.call("GET", f"{lines}/unknown").status_code == 404
    assert BANK in ids(world.get("/sandbox/financial-institutions"))
