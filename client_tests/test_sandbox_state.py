"""The sandbox's state: what it says after a restart is what it said before."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sandbox_answers import answers
from sandbox_world import BANK, DETAILS, LINES, SEED, UNSETTLED, A

from sandbox.formats import dump_exact_json, load_json
from sandbox.problems import Problem
from sandbox.seed import build_world
from sandbox.state import dump_world
from sandbox.state_file import load_state, write_state
from sandbox.store import World
from sandbox.testing import LocalSandbox

B = "22222222-2222-4222-8222-222222222222"
TWO: dict[str, Any] = {
    **SEED,
    "accounts": [
        {**SEED["accounts"][0], "pending": [{"id": "seen", "amount": "-3.00"}]},
        {"id": B, "transactions": [{"id": "other", "amount": "1.005"}]},
    ],
}


@pytest.fixture
def world() -> LocalSandbox:
    return LocalSandbox(TWO)


def reborn(world: World) -> World:
    """What a sandbox knows after its document went through a file."""
    return build_world(load_json(dump_exact_json(dump_world(world))))


# === EVERY KIND OF CHANGE === #

Change = tuple[str, str, Any]
TEXT = st.text(max_size=6)
AMOUNT = st.decimals(-(10**9), 10**9, places=3).map(str)
WHERE = st.sampled_from(["ponto", "bank"])
ACCOUNT = st.sampled_from([f"accounts/{A}", f"accounts/{B}"])
LINE = st.sampled_from(["first", "second", "other"])
PENDING = st.sampled_from(["seen", "coming"])
ERROR = st.fixed_dictionaries({"code": st.just("e"), "meta": st.just({"a": [1.5]})})


def call(method: str, path: st.SearchStrategy[str], **body: Any) -> Any:
    values = st.fixed_dictionaries(
        {
            name: value if isinstance(value, st.SearchStrategy) else st.just(value)
            for name, value in body.items()
        }
    )
    return st.tuples(st.just(method), path, values)


def below(*names: str) -> st.SearchStrategy[str]:
    """A path below one of the accounts."""
    return st.tuples(ACCOUNT, st.sampled_from(names)).map("/".join)


def lines() -> st.SearchStrategy[list[dict[str, Any]]]:
    part = {
        "amount": AMOUNT,
        "remittanceInformation": TEXT,
        "executionDate": st.sampled_from(["2026-02-01", "31/12/2026", None]),
        "details": st.sampled_from([None, [Decimal("1.10")]]),
    }
    return st.lists(st.fixed_dictionaries(part), min_size=1, max_size=2)


CHANGES: st.SearchStrategy[list[Change]] = st.lists(
    st.one_of(
        call("POST", below("transactions"), transactions=lines(), where=WHERE),
        call("POST", below("pending"), transactions=lines(), where=WHERE),
        call(
            "PATCH",
            st.tuples(ACCOUNT, LINE).map("/transactions/".join),
            where=WHERE,
            description=TEXT,
            amount=AMOUNT,
        ),
        call("DELETE", st.tuples(ACCOUNT, LINE).map("/transactions/".join)),
        call("DELETE", st.tuples(ACCOUNT, PENDING).map("/pending/".join)),
        call("POST", PENDING.map(lambda line: f"accounts/{A}/pending/{line}/book")),
        call("POST", below("expire"), early=st.booleans()),
        call("POST", below("reauthorize"), synchronize=st.booleans()),
        call(
            "POST",
            below("synchronize"),
            subtype=st.sampled_from(["all", DETAILS, LINES, UNSETTLED]),
        ),
        call("PATCH", ACCOUNT, sync_errors=st.dictionaries(st.just(LINES), ERROR)),
        call("PATCH", ACCOUNT, currentBalance=AMOUNT, holderName=TEXT),
        call("PATCH", ACCOUNT, availability=st.sampled_from([None, "readonly"])),
        call("DELETE", st.just(f"accounts/{B}")),
        call(
            "PATCH",
            st.just(f"institutions/{BANK}"),
            maintenanceType=st.sampled_from([None, "internal"]),
            maintenanceTo=st.sampled_from([None, "2026-03-03T00:00:00Z"]),
        ),
        call("POST", st.just("institutions"), name=TEXT),
        call("POST", st.just("integrations"), name=TEXT, accounts=[A]),
        call("PATCH", st.just("integrations/c"), scope="ai pi", accounts=[A]),
        call("POST", st.just("switches"), date_format=st.sampled_from(["us", "none"])),
        call("POST", st.just("switches"), background=st.booleans()),
        call("POST", st.just("clock"), advance_seconds=st.sampled_from([30, 30000.5])),
        call("ASK", st.sampled_from([A, B]), subtype=st.sampled_from([LINES, DETAILS])),
    ),
    max_size=12,
)


def make(world: LocalSandbox, change: Change) -> None:
    """Carry out a change, if it is possible in this world."""
    method, path, body = change
    if method == "ASK":
        world.authorize()
        world.synchronize(path, body["subtype"])
    else:
        answer = world.call(method, f"/_control/{path}", body)
        assert answer.status_code in {200, 404}


def without_new_ids(document: Any) -> Any:
    """Synchronizations that happen twice have different ids."""
    if isinstance(document, list):
        return [without_new_ids(item) for item in document]
    if not isinstance(document, dict):
        return document
    hidden = {"id"} if document.get("type") == "synchronization" else set()
    names = document.keys() - hidden
    return {name: without_new_ids(document[name]) for name in names}


@settings(max_examples=40, deadline=None)
@given(CHANGES)
def test_answers_are_the_same_after_a_restart(changes: list[Change]) -> None:
    before = LocalSandbox(TWO)
    for change in changes:
        make(before, change)
    after = LocalSandbox(reborn(before.application.world))
    known = list(before.application.world.synchronizations)
    assert answers(after, known) == answers(before, known)
    for sandbox in (before, after):
        sandbox.control("POST", "clock", {"advance_seconds": 90_000})
    later = [answers(sandbox, known) for sandbox in (before, after)]
    assert without_new_ids(later[0]) == without_new_ids(later[1])


def test_demo_world_survives() -> None:
    before = LocalSandbox()
    before.control("POST", "clock", {"freeze": True})
    after = LocalSandbox(reborn(before.application.world))
    assert answers(after, []) == answers(before, [])


def test_changes_of_the_bank_that_ponto_has_not_read_survive(
    world: LocalSandbox,
) -> None:
    change = {"where": "bank", "remittanceInformation": "beter"}
    world.control("PATCH", f"accounts/{A}/transactions/first", change)
    after = LocalSandbox(reborn(world.application.world))
    after.authorize()
    line = after.get(f"/accounts/{A}/transactions/first")["data"]["attributes"]
    assert line["remittanceInformation"] is None
    item = after.finish(A, UNSETTLED)["id"]
    updated = after.get(f"/synchronizations/{item}/updated-transactions")["data"]
    assert [line["id"] for line in updated] == ["first"]
    assert updated[0]["attributes"]["remittanceInformation"] == "beter"


def test_updated_lines_survive_though_one_has_vanished(world: LocalSandbox) -> None:
    world.authorize()
    change = {"where": "bank", "description": "beter"}
    world.control("PATCH", f"accounts/{A}/transactions/first", change)
    item = world.finish(A, LINES)["id"]
    world.control("DELETE", f"accounts/{A}/transactions/first")
    after = LocalSandbox(reborn(world.application.world))
    after.authorize()
    path = f"/synchronizations/{item}/updated-transactions"
    assert [line["id"] for line in after.get(path)["data"]] == ["first"]


def test_running_clock_keeps_its_distance_to_real_time() -> None:
    running = LocalSandbox({name: TWO[name] for name in TWO.keys() - {"now"}})
    running.control("POST", "clock", {"advance_seconds": 86400})
    clock = running.application.world.clock
    again = reborn(running.application.world).clock
    assert not again.frozen
    assert again.offset == clock.offset >= timedelta(days=1) - timedelta(seconds=1)


def test_what_is_forgotten(world: LocalSandbox) -> None:
    world.authorize()
    world.synchronize(A, LINES)
    world.control("POST", "faults", {"faults": [{"path": "/", "times": None}]})
    after = LocalSandbox(reborn(world.application.world))
    assert after.control("GET", "requests") == {"requests": [], "dropped": 0}
    assert after.control("GET", "faults") == {"faults": []}
    after.token = world.token
    assert after.call("GET", "/accounts").status_code == 401
    after.authorize()
    assert after.synchronize(A, LINES).status_code == 201


# === EXACT === #


@pytest.mark.parametrize("text", ["0.10", "-12345678901234567890.123456789", "1E+2"])
def test_no_digit_of_an_amount_is_lost(world: LocalSandbox, text: str) -> None:
    lines = [{"id": "x", "amount": text, "details": [Decimal(text)]}]
    world.control("POST", f"accounts/{A}/transactions", {"transactions": lines})
    before = world.application.world.account(A)
    after = reborn(world.application.world).account(A)
    for account in (before, after):
        assert str(account.lines[-1].amount) == text
    assert after.bank_balance == before.bank_balance


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999", "sNaN"])
def test_amounts_are_finite(world: LocalSandbox, text: str) -> None:
    body = {"transactions": [{"amount": text}]}
    answer = world.call("POST", f"/_control/accounts/{A}/transactions", body)
    assert answer.status_code == 400
    with pytest.raises(Problem):
        load_json(f'{{"amount": {text}}}'.replace("1e999", "NaN"))


# === FILE === #


def test_file_is_written_whole_and_for_its_owner_only(
    world: LocalSandbox, tmp_path: Path
) -> None:
    file = tmp_path / "state.json"
    file.write_text("before")
    file.chmod(0o644)
    write_state(file, dump_world(world.application.world))
    assert file.stat().st_mode & 0o777 == 0o600
    assert [item.name for item in tmp_path.iterdir()] == ["state.json"]
    assert dump_world(load_state(file)) == dump_world(world.application.world)


def test_failed_writing_leaves_the_state_before(
    world: LocalSandbox, tmp_path: Path
) -> None:
    file = tmp_path / "state.json"
    file.write_text("before")
    document = dump_world(world.application.world)
    with pytest.raises(TypeError):
        write_state(file, {**document, "unwritable": object()})
    assert file.read_text() == "before"


def spoil(text: str) -> dict[str, str]:
    """State files that no sandbox wrote, by what is wrong with them."""
    return {
        "empty": "",
        "cut": text[: len(text) // 2],
        "binary": "\udcff",
        "another document": "{}",
        "no object": "[]",
        "newer": text.replace('"sandbox_state":1', '"sandbox_state":2'),
        "member missing": text.replace('"background_until"', '"until"'),
        "wrong kind": re.sub(r'"accounts":\[', '"accounts":[5,', text, count=1),
        "unknown institution": text.replace(
            f'"institution":"{BANK}"', '"institution":""'
        ),
        "unknown switch": text.replace('"short_pages"', '"long_pages"'),
        "senseless amount": text.replace(
            '"opening_balance":', '"opening_balance":[],"a":'
        ),
    }


@pytest.mark.parametrize("kind", spoil(""))
def test_file_that_no_sandbox_wrote(
    world: LocalSandbox, tmp_path: Path, kind: str
) -> None:
    file = tmp_path / "state.json"
    text = dump_exact_json(dump_world(world.application.world))
    spoilt = spoil(text)[kind]
    assert spoilt != text
    file.write_bytes(spoilt.encode(errors="surrogateescape"))
    with pytest.raises(Problem, match=r"state\.json is no state") as caught:
        load_state(file)
    assert len(str(caught.value).splitlines()) == 1


def test_reset_with_a_state(world: LocalSandbox) -> None:
    document = dump_world(world.application.world)
    other = LocalSandbox({})
    state = other.control("POST", "reset", load_json(dump_exact_json(document)))
    assert [account["id"] for account in state["accounts"]] == [A, B]
    answer = other.call("POST", "/_control/reset", {**document, "accounts": [{}]})
    assert answer.status_code == 400


# === GROWTH === #


def repeat(times: int, act: Callable[[int], object]) -> None:
    for number in range(times):
        act(number)


def test_memory_is_bounded(
    world: LocalSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A demonstration runs for months: nothing that requests leave piles up."""
    monkeypatch.setattr("sandbox.journal.LIMIT", 20)
    monkeypatch.setattr("sandbox.store.REMEMBERED", 10)
    monkeypatch.setattr("sandbox.faults.PREVIOUS", 5)
    world.control("POST", "switches", {"rate_seconds": 0, "sync_polls": 1})
    keys: list[str] = []

    def live(number: int) -> None:
        world.control("POST", "clock", {"advance_seconds": 2000})
        world.authorize()
        world.control("POST", "faults", {"faults": [{"path": "^/nowhere"}]})
        world.call("GET", "/nowhere")
        keys.append(f"key-{number}")
        attributes = {"resourceType": "account", "resourceId": A, "subtype": LINES}
        attributes["customerIpAddress"] = "203.0.113.24"
        body = {"data": {"type": "synchronization", "attributes": attributes}}
        key = {"Ibanity-Idempotency-Key": keys[-1]}
        made = world.call("POST", "/synchronizations", body, key).get_json()["data"]
        world.get(f"/synchronizations/{made['id']}")

    repeat(40, live)
    inside = world.application.world
    assert len(inside.tokens) == 1
    assert len(inside.synchronizations) == 10
    assert len(inside.idempotent) <= 10
    assert len(inside.faults.faults) <= 1
    assert len(inside.faults.previous) <= 5
    journal = world.control("GET", "requests")
    assert len(journal["requests"]) == 20
    assert journal["dropped"] == 4 * 40 - 20
    assert journal["requests"][-1]["n"] == 4 * 40
    for account in inside.accounts.values():
        for clock in (account.details_clock, account.lines_clock):
            assert clock.latest is inside.synchronizations[clock.latest.id]
