"""The world that is there without a seed: a Belgian bakery and its banks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from ..clock import BRUSSELS
from ..formats import UTC, derived_id
from .accounts import ACCOUNTS, account_id
from .calendar import days_between, first_day
from .institutions import demo_institutions, institution_id
from .lines import Part, parts_on
from .parties import HOLDER

CLIENT_ID = "ponto-demo"
CLIENT_SECRET = "ponto-demo-secret"
#: what came in the last days is still at the bank
AT_BANK_DAYS = 2

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


def demo_seed(now: datetime | None = None) -> dict[str, Any]:
    """The demo world as a seed document, for a first start at that moment.

    ``story`` names the day of that start in Brussels, and the last day whose lines are
    in the document: :func:`demo_day` tells the following ones.
    """
    now = now or datetime.now(UTC)
    anchor = now.astimezone(BRUSSELS).date()
    last_delivered = anchor - timedelta(days=AT_BANK_DAYS)
    delivered = _parts(anchor, first_day(anchor), last_delivered)
    waiting = _parts(anchor, last_delivered + timedelta(days=1), anchor)
    return {
        "story": {"anchor": anchor.isoformat(), "told_until": anchor.isoformat()},
        "integrations": [{"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}],
        "institutions": demo_institutions(),
        "accounts": [
            {
                **_account(now, *row),
                "transactions": delivered.get(row[0], []),
                "at_bank": waiting.get(row[0], []),
            }
            for row in ACCOUNTS
        ],
    }


def demo_day(anchor: date, day: date) -> dict[str, list[Part]]:
    """What the banks book on a day, by the id of the account, oldest first.

    :param anchor: the day of the first start in Brussels, as ``story`` names it
    :param day: any day; before the books begin nothing happens
    """
    return {account_id(key): parts for key, parts in parts_on(anchor, day).items()}


def _parts(anchor: date, first: date, last: date) -> dict[str, list[Part]]:
    found: dict[str, list[Part]] = {}
    for day in days_between(first, last):
        for key, parts in parts_on(anchor, day).items():
            found.setdefault(key, []).extend(parts)
    return found


def _account(
    now: datetime,
    key: str,
    institution: str,
    days: int,
    opening: str,
    attributes: dict[str, Any],
) -> dict[str, Any]:
    end = now + timedelta(days=days)
    return {
        "id": account_id(key),
        "institution": institution_id(institution),
        "holderName": HOLDER,
        "internalReference": derived_id("demo", "bank account", key),
        "authorizedAt": end - timedelta(days=180),
        "authorizationExpirationExpectedAt": end,
        "opening_balance": opening,
        **attributes,
        "pending": list(PENDING) if key == "euro" else [],
    }
