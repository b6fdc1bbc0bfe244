"""The institutions of the demo world; all names are invented."""

from __future__ import annotations

import unicodedata
from typing import Any

from ..formats import derived_id

VLINDERBANK = "Vlinderbank"
SINT_MICHIELS = "Sint-Michiels Krediet"
KEMPISCHE = "Kempische Spaarbank"

#: name, country, status, days of authorization
TABLE: tuple[tuple[str, str | None, str, int], ...] = (
    (VLINDERBANK, "BE", "stable", 180),
    (SINT_MICHIELS, "BE", "beta", 180),
    (KEMPISCHE, "BE", "stable", 180),
    ("Ardense Volkskas", "BE", "stable", 90),
    ("Bank van de Schelde", "BE", "stable", 180),
    ("Banque du Perron", "BE", "stable", 180),
    ("Crédit de la Lesse", "BE", "stable", 90),
    ("Dijlebank", "BE", "beta", 180),
    ("Haspengouw Coöperatief", "BE", "stable", 180),
    ("Leiebank", "BE", "experimental", 180),
    ("Maasland Bank", "BE", "stable", 180),
    ("Noordzee Krediet", "BE", "stable", 90),
    ("Ostbelgische Lindenkasse", "BE", "beta", 180),
    ("Pajotse Landbouwbank", "BE", "stable", 180),
    ("Zilverstroom Private", "BE", "experimental", 90),
    ("Bruggeman & Zonen Bank", "NL", "beta", 180),
    ("Hollandsche Handelskas", "NL", "stable", 180),
    ("Polderbank", "NL", "stable", 180),
    ("Tulpenkas", "NL", "stable", 90),
    ("Waddenbank", "NL", "experimental", 180),
    ("Banque de l'Alzette", "LU", "stable", 180),
    ("Moselkreditt", "LU", "beta", 180),
    ("Banque des Trois Rivières", "FR", "stable", 180),
    ("Banque Hirondelle", "FR", "beta", 90),
    ("Caisse du Mimosa", "FR", "stable", 180),
    ("Crédit Marinier", "FR", "stable", 180),
    ("Enzian Bank", "AT", "beta", 180),
    ("Hansetaler Bank", "DE", "stable", 180),
    ("Kiefernbank", "DE", "stable", 90),
    ("Rotkehlchen Kreditbank", "DE", "experimental", 180),
    ("Schwarzwälder Uhrenkasse", "DE", "stable", 180),
    ("Banco del Olivar", "ES", "stable", 180),
    ("Caja del Almendro", "ES", "beta", 90),
    ("Banca del Faro", "IT", "stable", 180),
    ("Credito Collinare", "IT", "experimental", 180),
    ("Banco da Gaivota", "PT", "stable", 180),
    ("Otterbridge Bank", "IE", "beta", 180),
    ("Järvi Pankki", "FI", "stable", 180),
    ("Björkbanken", "SE", "stable", 90),
    ("Fyrbanken Syd", "DK", "beta", 180),
    ("Bank Bursztyn", "PL", "stable", 180),
    ("Thistle & Wren Bank", "GB", "experimental", 90),
    ("Globetaler", None, "stable", 180),
    ("Kaartwijzer Betaaldiensten", None, "beta", 90),
)
DEPRECATED = {"Noordzee Krediet"}
PENDING_AVAILABLE = {SINT_MICHIELS, "Polderbank", "Globetaler"}
SHARED_BRANDS = {"Noordzee Krediet": "Schelde", "Bank van de Schelde": "Schelde"}
COLORS = ("#1d6f5c", "#7a2e8e", "#c4541a", "#1f4e9c", "#8a1c2b", "#3b3f46")
TIME_ZONES = {"IE": "Europe/Dublin", "GB": "Europe/London", "PT": "Europe/Lisbon"}


def institution_id(name: str) -> str:
    """The id that an institution has in every demo world."""
    return derived_id("demo", "institution", name)


def demo_institutions() -> list[dict[str, Any]]:
    """All institutions as parts of a seed document."""
    return [_institution(place, *row) for place, row in enumerate(TABLE)]


def _institution(
    place: int, name: str, country: str | None, status: str, days: int
) -> dict[str, Any]:
    brand = SHARED_BRANDS.get(name)
    return {
        "id": institution_id(name),
        "name": name,
        "bic": _bic(name, country),
        "country": country,
        "status": status,
        "deprecated": name in DEPRECATED,
        "logoUrl": None,
        "primaryColor": COLORS[place % len(COLORS)],
        "secondaryColor": COLORS[(place + 1) % len(COLORS)],
        "sharedBrandName": brand,
        "sharedBrandReference": derived_id("demo", "brand", brand) if brand else None,
        "timeZone": TIME_ZONES.get(country or "", "Europe/Brussels"),
        "expectedAuthorizationLifetime": days,
        "pendingTransactionsAvailable": name in PENDING_AVAILABLE,
    }


def _bic(name: str, country: str | None) -> str | None:
    if country is None:
        return None
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    letters = "".join(filter(str.isalpha, letters)).upper()
    return f"{letters[:2]}{letters[-2:]}{country}20"
