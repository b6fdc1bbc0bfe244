"""The sandbox's lists: cursors, limits, links, order of arrival."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.testing import BASE_URL, LocalSandbox

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
ALL = [f"line-{n:02}" for n in range(23, 0, -1)]


@pytest.fixture
def world() -> LocalSandbox:
    sandbox = LocalSandbox(SEED)
    sandbox.authorize()
    return sandbox


def ids(document: dict[str, Any]) -> list[str]:
    return [item["id"] for item in document["data"]]


def problem(world: LocalSandbox, path: str) -> tuple[int, str]:
    answer = world.call("GET", path)
    return answer.status_code, answer.get_json()["errors"][0]["code"]


# === PAGES === #


def test_default_page_and_links(world: LocalSandbox) -> None:
    page = world.get(LINES)
    assert ids(page) == ALL[:10]
    assert page["meta"]["paging"] == {"limit": 10, "before": None, "after": "line-14"}
    url = BASE_URL + LINES
    assert page["links"] == {
        "first": f"{url}?page[limit]=10",
        "next": f"{url}?page[after]=line-14&page[limit]=10",
    }


@pytest.mark.parametrize("style", ["page[{}]", "{}"])
def test_walk_forwards_and_back(world: LocalSandbox, style: str) -> None:
    limit, after, before = map(style.format, ("limit", "after", "before"))
    first = world.get(f"{LINES}/?{limit}=9")
    second = world.get(f"{LINES}?{limit}=9&{after}={first['data'][-1]['id']}")
    third = world.get(f"{LINES}?{limit}=9&{after}={second['data'][-1]['id']}")
    assert ids(first) + ids(second) + ids(third) == ALL
    assert "next" not in third["links"]
    assert third["meta"]["paging"]["after"] is None
    back = world.get(f"{LINES}?{limit}=9&{before}={third['data'][0]['id']}")
    assert ids(back) == ids(second)
    assert "prev" in back["links"]
    assert "prev" not in first["links"]


def test_links_lead_through_the_list(world: LocalSandbox) -> None:
    url, seen = f"{LINES}?page[limit]=5", []
    while url:
        page = world.get(url.removeprefix(BASE_URL))
        seen += ids(page)
        url = page["links"].get("next", "")
    assert seen == ALL


def test_exact_page_has_no_next(world: LocalSandbox) -> None:
    assert "next" not in world.get(f"{LINES}?limit=23")["links"]


def test_account_list_omits_null_cursors(world: LocalSandbox) -> None:
    assert world.get("/accounts")["meta"] == {"paging": {"limit": 10}}
    page = world.get("/accounts?page[limit]=1")
    assert page["meta"]["paging"] == {"limit": 1, "after": A}


def test_limit_over_maximum(world: LocalSandbox) -> None:
    assert world.get(f"{LINES}?limit=101")["meta"]["paging"]["limit"] == 100
    world.control("POST", "switches", {"page_limit_over_max": 400})
    assert problem(world, f"{LINES}?limit=101") == (400, "invalidParameter")


@pytest.mark.parametrize("limit", ["0", "-1", "ten", "1.5", ""])
def test_senseless_limit(world: LocalSandbox, limit: str) -> None:
    assert problem(world, f"{LINES}?page[limit]={limit}") == (400, "invalidParameter")


def test_unknown_cursor(world: LocalSandbox) -> None:
    path = f"{LINES}?page[after]=gone"
    assert problem(world, path) == (400, "invalidParameter")
    world.control("POST", "switches", {"unknown_cursor": 404})
    assert problem(world, path) == (404, "resourceNotFound")
    world.control("POST", "switches", {"unknown_cursor": "empty"})
    page = world.get(path)
    assert page["data"] == []
    assert "next" not in page["links"]


def test_short_pages_still_lead_to_the_end(world: LocalSandbox) -> None:
    world.control("POST", "switches", {"short_pages": True})
    url, seen = f"{LINES}?limit=10", []
    while url:
        page = world.get(url.removeprefix(BASE_URL))
        assert len(page["data"]) <= 5
        seen += ids(page)
        url = page["links"].get("next", "")
    assert seen == ALL


def test_unknown_query_parameter(world: LocalSandbox) -> None:
    assert world.get(f"{LINES}?since=2026-01-01")["data"]
    world.control("POST", "switches", {"unknown_query": "400"})
    assert problem(world, f"{LINES}?since=2026-01-01")[0] == 400
    assert world.get(f"{LINES}?page[limit]=3&after=line-20")["data"]


# === ORDER === #


def test_late_line_with_an_old_date_is_on_top(world: LocalSandbox) -> None:
    body = {
        "transactions": [
            {"id": "old", "amount": 5, "executionDate": "2025-12-24"},
            {"id": "new", "amount": 6, "executionDate": "2026-03-01"},
        ]
    }
    assert world.control("POST", f"accounts/{A}/transactions", body) == {
        "ids": ["old", "new"]
    }
    assert ids(world.get(f"{LINES}?limit=3")) == ["new", "old", "line-23"]


def test_line_put_between_others(world: LocalSandbox) -> None:
    body = {
        "transactions": [{"id": "x", "amount": 1}, {"id": "y", "amount": 1}],
        "position": {"below": "line-22"},
    }
    world.control("POST", f"accounts/{A}/transactions", body)
    expected = ["line-23", "line-22", "y", "x", "line-21"]
    assert ids(world.get(f"{LINES}?limit=5")) == expected


def test_head_that_moves_between_two_pages(world: LocalSandbox) -> None:
    first = world.get(f"{LINES}?limit=4")
    body = {"transactions": [{"id": "late", "amount": 1}]}
    world.control("POST", f"accounts/{A}/transactions", body)
    url = first["links"]["next"].removeprefix(BASE_URL)
    assert ids(world.get(url)) == ALL[4:8]
