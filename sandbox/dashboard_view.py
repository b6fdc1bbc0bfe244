"""What the dashboard's pages show, as texts; escaping is the templates' business."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .clock import BRUSSELS
from .synchronization import availability

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .store import Account, Institution, Integration, Line, World

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
NO_COLOUR = "#5f6b7a"
SOON_DAYS = 14
LATEST_LINES = 10
CENTS = 2
#: how urgent something is, from good to bad; the style sheet has a colour for each
TONES = ("good", "unknown", "soon", "ended")

View = dict[str, Any]


def clock_view(world: World) -> View:
    """The time on the banner."""
    return {"now": _moment(world.clock.now()), "frozen": world.clock.frozen}


def institution_views(world: World) -> list[View]:
    """The institutions with accounts, in the order of the accounts."""
    wanted = dict.fromkeys(item.institution_id for item in world.accounts.values())
    return [institution_view(world, world.institution(key)) for key in wanted]


def institution_view(world: World, institution: Institution) -> View:
    """One login: an institution with all its accounts."""
    accounts = [
        account_view(world, account)
        for account in world.accounts.values()
        if account.institution_id == institution.id
    ]
    attributes = institution.attributes
    colour = str(attributes.get("primaryColor") or "")
    return {
        "id": institution.id,
        "name": attributes["name"],
        "initial": str(attributes["name"])[:1],
        "status": attributes["status"],
        "colour": colour if COLOUR.fullmatch(colour) else NO_COLOUR,
        "days": attributes.get("expectedAuthorizationLifetime"),
        "accounts": accounts,
        "authorization": max(
            (account["authorization"] for account in accounts),
            key=lambda item: TONES.index(item["tone"]),
            default=None,
        ),
    }


def account_view(world: World, account: Account) -> View:
    """One account as Ponto knows it, and how much waits at its bank."""
    shown = account.attributes
    currency = shown["currency"]
    return {
        "id": account.id,
        "institution": world.institution(account.institution_id).attributes["name"],
        "title": shown.get("description") or shown.get("product") or shown["reference"],
        "holder": shown.get("holderName"),
        "reference": _grouped(str(shown["reference"]), shown.get("referenceType")),
        "currency": currency,
        "balance": amount_text(shown["currentBalance"], currency),
        "bank_balance": amount_text(account.bank_balance, currency),
        "waiting": len(account.lines_at_bank),
        "details_at": _moment(account.details_clock.synchronized_at),
        "lines_at": _moment(account.lines_clock.synchronized_at),
        "refusal": _refusal(account),
        "readonly": availability(world, account) == "readonly",
        "authorization": _authorization(account, world.clock.now()),
    }


def line_views(account: Account) -> list[View]:
    """The latest lines in Ponto, newest arrival first."""
    return [_line(line) for line in account.lines[: -LATEST_LINES - 1 : -1]]


def integration_view(integration: Integration, accounts: Sequence[Account]) -> View:
    """One integration and which accounts it may see."""
    return {
        "name": integration.name or integration.client_id,
        "client_id": integration.client_id,
        "client_secret": integration.client_secret,
        "revoked": integration.revoked,
        "all": integration.accounts == "all",
        "shared": [account.id for account in accounts if integration.sees(account)],
    }


def amount_text(amount: Decimal | None, currency: object) -> str:
    """``-1,234.50 EUR``: all digits, and two decimals at least; a bank may tell none."""
    if amount is None:
        return ""
    exponent = amount.as_tuple().exponent
    decimals = max(CENTS, -exponent) if isinstance(exponent, int) else CENTS
    return f"{amount:,.{decimals}f} {currency}"


def _line(line: Line) -> View:
    attributes = line.attributes
    day = attributes["executionDate"]
    return {
        "day": _day(day.date()) if isinstance(day, datetime) else day,
        "counterpart": attributes.get("counterpartName"),
        "text": attributes.get("remittanceInformation")
        or attributes.get("description"),
        "amount": amount_text(line.amount, attributes.get("currency")),
        "arrived": _moment(line.created_at),
    }


def _authorization(account: Account, now: datetime) -> View:
    end = account.attributes.get("authorizationExpirationExpectedAt")
    if account.expired(now):
        text = "ended"
        if isinstance(end, datetime) and end <= now:
            text = f"ended on {_moment(end)}"
        return {"tone": "ended", "text": text}
    if not isinstance(end, datetime):
        return {"tone": "unknown", "text": "without a known end"}
    # Days of the calendar, as a person counts them.
    last, today = (moment.astimezone(BRUSSELS).date() for moment in (end, now))
    days = (last - today).days
    text = f"until {_day(last)}, {_days(days)} left"
    return {"tone": "soon" if days <= SOON_DAYS else "good", "text": text}


def _days(days: int) -> str:
    if days == 0:
        return "less than a day"
    return "1 day" if days == 1 else f"{days} days"


def _refusal(account: Account) -> str:
    """The codes with which the bank refused the latest synchronizations."""
    clocks = (account.details_clock, account.lines_clock)
    errors = [
        error for clock in clocks if clock.latest for error in clock.latest.errors
    ]
    codes = [str(error.get("code")) for error in errors]
    return ", ".join(dict.fromkeys(codes))


def _grouped(reference: str, kind: object) -> str:
    if kind != "IBAN":
        return reference
    return " ".join(re.findall(".{1,4}", reference))


def _moment(moment: object) -> str:
    """A moment in Brussels, to the minute."""
    if not isinstance(moment, datetime):
        return "never"
    return f"{moment.astimezone(BRUSSELS):%d/%m/%Y %H:%M}"


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
