"""The sandbox's consent, maintenance, background and pending lines."""

from __future__ import annotations

from datetime import timedelta

from sandbox_world import (
    BANK,
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

from sandbox.clock import Clock, background_moments
from sandbox.formats import format_moment, parse_moment
from sandbox.testing import LocalSandbox

# === CONSENT === #


def test_expired_account_stays_readable_and_refuses(world: LocalSandbox) -> None:
    world.control("POST", f"accounts/{A}/expire")
    before = clocks(world)
    done = world.finish(A, LINES)
    assert done["status"] == "error"
    (error,) = done["errors"]
    assert error["code"] == "authorizationInvalid"
    assert error["meta"]["financialInstitutionResponse"]["statusCode"] == 401
    after = clocks(world)
    assert after[1]["synchronizedAt"] == before[1]["synchronizedAt"]
    latest = after[1]["latestSynchronization"]
    assert latest["id"] == done["id"]
    assert latest["attributes"]["status"] == "error"
    assert line_ids(world) == ["first"]
    attributes = world.get(f"/accounts/{A}")["data"]["attributes"]
    assert attributes["authorizationExpirationExpectedAt"] == "2026-03-02T12:00:00.000Z"


def test_consent_ends_by_itself_and_reauthorization_fills_the_gap(
    world: LocalSandbox,
) -> None:
    world.control("POST", "clock", {"now": "2026-03-10T12:00:01Z"})
    line = {"id": "gap", "amount": 3, "executionDate": "2026-03-11"}
    body = {"transactions": [line], "where": "bank"}
    world.control("POST", f"accounts/{A}/transactions", body)
    world.control("POST", "clock", {"now": "2026-03-14T12:00:00Z"})
    world.authorize()
    details, lines = clocks(world)
    assert lines["synchronizedAt"] == "2026-03-10T07:00:00.001Z"
    assert lines["latestSynchronization"]["attributes"]["status"] == "error"
    assert details["latestSynchronization"]["attributes"]["status"] == "error"
    assert line_ids(world) == ["second", "first"]
    world.control("POST", f"accounts/{A}/reauthorize")
    assert line_ids(world) == ["gap", "second", "first"]
    assert balance(world) == 118.5
    attributes = world.get(f"/accounts/{A}")["data"]["attributes"]
    assert attributes["authorizedAt"] == "2026-03-14T12:00:00.000Z"
    assert attributes["authorizationExpirationExpectedAt"] == "2026-09-10T12:00:00.000Z"


def test_bank_may_end_consent_early(world: LocalSandbox) -> None:
    world.control("POST", "switches", {"expired_code": "authorizationExpired"})
    world.control("POST", f"accounts/{A}/expire", {"early": True})
    assert world.finish(A, LINES)["errors"][0]["code"] == "authorizationExpired"
    attributes = world.get(f"/accounts/{A}")["data"]["attributes"]
    assert attributes["authorizationExpirationExpectedAt"] == "2026-03-10T12:00:00.000Z"
    world.control(
        "POST", f"accounts/{A}/reauthorize", {"days": 90, "synchronize": False}
    )
    assert line_ids(world) == ["first"]
    world.control("POST", "clock", {"advance_seconds": 300})
    assert world.finish(A, LINES)["status"] == "success"


def test_account_that_is_expired_from_the_start() -> None:
    account = {"id": A, "authorizationExpirationExpectedAt": "2026-02-20T00:00:00Z"}
    world = LocalSandbox({**SEED, "accounts": [account]})
    world.authorize()
    _details, lines = clocks(world)
    assert lines["synchronizedAt"] == "2026-02-19T23:00:00.001Z"
    assert lines["latestSynchronization"]["attributes"]["status"] == "error"


def test_lines_fail_while_the_balance_succeeds(world: LocalSandbox) -> None:
    error = {"code": "financialInstitutionError", "detail": "Try again later."}
    errors = {LINES: error, UNSETTLED: error}
    world.control("PATCH", f"accounts/{A}", {"sync_errors": errors})
    world.control("POST", f"accounts/{A}/synchronize")
    details, lines = clocks(world)
    assert details["latestSynchronization"]["attributes"]["status"] == "success"
    assert lines["latestSynchronization"]["attributes"]["errors"] == [error]
    assert (balance(world), line_ids(world)) == (115.5, ["first"])


# === MAINTENANCE === #


def test_maintenance_makes_accounts_readonly(world: LocalSandbox) -> None:
    window = {
        "maintenanceType": "financialInstitution",
        "maintenanceFrom": "2026-03-02T12:30:00Z",
        "maintenanceTo": "2026-03-02T14:00:00Z",
    }
    world.control("PATCH", f"institutions/{BANK}", window)
    assert clocks(world)[0]["availability"] == "available"
    world.control("POST", "clock", {"now": "2026-03-02T13:30:00Z"})
    world.authorize()
    assert clocks(world)[0]["availability"] == "readonly"
    assert code(world, LINES) == "accountNotAvailable"
    assert line_ids(world)
    world.control("POST", "clock", {"now": "2026-03-02T14:00:00Z"})
    world.authorize()
    assert world.synchronize(A, LINES).status_code == 201


def test_availability_of_one_account(world: LocalSandbox) -> None:
    world.control("PATCH", f"accounts/{A}", {"availability": "readonly"})
    assert clocks(world)[0]["availability"] == "readonly"
    done = world.control("POST", f"accounts/{A}/synchronize")
    assert done == {"synchronizations": []}


# === BACKGROUND === #


def test_background_happens_when_the_clock_passes_it(world: LocalSandbox) -> None:
    world.control("POST", "clock", {"now": "2026-03-02T12:59:59Z"})
    world.authorize()
    assert (balance(world), line_ids(world)) == (110.0, ["first"])
    world.control("POST", "clock", {"advance_seconds": 1})
    assert (balance(world), line_ids(world)) == (115.5, ["second", "first"])
    details, lines = clocks(world)
    assert details["synchronizedAt"] == "2026-03-02T13:00:00.000Z"
    assert lines["synchronizedAt"] == "2026-03-02T13:00:00.001Z"


def test_background_order_is_a_switch(world: LocalSandbox) -> None:
    world.control("POST", "switches", {"background_order": "transactions_first"})
    world.control("POST", f"accounts/{A}/synchronize", {"subtype": "all"})
    details, lines = clocks(world)
    assert lines["synchronizedAt"] < details["synchronizedAt"]


def test_failure_moves_the_clock_by_a_switch(world: LocalSandbox) -> None:
    world.control("POST", f"accounts/{A}/expire", {})
    before = clocks(world)[1]["synchronizedAt"]
    for moves in (False, True):
        world.control("POST", "switches", {"failed_moves_clock": moves})
        world.control("POST", f"accounts/{A}/synchronize", {"subtype": "all"})
        assert (clocks(world)[1]["synchronizedAt"] != before) is moves


def test_background_can_be_off(world: LocalSandbox) -> None:
    world.control("POST", "switches", {"background": False})
    world.control("POST", "clock", {"advance_seconds": 86400})
    world.authorize()
    assert line_ids(world) == ["first"]


def test_background_hours_are_those_of_brussels() -> None:
    start = parse_moment("2026-03-28T12:00:00Z")
    found = background_moments(start, parse_moment("2026-03-29T19:00:00Z"))
    assert [format_moment(moment, "none")[5:16] for moment in found] == [
        "03-28T13:00",
        "03-28T19:00",
        "03-29T01:00",
        "03-29T06:00",
        "03-29T12:00",
        "03-29T18:00",
    ]


def test_clock_runs_and_freezes() -> None:
    clock = Clock()
    clock.set(parse_moment(NOW))
    states = [clock.frozen]
    first = clock.now()
    assert first >= parse_moment(NOW)
    for frozen in (True, False):
        clock.freeze(frozen)
        clock.advance(60)
        states.append(clock.frozen)
    assert states == [False, True, False]
    assert clock.now() >= first + timedelta(seconds=120)


# === PENDING AND CHANGED LINES === #


def test_pending_lines_come_with_unsettled_only(world: LocalSandbox) -> None:
    assert line_ids(world, "pending-transactions") == []
    world.finish(A, LINES)
    assert line_ids(world, "pending-transactions") == []
    world.finish(A, UNSETTLED)
    assert line_ids(world, "pending-transactions") == ["coming"]
    path = f"/accounts/{A}/pending-transactions/coming"
    assert world.get(path)["data"]["type"] == "pendingTransaction"


def test_institution_without_pending_lines(world: LocalSandbox) -> None:
    change = {"pendingTransactionsAvailable": False}
    world.control("PATCH", f"institutions/{BANK}", change)
    world.finish(A, UNSETTLED)
    assert line_ids(world, "pending-transactions") == []
    world.control("POST", f"accounts/{A}/synchronize")
    latest = clocks(world)[1]["latestSynchronization"]["attributes"]
    assert latest["subtype"] == LINES


def test_pending_line_is_booked_under_a_new_id(world: LocalSandbox) -> None:
    world.finish(A, UNSETTLED)
    booked = world.control("POST", f"accounts/{A}/pending/coming/book")["id"]
    assert line_ids(world, "pending-transactions") == ["coming"]
    world.control("POST", f"accounts/{A}/synchronize")
    assert line_ids(world, "pending-transactions") == []
    assert line_ids(world)[0] == booked != "coming"
    assert balance(world) == 108.5


def test_pending_line_that_the_bank_drops(world: LocalSandbox) -> None:
    body = {"transactions": [{"id": "p", "amount": 1}]}
    world.control("POST", f"accounts/{A}/pending", body)
    assert line_ids(world, "pending-transactions") == ["p"]
    world.control("DELETE", f"accounts/{A}/pending/p")
    world.control("POST", f"accounts/{A}/synchronize", {"subtype": UNSETTLED})
    assert line_ids(world, "pending-transactions") == ["coming"]


def test_updated_transactions_are_the_changed_ones(world: LocalSandbox) -> None:
    change = {"where": "bank", "remittanceInformation": "beter"}
    world.control("PATCH", f"accounts/{A}/transactions/first", change)
    line = world.get(f"/accounts/{A}/transactions/first")["data"]["attributes"]
    assert line["remittanceInformation"] is None
    done = world.finish(A, UNSETTLED)
    updated = world.get(f"/synchronizations/{done['id']}/updated-transactions")
    assert [item["id"] for item in updated["data"]] == ["first"]
    attributes = updated["data"][0]["attributes"]
    assert attributes["remittanceInformation"] == "beter"
    assert attributes["updatedAt"] == format_moment(parse_moment(NOW))
    assert attributes["createdAt"] < attributes["updatedAt"]
    path = f"/synchronizations/{done['id']}/updated-pending-transactions"
    assert world.get(path)["data"] == []


def test_bank_may_correct_amount_and_date(world: LocalSandbox) -> None:
    change = {"where": "bank", "amount": "12.00", "executionDate": "2026-02-27"}
    world.control("PATCH", f"accounts/{A}/transactions/first", change)
    assert balance(world) == 110.0
    world.finish(A, DETAILS)
    assert balance(world) == 117.5
    done = world.finish(A, LINES)
    path = f"/synchronizations/{done['id']}/updated-transactions"
    (line,) = world.get(path)["data"]
    assert line["id"] == "first"
    assert line["attributes"]["amount"] == 12
    assert line["attributes"]["executionDate"] == "2026-02-27T00:00:00.000Z"
    world.control("POST", f"accounts/{A}/synchronize")
    assert balance(world) == 117.5


def test_updated_transactions_may_include_the_new_ones(world: LocalSandbox) -> None:
    world.control("POST", "switches", {"updated_includes_created": True})
    done = world.finish(A, LINES)
    updated = world.get(f"/synchronizations/{done['id']}/updated-transactions")
    assert [item["id"] for item in updated["data"]] == ["second"]
