"""Which open item a bank line pays (rules/open_items.py)."""

from __future__ import annotations

import pytest
from account_ponto_sync.rules.open_items import (
    Counterpart,
    OpenItem,
    certain_item,
    rank_candidates,
    structured_digits,
)

BELGIAN = "+++090/9337/55493+++"


def item(key, *references, place=1, partner=None, day="2026-01-05", **known):
    return OpenItem(key, place, references, partner, day, **known)


def ranked(label, *items, partner=None, counterpart=None):
    counterpart = counterpart or Counterpart()
    found = rank_candidates([label], partner, items, counterpart)
    # Found either way.
    certain = [one.key for one in found if one.certain]
    assert certain_item([label], partner, items, counterpart) == (
        certain[0] if certain else None
    )
    return [(one.key, one.reason, one.certain) for one in found]


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (BELGIAN, "090933755493"),
        ("***090/9337/55493***", "090933755493"),
        ("090933755493", "090933755493"),
        ("090/9337/55494", ""),  # check digits
        ("RF18 5390 0754 7034", "RF18539007547034"),
        ("rf18539007547034", "RF18539007547034"),
        ("RF19539007547034", ""),
        ("INV/2026/00001", ""),
        ("٠٩٠٩٣٣٧٥٥٤٩٣", ""),
        ("", ""),
    ],
)
def test_structured_communication(reference, expected):
    assert structured_digits(reference) == expected


@pytest.mark.parametrize(
    ("label", "reference", "reason"),
    [
        (BELGIAN, "090933755493", "reference"),
        ("Payment 090 9337 55493 thanks", BELGIAN, "reference"),
        ("***090/9337/55493***", BELGIAN, "reference"),
        ("1090933755493", BELGIAN, "amount"),
        ("0909337554931", BELGIAN, "amount"),
        ("090/9337/55494", BELGIAN, "amount"),
        ("REF RF18 5390 0754 7034 END", "RF18539007547034", "reference"),
        ("RF18539007547034X", "RF18539007547034", "amount"),
        ("Zebra: inv/2026/00001.", "INV/2026/00001", "number"),
        ("INV/2026/000012", "INV/2026/00001", "amount"),
        ("INV/2026/00001-2", "INV/2026/00001", "amount"),
        ("X-INV/2026/00001", "INV/2026/00001", "amount"),
        ("rent 2026", "2026", "amount"),
        ("thanks", "thanks", "amount"),
        ("", "", "amount"),
        ("axb", "a.b", "amount"),
    ],
)
def test_reason(label, reference, reason):
    certain = reason in ("reference", "number")
    assert ranked(label, item(1, reference)) == [(1, reason, certain)]


def test_certain_is_only_one_that_alone_is_named():
    one, two = item(1, "INV/2026/00001"), item(2, "INV/2026/00002")
    assert ranked("INV/2026/00002", one, two) == [
        (2, "number", True),
        (1, "amount", False),
    ]
    assert [c for *_, c in ranked("INV/2026/00001 INV/2026/00002", one, two)] == [
        False,
        False,
    ]
    # One by its communication and another by its number: a person decides.
    other = item(3, BELGIAN)
    assert not any(c for *_, c in ranked(f"INV/2026/00001 {BELGIAN}", one, other))


def test_equal_amount_alone_is_never_certain():
    assert ranked("rent", item(1), partner=None) == [(1, "amount", False)]
    assert ranked("rent", item(1, partner=7), partner=7) == [(1, "partner", False)]


def test_number_of_another_partner_is_not_certain_but_a_communication_is():
    number, reference = item(1, "F-10001", partner=8), item(1, BELGIAN, partner=8)
    assert ranked("F-10001", number, partner=7) == [(1, "number", False)]
    assert ranked(BELGIAN, reference, partner=7) == [(1, "reference", True)]


def test_order_is_payments_first_then_reason_then_day():
    items = [
        item(1, day="2026-01-01"),
        item(2, partner=7),
        item(3, "INV/2026/00001"),
        item(4, place=0),
        item(5, day="2025-12-31"),
    ]
    keys = [key for key, *_ in ranked("INV/2026/00001", *items, partner=7)]
    assert keys == [4, 3, 2, 5, 1]


# === WHAT THE BANK SAYS OF THE COUNTERPART === #

IBAN, OTHER_IBAN = "BE68539007547034", "BE71096123456769"
DOCUMENT = {
    "partner": 7,
    "names": ("Zonnedal NV", "An Claes"),
    "numbers": (IBAN,),
}


def certain(label="F-10001", partner=None, **counterpart):
    [(*_, found)] = ranked(
        label,
        item(1, "F-10001", BELGIAN, **DOCUMENT),
        partner=partner,
        counterpart=Counterpart(**counterpart),
    )
    return found


@pytest.mark.parametrize(
    "counterpart",
    [
        {},
        {"name": "ZONNEDAL"},
        {"name": "Zonnedal Brugge"},
        {"name": "Claes An"},
        {"number": IBAN},
        # A factor who collects for the customer: the number stands on the document.
        {"name": "Factor Bank", "number": "be68 5390 0754 7034", "owners": {9}},
        {"name": "Zonnedal", "number": OTHER_IBAN},
        {"name": "Somebody", "number": OTHER_IBAN, "owners": {7, 9}},
        {"name": "Zonnedal", "namesakes": {7}},
    ],
)
def test_the_counterpart_speaks_for_it(counterpart):
    assert certain(**counterpart)


@pytest.mark.parametrize(
    "counterpart",
    [
        {"name": "Molen Janssens", "number": OTHER_IBAN, "owners": {9}},
        {"number": OTHER_IBAN, "owners": {9}},
        {"name": "Molen Janssens"},
        {"name": "Molen Janssens", "number": OTHER_IBAN},
        # The name is like the customer's, and the number is somebody else's.
        {"name": "Zonnedal", "number": OTHER_IBAN, "owners": {9}},
        # Alike, but another partner has exactly this name.
        {"name": "Zonnedal Gent", "namesakes": {9}},
    ],
)
def test_the_counterpart_is_somebody_else(counterpart):
    assert not certain(**counterpart)
    # A communication is nobody else's, and a person may have said whose the line is.
    assert certain(label=BELGIAN, **counterpart)
    assert certain(partner=7, **counterpart)
