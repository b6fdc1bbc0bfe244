"""Which bank account an account of Ponto's is (rules/account_face.py)."""

from __future__ import annotations

import pytest
from account_ponto_sync.rules.account_face import (
    AccountFace,
    is_same_number,
    may_continue,
    would_double,
)

IBAN, OTHER_IBAN = "BE68539007547034", "BE71096123456769"
CARD = {
    "institution": "bank-a",
    "subtype": "card",
    "holder": "Bakkerij Peeters BV",
    "product": "Visa Business",
}


def face(**values):
    return AccountFace(**{"currency": "EUR", **values})


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        (IBAN, "be68 5390 0754 7034", True),
        (IBAN, "539-0075470-34", True),
        ("NL91ABNA0417164300", "0417164300", True),
        (IBAN, f"{IBAN}-01", False),
        (IBAN, OTHER_IBAN, False),
        (IBAN, "7034", False),
        ("12345678", "9912345678", False),
        ("", "", False),
        ("XXXX 1234", "xxxx1234", True),
    ],
)
def test_numbers(first, second, is_same):
    assert is_same_number(first, second) is is_same
    assert is_same_number(second, first) is is_same


@pytest.mark.parametrize(
    ("one", "other", "doubles"),
    [
        ({"number": IBAN}, {"number": "BE68 5390 0754 7034", "product": "x"}, True),
        ({"number": IBAN}, {"number": "539007547034"}, True),
        # An account below another one: a person looks.
        ({"number": IBAN}, {"number": f"{IBAN}-01"}, True),
        ({"number": IBAN}, {"number": IBAN, "currency": "USD"}, False),
        ({"number": IBAN}, {"number": OTHER_IBAN}, False),
        ({"number": IBAN, **CARD}, CARD, False),
        (CARD, CARD, True),
        (CARD, {**CARD, "product": "VISA BUSINESS"}, True),
        (CARD, {**CARD, "product": "Visa Gold"}, False),
        (CARD, {**CARD, "institution": "bank-b"}, False),
        # Nothing is said that could tell two of them apart.
        ({"holder": "x"}, {"holder": "x"}, False),
    ],
)
def test_two_that_are_listed(one, other, doubles):
    assert would_double(face(**one), face(**other)) is doubles
    assert would_double(face(**other), face(**one)) is doubles


@pytest.mark.parametrize(
    ("changed", "continues"),
    [
        ({}, True),
        ({"number": "XXXX9876"}, True),
        ({"number": IBAN}, True),
        ({"holder": "PEETERS BAKKERIJ BV"}, True),
        ({"holder": ""}, True),
        ({"holder": "", "product": ""}, False),
        ({"holder": "Jan Janssens"}, False),
        ({"product": "Mastercard"}, False),
        ({"subtype": "savings"}, False),
        ({"currency": "USD"}, False),
        ({"institution": "bank-b"}, False),
    ],
)
def test_one_that_came_back(changed, continues):
    old = face(number="XXXX1234", **CARD)
    assert may_continue(face(**{**CARD, **changed}), old) is continues


def test_an_iban_that_differs_is_another_account():
    old = face(number=IBAN, **CARD)
    assert not may_continue(face(number=OTHER_IBAN, **CARD), old)


def test_the_banks_own_reference_tells():
    old = face(internal_reference="A1", **CARD)
    assert may_continue(face(**{**CARD, "internal_reference": "A1"}), old)
    assert not may_continue(face(**{**CARD, "internal_reference": "A2"}), old)
