"""What a person types to find a bank line, and what is compared with it."""

import time
from decimal import Decimal

import pytest
from account_ponto_sync.rules.amount_range import AmountRange, parse_amount_range
from account_ponto_sync.rules.search_text import SEPARATOR, search_text, search_words

from mapping.detail_rows import detail_rows, readable_name

DETAILS = {
    "ponto": {
        "account": "1234-abcd",
        "digest": "feed1234",
        "amount": "77.10",
        "end_to_end_id": "E2E-8891",
        "remittance_information": "Facture n° 12 – Café Élan",
        "merchant": {"city": "Liège", "codes": ["5411", 7]},
        "settled": True,
    },
    "other_importer": ["Ref. 55/44"],
}


def found(query, *texts, details=None):
    text = search_text(*texts, details=details)
    return all(word in text for word in search_words(query))


@pytest.mark.parametrize(
    "query",
    [
        "BE71 0961 2345 6769",
        "be71096123456769",
        "0961 2345",
        "peeters 6769",
        "6769 peeters",
        "+++090/9337/55493+++",
        "090933755493",
        "***090/9337/55493***",
        "jan-pieter",
        "Jan Pieter",
        "e2e-8891",
        "cafe elan",
        "CAFÉ",
        "liege",
        "5411",
        "55/44",
        "100%",
    ],
)
def test_finds(query):
    texts = (
        "+++090/9337/55493+++ 100 % wool",
        "Jan Pieter Peeters",
        "BE71096123456769",
    )
    assert found(query, *texts, details=DETAILS)


@pytest.mark.parametrize(
    "query", ["abcd", "feed", "7710", "true", "6769 090", "6769 jan x"]
)
def test_does_not_find_in_ids_or_across_texts(query):
    texts = ("090933755493", "Jan", "BE71096123456769")
    assert not found(query, *texts, details=DETAILS)


def test_nothing_typed_asks_for_nothing():
    assert search_words("  +/- ") == search_words(None) == []


def test_equal_texts_are_kept_once():
    details = {"ponto": {"remittance_information": "Rent may"}}
    assert search_text("Rent, May", None, "", details=details) == "rentmay"
    assert search_text("a", "b") == f"a{SEPARATOR}b"
    assert search_text(details="x") == "x"


@pytest.mark.parametrize(
    ("text", "low", "high", "signed", "is_open"),
    [
        ("100", "100", "100", False, False),
        ("-100", "-100", "-100", True, False),
        ("\u2212100", "-100", "-100", True, False),
        ("+12,5", "12.5", "12.5", True, False),
        ("=12.50", "12.50", "12.50", False, False),
        ("€ 1 234,50", "1234.50", "1234.50", False, False),
        ("1.234,50 EUR", "1234.50", "1234.50", False, False),
        ("1,234.50", "1234.50", "1234.50", False, False),
        ("1'234.50", "1234.50", "1234.50", False, False),
        ("1.234.567", "1234567", "1234567", False, False),
        ("1.234", "1.234", "1.234", False, False),
        ("1,234", "1234", "1234", False, False),
        (".5", "0.5", "0.5", False, False),
        ("100..200", "100", "200", False, False),
        ("200 .. 100", "100", "200", False, False),
        ("12.5...13", "12.5", "13", False, False),
        ("100…", "100", None, False, False),
        ("..100", None, "100", False, False),
        ("-200..-100", "-200", "-100", True, False),
        (">500", "500", None, False, True),
        (">= 500", "500", None, False, False),
        ("≤500", None, "500", False, False),
        ("< -20", None, "-20", True, True),
    ],
)
def test_amounts(text, low, high, signed, is_open):
    want = AmountRange(low and Decimal(low), high and Decimal(high), signed, is_open)
    assert parse_amount_range(text) == want


def test_the_readers_point_tells_what_one_separator_means():
    range_ = parse_amount_range("1.234", decimal_point=",")
    assert range_ == AmountRange(Decimal(1234), Decimal(1234))
    assert parse_amount_range("0.234", decimal_point=",").low == Decimal("0.234")


@pytest.mark.parametrize(
    "text",
    [
        "",
        None,
        "Peeters",
        "12 rues",
        "..",
        "..x",
        "1..x",
        "1.2.3",
        "1,2.3,4",
        ">",
        "--1",
        "9" * 19,
    ],
)
def test_no_amount(text):
    assert parse_amount_range(text) is None


def test_whatever_a_bank_adds_becomes_a_row():
    details = {
        "lines": ["a", "", "b"],
        "deep": {"er": [{"x": 1}, [2]], "no": None},
        "text": "one\r\ntwo\0",
        "yes": True,
        "empty": {},
    }
    assert list(detail_rows(details)) == [
        ("lines", "a\nb"),
        ("deep.er.1.x", "1"),
        ("deep.er.2", "2"),
        ("text", "one\ntwo"),
        ("yes", "true"),
    ]
    assert list(detail_rows("alone")) == [("", "alone")]
    assert list(detail_rows(None)) == []
    assert readable_name("merchant_data.tillName") == "Merchant data › Till name"


def test_a_hundred_thousand_values_cost_no_hours():
    """What a bank sends is compared with the first texts alone, each value once."""
    values = [f"v{number:07d}" for number in range(100_000)]
    began = time.monotonic()
    text = search_text("Peeters", "Peet", details={"ponto": {"odd": values * 2}})
    assert text.split(SEPARATOR) == ["peeters", *values]
    # Seconds; it was many minutes when each was compared with each.
    assert time.monotonic() - began < 30
