"""The sandbox's planned faults."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import requests

from sandbox.formats import load_json
from sandbox.problems import Problem
from sandbox.process import SandboxProcess
from sandbox.testing import BASE_URL, LocalSandbox

NOW = "2026-03-02T12:00:00Z"
A, BANK = "11111111-1111-4111-8111-111111111111", "33333333-3333-4333-8333-333333333333"
SEED: dict[str, Any] = {
    "now": NOW,
    "institutions": [{"id": BANK, "name": "Linkerbank"}],
    "accounts": [
        {
            "id": A,
            "institution": "Linkerbank",
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


def plan(world: LocalSandbox, **fault: Any) -> None:
    world.control("POST", "faults", {"faults": [{"path": "^/accounts", **fault}]})


def test_status_fault_with_headers(world: LocalSandbox) -> None:
    plan(world, status=429, headers={"Retry-After": "7"})
    answer = world.call("GET", "/accounts")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "7"
    assert answer.headers["ibanity-request-id"]
    assert answer.get_json()["errors"][0]["code"] == "tooManyRequests"
    assert world.call("GET", "/accounts").status_code == 200
    plan(world, status=429)
    assert "Retry-After" not in world.call("GET", "/accounts").headers
    statuses = [item["status"] for item in world.control("GET", "requests")["requests"]]
    assert statuses == [200, 429, 200, 429]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"errors": []}, "application/vnd.api+json"),
        ('{"a": 1}', "application/vnd.api+json"),
        ("Bad gateway", "text/plain"),
    ],
)
def test_status_fault_with_a_body(world: LocalSandbox, body: Any, kind: str) -> None:
    plan(world, status=502, body=body)
    answer = world.call("GET", "/accounts")
    assert (answer.status_code, answer.mimetype) == (502, kind)
    text = answer.get_data(as_text=True)
    assert text == body if isinstance(body, str) else json.loads(text) == body


def test_which_calls_a_fault_is_meant_for(world: LocalSandbox) -> None:
    plan(world, skip=1, times=2, status=500)
    got = [world.call("GET", "/accounts").status_code for _ in range(5)]
    assert got == [200, 500, 500, 200, 200]
    plan(world, times=None, method="post", status=500)
    assert world.call("GET", "/accounts").status_code == 200
    assert world.call("POST", "/accounts").status_code == 500
    assert world.call("POST", "/accounts").status_code == 500
    assert len(world.control("GET", "faults")["faults"]) == 1
    world.control("DELETE", "faults")
    assert world.call("POST", "/accounts").status_code == 405
    plan(world, query=r"after", status=500)
    assert world.call("GET", f"{LINES}?limit=1").status_code == 200
    assert world.call("GET", f"{LINES}?limit=1&after=one").status_code == 500


def test_html_empty_and_truncated(world: LocalSandbox) -> None:
    plan(world, kind="html", status=502)
    answer = world.call("GET", "/accounts")
    assert (answer.status_code, answer.mimetype) == (502, "text/html")
    plan(world, kind="empty")
    answer = world.call("GET", "/accounts")
    assert (answer.status_code, answer.get_data()) == (200, b"")
    plan(world, kind="truncated")
    answer = world.call("GET", "/accounts")
    with pytest.raises(Problem, match="Not JSON"):
        load_json(answer.get_data())


def test_faults_of_pages(world: LocalSandbox) -> None:
    first = world.get(f"{LINES}?limit=1")
    cursor = first["data"][0]["id"]
    path = f"{LINES}?limit=1&after={cursor}"
    plan(world, kind="repeat_page")
    assert world.get(path) == first
    plan(world, kind="empty_page_with_next")
    page = world.get(path)
    assert page["data"] == []
    assert page["links"]["next"]
    plan(world, kind="self_next")
    assert world.get(path)["links"]["next"].endswith(f"after={cursor}")
    plan(world, kind="foreign_next")
    foreign = world.get(f"{LINES}?limit=1")["links"]["next"]
    assert foreign == first["links"]["next"].replace(
        BASE_URL, "https://api.elsewhere.example"
    )


def test_control_fault_acts_between_two_pages(world: LocalSandbox) -> None:
    first = world.get(f"{LINES}?limit=1")
    body = {"transactions": [{"id": "late", "amount": 1}]}
    call = {"path": f"{ACCOUNT}/transactions", "json": body}
    plan(world, kind="control", call=call)
    second = world.get(first["links"]["next"].removeprefix(BASE_URL))
    assert second["data"][0]["id"] == "one"
    assert world.get(f"{LINES}?limit=1")["data"][0]["id"] == "late"


def test_faults_on_the_wire() -> None:
    """Those that need a socket; one server for all of them."""
    with SandboxProcess(SEED) as sandbox, requests.Session() as session:
        session.trust_env = False

        def fault(**values: Any) -> None:
            planned = [{"path": "^/$", **values}]
            sandbox.control("POST", "faults", {"faults": planned})

        fault(kind="reset")
        with pytest.raises(requests.ConnectionError):
            session.get(sandbox.url, timeout=5)
        fault(kind="short_body")
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            session.get(sandbox.url, timeout=5)
        fault(kind="timeout", seconds=0.5)
        with pytest.raises(requests.ConnectionError):
            session.get(sandbox.url, timeout=5)
        fault(kind="timeout", seconds=1)
        with pytest.raises(requests.Timeout):
            session.get(sandbox.url, timeout=0.2)
        fault(kind="slow", seconds=0.3)
        start = time.monotonic()
        with session.get(sandbox.url, timeout=5) as answer:
            assert answer.status_code == 200
        assert time.monotonic() - start >= 0.3


def test_flood(world: LocalSandbox) -> None:
    plan(world, path="/transactions$", kind="flood", rows=5000)
    page = world.call("GET", f"{LINES}?limit=1").get_json()
    assert len({row["id"] for row in page["data"]}) == 5000
    assert "page[after]=" in page["links"]["next"]
    assert page["data"][0]["attributes"] == page["data"][-1]["attributes"]


def test_endless_list(world: LocalSandbox) -> None:
    """However often one asks, there are new rows and a new cursor."""
    plan(world, path="/transactions$", kind="endless", times=None)
    ids: set[str] = set()
    links = [LINES]
    for _page in range(3):
        answer = world.call("GET", links[-1].removeprefix(BASE_URL))
        assert answer.status_code == 200
        page = answer.get_json()
        ids |= {row["id"] for row in page["data"]}
        links.append(page["links"]["next"])
    assert len(ids) == 6
    assert len(set(links)) == 4


def test_long_cursor(world: LocalSandbox) -> None:
    plan(world, kind="long_next")
    page = world.call("GET", LINES).get_json()
    assert len(page["data"]) == 2
    assert len(page["links"]["next"]) > 100_000


def test_drip(world: LocalSandbox) -> None:
    right = world.call("GET", LINES).get_json()
    plan(world, kind="drip", seconds=0)
    answer = world.call("GET", LINES)
    assert answer.content_length == len(answer.get_data())
    assert answer.get_json() == right


def test_other_attacks(world: LocalSandbox) -> None:
    plan(world, kind="big_header")
    assert len(world.call("GET", LINES).headers["X-Big"]) == 70_000
    plan(world, kind="deep")
    answer = world.call("GET", LINES)
    assert answer.status_code == 200
    assert answer.get_data(as_text=True).count("[") == 100_000
    plan(world, kind="redirect", times=None)
    for _time in range(2):
        answer = world.call("GET", LINES)
        assert answer.status_code == 302
        assert answer.headers["Location"].endswith(LINES)
