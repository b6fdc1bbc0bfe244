"""The sandbox's synchronizations: two clocks, states, rates."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_world import (
    DETAILS,
    LINES,
    NOW,
    SEED,
    UNSETTLED,
    A,
    balance,
    clocks,
    code,
    line_ids,
)

from sandbox.formats import format_moment, parse_moment
from sandbox.testing import LocalSandbox

# === TWO CLOCKS === #


def test_start_is_after_the_last_background_synchronization(
    world: LocalSandbox,
) -> None:
    details, lines = clocks(world)
    assert details["synchronizedAt"] == "2026-03-02T07:00:00.000Z"
    assert lines["synchronizedAt"] == "2026-03-02T07:00:00.001Z"
    assert details["latestSynchronization"]["attributes"]["subtype"] == DETAILS
    assert lines["latestSynchronization"]["attributes"]["subtype"] == UNSETTLED
    attributes = details["latestSynchronization"]["attributes"]
    assert attributes["customerOnline"] is False
    assert details["availability"] == "available"
    assert (balance(world), line_ids(world)) == (110.0, ["first"])


def test_details_synchronization_moves_only_the_balance(world: LocalSandbox) -> None:
    before = clocks(world)
    world.finish(A, DETAILS)
    after = clocks(world)
    assert after[0]["synchronizedAt"] == format_moment(parse_moment(NOW))
    assert after[1]["synchronizedAt"] == before[1]["synchronizedAt"]
    latest = after[0]["latestSynchronization"]["attributes"]
    assert latest["customerOnline"] is True
    assert (balance(world), line_ids(world)) == (115.5, ["first"])


def test_bank_that_books_only_when_a_customer_asks() -> None:
    line = {"id": "slow", "amount": "-1.00", "when_asked": True}
    account = {"id": A, "opening_balance": "5", "at_bank": [line]}
    world = LocalSandbox({**SEED, "accounts": [account]})
    world.authorize()
    for _ in range(3):
        world.control("POST", f"accounts/{A}/synchronize")
    assert (balance(world), line_ids(world)) == (5.0, [])
    world.finish(A, LINES)
    world.finish(A, DETAILS)
    assert (balance(world), line_ids(world)) == (4.0, ["slow"])


@pytest.mark.parametrize("subtype", [LINES, UNSETTLED])
def test_transactions_synchronization_moves_only_the_lines(
    world: LocalSandbox, subtype: str
) -> None:
    before = clocks(world)
    done = world.finish(A, subtype)
    after = clocks(world)
    assert after[0] == before[0]
    assert after[1]["synchronizedAt"] == format_moment(parse_moment(NOW))
    assert after[1]["latestSynchronization"]["id"] == done["id"]
    assert (balance(world), line_ids(world)) == (110.0, ["second", "first"])
    line = world.get(f"/accounts/{A}/transactions/second")["data"]["attributes"]
    assert line["createdAt"] == format_moment(parse_moment(NOW))
    assert line["executionDate"] == "2026-02-01T00:00:00.000Z"


def test_balance_members_follow_the_balance(world: LocalSandbox) -> None:
    before = world.get(f"/accounts/{A}")["data"]["attributes"]
    world.control("POST", "clock", {"advance_seconds": 86400})
    world.authorize()
    after = world.get(f"/accounts/{A}")["data"]["attributes"]
    assert after["availableBalance"] == before["availableBalance"] + 5.5
    assert after["currentBalanceReferenceDate"] == "2026-03-03T00:00:00.000Z"
    assert after["currentBalanceChangedAt"] == "2026-03-02T13:00:00.000Z"
    assert (
        after["currentBalanceVariationObservedAt"] > before["currentBalanceChangedAt"]
    )


def test_two_synchronizations_at_a_frozen_moment_have_different_times(
    world: LocalSandbox,
) -> None:
    for _ in range(2):
        world.control("POST", f"accounts/{A}/synchronize", {"subtype": "all"})
    details, lines = clocks(world)
    assert details["synchronizedAt"] > format_moment(parse_moment(NOW))
    assert lines["synchronizedAt"] >= details["synchronizedAt"]


def test_account_that_was_never_synchronized() -> None:
    seed = {"now": NOW, "accounts": [{"id": A, "synchronized": False}]}
    world = LocalSandbox({**seed, "integrations": SEED["integrations"]})
    world.authorize()
    for meta in clocks(world):
        assert meta["synchronizedAt"] is None
        assert meta["latestSynchronization"] is None


# === STATES === #


def test_polls_drive_the_states(world: LocalSandbox) -> None:
    answer = world.synchronize(A, LINES)
    assert answer.status_code == 201
    item = answer.get_json()["data"]
    assert item["attributes"]["status"] == "pending"
    assert "customerIpAddress" not in item["attributes"]
    assert "relationships" not in item
    path = f"/synchronizations/{item['id']}"
    states = [world.get(path)["data"]["attributes"]["status"] for _ in range(3)]
    assert states == ["running", "success", "success"]
    related = world.get(path)["data"]["relationships"]["updatedTransactions"]["links"]
    assert related["related"].endswith(f"{path}/updated-transactions")
    assert related["meta"] == {"type": "transaction"}


def test_number_of_polls_is_a_switch(world: LocalSandbox) -> None:
    world.control("POST", "switches", {"sync_polls": 1})
    item = world.synchronize(A, LINES).get_json()["data"]["id"]
    done = world.get(f"/synchronizations/{item}")["data"]["attributes"]
    assert done["status"] == "success"


def test_clock_drives_the_states(world: LocalSandbox) -> None:
    world.control("POST", "switches", {"sync_driver": "clock", "sync_seconds": 9})
    item = world.synchronize(A, LINES).get_json()["data"]["id"]
    states = []
    for _ in range(4):
        got = world.get(f"/synchronizations/{item}")["data"]["attributes"]
        states.append(got["status"])
        world.control("POST", "clock", {"advance_seconds": 3})
    assert states == ["pending", "running", "running", "success"]
    assert got["updatedAt"] == "2026-03-02T12:00:09.000Z"


def test_nobody_polls(world: LocalSandbox) -> None:
    world.synchronize(A, LINES)
    world.control("POST", "clock", {"advance_seconds": 59})
    assert line_ids(world) == ["first"]
    world.control("POST", "clock", {"advance_seconds": 1})
    assert line_ids(world) == ["second", "first"]


def test_related_links_on_another_host(world: LocalSandbox) -> None:
    world.control("POST", "switches", {"foreign_related_links": True})
    item = world.finish(A, UNSETTLED)["id"]
    related = world.get(f"/synchronizations/{item}")["data"]["relationships"]
    assert set(related) == {"updatedTransactions", "updatedPendingTransactions"}
    for links in related.values():
        assert links["links"]["related"].startswith("https://api.elsewhere.example/")


@pytest.mark.parametrize(
    "name", ["resourceType", "resourceId", "subtype", "customerIpAddress"]
)
def test_required_attributes(world: LocalSandbox, name: str) -> None:
    changes: dict[str, Any] = {"subtype": LINES, name: None}
    assert code(world, **changes) == "invalidAttribute"


def test_senseless_attributes(world: LocalSandbox) -> None:
    assert code(world, "everything") == "invalidAttribute"
    assert code(world, LINES, resourceType="card") == "invalidAttribute"
    assert world.synchronize("unknown", LINES).status_code == 404


def test_customer_address_can_be_optional(world: LocalSandbox) -> None:
    world.control("POST", "switches", {"require_customer_ip": False})
    answer = world.synchronize(A, LINES, customerIpAddress=None)
    assert answer.status_code == 201


def test_idempotency_key_acts_once(world: LocalSandbox) -> None:
    values = {"resourceType": "account", "resourceId": A, "subtype": LINES}
    values["customerIpAddress"] = "203.0.113.24"
    body = {"data": {"type": "synchronization", "attributes": values}}
    answers = [
        world.call("POST", "/synchronizations", body, {"Ibanity-Idempotency-Key": "k"})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].get_json() == answers[1].get_json()


# === RATE === #


def test_rate_rule_is_per_subtype(world: LocalSandbox) -> None:
    assert world.synchronize(A, LINES).status_code == 201
    assert code(world, LINES) == "accountRecentlySynchronized"
    assert world.synchronize(A, DETAILS).status_code == 201
    world.control("POST", "clock", {"advance_seconds": 299})
    assert code(world, LINES) == "accountRecentlySynchronized"
    world.control("POST", "clock", {"advance_seconds": 1})
    assert world.synchronize(A, LINES).status_code == 201


def test_rate_is_a_switch(world: LocalSandbox) -> None:
    world.control("POST", "switches", {"rate_seconds": 0})
    assert world.synchronize(A, LINES).status_code == 201
    assert world.synchronize(A, LINES).status_code == 201
    world.control("POST", "switches", {"rate_seconds": 10})
    world.control("POST", "switches", {"rate_counts_background": True})
    world.control("POST", f"accounts/{A}/synchronize", {"subtype": DETAILS})
    assert code(world, DETAILS) == "accountRecentlySynchronized"
