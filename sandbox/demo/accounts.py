"""The bank accounts of the bakery."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ..belgian import iban
from ..formats import derived_id
from .institutions import KEMPISCHE, SINT_MICHIELS, VLINDERBANK

TWO_CURRENCIES = iban("9793004411")
#: key, institution, days until the authorization ends, opening balance, attributes
ACCOUNTS: tuple[tuple[str, str, int, str, dict[str, Any]], ...] = (
    (
        "main",
        VLINDERBANK,
        152,
        "27450.35",
        {
            "reference": iban("9791001234"),
            "description": "Zichtrekening",
            "product": "Vlinder Zakelijk",
        },
    ),
    (
        "savings",
        VLINDERBANK,
        152,
        "0.00",
        {
            "reference": iban("9791005678"),
            "description": "Spaarrekening",
            "subtype": "savings",
        },
    ),
    (
        "card",
        VLINDERBANK,
        152,
        "-240.10",
        {
            "reference": "540123XXXXXX7788",
            "referenceType": "MASKEDPAN",
            "description": "Zakenkaart",
            "subtype": "card",
            "availableBalance": None,
        },
    ),
    (
        "euro",
        SINT_MICHIELS,
        87,
        "3120.00",
        {"reference": TWO_CURRENCIES, "description": "Multivaluta EUR"},
    ),
    (
        "dollar",
        SINT_MICHIELS,
        87,
        "5400.00",
        {
            "reference": TWO_CURRENCIES,
            "description": "Multivaluta USD",
            "currency": "USD",
        },
    ),
    (
        "shop",
        KEMPISCHE,
        9,
        "10475.20",
        {"reference": iban("9795002211"), "description": "Rekening winkel Geel"},
    ),
)


def account_id(key: str) -> str:
    """The id that an account has in every demo world, e.g. that of ``main``."""
    return derived_id("demo", "account", key)


def reference(key: str) -> str:
    """The number of an account: an IBAN, or the masked number of a card."""
    return str(_row(key)[4]["reference"])


def opening_balance(key: str) -> Decimal:
    """What was on an account on the evening before the first day of the books."""
    return Decimal(_row(key)[3])


def _row(key: str) -> tuple[str, str, int, str, dict[str, Any]]:
    return next(row for row in ACCOUNTS if row[0] == key)
