"""The world that is there without a seed: a Belgian bakery and its banks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from .belgian import iban
from .clock import BRUSSELS
from .demo_institutions import (
    KEMPISCHE,
    SINT_MICHIELS,
    VLINDERBANK,
    demo_institutions,
    institution_id,
)
from .demo_lines import AT_BANK_DAYS, demo_lines
from .formats import UTC, derived_id

CLIENT_ID = "ponto-demo"
CLIENT_SECRET = "ponto-demo-secret"
HOLDER = "Bakkerij Peeters BV"
TWO_CURRENCIES = iban("9793004411")

#: key, institution, days until the authorization ends, opening balance, attributes
ACCOUNTS: tuple[tuple[str, str, int, str, dict[str, Any]], ...] = (
    (
        "main",
        VLINDERBANK,
        152,
        "12450.35",
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
        "20000.00",
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
        "6875.20",
        {"reference": iban("9795002211"), "description": "Rekening winkel Geel"},
    ),
)
PENDING = (
    {
        "amount": "-18.90",
        "description": "Kaartreservatie",
        "remittanceInformation": "CAFE CENTRAL GENT",
    },
    {
        "amount": "312.45",
        "description": "Overschrijving in behandeling",
        "counterpartName": "Webwinkelkassa BV",
    },
)


def account_id(key: str) -> str:
    """The id that an account has in every demo world, e.g. that of ``main``."""
    return derived_id("demo", "account", key)


def demo_seed(now: datetime | None = None) -> dict[str, Any]:
    """The demo world as a seed document, for a start at that moment."""
    now = now or datetime.now(UTC)
    lines = demo_lines(now.astimezone(BRUSSELS).date())
    return {
        "integrations": [{"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}],
        "institutions": demo_institutions(),
        "accounts": [_account(now, lines[row[0]], *row) for row in ACCOUNTS],
    }


def _account(
    now: datetime,
    lines: list[dict[str, Any]],
    key: str,
    institution: str,
    days: int,
    opening: str,
    attributes: dict[str, Any],
) -> dict[str, Any]:
    limit = now.astimezone(BRUSSELS).date() - timedelta(days=AT_BANK_DAYS)
    end = now + timedelta(days=days)
    delivered = [_part(line) for line in lines if line["arrives"] <= limit]
    waiting = [_part(line) for line in lines if line["arrives"] > limit]
    return {
        "id": account_id(key),
        "institution": institution_id(institution),
        "holderName": HOLDER,
        "internalReference": derived_id("demo", "bank account", key),
        "authorizedAt": end - timedelta(days=180),
        "authorizationExpirationExpectedAt": end,
        "opening_balance": opening,
        **attributes,
        "transactions": delivered,
        "at_bank": waiting,
        "pending": list(PENDING) if key == "euro" else [],
    }


def _part(line: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name != "arrives"}
