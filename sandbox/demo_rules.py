"""How a recurring movement is described, and when it happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

Days = Callable[[date], bool]


@dataclass(frozen=True)
class Rule:
    """One kind of movement: on which account and days, and what the bank writes."""

    account: str
    days: Days
    #: cents, signed; the amount lies between them
    low: int
    high: int
    name: str | None
    description: str
    code: str
    #: ``{day}``, ``{month}``, ``{number}`` are filled in; ``+++`` alone stands for
    #: a structured communication
    text: str | None = None
    chance: float = 1.0
    #: days from execution to value date
    value_after: int = 0
    mandate: str | None = None
    #: the own account that gets the opposite amount
    to: str | None = None
    card: str | None = None


def weekdays(*numbers: int) -> Days:
    """On these days of the week; 0 is Monday."""
    return lambda day: day.weekday() in numbers


def monthly(*numbers: int) -> Days:
    """On these days of every month."""
    return lambda day: day.day in numbers


def yearly(*dates: tuple[int, int]) -> Days:
    """On these (month, day) of every year."""
    return lambda day: (day.month, day.day) in dates


CREDIT, DEBIT = "PMNT-RCDT-ESCT", "PMNT-ICDT-ESCT"
DIRECT_DEBIT, TERMINAL = "PMNT-RDDT-ESDD", "PMNT-MCRD-POSP"
OWN, CARD = "PMNT-ICDT-BOOK", "PMNT-CCRD-POSD"
OPEN, WORKING = weekdays(1, 2, 3, 4, 5, 6), weekdays(0, 1, 2, 3, 4)
POS, HOLDER = "Kaartwijzer Betaaldiensten", "Bakkerij Peeters BV"


def received(
    account: str,
    days: Days,
    low: int,
    high: int,
    name: str,
    text: str = "+++",
    chance: float = 1.0,
) -> Rule:
    """A customer pays."""
    kind = "Overschrijving in uw voordeel"
    return Rule(account, days, low, high, name, kind, CREDIT, text, chance)


def paid(
    account: str, days: Days, most: int, least: int, name: str, text: str = "+++"
) -> Rule:
    """The bakery pays by transfer."""
    return Rule(account, days, -most, -least, name, "Overschrijving", DEBIT, text)


def debited(
    account: str, days: Days, most: int, least: int, name: str, text: str, mandate: str
) -> Rule:
    """A creditor collects by direct debit."""
    kind = "Domiciliëring"
    return Rule(
        account, days, -most, -least, name, kind, DIRECT_DEBIT, text, mandate=mandate
    )


def collected(account: str, low: int, high: int) -> Rule:
    """The payment terminal pays out on each day of opening."""
    kind, text = "Uitbetaling betaalterminal", "TERMINAL {number} DD {day}"
    return Rule(account, OPEN, low, high, POS, kind, TERMINAL, text)


def moved(
    account: str, days: Days, most: int, least: int, to: str | None, text: str
) -> Rule:
    """Money goes to another account of the bakery."""
    kind = "Overschrijving eigen rekening"
    return Rule(account, days, -most, -least, HOLDER, kind, OWN, text, to=to)


def charged(days: Days, most: int, least: int, text: str, chance: float = 1.0) -> Rule:
    """The card is used."""
    return Rule(
        "card",
        days,
        -most,
        -least,
        None,
        "Kaartbetaling",
        CARD,
        text,
        chance,
        value_after=2,
        card="7788",
    )
