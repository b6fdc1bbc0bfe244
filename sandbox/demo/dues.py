"""Wages, and what the state gets: paid as the books say it is due."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from ..belgian import communication_of
from . import parties as who
from .calendar import (
    add_months,
    bank_day,
    days_of_month,
    first_day,
    monthly,
    yearly,
)
from .documents import documents_of_month
from .model import CENT, Ledger, Movement, Share
from .tills import TILLS, net_of
from .trades import DEBIT

if TYPE_CHECKING:
    from collections.abc import Iterator

#: name, account that pays, net wage from and to
STAFF = (
    ("An Verbeke", "main", 1840, 2160),
    ("Youssef El Amrani", "main", 1790, 2240),
    ("Marie-Ève Lefèvre", "main", 1820, 2190),
    ("Łukasz Wójcik", "main", 1880, 2380),
    ("Fatima Benali", "shop", 1620, 2140),
    ("Jürgen Weiß", "shop", 1510, 1980),
)
DIRECTOR, DIRECTOR_NET, DIRECTOR_TAX = "Luc Peeters", Decimal(4100), Decimal(1760)
NET_SHARE, STAFF_RATE, EMPLOYER_RATE = map(Decimal, ("0.72", "0.1307", "0.25"))
WAGES = "loon {month:%m/%Y}"

#: day of the month by account
WAGES_DAYS = {"main": 28, "shop": 27}
withholding_day, vat_day = monthly(15), monthly(20)
#: a quarter's are due at the end of the month after it
social_security_day = yearly((1, 28), (4, 28), (7, 28), (10, 28))


@dataclass(frozen=True)
class Payroll:
    """The wages of one month."""

    net: dict[str, Decimal]
    gross: Decimal
    #: what the tax office gets of them
    withheld: Decimal
    #: what the social security gets, of the staff and of the employer
    staff_contribution: Decimal
    employer_contribution: Decimal

    @property
    def contributions(self) -> Decimal:
        """What the social security gets in all."""
        return self.staff_contribution + self.employer_contribution


@lru_cache(maxsize=512)
def payroll(month: date) -> Payroll:
    """The wages of the month that begins with this day."""
    net = {
        name: _net_wage(name, month, low, high) for name, _account, low, high in STAFF
    }
    staff_net = sum(net.values(), Decimal(0))
    gross = (staff_net / NET_SHARE).quantize(CENT)
    contribution = (gross * STAFF_RATE).quantize(CENT)
    return Payroll(
        net={**net, DIRECTOR: DIRECTOR_NET},
        gross=gross + DIRECTOR_NET + DIRECTOR_TAX,
        withheld=gross - contribution - staff_net + DIRECTOR_TAX,
        staff_contribution=contribution,
        employer_contribution=(gross * EMPLOYER_RATE).quantize(CENT),
    )


def _net_wage(name: str, month: date, low: int, high: int) -> Decimal:
    source = random.Random(f"Bakkerij Peeters, loon {name} {month}")
    return Decimal(source.randint(low * 100, high * 100)) / 100


@dataclass(frozen=True)
class VatReturn:
    """The value added tax of one month: both amounts without sign."""

    payable: Decimal
    recoverable: Decimal

    @property
    def balance(self) -> Decimal:
        """What the bakery has to pay."""
        return self.payable - self.recoverable


@lru_cache(maxsize=512)
def vat_return(anchor: date, month: date) -> VatReturn:
    """The tax of the month that begins with this day."""
    payable = sum(
        (takings - net_of(takings) for takings in _takings(month)), Decimal(0)
    )
    recoverable = Decimal(0)
    for document in documents_of_month(anchor, month):
        if document.kind in {"bill", "refund"}:
            recoverable += document.vat if document.kind == "bill" else -document.vat
        else:
            payable += document.vat if document.kind == "invoice" else -document.vat
    return VatReturn(payable, recoverable)


def _takings(month: date) -> Iterator[Decimal]:
    return (till.takings(day) for till in TILLS for day in days_of_month(month))


def dues_on(anchor: date, day: date) -> Iterator[Movement]:
    """The lines of that day at the banks that pay staff and state."""
    month = add_months(day, 0)
    last_month = add_months(day, -1)
    for account, number in WAGES_DAYS.items():
        if monthly(number)(day):
            yield from _wages(wages_month(day), day, account)
    if withholding_day(day):
        withheld = payroll(last_month).withheld
        yield _to_state(
            day, who.TAX, "withholding_tax", withheld, "bedrijfsvoorheffing"
        )
    if vat_day(day):
        due = vat_return(anchor, last_month).balance
        yield _to_state(day, who.TAX, "vat", due, "btw")
    if social_security_day(day):
        due = contributions_of_quarter(add_months(month, -3))
        yield _to_state(day, who.SOCIAL_SECURITY, "social_security", due, "rsz")


def wages_month(day: date) -> date:
    """The month whose wages are paid on that day, which may be in the next."""
    return add_months(day, 0 if day.day > 15 else -1)


def contributions_of_quarter(first_month: date) -> Decimal:
    """What the social security gets for three months."""
    months = [add_months(first_month, number) for number in range(3)]
    return sum((payroll(month).contributions for month in months), Decimal(0))


def _wages(month: date, day: date, account: str) -> Iterator[Movement]:
    text = WAGES.format(month=month)
    for name, net in _net_wages(month, account):
        yield _transfer(day, account, name, "net_wages", net, text)


def _net_wages(month: date, account: str) -> Iterator[tuple[str, Decimal]]:
    """Name and net wage of those whom that account pays."""
    net = payroll(month).net
    names = [name for name, paid_by, _low, _high in STAFF if paid_by == account]
    for name in names + [DIRECTOR] * (account == "main"):
        yield name, net[name]


def _to_state(
    day: date, name: str, ledger: Ledger, amount: Decimal, what: str
) -> Movement:
    return _transfer(day, "main", name, ledger, amount, communication_of(name, what))


def _transfer(
    day: date, account: str, name: str, ledger: Ledger, amount: Decimal, text: str
) -> Movement:
    shares = (Share(ledger, -amount),)
    return Movement(account, day, "Overschrijving", DEBIT, shares, name=name, text=text)


def opening_dues(anchor: date) -> dict[Ledger, Decimal]:
    """What was due to state and staff when the books began, and is paid afterwards."""
    first = first_day(anchor)
    last_month = add_months(first, -1)
    contributions = Decimal(0)
    for age in range(1, 7):
        month = add_months(first, -age)
        quarter = month.replace(month=(month.month - 1) // 3 * 3 + 1)
        if add_months(quarter, 3) >= first:
            contributions += payroll(month).contributions
    return {
        "withholding_tax": payroll(last_month).withheld,
        "vat": vat_return(anchor, last_month).balance,
        "social_security": contributions,
        "net_wages": unpaid_wages(first),
    }


def unpaid_wages(first: date) -> Decimal:
    """What was not paid by that day of the wages of the month before."""
    month = add_months(first, -1)
    unpaid = (
        net
        for account, number in WAGES_DAYS.items()
        if bank_day(month.replace(day=number)) >= first
        for _name, net in _net_wages(month, account)
    )
    return sum(unpaid, Decimal(0))
