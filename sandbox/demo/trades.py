"""What the bakery sells on account and buys, in an ordinary year."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from . import parties as who
from .calendar import monthly

if TYPE_CHECKING:
    from datetime import date

    from .calendar import Days
    from .model import Kind, Use

CREDIT, DEBIT, DIRECT_DEBIT = "PMNT-RCDT-ESCT", "PMNT-ICDT-ESCT", "PMNT-RDDT-ESDD"


@dataclass(frozen=True)
class Trade:
    """One kind of invoice or bill, and how it is paid."""

    #: never changed, as a living demo's documents hang on it
    key: str
    kind: Kind
    party: str
    days: Days
    #: net, in whole steps, so that the tax comes out in whole cents
    low: int
    high: int
    label: str
    use: Use
    #: percent on the document: none where the buyer owes the tax
    vat_rate: int
    account: str = "main"
    currency: str = "EUR"
    #: days until it is due
    terms: int = 30
    #: days until it is paid, from and to
    paid_after: tuple[int, int] = (20, 34)
    #: for a direct debit
    mandate: str | None = None
    #: what the customer writes; else the structured communication
    text: str | None = None

    @property
    def step(self) -> Decimal:
        """The smallest unit of the net amount: 6 % of half a euro are 3 cents."""
        return Decimal(1) if self.vat_rate == 21 else Decimal("0.5")

    @property
    def description(self) -> str:
        """What the bank calls a payment of this kind."""
        if self.mandate:
            return "Domiciliëring"
        return "Overschrijving in uw voordeel" if self.is_sale else "Overschrijving"

    @property
    def code(self) -> str:
        """The bank's code for a payment of this kind."""
        if self.mandate:
            return DIRECT_DEBIT
        return CREDIT if self.is_sale else DEBIT

    @property
    def is_sale(self) -> bool:
        """Whether the bakery gets the money."""
        return self.kind == "invoice"


def _in_school_months(days: Days) -> Days:
    def chosen(day: date) -> bool:
        return day.month not in {7, 8} and days(day)

    return chosen


BREAD = "Brood en koffiekoeken"
TRADES = (
    Trade(
        "hotel",
        "invoice",
        who.HOTEL,
        monthly(5, 15, 25),
        380,
        1240,
        f"{BREAD} {{month}}",
        "bread",
        6,
    ),
    Trade(
        "school",
        "invoice",
        who.SCHOOL,
        _in_school_months(monthly(28)),
        180,
        640,
        "Schoolontbijten {month}",
        "bread",
        6,
        paid_after=(12, 29),
    ),
    Trade(
        "cafe",
        "invoice",
        who.CAFE,
        monthly(6, 20),
        120,
        760,
        f"{BREAD} {{month}}",
        "bread",
        6,
        terms=14,
        paid_after=(10, 48),
    ),
    Trade(
        "home",
        "invoice",
        who.HOME,
        monthly(15),
        520,
        1760,
        f"{BREAD} {{month}}",
        "bread",
        6,
        account="shop",
        paid_after=(14, 28),
    ),
    Trade(
        "town",
        "invoice",
        who.TOWN,
        monthly(10),
        90,
        420,
        "Recepties {month}",
        "bread",
        6,
        paid_after=(26, 38),
    ),
    Trade(
        "sofie",
        "invoice",
        who.SOFIE,
        monthly(13),
        36,
        140,
        "Taart {day}",
        "bread",
        6,
        terms=7,
        paid_after=(1, 5),
        text="taart {day}",
    ),
    Trade(
        "waffles",
        "invoice",
        who.WAFFLES,
        monthly(2),
        2600,
        5200,
        "Belgian waffles {month}",
        "export",
        0,
        "dollar",
        "USD",
        paid_after=(14, 27),
    ),
    Trade(
        "mill",
        "bill",
        who.MILL,
        monthly(4, 14, 24),
        1360,
        2350,
        "Bloem en gist {month}",
        "flour",
        6,
        paid_after=(18, 27),
    ),
    Trade(
        "mill-shop",
        "bill",
        who.MILL,
        monthly(9),
        1800,
        3240,
        "Bloem winkel Geel {month}",
        "flour",
        6,
        "shop",
        paid_after=(18, 27),
    ),
    Trade(
        "dairy",
        "bill",
        who.DAIRY,
        monthly(17),
        840,
        1960,
        "Boter, melk en eieren {month}",
        "flour",
        6,
        terms=15,
        paid_after=(8, 15),
    ),
    Trade(
        "packaging",
        "bill",
        who.PACKAGING,
        monthly(12),
        120,
        390,
        "Dozen en zakken {month}",
        "packaging",
        21,
        paid_after=(22, 30),
    ),
    Trade(
        "rent",
        "bill",
        who.LANDLORD,
        monthly(1),
        3700,
        3700,
        "Huur bakkerij {month}",
        "rent",
        0,
        terms=5,
        paid_after=(1, 2),
        text="huur {month}",
    ),
    Trade(
        "rent-shop",
        "bill",
        who.SHOP_LANDLORD,
        monthly(1),
        2240,
        2240,
        "Huur winkel {month}",
        "rent",
        0,
        "shop",
        terms=5,
        paid_after=(0, 1),
        text="huur {month}",
    ),
    Trade(
        "power",
        "bill",
        who.POWER,
        monthly(1),
        640,
        1060,
        "Elektriciteit en gas {month}",
        "energy",
        21,
        terms=7,
        paid_after=(7, 7),
        mandate="SW-1",
    ),
    Trade(
        "internet",
        "bill",
        who.INTERNET,
        monthly(10),
        78,
        78,
        "Internet en telefoon {month}",
        "internet",
        21,
        terms=8,
        paid_after=(8, 8),
        mandate="TN-99120",
    ),
    Trade(
        "tins",
        "bill",
        who.EQUIPMENT,
        monthly(7),
        560,
        1280,
        "Bakvormen {month}",
        "eu_tools",
        0,
        "euro",
        paid_after=(20, 29),
    ),
    Trade(
        "cocoa",
        "bill",
        who.COCOA,
        monthly(9),
        2900,
        5700,
        "Cocoa mass {month}",
        "import_goods",
        0,
        "dollar",
        "USD",
        paid_after=(14, 28),
    ),
)
#: no trade is paid later than this
LONGEST_DAYS = 60
