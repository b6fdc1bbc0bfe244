"""One account at one bank, for the tests of the sandbox's synchronizations."""

from __future__ import annotations

from typing import Any

from sandbox.testing import LocalSandbox

NOW = "2026-03-02T12:00:00Z"
A, BANK = "11111111-1111-4111-8111-111111111111", "33333333-3333-4333-8333-333333333333"
SEED: dict[str, Any] = {
    "now": NOW,
    "institutions": [
        {"id": BANK, "name": "Linkerbank", "pendingTransactionsAvailable": True}
    ],
    "accounts": [
        {
            "id": A,
            "opening_balance": "100.00",
            "authorizationExpirationExpectedAt": "2026-03-10T12:00:00Z",
            "transactions": [{"id": "first", "amount": "10.00"}],
            "at_bank": [
                {"id": "second", "amount": "5.50", "executionDate": "2026-02-01"}
            ],
            "pending_at_bank": [{"id": "coming", "amount": "-7.00"}],
        }
    ],
    "integrations": [{"client_id": "c", "client_secret": "s"}],
}
DETAILS, LINES = "accountDetails", "accountTransactions"
UNSETTLED = "accountTransactionsWithUnsettled"


def balance(world: LocalSandbox) -> float:
    value: float = world.get(f"/accounts/{A}")["data"]["attributes"]["currentBalance"]
    return value


def line_ids(world: LocalSandbox, kind: str = "transactions") -> list[str]:
    return [item["id"] for item in world.get(f"/accounts/{A}/{kind}")["data"]]


def clocks(world: LocalSandbox) -> tuple[dict[str, Any], dict[str, Any]]:
    """The meta of the account, and that of its list of transactions."""
    return (
        world.get(f"/accounts/{A}")["data"]["meta"],
        world.get(f"/accounts/{A}/transactions")["meta"],
    )


def code(world: LocalSandbox, subtype: str, **changes: object) -> str:
    """The code of a refused synchronization."""
    answer = world.synchronize(A, subtype, **changes)
    assert answer.status_code == 400
    value: str = answer.get_json()["errors"][0]["code"]
    return value
