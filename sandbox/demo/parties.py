"""Whom the bakery deals with; all names are invented."""

from __future__ import annotations

from dataclasses import dataclass

from ..belgian import iban_of, vat_number_of

HOLDER = "Bakkerij Peeters BV"


@dataclass(frozen=True)
class Party:
    """A customer or a supplier."""

    name: str
    street: str
    zip: str
    city: str
    country: str = "BE"
    #: a private person has none
    vat: str | None = None
    is_person: bool = False


def _belgian(name: str, street: str, zip_code: str, city: str) -> Party:
    return Party(name, street, zip_code, city, vat=vat_number_of(name))


BAKERY = _belgian(HOLDER, "Kerkplein 4", "2440", "Geel")

HOTEL = "Hotel De Gouden Leeuw"
SCHOOL = "Basisschool De Klimop"
CAFE = "Café 't Hoekske"
HOME = "Rusthuis Avondrood"
TOWN = "Gemeente Vlierbeek"
SOFIE = "Sofie Janssens"
WAFFLES = "Brooklyn Waffle LLC"
CUSTOMERS = (
    _belgian(HOTEL, "Markt 12", "2440", "Geel"),
    _belgian(SCHOOL, "Schoolstraat 31", "2450", "Meerhout"),
    _belgian(CAFE, "Stationsplein 2", "2440", "Geel"),
    _belgian(HOME, "Lindenlaan 80", "2430", "Laakdal"),
    _belgian(TOWN, "Gemeentehuisstraat 1", "2431", "Vlierbeek"),
    Party(SOFIE, "Dorpsstraat 17", "2440", "Geel", is_person=True),
    Party(WAFFLES, "214 Berry Street", "11249", "New York", "US"),
)

MILL = "Molens Van Damme NV"
DAIRY = "Zuivelhoeve Kempen"
PACKAGING = "Verpakking Plus BV"
LANDLORD = "Immo Kerkplein"
SHOP_LANDLORD = "Vastgoed Marktzicht"
POWER = "Stroom & Warmte NV"
INTERNET = "Telenova"
OVENS = "Ovenservice Maes"
EQUIPMENT = "Pâtisserie Équipement SARL"
SUGAR = "Suikerhuis BV"
COCOA = "Cacao Trading Co."
SUPPLIERS = (
    _belgian(MILL, "Molenweg 3", "2260", "Westerlo"),
    _belgian(DAIRY, "Heidestraat 55", "2460", "Kasterlee"),
    _belgian(PACKAGING, "Industrielaan 9", "2250", "Olen"),
    _belgian(LANDLORD, "Kerkplein 1", "2440", "Geel"),
    _belgian(SHOP_LANDLORD, "Markt 40", "2440", "Geel"),
    _belgian(POWER, "Centralestraat 100", "2000", "Antwerpen"),
    _belgian(INTERNET, "Kabellaan 5", "2800", "Mechelen"),
    _belgian(OVENS, "Ambachtsstraat 14", "2200", "Herentals"),
    Party(EQUIPMENT, "8 rue du Fournil", "59000", "Lille", "FR", "FR51921500013"),
    Party(SUGAR, "Suikerkade 7", "4811", "Breda", "NL", "NL853100020B01"),
    Party(COCOA, "77 Wharf Road", "07302", "Jersey City", "US"),
)

TAX, SOCIAL_SECURITY = "FOD Financiën", "RSZ Inning"
BANK_LOANS = "Vlinderbank kredieten"
TERMINALS, WEB_SHOP = "Kaartwijzer Betaaldiensten", "Webwinkelkassa BV"

_COUNTRIES = {party.name: party.country for party in (*CUSTOMERS, *SUPPLIERS)}


def account_number(name: str) -> str:
    """The number of somebody's bank account: an IBAN, but not in the United States."""
    return iban_of(name, _COUNTRIES.get(name, "BE"))
