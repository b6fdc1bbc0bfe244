"""Which payments are the same: pairs, ties, and what is new."""

import dataclasses
from collections import Counter
from datetime import date, timedelta

import pytest
from account_ponto_sync.rules.compared_payment import Entry
from account_ponto_sync.rules.evidence import (
    numbers_agree,
    numbers_contradict,
    texts_agree,
    texts_contradict,
)
from account_ponto_sync.rules.recognition import match_lines, match_reissued
from hypothesis import given
from hypothesis import strategies as st

DAY = date(2026, 4, 8)


def entries(*parts):
    """Entries from ``(day offset, text)`` or ``(day offset, text, number)``."""
    return [
        Entry(
            key=key,
            day=DAY + timedelta(days=part[0]),
            order=(key,),
            text=part[1],
            number=part[2] if len(part) > 2 else "",
            undecided="undecided" in part,
        )
        for key, part in enumerate(parts)
    ]


# === EVIDENCE === #


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("BE68 5390 0754 7034", "be68539007547034"),
        ("539-0075470-34", "BE68539007547034"),
    ],
)
def test_numbers_agree(first, second):
    assert numbers_agree(first, second)
    assert not numbers_contradict(second, first)


@pytest.mark.parametrize(
    ("first", "second"), [("", "BE68539007547034"), (None, None), (" ", "1")]
)
def test_a_missing_number_says_nothing(first, second):
    assert not numbers_agree(first, second)
    assert not numbers_contradict(first, second)


def test_numbers_contradict():
    assert numbers_contradict("BE68539007547034", "BE71096123456769")
    assert numbers_contradict("34", "BE68539007547034")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("PARKING", "12.03 parking"),
        ("Café Élan", "CAFE ELAN 12"),
        ("Invoice 2026/17 Peeters", "peeters, invoice 2026-17"),
        ("REMITTANCEINF ORMATION", "remittanceinformation"),
    ],
)
def test_texts_agree(first, second):
    assert texts_agree(first, second)
    assert texts_agree(second, first)
    assert not texts_contradict(first, second)


@pytest.mark.parametrize("empty", ["", None, "/", "Bank transaction", " +++ "])
def test_an_empty_text_says_nothing(empty):
    assert not texts_agree(empty, "Rent")
    assert not texts_contradict(empty, "Rent")


def test_texts_with_a_common_word_neither_agree_nor_contradict():
    assert not texts_agree("Rent April", "Rent May")
    assert not texts_contradict("Rent April", "Rent May")
    assert texts_contradict("Rent", "Fuel")


# === LINES FROM A FILE === #


def test_three_rows_and_two_alike_lines():
    found = match_lines(
        entries((0, "PARKING"), (0, "PARKING"), (0, "PARKING")),
        entries((0, "Parking"), (0, "Parking")),
    )
    assert found.pairs == {0: (0, "same_day"), 1: (1, "same_day")}
    assert not found.ties


def test_text_tells_which_line_it_is():
    found = match_lines(
        entries((0, "North"), (0, "South")), entries((0, "south"), (0, "/"))
    )
    assert found.pairs == {1: (0, "same_day"), 0: (1, "same_day")}


def test_two_rows_that_differ_and_one_line():
    found = match_lines(entries((0, "A"), (0, "B")), entries((0, "")))
    assert (found.pairs, found.ties) == ({}, {0: [0], 1: [0]})


def test_one_row_and_two_lines_that_differ():
    found = match_lines(entries((0, "A")), entries((0, "B"), (0, "C")))
    assert (found.pairs, found.ties) == ({}, {0: [0, 1]})


def test_a_day_apart():
    found = match_lines(entries((0, "Rent")), entries((1, "RENT")))
    assert found.pairs == {0: (0, "next_day")}


@pytest.mark.parametrize(
    "lines", [[(2, "Rent")], [(1, "Fuel")], [(1, "Rent", "BE71096123456769")]]
)
def test_not_the_same(lines):
    rows = entries((0, "Rent", "BE68539007547034"))
    found = match_lines(rows, entries(*lines))
    assert (found.pairs, found.ties) == ({}, {})


def test_a_file_that_is_shifted_by_a_day_is_a_tie():
    """The second row takes the first line by its day; the first must not be new."""
    found = match_lines(
        entries((0, "Rent"), (1, "Rent")), entries((1, "Rent"), (2, "Rent"))
    )
    assert found.pairs == {1: (0, "same_day")}
    assert list(found.ties) == [0]


def test_what_is_held_already_competes():
    found = match_lines(
        entries((0, "Rent", "", "undecided"), (0, "Rent")), entries((0, "Rent"))
    )
    assert (found.pairs, found.ties) == ({}, {1: [0]})


# === RE-ISSUED IDS === #


def test_reissued_with_a_date_before_the_text():
    found = match_reissued(
        entries((0, "08.04 SOUTH"), (0, "08.04 NORTH")),
        entries((0, "NORTH"), (0, "SOUTH")),
    )
    assert found.pairs == {0: (1, "content"), 1: (0, "content")}


def test_reissued_and_two_could_be_meant():
    found = match_reissued(
        entries((0, "PARKING")), entries((0, "PARKING A"), (0, "PARKING B"))
    )
    assert found.ties == {0: [0, 1]}


def test_another_text_is_held():
    found = match_reissued(entries((0, "Rent")), entries((0, "Fuel")))
    assert (found.pairs, found.ties) == ({}, {0: [0]})


def test_another_number_is_another_payment():
    found = match_reissued(
        entries((0, "Rent", "BE68539007547034")),
        entries((0, "Rent", "BE71096123456769")),
    )
    assert (found.pairs, found.ties) == ({}, {})


@pytest.mark.parametrize(
    ("first_seen", "last_seen", "pairs"),
    [
        (7, 6, {0: (0, "content")}),
        (7, 7, {}),
        (7, 8, {}),
        (0, 8, {0: (0, "content")}),
        (7, 0, {0: (0, "content")}),
    ],
)
def test_what_was_listed_together_is_two_payments(first_seen, last_seen, pairs):
    newcomers, known = entries((0, "Rent")), entries((0, "Rent"))
    found = match_reissued(
        [dataclasses.replace(one, first_seen=first_seen) for one in newcomers],
        [dataclasses.replace(one, last_seen=last_seen) for one in known],
    )
    assert (found.pairs, found.ties) == (pairs, {})


def bare(*parts):
    """Entries whose texts were removed; what they say is what the lines say."""
    return [dataclasses.replace(one, bare=True) for one in entries(*parts)]


@pytest.mark.parametrize(
    ("new", "known", "is_pair"),
    [
        (("Rent",), ("",), False),
        (("Rent",), ("Fuel",), False),
        (("08.04 Rent",), ("Rent",), True),
        (("Rent", "BE68539007547034"), ("", "BE68539007547034"), True),
        # Before, this was another payment; but a person may have edited the line.
        (("Rent", "BE68539007547034"), ("Rent", "BE71096123456769"), False),
    ],
)
def test_reissued_where_texts_were_removed(new, known, is_pair):
    found = match_reissued(entries((0, *new)), bare((0, *known)))
    if is_pair:
        assert (found.pairs, found.ties) == ({0: (0, "content")}, {})
    else:
        assert (found.pairs, found.ties) == ({}, {0: [0]})


# === FOR ANY LISTS === #

WORDS = st.sampled_from(["", "Rent", "Fuel", "Rent April", "Parking"])
NUMBERS = st.sampled_from(["", "BE68539007547034", "BE71096123456769"])
SIDES = st.lists(st.tuples(st.integers(0, 3), WORDS, NUMBERS), max_size=7)


@given(SIDES, SIDES)
def test_one_to_one_and_nothing_near_is_new_beside_a_free_line(rows, lines):
    rows, lines = entries(*rows), entries(*lines)
    found = match_lines(rows, lines)
    taken = Counter(key for key, _reason in found.pairs.values())
    assert not taken or max(taken.values()) == 1
    assert not found.pairs.keys() & found.ties.keys()
    free = [line for line in lines if line.key not in taken]
    new = [row for row in rows if row.key not in found.pairs.keys() | found.ties.keys()]
    for row in new:
        for line in free:
            # It would be booked although that line may be it: excluded by a number.
            assert row.day != line.day or numbers_contradict(row.number, line.number)


@given(SIDES, SIDES)
def test_reissued_is_one_to_one(newcomers, known):
    same_day = [[(0, *part[1:]) for part in side] for side in (newcomers, known)]
    newcomers, known = (entries(*side) for side in same_day)
    found = match_reissued(newcomers, known)
    taken = Counter(key for key, _reason in found.pairs.values())
    assert not taken or max(taken.values()) == 1
    assert not found.pairs.keys() & found.ties.keys()


@given(SIDES, SIDES)
def test_where_texts_were_removed_nothing_is_booked_or_swallowed(newcomers, known):
    """Without a digest in common: a person decides, for each of them."""
    newcomers = entries(*((0, *part[1:]) for part in newcomers))
    found = match_reissued(newcomers, bare(*((0, "") for _part in known)))
    assert not found.pairs
    assert len(found.ties) == (len(newcomers) if known else 0)


@given(st.permutations(range(5)), SIDES)
def test_the_order_of_the_list_does_not_matter(order, lines):
    rows = entries((0, "Rent"), (0, "Fuel"), (1, "Rent"), (2, ""), (2, "Parking"))
    straight = match_lines(rows, entries(*lines))
    shuffled = match_lines([rows[number] for number in order], entries(*lines))
    assert straight == shuffled


# === LINES THAT ANOTHER ACCOUNT OF PONTO'S BROUGHT === #


def pontos(*parts):
    """Lines of a journal that another account of Ponto's brought there."""
    return [dataclasses.replace(one, is_pontos=True) for one in entries(*parts)]


IBAN, OTHER_IBAN = "BE68539007547034", "BE71096123456769"


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (("Rent April",), ("RENT  april",)),
        (("Rent", IBAN), ("", IBAN)),
        (("08.04 Rent",), ("Rent",)),
    ],
)
def test_what_another_account_brought_is_recognized(row, line):
    found = match_lines(entries((0, *row)), pontos((0, *line)))
    assert (found.pairs, found.ties) == ({0: (0, "content")}, {})


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ((0, "Rent"), (0, "Fuel")),
        ((0, "Invoice 17", IBAN), (0, "Invoice 18", IBAN)),
        ((0, ""), (0, "")),
        ((0, ""), (0, "Rent")),
        # A card that pays the same every day: only a person can tell.
        ((0, "Rent", IBAN), (1, "Rent", IBAN)),
        ((1, "Rent"), (0, "Rent")),
    ],
)
def test_what_another_account_brought_and_is_not_certain_is_held(row, line):
    found = match_lines(entries(row), pontos(line))
    assert (found.pairs, found.ties) == ({}, {0: [0]})


@pytest.mark.parametrize("line", [(0, "Rent", OTHER_IBAN), (2, "Rent", IBAN)])
def test_what_another_account_brought_and_is_another_one(line):
    found = match_lines(entries((0, "Rent", IBAN)), pontos(line))
    assert (found.pairs, found.ties) == ({}, {})


@pytest.mark.parametrize(("rows", "lines"), [(3, 2), (2, 2), (1, 2)])
def test_twins_of_two_accounts(rows, lines):
    """As many as there are on the shorter side; a further one is a payment."""
    found = match_lines(
        entries(*[(0, "PARKING")] * rows), pontos(*[(0, "PARKING")] * lines)
    )
    assert len(found.pairs) == min(rows, lines)
    assert not found.ties


def test_a_daily_payment_whose_days_are_shifted_is_held():
    """Were the first pair not the same, the second row would be a double."""
    found = match_lines(
        entries((1, "PARKING"), (2, "PARKING")), pontos((0, "PARKING"), (1, "PARKING"))
    )
    assert found.pairs == {0: (1, "content")}
    assert found.ties == {1: [0]}


def test_equal_in_everything_but_nothing_said_is_held():
    """An equal digest of nothing but day and amount tells nothing of two accounts."""
    same = {"fingerprint": "v1:x"}
    blank = [dataclasses.replace(one, **same) for one in pontos((0, ""))]
    rows = [dataclasses.replace(one, **same) for one in entries((0, ""))]
    assert match_lines(rows, blank).ties == {0: [0]}
    rows = [dataclasses.replace(one, **same) for one in entries((0, "Rent"))]
    told = [dataclasses.replace(one, **same) for one in pontos((0, "Rent"))]
    assert match_lines(rows, told).pairs == {0: (0, "fingerprint")}


@given(SIDES, SIDES)
def test_of_another_account_nothing_is_swallowed_or_doubled(rows, lines):
    rows, lines = entries(*rows), pontos(*lines)
    found = match_lines(rows, lines)
    taken = Counter(key for key, _reason in found.pairs.values())
    assert not taken or max(taken.values()) == 1
    for key, (other, _reason) in found.pairs.items():
        row, line = rows[key], lines[other]
        assert row.day == line.day
        assert not numbers_contradict(row.number, line.number)
        assert not (row.text and line.text) or texts_agree(row.text, line.text)
    new = [row for row in rows if row.key not in found.pairs.keys() | found.ties.keys()]
    free = [line for line in lines if line.key not in taken]
    for row in new:
        for line in free:
            assert row.day != line.day or numbers_contradict(row.number, line.number)
