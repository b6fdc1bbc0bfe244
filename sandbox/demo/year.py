"""What recurs on the bakery's accounts without any document."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from . import parties as who
from .accounts import opening_balance, reference
from .calendar import (
    Days,
    add_months,
    days_of_month,
    first_day,
    monthly,
    weekdays,
    yearly,
)
from .model import CENT, Ledger, Movement, Share
from .rates import dollars
from .specials import savings_opened, special_movements
from .trades import DEBIT

if TYPE_CHECKING:
    from collections.abc import Iterator

OWN, CARD = "PMNT-ICDT-BOOK", "PMNT-CCRD-POSD"
MONTHLY_SAVING, FIRST_SAVING = Decimal(1500), Decimal(15000)
WEB_REMITTANCE = Decimal(1650)

savings_day, settlement_day = monthly(25), monthly(6)
remittance_day, web_remittance_day = monthly(10, 24), monthly(11)
exchange_day = monthly(16)


@dataclass(frozen=True)
class Rule:
    """Money that a third party gets without a bill, or gives."""

    #: never changed, as a living demo's amounts hang on it
    key: str
    account: str
    days: Days
    #: of each day: what it is booked on, and cents from and to
    shares: tuple[tuple[Ledger, int, int], ...]
    description: str
    code: str
    name: str | None = None
    #: ``{number}`` is filled in
    text: str | None = None
    chance: float = 1.0
    #: days from execution to value date
    value_after: int = 0
    card: str | None = None


QUARTERS = ((1, 3), (4, 3), (7, 3), (10, 3))
RULES = (
    Rule(
        "loan",
        "main",
        monthly(5),
        (("loan", -1850_00, -1850_00), ("interest", -300_00, -300_00)),
        "Overschrijving",
        DEBIT,
        who.BANK_LOANS,
        "krediet 4471 kapitaal 1.850,00 intrest 300,00",
    ),
    Rule(
        "fees",
        "main",
        yearly(*QUARTERS),
        (("bank_fees", -31_75, -18_20),),
        "Beheerskosten",
        "ACMT-MDOP-CHRG",
    ),
    Rule(
        "wholesale",
        "card",
        weekdays(1, 4),
        (("card_purchases", -145_00, -9_50),),
        "Kaartbetaling",
        CARD,
        text="GROOTHANDEL KOK {number}",
        chance=0.6,
        value_after=2,
        card="7788",
    ),
    Rule(
        "fuel",
        "card",
        monthly(3, 21),
        (("fuel", -96_00, -58_00),),
        "Kaartbetaling",
        CARD,
        text="TANKSTATION E313",
        value_after=2,
        card="7788",
    ),
)


def recurring_on(anchor: date, day: date) -> Iterator[Movement]:
    """The lines of that day at the banks that recur, own transfers included."""
    yield from _by_rules(day)
    for transfer in TRANSFERS:
        yield from transfer(anchor, day)


@lru_cache(maxsize=4096)
def _by_rules(day: date) -> tuple[Movement, ...]:
    found = (_movement(rule, day) for rule in RULES if rule.days(day))
    return tuple(movement for movement in found if movement)


def _movement(rule: Rule, day: date) -> Movement | None:
    """The rule's line of that day, if chance wants it."""
    source = random.Random(f"Bakkerij Peeters, {rule.key} {day}")
    if source.random() >= rule.chance:
        return None
    shares = tuple(
        Share(ledger, Decimal(source.randint(low, high)) / 100)
        for ledger, low, high in rule.shares
    )
    number = source.randrange(1000, 99999)
    card = {"cardReference": rule.card, "cardReferenceType": "MASKEDPAN"}
    return Movement(
        rule.account,
        day,
        rule.description,
        rule.code,
        shares,
        name=rule.name,
        text=rule.text and rule.text.format(number=number),
        value_day=day + timedelta(days=rule.value_after),
        attributes=card if rule.card else {},
    )


# === TRANSFERS BETWEEN OWN ACCOUNTS === #


def _saving(anchor: date, day: date) -> Iterator[Movement]:
    """The savings account is new: it was opened after the books were closed."""
    opened = savings_opened(anchor)
    if day == opened:
        yield from _moved(day, "main", "savings", FIRST_SAVING, "opening spaarrekening")
    elif day > opened and savings_day(day):
        yield from _moved(day, "main", "savings", MONTHLY_SAVING, "spaarplan")


def _remittance(_anchor: date, day: date) -> Iterator[Movement]:
    if remittance_day(day):
        source = random.Random(f"Bakkerij Peeters, afdracht {day}")
        amount = Decimal(source.randint(43, 57) * 100)
        yield from _moved(day, "shop", "main", amount, "afdracht winkel")


def _settlement(anchor: date, day: date) -> Iterator[Movement]:
    """What the card cost in a month is paid in the next."""
    if settlement_day(day):
        month = add_months(day, -1)
        is_in_books = month >= first_day(anchor)
        debt = card_spending(anchor, month) if is_in_books else opening_balance("card")
        text = f"kaartuitgaven {month:%m/%Y}"
        yield from _moved(day, "main", "card", -debt, text)


def card_spending(anchor: date, month: date) -> Decimal:
    """The sum of a month's card payments; negative."""
    days = list(days_of_month(month))
    found = [item for day in days for item in _by_rules(day)]
    found += [item for item in special_movements(anchor) if item.day in days]
    amounts = (item.amount for item in found if item.account == "card")
    return sum(amounts, Decimal(0))


def _web_remittance(_anchor: date, day: date) -> Iterator[Movement]:
    if web_remittance_day(day):
        yield from _moved(day, "euro", "main", WEB_REMITTANCE, "afdracht webwinkel")


def _exchange(_anchor: date, day: date) -> Iterator[Movement]:
    if exchange_day(day):
        source = random.Random(f"Bakkerij Peeters, wissel {day}")
        amount = Decimal(source.randint(200, 460))
        text = f"EUR/USD {source.randrange(1000, 99999)}"
        yield from _moved(
            day, "euro", "dollar", amount, text, dollars(amount, day).quantize(CENT)
        )


def _moved(
    day: date,
    source: str,
    target: str,
    amount: Decimal,
    text: str,
    received: Decimal | None = None,
) -> tuple[Movement, Movement]:
    def side(account: str, other: str, share: Share, description: str) -> Movement:
        return Movement(
            account,
            day,
            description,
            OWN,
            (share,),
            name=who.HOLDER,
            text=text,
            attributes={"counterpartReference": _number_shown(other)},
        )

    into = Share("transfer", received or amount, euros=amount)
    return (
        side(
            source, target, Share("transfer", -amount), "Overschrijving eigen rekening"
        ),
        side(target, source, into, "Overschrijving in"),
    )


def _number_shown(account: str) -> str | None:
    """A settlement with a card names no account number."""
    return None if account == "card" else reference(account)


Transfer = Callable[[date, date], "Iterator[Movement]"]
TRANSFERS: tuple[Transfer, ...] = (
    _saving,
    _remittance,
    _web_remittance,
    _settlement,
    _exchange,
)
