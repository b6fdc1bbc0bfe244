"""A demonstration that goes on: each new day the banks book something."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sandbox_world import BANK, SEED, A, line_ids

from sandbox.formats import dump_exact_json, load_json
from sandbox.problems import Problem
from sandbox.seed import build_world
from sandbox.state import dump_world
from sandbox.testing import LocalSandbox

ANCHOR = date(2026, 1, 15)
GONE = "22222222-2222-4222-8222-222222222222"
STORY = {"anchor": "2026-01-15", "told_until": "2026-03-02"}
TOLD: dict[str, Any] = {
    **SEED,
    "story": STORY,
    "accounts": [
        {
            "id": A,
            "authorizationExpirationExpectedAt": "2026-08-01T12:00:00Z",
            "transactions": [{"id": "first", "amount": "10.00"}],
            "at_bank": [{"id": "day-03-05", "amount": "5.50"}],
        }
    ],
}
Parts = dict[str, list[dict[str, Any]]]


def book_of(anchor: date, day: date) -> Parts:
    """Every day one line on the account, and one on an account that is not there."""
    assert anchor == ANCHOR
    part = {
        "id": f"day-{day:%m-%d}",
        "amount": f"{day.day}.10",
        "executionDate": day.isoformat(),
    }
    return {A: [part], GONE: [{**part, "id": "nowhere"}]}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> LocalSandbox:
    monkeypatch.setattr("sandbox.demo.world.demo_day", book_of)
    sandbox = LocalSandbox(TOLD)
    sandbox.authorize()
    return sandbox


def go_to(world: LocalSandbox, moment: str) -> None:
    world.control("POST", "clock", {"now": moment})
    world.authorize()


def at_bank(world: LocalSandbox) -> list[str]:
    return [line.id for line in world.application.world.account(A).lines_at_bank]


def test_nothing_is_told_before_midnight_in_brussels(world: LocalSandbox) -> None:
    go_to(world, "2026-03-02T22:59:59Z")
    assert (at_bank(world), line_ids(world)[0]) == ([], "day-03-05")
    go_to(world, "2026-03-02T23:00:00Z")
    assert at_bank(world) == ["day-03-03"]
    go_to(world, "2026-03-03T00:59:59Z")
    assert at_bank(world) == ["day-03-03"]


def test_first_background_synchronization_of_the_day_brings_it(
    world: LocalSandbox,
) -> None:
    go_to(world, "2026-03-03T01:00:00Z")
    assert at_bank(world) == []
    line = world.get(f"/accounts/{A}/transactions/day-03-03")["data"]["attributes"]
    assert line["amount"] == 3.1
    assert line["executionDate"] == "2026-03-03T00:00:00.000Z"
    assert line["createdAt"] == "2026-03-03T01:00:00.001Z"


def test_missing_days_come_in_the_rounds_of_their_days(world: LocalSandbox) -> None:
    """A sandbox that was off for days tells them all; a known id comes only once."""
    go_to(world, "2026-03-06T12:00:00Z")
    days = ["03-06", "03-04", "03-03", "03-05"]
    assert line_ids(world) == [*(f"day-{day}" for day in days), "first"]
    for day in ("03", "04", "06"):
        path = f"/accounts/{A}/transactions/day-03-{day}"
        created = world.get(path)["data"]["attributes"]["createdAt"]
        assert created == f"2026-03-{day}T01:00:00.001Z"
    state = world.control("GET", "state")
    assert state["story"] == {"anchor": "2026-01-15", "told_until": "2026-03-06"}
    assert state["accounts"][0]["currentBalance"] == 28.8


def test_story_without_background_waits_at_the_bank(world: LocalSandbox) -> None:
    world.control("POST", "switches", {"background": False})
    go_to(world, "2026-03-04T12:00:00Z")
    assert at_bank(world) == ["day-03-05", "day-03-03", "day-03-04"]


def test_clock_that_goes_back_tells_nothing_again(world: LocalSandbox) -> None:
    go_to(world, "2026-03-04T12:00:00Z")
    before = line_ids(world)
    go_to(world, "2026-02-01T12:00:00Z")
    go_to(world, "2026-03-04T12:00:00Z")
    assert line_ids(world) == before


def test_account_that_is_gone_is_left_out(world: LocalSandbox) -> None:
    world.control("DELETE", f"accounts/{A}")
    go_to(world, "2026-03-04T12:00:00Z")
    assert world.get("/accounts")["data"] == []


def test_story_goes_on_after_a_restart(world: LocalSandbox) -> None:
    """The clock ran while the sandbox was off; here its state is read a week later."""
    world.control("POST", "clock", {"freeze": False})
    document = load_json(dump_exact_json(dump_world(world.application.world)))
    document["clock"]["offset_microseconds"] += 7 * 86400 * 10**6
    later = LocalSandbox(build_world(document))
    later.authorize()
    new = [f"day-03-{day:02}" for day in range(9, 2, -1) if day != 5]
    assert line_ids(later) == [*new, "day-03-05", "first"]


def test_demo_world_goes_on_for_a_week() -> None:
    demo = LocalSandbox()
    before = demo.control("GET", "state")["accounts"]
    demo.control("POST", "clock", {"advance_seconds": 7 * 86400})
    after = demo.control("GET", "state")["accounts"]
    more = [
        new["transactions"] - old["transactions"]
        for old, new in zip(before, after, strict=True)
    ]
    assert sum(more) > 10
    assert min(more) >= 0


def test_seed_without_a_story_tells_none() -> None:
    world = LocalSandbox({**TOLD, "story": None})
    go_to(world, "2026-03-06T12:00:00Z")
    assert line_ids(world) == ["day-03-05", "first"]
    assert world.control("GET", "state")["story"] is None


@pytest.mark.parametrize(
    "part", [{}, {"anchor": "2026-01-15"}, [], 5, {**STORY, "anchor": 1}]
)
def test_senseless_story(part: Any) -> None:
    with pytest.raises(Problem, match="story"):
        build_world({"institutions": [{"id": BANK}], "story": part})
