"""What is told once: each with its age in days on the anchor.

There are documents that are left open in the books for a reason, and lines that a
program must not stumble over.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from ..belgian import communication_of
from . import parties as who
from .calendar import bank_day, bank_day_before, switch_day
from .model import Document, Kind, Movement, Payment, Share, Use
from .trades import CREDIT, DEBIT, DIRECT_DEBIT

LONG_TEXT = (
    "Afrekening leveringen brood, koffiekoeken en taarten voor de wijkfeesten van"
    " het voorbije seizoen volgens bestelbonnen 2201, 2207, 2214, 2219, 2225, 2231,"
    " 2240 en 2256, verminderd met de teruggenomen kratten en vermeerderd met de"
    " toeslag voor levering op zondag; gelieve bij vragen te bellen naar de winkel."
)
LONG_TEXT = LONG_TEXT.ljust(300, ".")[:300]
SUGAR_TEXT = (
    f"Naam: {who.SUGAR}<br>Omschrijving: 88121<br>"
    f"IBAN: {who.account_number(who.SUGAR)}<br>Kenmerk: SH-4471<br>Valutadatum: -"
)
RECEIVED = "Overschrijving in uw voordeel"
#: these come on any day of the week
INSTANT = "Instantoverschrijving"
WHEN_ASKED = {"when_asked": True}
HELD_BEFORE = timedelta(days=3)

Ago = Callable[[int], date]


def savings_opened(anchor: date) -> date:
    """The day on which the savings account got its first money: it is new."""
    return bank_day(switch_day(anchor))


@lru_cache(maxsize=16)
def special_documents(anchor: date) -> tuple[Document, ...]:
    """Invoices and bills that something particular happens to."""

    def ago(days: int) -> date:
        return bank_day_before(anchor - timedelta(days=days))

    return (*_sales(ago), *_purchases(ago))


def _sales(ago: Ago) -> tuple[Document, ...]:
    return (
        # Nobody has paid these, and they are overdue.
        _special("invoice", who.CAFE, "overdue", ago(52), 14, "Brood", "311.50"),
        _special("invoice", who.TOWN, "overdue", ago(47), 30, "Receptie", "198.00"),
        # Register Payment was used some days before the bank's line. (Banks are closed for
        # four days at most, so five between two ages keep two stories apart.)
        _special(
            "invoice",
            who.CAFE,
            "registered",
            ago(35),
            14,
            "Ontbijtkoeken",
            "240.00",
            Payment("main", ago(6), Decimal("254.40"), RECEIVED, CREDIT),
            registered=ago(11),
        ),
        # Goods came back: the credit note's amount is paid to the customer.
        _special(
            "invoice",
            who.HOTEL,
            "returned",
            ago(45),
            30,
            "Feestbuffet",
            "620.00",
            Payment("main", ago(24), Decimal("657.20"), RECEIVED, CREDIT),
        ),
        _special(
            "credit_note",
            who.HOTEL,
            "credit",
            ago(20),
            0,
            "Teruggenomen taarten",
            "84.00",
            Payment("main", ago(9), Decimal("-89.04"), "Overschrijving", DEBIT),
        ),
        # The school kept ten euros.
        _special(
            "invoice",
            who.SCHOOL,
            "short",
            ago(38),
            30,
            "Schoolfeest",
            "200.00",
            Payment("main", ago(13), Decimal("202.00"), RECEIVED, CREDIT),
        ),
        # The customer wrote a letter instead of the reference.
        _special(
            "invoice",
            who.TOWN,
            "letter",
            ago(41),
            30,
            "Wijkfeesten",
            "1170.00",
            Payment(
                "main",
                ago(17),
                Decimal("1240.20"),
                "Overschrijving",
                CREDIT,
                text=LONG_TEXT,
            ),
        ),
        # The bank delivers it days after its date.
        _special(
            "invoice",
            who.CAFE,
            "late",
            ago(30),
            14,
            "Pistolets",
            "81.50",
            Payment("main", ago(14), Decimal("86.39"), RECEIVED, CREDIT, late=ago(4)),
        ),
    )


def _purchases(ago: Ago) -> tuple[Document, ...]:
    mandate = {"mandateId": "SW-1", "creditorId": "BE69ZZZ050D000000008"}
    return (
        _special(
            "bill",
            who.OVENS,
            "overdue",
            ago(50),
            30,
            "Onderhoud ovens",
            "310",
            number="7713",
        ),
        # Collected, and given back some days later: the bill is open again.
        _special(
            "bill",
            who.POWER,
            "returned",
            ago(40),
            7,
            "Afrekening 90412",
            "98",
            Payment(
                "main",
                ago(33),
                Decimal("-118.58"),
                "Domiciliëring",
                DIRECT_DEBIT,
                text="factuur 90412",
                attributes=mandate,
            ),
            Payment(
                "main",
                ago(28),
                Decimal("118.58"),
                "Terugboeking domiciliëring",
                "PMNT-RDDT-UPDD",
                text="MD06 factuur 90412",
                attributes=mandate,
            ),
            number="90412",
        ),
        _special(
            "refund",
            who.PACKAGING,
            "refund",
            ago(34),
            0,
            "Beschadigde dozen",
            "54",
            Payment(
                "main",
                ago(26),
                Decimal("65.34"),
                "Terugbetaling",
                CREDIT,
                text="creditnota 2231, beschadigde dozen",
            ),
            number="2231",
        ),
        _special(
            "bill",
            who.OVENS,
            "future",
            ago(18),
            30,
            "Thermostaat oven 2",
            "400",
            Payment(
                "main",
                ago(4),
                Decimal(-484),
                "Overschrijving met valutadatum in de toekomst",
                DEBIT,
                value_day=bank_day(ago(4) + timedelta(days=9)),
            ),
            number="7741",
        ),
        _special(
            "bill",
            who.SUGAR,
            "tags",
            ago(27),
            30,
            "Parelsuiker",
            "212.10",
            Payment(
                "euro",
                ago(12),
                Decimal("-212.10"),
                "Overboeking",
                DEBIT,
                text=SUGAR_TEXT,
            ),
            number="88121",
        ),
    )


#: what is sold or bought, and its tax in percent
USES: dict[str, tuple[Use, int]] = {
    who.POWER: ("energy", 21),
    who.PACKAGING: ("packaging", 21),
    who.OVENS: ("repairs", 21),
    who.SUGAR: ("eu_goods", 0),
}


def _special(
    kind: Kind,
    party: str,
    what: str,
    issued: date,
    terms: int,
    label: str,
    net: str,
    *payments: Payment,
    number: str = "",
    registered: date | None = None,
) -> Document:
    use, rate = USES.get(party, ("bread", 6))
    return Document(
        key=f"special/{party}/{what}",
        kind=kind,
        party=party,
        issued=issued,
        due=issued + timedelta(days=terms),
        label=label,
        use=use,
        net=Decimal(net),
        vat=Decimal(net) * rate / 100,
        currency="EUR",
        number=number,
        communication=communication_of(party, what, issued),
        payments=payments,
        registered=registered,
    )


# === LINES WITHOUT A DOCUMENT === #


@lru_cache(maxsize=16)
def special_movements(anchor: date) -> tuple[Movement, ...]:
    """Lines that no document explains."""

    def line(account: str, age: int, amount: str, text: str, **more: Any) -> Movement:
        day = anchor - timedelta(days=age)
        kind, code = more.pop("kind", "Kaartbetaling"), more.pop("code", "")
        shares = (Share("unknown", Decimal(amount)),)
        return Movement(account, day, kind, code, shares, text=text, **more)

    coffee = {"attributes": {"internalReference": None}}
    return (
        # Twins: two equal payments on one day, with the same digest.
        line("main", 40, "-3.20", "AUTOMAAT STATION", **coffee),
        line("main", 40, "-3.20", "AUTOMAAT STATION", **coffee),
        line(
            "main",
            21,
            "0.00",
            "Nieuwe tarieven vanaf volgende maand",
            kind="Mededeling",
        ),
        line(
            "card",
            16,
            "-84.42",
            "BAKERY SHOW LONDON GBP 71.00",
            kind="Kaartbetaling buiten eurozone",
            attributes={
                "fee": "1.27",
                "cardReference": "7788",
                "cardReferenceType": "MASKEDPAN",
            },
        ),
        line(
            "main",
            14,
            "37.50",
            "Verjaardagstaart 🎂 «dank u», Ζωή",
            kind=INSTANT,
            name="Zoë Þórsdóttir-Çelik",
        ),
        line(
            "shop",
            11,
            "52.00",
            "",
            kind="Storting",
            attributes={"executionDate": None},
        ),
        *(
            line(account, 0, "24.60", "taart", kind=INSTANT, name=who.SOFIE)
            for account in ("shop", "euro")
        ),
        # It has not come yet when somebody fetches for the first time, which only reads.
        line(
            "main",
            0,
            "24.60",
            "taart",
            kind=INSTANT,
            name=who.SOFIE,
            attributes=dict(WHEN_ASKED),
        ),
        _held(anchor),
    )


def _held(anchor: date) -> Movement:
    """The bank corrects its charges in a month that the books have closed."""
    return Movement(
        "main",
        bank_day_before(switch_day(anchor) - HELD_BEFORE),
        "Rechtzetting beheerskosten",
        "ACMT-MDOP-CHRG",
        (Share("bank_fees", Decimal("-14.85")),),
        text="Rechtzetting beheerskosten, valuta vorige periode",
        late=anchor,
        # What is there at the first fetch belongs to the time before the start.
        attributes=dict(WHEN_ASKED),
    )
