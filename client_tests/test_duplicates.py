"""Lines of one amount that may be one payment."""

import dataclasses
import datetime
import itertools

from account_ponto_sync.rules.duplicates import BankLine, find_duplicates_of_ponto
from account_ponto_sync.rules.duplicates import group_duplicates as group_pairs

DAY = datetime.date(2026, 4, 8)
NEXT = DAY + datetime.timedelta(days=1)


def fed(key, **values):
    values = {"day": DAY, "text": "Parking Gent", "ponto_ref": f"p-{key}", **values}
    return BankLine(key, **values)


def other(key, **values):
    return BankLine(key, **{"day": DAY, "text": "PARKING GENT", "batch": key, **values})


def group_duplicates(lines):
    """Of lines that all have one amount."""
    keys = [line.key for line in lines]
    return group_pairs(lines, itertools.combinations(keys, 2))


def test_twins_of_the_bank_never_meet():
    assert group_duplicates([fed(1), fed(2)]) == []
    # Not even through a line from elsewhere.
    assert group_duplicates([fed(1), fed(2), other(3)]) == [[1, 3]]


def test_each_line_from_elsewhere_doubles_one():
    lines = [fed(1), fed(2), *(other(key, batch="file") for key in (3, 4, 5))]
    assert group_duplicates(lines) == [[1, 3], [2, 4]]


def test_what_ponto_knows_leads():
    assert group_duplicates([other(1), fed(2)]) == [[2, 1]]


def test_file_and_hand():
    assert group_duplicates([other(1), other(2)]) == [[1, 2]]
    assert group_duplicates([fed(1), other(2), other(3)]) == [[1, 2, 3]]
    assert group_duplicates([other(1, batch="x"), other(2, batch="x")]) == []


def test_the_same_id_twice():
    again = dataclasses.replace(fed(2), ponto_ref="p-1")
    assert group_duplicates([fed(1), again]) == [[1, 2]]


def test_days():
    assert group_duplicates([fed(1), other(2, day=NEXT)]) == [[1, 2]]
    far = NEXT + datetime.timedelta(days=1)
    assert group_duplicates([fed(1), other(2, day=far)]) == []
    # The nearest day counts first.
    lines = [fed(1, day=NEXT), fed(2), other(3)]
    assert group_duplicates(lines) == [[2, 3]]


def test_what_speaks_for_and_against():
    assert group_duplicates([fed(1), other(2, text="Rent")]) == []
    assert group_duplicates([fed(1), other(2, text="")]) == [[1, 2]]
    number = {"number": "BE71096123456769"}
    contrary = other(2, number="BE68539007547034")
    assert group_duplicates([fed(1, **number), contrary]) == []
    same = other(2, text="Rent", number="BE71 0961 2345 6769")
    assert group_duplicates([fed(1, **number), same]) == [[1, 2]]


def test_told_apart():
    assert group_duplicates([fed(1), other(2, apart=frozenset({1}))]) == []
    assert group_duplicates([fed(1), other(2, is_own=True)]) == []
    # Of its own beside Ponto's; beside another import that says nothing.
    assert group_duplicates([other(1, is_own=True), other(2)]) == [[1, 2]]


def test_only_pairs_are_compared():
    lines = [fed(1), other(2), fed(3), other(4)]
    assert group_pairs(lines, [(1, 2)]) == [[1, 2]]
    assert group_pairs(lines, []) == []


def find_of_ponto(lines):
    keys = [line.key for line in lines]
    return find_duplicates_of_ponto(lines, itertools.combinations(keys, 2))


def test_what_certainly_deserves_a_look():
    assert find_of_ponto([fed(1), other(2)]) == {2: 1}
    assert find_of_ponto([other(2), other(3)]) == {}
    again = dataclasses.replace(fed(2), ponto_ref="p-1")
    assert find_of_ponto([fed(1), again]) == {}


def test_the_neighbouring_day_counts_where_nothing_competes():
    after = NEXT + datetime.timedelta(days=1)
    assert find_of_ponto([fed(1), other(2, day=NEXT)]) == {2: 1}
    lines = [fed(1), fed(2, day=after), other(3, day=NEXT)]
    assert find_of_ponto(lines) == {}
    # The dialog, where a person looks, shows it.
    assert group_duplicates(lines) == [[1, 3]]
    assert find_of_ponto([*lines, fed(4, day=NEXT)]) == {3: 4}
