"""Pages: every row once, whatever the links look like (P09, P28, P32)."""

from __future__ import annotations

import pytest
from doubles import URL, Answer, make_client, page, raw_transaction

from ponto_client import (
    RequestTimeout,
    ResponseFormatError,
    ServerError,
    TooMuch,
    UnreadableTransaction,
)


def rows(first, last):
    return [raw_transaction(f"t{number}") for number in range(first, last)]


def linked(link, *items):
    return page(*items, links={"next": link})


def ids(transactions):
    return [transaction.id for transaction in transactions]


def test_all_pages_in_order():
    client, session, _clock = make_client(
        page(*rows(0, 100), after="t99"),
        page(*rows(100, 200), after="t199"),
        page(*rows(200, 250)),
    )
    assert ids(client.transactions("a1")) == [f"t{number}" for number in range(250)]
    assert [call.url.partition("?")[2] for call in session.calls] == [
        "page%5Blimit%5D=100",
        "page%5Blimit%5D=100&page%5Bafter%5D=t99",
        "page%5Blimit%5D=100&page%5Bafter%5D=t199",
    ]


def test_a_second_page_in_trouble_keeps_the_first():
    client, _session, _clock = make_client(
        page(*rows(0, 2), after="t1"), *[Answer(503)] * 3
    )
    walk = client.transactions("a1")
    assert [next(walk).id, next(walk).id] == ["t0", "t1"]
    with pytest.raises(ServerError):
        next(walk)


def test_b_last_page_points_to_itself():
    client, session, _clock = make_client(
        page(*rows(0, 2), after="t1"), page(*rows(2, 4), after="t1")
    )
    assert len(list(client.transactions("a1"))) == 4
    assert len(session.calls) == 2


def test_b_links_in_a_circle():
    client, session, _clock = make_client(
        page(*rows(0, 1), after="x"),
        page(*rows(1, 2), after="y"),
        page(*rows(2, 3), after="x"),
    )
    assert len(list(client.transactions("a1"))) == 3
    assert len(session.calls) == 3


@pytest.mark.parametrize(
    "link",
    [
        f"{URL}/accounts/a1/transactions",
        f"{URL}/accounts/a1/transactions?page[limit]=100",
        f"{URL}/accounts/a1/transactions?limit=100&after=",
        f"{URL}/accounts/a1/transactions?filter[country][eq]=BE",
    ],
)
def test_b_link_back_to_the_first_page(link):
    client, _session, _clock = make_client(linked(link, *rows(0, 1)))
    assert client.transaction_page("a1").next_cursor is None


def test_c_empty_page_with_a_next_one():
    client, _session, _clock = make_client(
        page(*rows(0, 2), after="t1"), page(after="t9"), page(*rows(2, 3))
    )
    assert ids(client.transactions("a1")) == ["t0", "t1", "t2"]


def test_short_page_is_not_the_last():
    client, _session, _clock = make_client(page(*rows(0, 1), after="t0"), page())
    assert client.transaction_page("a1", limit=100).next_cursor == "t0"


def test_e_all_accounts():
    accounts = [{"id": f"a{number}", "type": "account"} for number in range(130)]
    client, _session, _clock = make_client(
        page(*accounts[:100], after="a99"), page(*accounts[100:])
    )
    assert len({account.id for account in client.accounts()}) == 130


def test_a_page_is_one_request_and_iterators_are_lazy():
    client, session, _clock = make_client(page(*rows(0, 2), after="t1"))
    walk = client.transactions("a1")
    assert session.sent == []
    assert [next(walk).id, next(walk).id] == ["t0", "t1"]
    assert len(session.calls) == 1


@pytest.mark.parametrize(
    ("link", "cursor"),
    [
        (f"{URL}/x?page[after]=c1&page[limit]=100", "c1"),
        (f"{URL}/x?page%5Bafter%5D=c1", "c1"),
        (f"{URL}/x?after=c1", "c1"),
        ("/x?after=c1", "c1"),
        ("?page[after]=a%2Fb%26c", "a/b&c"),
        ("https://evil.example/x?page[after]=c1", "c1"),
        ({"href": f"{URL}/x?page[after]=c1"}, "c1"),
        ({"href": None}, None),
        (None, None),
        ("", None),
    ],
)
def test_cursor(link, cursor):
    client, _session, _clock = make_client(linked(link))
    assert client.transaction_page("a1").next_cursor == cursor


@pytest.mark.parametrize("links", [None, [], "x", 5])
def test_document_without_links(links):
    client, _session, _clock = make_client(page(links=links))
    assert client.transaction_page("a1").next_cursor is None


@pytest.mark.parametrize(
    "link", [5, ["x"], f"{URL}/x?page[number]=2", f"{URL}/x?cursor=2", "https://[x?a=1"]
)
def test_next_page_out_of_reach_is_an_error(link):
    client, _session, _clock = make_client(linked(link, *rows(0, 1)))
    with pytest.raises(ResponseFormatError, match=r"links\.next"):
        client.transaction_page("a1")


def test_links_to_another_host_are_not_followed():
    client, session, _clock = make_client(
        linked("https://evil.example/x?page[after]=t0", *rows(0, 1)), page()
    )
    assert len(list(client.transactions("a1"))) == 1
    assert all(call.url.startswith(f"{URL}/") for call in session.sent)


def test_ids_and_cursors_are_quoted():
    client, session, _clock = make_client(page(), page())
    client.transaction_page("../a?b#c/d", after="x&y=1 é")
    assert session.calls[0].url == (
        f"{URL}/accounts/..%2Fa%3Fb%23c%2Fd/transactions"
        "?page%5Blimit%5D=100&page%5Bafter%5D=x%26y%3D1+%C3%A9"
    )
    client.transaction_page("\ud83d")
    assert session.calls[1].url.startswith(f"{URL}/accounts/%3F/transactions")


@pytest.mark.parametrize(
    ("limit", "sent"), [(0, 1), (1, 1), (7, 7), (100, 100), (500, 100)]
)
def test_limit_is_kept_within_what_ponto_serves(limit, sent):
    client, session, _clock = make_client(page())
    client.transaction_page("a1", limit=limit)
    assert session.calls[0].url.endswith(f"page%5Blimit%5D={sent}")


# === UNREADABLE ROWS === #

BAD = [
    (None, "data[1] is not an object."),
    ("text", "data[1] is not an object."),
    ([], "data[1] is not an object."),
    ({}, "data[1].id is missing or blank."),
    (raw_transaction(None), "data[1].id is missing or blank."),
    (raw_transaction(""), "data[1].id is missing or blank."),
    (raw_transaction(" \t"), "data[1].id is missing or blank."),
    (raw_transaction(amount=None), "data[1].attributes.amount is missing."),
    (raw_transaction(amount=""), "data[1].attributes.amount is missing."),
    *[
        (
            raw_transaction(amount=amount),
            "data[1].attributes.amount is not a finite decimal number.",
        )
        for amount in (
            True,
            "1,5",
            "x",
            "NaN",
            "1e400",
            [],
            {},
            float("nan"),
            float("inf"),
            -float("inf"),
            10**40,
            10**50,
            "0x10",
            "1_000",
            "１２",
        )
    ],
    (
        raw_transaction(currency=None),
        "data[1].attributes.currency is missing or blank.",
    ),
    (raw_transaction(currency=" "), "data[1].attributes.currency is missing or blank."),
    *[
        (
            raw_transaction(executionDate=day),
            "data[1].attributes.executionDate is not a date.",
        )
        for day in (
            "yesterday",
            "01/03/2026",
            "2026-13-01",
            "2026-03-011",
            20260301,
            [],
        )
    ],
    (raw_transaction(valueDate="x"), "data[1].attributes.valueDate is not a date."),
    (
        {**raw_transaction(), "type": "pendingTransaction"},
        "data[1].type is not transaction.",
    ),
    ({"id": "t1", "attributes": "x"}, "data[1].attributes.amount is missing."),
]


@pytest.mark.parametrize(("raw", "problem"), BAD)
def test_one_bad_row_does_not_lose_the_others(raw, problem):
    answer = page(raw_transaction("t0"), raw, raw_transaction("t2"), after="t2")
    client, _session, _clock = make_client(answer)
    found = client.transaction_page("a1")
    assert [item.id for item in (found.items[0], found.items[2])] == ["t0", "t2"]
    assert found.next_cursor == "t2"
    bad = found.items[1]
    assert isinstance(bad, UnreadableTransaction)
    assert bad.problem == problem
    ref = raw.get("id") if isinstance(raw, dict) else None
    assert bad.id == ((ref or "").strip() or None)
    assert isinstance(bad.raw, dict)
    assert "raw" not in repr(bad)


def test_the_iterator_stops_at_a_bad_row():
    client, _session, _clock = make_client(
        page(raw_transaction("t0"), raw_transaction("t1", amount=None))
    )
    walk = client.transactions("a1")
    assert next(walk).id == "t0"
    with pytest.raises(ResponseFormatError, match=r"data\[1\]\.attributes\.amount"):
        next(walk)


@pytest.mark.parametrize(
    "amount", [b"1e99999999999999999999", b"1e999999", b"9" * 6000]
)
def test_a_monstrous_number_costs_one_row(amount):
    body = b'{"data": [{"id": "t1", "attributes": {"currency": "EUR", "amount": '
    client, _session, _clock = make_client(Answer(200, body + amount + b"}}]}"))
    bad = client.transaction_page("a1").items[0]
    assert isinstance(bad, UnreadableTransaction)
    assert bad.id == "t1"


def test_meta_of_a_page():
    latest = {"id": "s1", "attributes": {"status": "error", "errors": [{"code": "x"}]}}
    meta = {"synchronizedAt": "2026-03-02T06:00:44Z", "latestSynchronization": latest}
    client, _session, _clock = make_client(page(meta=meta))
    found = client.transaction_page("a1")
    assert found.synchronized_at.isoformat() == "2026-03-02T06:00:44+00:00"
    assert found.latest_synchronization.is_failed


@pytest.mark.parametrize(
    "meta", [None, [], {"synchronizedAt": "x", "latestSynchronization": {"id": ""}}]
)
def test_odd_meta_of_a_page(meta):
    client, _session, _clock = make_client(page(meta=meta))
    found = client.transaction_page("a1")
    assert (found.synchronized_at, found.latest_synchronization) == (None, None)


def test_a_list_without_end_is_given_up(monkeypatch):
    monkeypatch.setattr("ponto_client.gateway.MAX_PAGES", 3)
    pages = [page(*rows(n, n + 1), after=f"t{n}") for n in range(4)]
    client, session, _clock = make_client(*pages)
    with pytest.raises(TooMuch, match="does not end"):
        list(client.transactions("a1"))
    assert len(session.calls) == 3


@pytest.mark.parametrize(
    ("count", "is_taken"), [(101, True), (1000, True), (1001, False)]
)
def test_rows_of_a_page_are_bounded(count, is_taken):
    """Some more than asked for are taken all; of far more none is."""
    client, _session, _clock = make_client(page(*rows(0, count), after="t0"))
    if is_taken:
        assert len(client.transaction_page("a1", limit=100).items) == count
        return
    with pytest.raises(TooMuch, match="far more rows"):
        client.transaction_page("a1", limit=100)


def test_accounts_are_bounded(monkeypatch):
    monkeypatch.setattr("ponto_client.client.MAX_ACCOUNTS", 3)
    pages = [
        page(*[{"id": f"a{n}{m}", "type": "account"} for m in "xy"], after=f"a{n}")
        for n in range(3)
    ]
    client, session, _clock = make_client(*pages)
    with pytest.raises(TooMuch, match="does not end"):
        list(client.accounts())
    assert len(session.calls) == 2


@pytest.mark.parametrize("name", ["accounts", "pending_transactions"])
def test_a_list_whose_pages_come_slowly_is_given_up(monkeypatch, name):
    monkeypatch.setattr("ponto_client.gateway.LIST_BUDGET", -1)
    client, session, _clock = make_client(page(after="t1"), page())
    arguments = ["a1"] if name == "pending_transactions" else []
    with pytest.raises(RequestTimeout, match="in time"):
        list(getattr(client, name)(*arguments))
    assert session.calls == []


def test_time_of_whoever_reads_a_long_list_does_not_count(monkeypatch):
    monkeypatch.setattr("ponto_client.gateway.LIST_BUDGET", -1)
    client, _session, _clock = make_client(page(*rows(0, 2), after="t1"), page())
    assert len(list(client.transactions("a1"))) == 2


@pytest.mark.parametrize(
    "cursor", ["x" * 2001, "x" * 100_000, "a%00b", "\ud800"], ids=ascii
)
def test_a_cursor_that_nobody_can_send_back(cursor):
    client, _session, _clock = make_client(
        linked(f"{URL}/x?page[after]={cursor}", *rows(0, 1))
    )
    with pytest.raises(ResponseFormatError, match=r"links\.next"):
        client.transaction_page("a1")
