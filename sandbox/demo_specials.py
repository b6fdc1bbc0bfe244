"""The lines of the demo world that a program must not stumble over."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .belgian import iban_of, structured_communication

if TYPE_CHECKING:
    from collections.abc import Iterator

LONG_TEXT = (
    "Afrekening leveringen brood, koffiekoeken en taarten voor de wijkfeesten van"
    " het voorbije seizoen volgens bestelbonnen 2201, 2207, 2214, 2219, 2225, 2231,"
    " 2240 en 2256, verminderd met de teruggenomen kratten en vermeerderd met de"
    " toeslag voor levering op zondag; gelieve bij vragen te bellen naar de winkel."
)
LONG_TEXT = LONG_TEXT.ljust(300, ".")[:300]
COFFEE = {
    "amount": "-3.20",
    "description": "Kaartbetaling",
    "remittanceInformation": "AUTOMAAT STATION",
    "internalReference": None,
}
SPECIALS: tuple[tuple[str, int, dict[str, Any]], ...] = (
    # Twins: two equal payments on one day, with the same digest.
    ("main", 40, COFFEE),
    ("main", 40, COFFEE),
    (
        "main",
        33,
        {
            "amount": "-118.40",
            "counterpartName": "Stroom & Warmte NV",
            "description": "Domiciliëring",
            "remittanceInformation": "factuur 90412",
            "bankTransactionCode": "PMNT-RDDT-ESDD",
            "mandateId": "SW-1",
        },
    ),
    (
        "main",
        31,
        {
            "amount": "118.40",
            "counterpartName": "Stroom & Warmte NV",
            "description": "Terugboeking domiciliëring",
            "remittanceInformation": "MD06 factuur 90412",
            "bankTransactionCode": "PMNT-RDDT-UPDD",
            "mandateId": "SW-1",
        },
    ),
    (
        "main",
        26,
        {
            "amount": "64.90",
            "counterpartName": "Verpakking Plus BV",
            "description": "Terugbetaling",
            "remittanceInformation": "creditnota 2231, beschadigde dozen",
        },
    ),
    (
        "main",
        21,
        {
            "amount": "0.00",
            "description": "Mededeling",
            "remittanceInformation": "Nieuwe tarieven vanaf volgende maand",
        },
    ),
    (
        "main",
        17,
        {
            "amount": "1240.00",
            "counterpartName": "Gemeente Vlierbeek",
            "description": "Overschrijving",
            "remittanceInformation": LONG_TEXT,
        },
    ),
    (
        "main",
        14,
        {
            "amount": "37.50",
            "counterpartName": "Zoë Þórsdóttir-Çelik",
            "description": "Instantoverschrijving",
            "remittanceInformation": "Verjaardagstaart 🎂 «dank u», Ζωή",
        },
    ),
    (
        "euro",
        12,
        {
            "amount": "-212.10",
            "description": "Overboeking",
            "remittanceInformation": "Naam: Suikerhuis BV<br>Omschrijving: 88121<br>"
            "IBAN: NL02ABNA0123456789<br>Kenmerk: SH-4471<br>Valutadatum: -",
        },
    ),
    (
        "shop",
        11,
        {"amount": "52.00", "executionDate": None, "description": "Storting"},
    ),
    (
        "main",
        4,
        {
            "amount": "-480.00",
            "counterpartName": "Ovenservice Maes",
            "description": "Overschrijving met valutadatum in de toekomst",
            "value_in": 9,
        },
    ),
    # Late: the bank delivers it days after its date.
    (
        "main",
        12,
        {
            "amount": "86.30",
            "counterpartName": "Café 't Hoekske",
            "description": "Overschrijving",
            "remittanceInformation": structured_communication(4512200193),
            "remittanceInformationType": "structured",
            "late": 7,
        },
    ),
    (
        "card",
        16,
        {
            "amount": "-84.42",
            "description": "Kaartbetaling buiten eurozone",
            "remittanceInformation": "BAKERY SHOW LONDON GBP 71.00",
            "fee": "1.27",
            "cardReference": "7788",
            "cardReferenceType": "MASKEDPAN",
        },
    ),
    *(
        (account, 0, {"amount": "24.60", "counterpartName": "Sofie Janssens"})
        for account in ("main", "shop", "euro")
    ),
)


def specials(today: date) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each special line with the account it is on."""
    for account, age, given in SPECIALS:
        day = today - timedelta(days=age)
        values = dict(given)
        late, value_in = values.pop("late", 0), values.pop("value_in", 0)
        name = values.get("counterpartName")
        yield (
            account,
            {
                "arrives": day + timedelta(days=late),
                "executionDate": day.isoformat(),
                "valueDate": (day + timedelta(days=value_in)).isoformat(),
                "counterpartReference": iban_of(name) if name else None,
                **values,
                "amount": Decimal(values["amount"]),
            },
        )
