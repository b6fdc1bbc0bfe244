"""What is sold over the counter, and how that money reaches the bank.

A terminal's operator pays the takings of some days in one sum and keeps a fee. The
books have the takings, with tax, and the bank shows what is left of them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from ..belgian import euros
from . import parties as who
from .calendar import ONE_DAY, bank_weekdays, days_between, first_day, weekdays
from .model import CENT, Movement, Share

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .calendar import Days

#: takings come in steps of 0.50 net and 6 % of tax
STEP = Decimal("0.53")
NET_OF_STEP = Decimal("0.50")
NOTE = Decimal(5)


@dataclass(frozen=True)
class Till:
    """A place where customers pay at once."""

    key: str
    account: str
    label: str
    #: days on which something is sold, and those on which the money comes
    open_on: Days
    paid_out_on: Days
    #: takings of a day, in steps
    low: int
    high: int
    #: share that the operator keeps; None where the cash is brought to the bank
    fee: Decimal | None
    operator: str | None
    #: number of the terminal, or of the shop
    number: str

    def takings(self, day: date) -> Decimal:
        """What customers paid on a day, tax included."""
        if not self.open_on(day):
            return Decimal(0)
        source = random.Random(f"Bakkerij Peeters, {self.key} {day}")
        return STEP * source.randint(self.low, self.high)

    def last_pay_out_before(self, day: date) -> date:
        """The pay-out before the one of that day."""
        day -= ONE_DAY
        while not self.paid_out_on(day):
            day -= ONE_DAY
        return day


OPEN = weekdays(1, 2, 3, 4, 5, 6)
EVERY_DAY = weekdays(0, 1, 2, 3, 4, 5, 6)
PAY_OUT = bank_weekdays(0, 3)
TILLS = (
    Till(
        "bakery",
        "main",
        "Bakkerij, betaalkaarten",
        OPEN,
        PAY_OUT,
        950,
        2400,
        Decimal("0.0069"),
        who.TERMINALS,
        "4471",
    ),
    Till(
        "shop",
        "shop",
        "Winkel Geel, betaalkaarten",
        OPEN,
        PAY_OUT,
        520,
        1450,
        Decimal("0.0069"),
        who.TERMINALS,
        "4472",
    ),
    Till(
        "cash",
        "shop",
        "Winkel Geel, contant",
        OPEN,
        bank_weekdays(0),
        90,
        270,
        None,
        None,
        "4472",
    ),
    Till(
        "web",
        "euro",
        "Webwinkel",
        EVERY_DAY,
        PAY_OUT,
        70,
        260,
        Decimal("0.0189"),
        who.WEB_SHOP,
        "WK",
    ),
)


def pay_outs_on(anchor: date, day: date) -> Iterator[Movement]:
    """The lines of that day at the banks that bring takings."""
    for till in TILLS:
        if till.paid_out_on(day):
            first = max(till.last_pay_out_before(day), first_day(anchor))
            gross = takings_between(till, first, day - ONE_DAY)
            if gross:
                yield _pay_out(till, first, day, gross)


def takings_between(till: Till, first: date, last: date) -> Decimal:
    """Takings of these days, both included, with tax."""
    return sum(map(till.takings, days_between(first, last)), Decimal(0))


def net_of(takings: Decimal) -> Decimal:
    """Takings without tax; exact, as each is a multiple of the step."""
    return takings / STEP * NET_OF_STEP


def _pay_out(till: Till, first: date, day: date, gross: Decimal) -> Movement:
    if till.fee is None:
        # Notes are brought to the bank; the coins stay in the till.
        notes = gross // NOTE * NOTE
        return Movement(
            till.account,
            day,
            "Storting contanten",
            "PMNT-CNTR-CDPT",
            (Share("cash", notes),),
        )
    fee = (gross * till.fee).quantize(CENT)
    period = f"{first:%d/%m}-{day - timedelta(days=1):%d/%m}"
    text = f"TERMINAL {till.number} {period} BRUTO {_euros(gross)} KOST {_euros(fee)}"
    return Movement(
        till.account,
        day,
        "Uitbetaling betaalterminal",
        "PMNT-MCRD-POSP",
        (Share("takings", gross), Share("pay_out_fees", -fee)),
        name=till.operator,
        text=text,
    )


def _euros(amount: Decimal) -> str:
    return euros(int(amount * 100))
