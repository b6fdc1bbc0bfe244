"""Whose each content is that comes under one id, in any order and on any pages."""

import itertools
from datetime import date, timedelta
from decimal import Decimal

import pytest
from account_ponto_sync.rules.compared_payment import Entry
from account_ponto_sync.rules.shared_id import (
    Content,
    Holder,
    assign,
    content_key,
    is_another,
)
from doubles import raw_transaction
from hypothesis import given
from hypothesis import strategies as st

from mapping.storage import storable_row
from ponto_client import Transaction
from ponto_client.models.transaction import read_transaction

DAY = date(2026, 4, 8)


def content(amount="-12.35", text="first", days=0, **more):
    day = DAY + timedelta(days=days)
    amount = Decimal(amount)
    names = {"number", "name", "end_to_end_id"}
    entry = {name: value for name, value in more.items() if name in names}
    flags = {name: value for name, value in more.items() if name not in names}
    return Content(
        key=f"{amount} {text} {day} {entry}",
        core=(amount, day),
        amount=amount,
        entry=Entry(key=0, day=day, text=text, **entry),
        **flags,
    )


A, B = content(), content("-77.85", "second")
ALIKE = content("-12.53")  # what may be a correction of A


# === ANOTHER PAYMENT, OR THE SAME ONE CORRECTED === #


@pytest.mark.parametrize(
    ("known", "new", "expected"),
    [
        (A, ALIKE, False),
        (A, content(text="second"), False),
        (A, content(days=6), False),
        (A, content(days=-6, text="second"), False),
        (A, content("-12.53", days=3), False),
        (A, B, True),
        (A, content(days=7), True),
        (A, content(days=-31), True),
        (
            content(number="BE68539007547034"),
            content("-1", number="BE71096123456769"),
            True,
        ),
        (content(end_to_end_id="a"), content("-1", end_to_end_id="b"), True),
        # The same other party says more than words.
        (
            content(number="BE68539007547034"),
            content("-1", "second", number="BE68539007547034"),
            False,
        ),
        # A day that cannot be is a mistake, which the bank corrects.
        (content(days=-700_000), A, False),
        (content(is_movable=True), content(days=31), False),
        (content(is_bare=True), ALIKE, True),
        (content(is_bare=True), content(text="second"), False),
        (content(is_bare=True), content("-1", is_bare=True), False),
        # Unreadable: it heals.
        (Content("k", ()), B, False),
        (A, Content("k", ()), False),
    ],
)
def test_is_another(known, new, expected):
    assert is_another(known, new) is expected


# === ONE READING AFTER THE OTHER === #


class Account:
    """What the inbox does with the payments of one id."""

    def __init__(self, *, follows):
        self.contents, self.follows, self.words = [], follows, {}

    def read(self, *pages):
        met, self.words = set(), {}
        for page in pages:
            holders = [
                Holder(one, place, place in met, self.words.get(place))
                for place, one in enumerate(self.contents)
            ]
            for said, holder in assign(holders, page):
                if holder.place is None:
                    holder.place = len(self.contents)
                    self.contents.append(said)
                met.add(holder.place)
                self.words.pop(holder.place, None)
                if self.contents[holder.place].equals(said):
                    continue
                if self.follows and holder.place:
                    self.contents[holder.place] = said
                else:
                    self.words[holder.place] = said


POOL = [A, B, ALIKE, content(days=3), content(days=30), content("-3.00", "third")]
lists = st.lists(st.sampled_from(POOL), min_size=1, max_size=6)


def pages_of(contents, cuts):
    places = sorted({cut % (len(contents) + 1) for cut in cuts})
    edges = [0, *places, len(contents)]
    return [contents[i:j] for i, j in itertools.pairwise(edges)]


@given(
    st.lists(st.tuples(lists, st.lists(st.integers(0, 6), max_size=3)), min_size=1),
    st.booleans(),
    st.data(),
)
def test_nothing_is_lost_and_nothing_grows(readings, follows, data):
    account = Account(follows=follows)
    for contents, cuts in readings:
        account.read(*pages_of(contents, cuts))
        kept = [*account.contents, *account.words.values()]
        for one in contents:
            assert any(one.equals(other) for other in kept), "lost"
    count = len(account.contents)
    contents = readings[-1][0]
    for _again in range(3):
        order = data.draw(st.permutations(contents))
        account.read(
            *pages_of(order, data.draw(st.lists(st.integers(0, 6), max_size=3)))
        )
        assert len(account.contents) == count, "one more row for what is known"


@given(st.permutations([A, B, ALIKE]), st.lists(st.integers(0, 3), max_size=3))
def test_each_payment_of_one_list_has_a_place_of_its_own(contents, cuts):
    account = Account(follows=False)
    account.read([A])
    account.read(*pages_of(contents, cuts))
    assert {one.key for one in account.contents} == {A.key, B.key, ALIKE.key}
    assert account.contents[0] is A
    assert not account.words


# === WHAT IS SAID === #


def key_of(id="t1", **attributes):
    raw = raw_transaction(id, **attributes)
    return content_key(raw, Transaction.from_api(raw))


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": Decimal("-12.36")},
        {"currency": "USD"},
        {"executionDate": "2026-01-02"},
        {"executionDate": "0001-01-01"},
        {"description": "Fee"},
        {"additionalInformation": "more"},
        {"endToEndId": "E2E"},
        {"cardReference": "1234"},
    ],
)
def test_other_content(changes):
    assert key_of(**changes) != key_of()


@pytest.mark.parametrize(
    "changes",
    [
        {"updatedAt": "2026-07-01T00:00:00Z"},
        {"digest": "other"},
        {"description": None},
        {"description": " \u200b"},
    ],
)
def test_same_content(changes):
    assert key_of(**changes) == key_of(description=None)


@pytest.mark.parametrize("id", ["x", "x ", "x\0", "x\ud800", "x\ufffd", "x\\u0000"])
@pytest.mark.parametrize("amount", [Decimal("-1.50"), "NaN"])
def test_content_survives_storage(id, amount):
    raw = raw_transaction(id, amount=amount, remittanceInformation="a\0b\ud800")

    def key(values):
        item = read_transaction(values, "data")
        return content_key(values, item if isinstance(item, Transaction) else None)

    assert key(storable_row(raw)) == key(raw)


def test_ids_as_they_were_sent():
    ids = ["x", "x ", "x\0", "x\ud800", "x\udfff", "x\ufffd", "X", "e\u0301", "\u00e9"]
    assert len({key_of(id) for id in ids}) == len(ids)
