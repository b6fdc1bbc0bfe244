"""The sandbox's control API: seeds, records, journal, switches."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from sandbox.formats import digest, format_moment, parse_moment
from sandbox.problems import Problem
from sandbox.seed import build_world
from sandbox.testing import LocalSandbox

NOW = "2026-03-02T12:00:00Z"
A, BANK = "11111111-1111-4111-8111-111111111111", "33333333-3333-4333-8333-333333333333"
SEED: dict[str, Any] = {
    "now": NOW,
    "switches": {"rate_seconds": 10},
    "institutions": [{"id": BANK, "name": "Linkerbank"}],
    "accounts": [
        {
            "id": A,
            "institution": "Linkerbank",
            "attributes": {"currency": "CHF", "currentBalance": "30.00"},
            "transactions": [{"id": "one", "amount": "10.00"}, {"amount": "5.00"}],
        }
    ],
    "integrations": [{"client_id": "c", "client_secret": "s", "accounts": [A]}],
}
LINES = f"/accounts/{A}/transactions"
ACCOUNT = f"accounts/{A}"


@pytest.fixture
def world() -> LocalSandbox:
    sandbox = LocalSandbox(SEED)
    sandbox.authorize()
    return sandbox


def refusal(
    world: LocalSandbox, method: str, path: str, body: object = None
) -> tuple[int, str]:
    answer = world.call(method, f"/_control/{path}", body)
    return answer.status_code, answer.get_json()["error"]


def shown(world: LocalSandbox) -> dict[str, Any]:
    """What the account shows, and both its moments."""
    account = world.get(f"/accounts/{A}")["data"]
    return {
        **account["attributes"],
        "details": account["meta"]["synchronizedAt"],
        "lines": world.get(LINES)["meta"]["synchronizedAt"],
    }


# === SEED AND STATE === #


def test_seed_document(world: LocalSandbox) -> None:
    state = world.control("GET", "state")
    assert state["clock"] == {"now": "2026-03-02T12:00:00.000Z", "frozen": True}
    assert state["switches"]["rate_seconds"] == 10
    (integration,) = state["integrations"]
    assert integration["accounts"] == [A]
    (institution,) = state["institutions"]
    assert institution["accounts"] == 1
    (account,) = state["accounts"]
    assert account["opening_balance"] == 15
    assert account["sum"] == 15
    assert account["currentBalance"] == account["bank_balance"] == 30
    assert account["transactions"] == 2
    line = world.get(f"{LINES}/one")["data"]["attributes"]
    assert line["currency"] == "CHF"
    assert line["createdAt"] <= shown(world)["lines"]


def test_reset_replaces_everything(world: LocalSandbox) -> None:
    world.control("POST", "switches", {"short_pages": True})
    world.control("POST", "faults", {"faults": [{"path": "/", "times": None}]})
    state = world.control("POST", "reset", {**SEED, "accounts": [], "integrations": []})
    assert state["accounts"] == state["integrations"] == []
    assert state["requests"] == 0
    assert state["switches"]["short_pages"] is False
    assert world.call("GET", "/accounts").status_code == 401
    state = world.control("POST", "reset")
    assert len(state["accounts"]) == 6


@pytest.mark.parametrize(
    "change",
    [
        {"now": "yesterday"},
        {"now": 5},
        {"switches": {"nothing": 1}},
        {"switches": {"rate_seconds": "fast"}},
        {"institutions": {}},
        {"institutions": [5]},
        {"institutions": [{"id": BANK}, {"id": BANK}]},
        {"accounts": [{"institution": "elsewhere"}]},
        {"accounts": [{"transactions": [{}]}]},
        {"accounts": [{"transactions": [{"amount": "much"}]}]},
        {"accounts": [{"transactions": [{"amount": True}]}]},
        {"accounts": [{"opening_balance": 1, "currentBalance": 2}]},
        {"integrations": [{"accounts": ["unknown"]}]},
        {"integrations": [{"accounts": 5}]},
    ],
)
def test_senseless_seed(change: dict[str, Any]) -> None:
    seed = {**SEED, **change}
    with pytest.raises(Problem):
        build_world(seed)


def test_reset_with_a_senseless_seed_changes_nothing(world: LocalSandbox) -> None:
    assert refusal(world, "POST", "reset", {"now": "never"}) == (400, "badRequest")
    assert world.get("/accounts")["data"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "nothing", 404),
        ("PUT", "state", 405),
        ("PATCH", "accounts/unknown", 404),
        ("PATCH", "institutions/unknown", 404),
        ("PATCH", "integrations/unknown", 404),
        ("DELETE", f"{ACCOUNT}/transactions/unknown", 404),
        ("DELETE", f"{ACCOUNT}/pending/unknown", 404),
    ],
)
def test_calls_that_lead_nowhere(
    world: LocalSandbox, method: str, path: str, status: int
) -> None:
    assert refusal(world, method, path, {})[0] == status


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("clock", {"backwards": 1}),
        ("clock", {"advance_seconds": "x"}),
        (f"{ACCOUNT}/synchronize", {"subtype": "some"}),
        (f"{ACCOUNT}/transactions", {"transactions": [{"amount": 1}], "where": "x"}),
        (f"{ACCOUNT}/transactions", {"transactions": [], "position": "bottom"}),
        ("faults", {"faults": [{"kind": "html"}]}),
        ("faults", {"faults": [{"path": "["}]}),
        ("faults", {"faults": [{"path": "/", "kind": "earthquake"}]}),
        ("faults", {"faults": [{"path": "/", "colour": "red"}]}),
        ("switches", {"short_pages": "yes"}),
        ("clock", []),
    ],
)
def test_senseless_calls(world: LocalSandbox, path: str, body: object) -> None:
    assert refusal(world, "POST", path, body) == (400, "badRequest")


# === RECORDS === #


def test_new_integration_institution_and_account(world: LocalSandbox) -> None:
    bank = world.control("POST", "institutions", {"name": "Nieuw", "status": "beta"})
    account = world.control(
        "POST",
        "accounts",
        {"institution": bank["id"], "currency": "USD", "opening_balance": 5},
    )
    pair = world.control("POST", "integrations", {"accounts": [account["id"]]})
    world.authorize((pair["client_id"], pair["client_secret"]))
    (item,) = world.get("/accounts")["data"]
    assert item["id"] == account["id"]
    assert item["attributes"]["currentBalance"] == 5
    assert item["relationships"]["financialInstitution"]["data"]["id"] == bank["id"]
    secret = {"client_secret": "new", "scope": "ai pi"}
    world.control("PATCH", f"integrations/{pair['client_id']}", secret)
    token = world.authorize((pair["client_id"], "new")).get_json()
    assert token["scope"] == "ai pi"
    world.control("PATCH", f"institutions/{bank['id']}", {"status": "stable"})
    (found,) = world.get("/financial-institutions")["data"]
    assert found["attributes"]["status"] == "stable"
    world.control("DELETE", f"accounts/{account['id']}")
    assert world.get("/accounts")["data"] == []
    assert refusal(world, "POST", "institutions", {"id": BANK})[0] == 409
    assert refusal(world, "PATCH", "integrations/c", {"colour": 1})[0] == 400


def test_changed_account(world: LocalSandbox) -> None:
    end = "2026-03-11T00:00:00Z"
    change = {"currentBalance": "99.95", "authorizationExpirationExpectedAt": end}
    world.control("PATCH", ACCOUNT, {**change, "holderName": "Iemand"})
    attributes = shown(world)
    assert attributes["currentBalance"] == 99.95
    assert attributes["holderName"] == "Iemand"
    assert attributes["authorizationExpirationExpectedAt"] == end.replace(
        "0Z", "0.000Z"
    )
    world.control("POST", f"{ACCOUNT}/synchronize", {"subtype": "accountDetails"})
    assert shown(world)["currentBalance"] == 99.95
    world.control("PATCH", ACCOUNT, {"institution": BANK})
    assert refusal(world, "PATCH", ACCOUNT, {"transactions": []})[0] == 400
    world.control("PATCH", ACCOUNT, {"authorizationExpirationExpectedAt": None})
    assert shown(world)["authorizationExpirationExpectedAt"] is None


# === LINES === #


def test_lines_in_ponto_move_balance_and_both_clocks(world: LocalSandbox) -> None:
    before = shown(world)
    body = {"transactions": [{"id": "x", "amount": "1.25"}, {"amount": 2}]}
    made = world.control("POST", f"{ACCOUNT}/transactions", body)["ids"]
    after = shown(world)
    assert [item["id"] for item in world.get(LINES)["data"]][:2] == made[::-1]
    assert after["currentBalance"] == after["availableBalance"] == 33.25
    assert after["details"] > before["details"]
    assert after["lines"] > before["lines"]
    assert after["lines"] >= after["details"]
    assert after["details"] == format_moment(parse_moment(NOW))
    assert refusal(world, "POST", f"{ACCOUNT}/transactions", body)[0] == 409


def test_lines_without_touch_leave_the_clocks(world: LocalSandbox) -> None:
    before = shown(world)
    body = {"transactions": [{"amount": 1}], "touch": False}
    world.control("POST", f"{ACCOUNT}/transactions", body)
    after = shown(world)
    assert len(world.get(LINES)["data"]) == 3
    assert after["currentBalance"] == 31
    assert (after["details"], after["lines"]) == (before["details"], before["lines"])


def test_lines_at_the_bank_wait(world: LocalSandbox) -> None:
    before = shown(world)
    body = {"transactions": [{"amount": 1}], "where": "bank"}
    (made,) = world.control("POST", f"{ACCOUNT}/transactions", body)["ids"]
    assert shown(world) == before
    state = world.control("GET", "state")["accounts"][0]
    assert (state["at_bank"], state["bank_balance"]) == (1, 31)
    world.control("POST", f"{ACCOUNT}/synchronize")
    assert world.get(LINES)["data"][0]["id"] == made


def test_changed_line(world: LocalSandbox) -> None:
    change = {"amount": "12.00", "counterpartName": "Iemand", "createdAt": NOW}
    world.control("PATCH", f"{ACCOUNT}/transactions/one", change)
    line = world.get(f"{LINES}/one")["data"]["attributes"]
    assert (line["amount"], line["counterpartName"]) == (12, "Iemand")
    assert line["updatedAt"] == line["createdAt"] == "2026-03-02T12:00:00.000Z"
    assert shown(world)["currentBalance"] == 32
    moment = "2026-03-02T13:00:00.000Z"
    quiet = {"updatedAt": moment, "touch": False}
    world.control("PATCH", f"{ACCOUNT}/transactions/one", quiet)
    line = world.get(f"{LINES}/one")["data"]["attributes"]
    assert line["updatedAt"] == moment
    assert "touch" not in line


def test_vanished_line(world: LocalSandbox) -> None:
    world.control("DELETE", f"{ACCOUNT}/transactions/one")
    assert world.call("GET", f"{LINES}/one").status_code == 404
    assert shown(world)["currentBalance"] == 20
    state = world.control("GET", "state")["accounts"][0]
    assert state["opening_balance"] + state["sum"] == state["bank_balance"] == 20


def test_equal_lines_have_equal_digests(world: LocalSandbox) -> None:
    twin = {"amount": "3.00", "executionDate": "2026-03-01", "description": "koffie"}
    body = {"transactions": [twin, twin, {**twin, "digest": "mine"}]}
    world.control("POST", f"{ACCOUNT}/transactions", body)
    mine, second, first = (
        item["attributes"]["digest"] for item in world.get(LINES)["data"][:3]
    )
    assert first == second != mine == "mine"
    assert digest("x", {}) != digest("y", {})


# === JOURNAL === #


def test_journal_records_public_requests_only(world: LocalSandbox) -> None:
    world.control("DELETE", "requests")
    headers = {"X-Trace": "t"}
    world.call("POST", f"{LINES}/?page[limit]=2&a=1&a=2", {"é": 1}, headers)
    world.get("/accounts")
    first, second = world.control("GET", "requests")["requests"]
    assert (first["n"], second["n"]) == (1, 2)
    assert (first["method"], first["path"]) == ("POST", f"{LINES}/")
    assert first["query"] == {"page[limit]": ["2"], "a": ["1", "2"]}
    assert first["headers"]["x-trace"] == "t"
    assert first["headers"]["authorization"] == f"Bearer {world.token}"
    assert json.loads(first["body"]) == {"é": 1}
    assert (first["status"], second["status"]) == (405, 200)
    assert first["at"] == "2026-03-02T12:00:00.000Z"


def test_amounts_survive_exactly(world: LocalSandbox) -> None:
    lines = [{"amount": "0.1"}, {"amount": Decimal("0.1")}, {"amount": 0.1}]
    world.control("POST", f"{ACCOUNT}/transactions", {"transactions": lines})
    assert shown(world)["currentBalance"] == 30.3
