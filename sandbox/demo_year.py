"""What happens on the accounts of a bakery in an ordinary year."""

from __future__ import annotations

from .demo_rules import (
    WORKING,
    Rule,
    charged,
    collected,
    debited,
    monthly,
    moved,
    paid,
    received,
    weekdays,
    yearly,
)

QUARTERS = ((1, 3), (4, 3), (7, 3), (10, 3))
SOCIAL = ((2, 15), (5, 15), (8, 15), (11, 15))
TAX, SOCIAL_SECURITY = "FOD Financiën", "RSZ Inning"
STAFF = ("An Verbeke", "Youssef El Amrani", "Marie-Ève Lefèvre", "Łukasz Wójcik")
POWER = "Stroom & Warmte NV"
WAGES = "loon {month}"

MAIN: tuple[Rule, ...] = (
    collected("main", 420_00, 1380_00),
    received("main", WORKING, 85_00, 960_00, "Hotel De Gouden Leeuw", chance=0.2),
    received("main", WORKING, 60_00, 420_00, "Basisschool De Klimop", chance=0.1),
    received("main", WORKING, 45_00, 780_00, "Café 't Hoekske", chance=0.12),
    received("main", WORKING, 18_00, 95_00, "Sofie Janssens", "taart {day}", 0.1),
    paid("main", weekdays(1, 4), 1080_00, 690_00, "Molens Van Damme NV"),
    paid("main", weekdays(3), 480_00, 190_00, "Zuivelhoeve Kempen"),
    paid("main", monthly(12), 390_00, 120_00, "Verpakking Plus BV"),
    paid("main", monthly(2), 1850_00, 1850_00, "Immo Kerkplein", "huur {month}"),
    *(paid("main", monthly(28), 2380_00, 1790_00, name, WAGES) for name in STAFF),
    paid("main", monthly(28), 3400_00, 3400_00, "Luc Peeters", "bezoldiging {month}"),
    paid("main", monthly(15), 2650_00, 2100_00, TAX),
    paid("main", monthly(20), 2400_00, 650_00, TAX),
    paid("main", yearly(*SOCIAL), 9900_00, 8200_00, SOCIAL_SECURITY),
    paid("main", monthly(5), 2150_00, 2150_00, "Vlinderbank kredieten", "krediet 4471"),
    debited("main", monthly(8), 1290_00, 780_00, POWER, "{number}", "SW-1"),
    debited("main", monthly(18), 94_50, 94_50, "Telenova", "net {month}", "TN-99120"),
    Rule(
        "main",
        yearly(*QUARTERS),
        -31_75,
        -18_20,
        None,
        "Beheerskosten",
        "ACMT-MDOP-CHRG",
    ),
    moved("main", monthly(25), 1500_00, 1500_00, "savings", "spaarplan"),
    moved("main", monthly(6), 900_00, 480_00, "card", "kaartuitgaven {month}"),
)
SHOP: tuple[Rule, ...] = (
    collected("shop", 240_00, 890_00),
    Rule(
        "shop",
        weekdays(0),
        310_00,
        840_00,
        None,
        "Storting contanten",
        "PMNT-CNTR-CDPT",
    ),
    received("shop", WORKING, 22_00, 260_00, "Rusthuis Avondrood", chance=0.2),
    paid("shop", weekdays(2), 940_00, 510_00, "Molens Van Damme NV"),
    paid("shop", monthly(1), 1120_00, 1120_00, "Vastgoed Marktzicht", "huur {month}"),
    paid("shop", monthly(27), 2140_00, 1620_00, "Fatima Benali", WAGES),
    paid("shop", monthly(27), 1980_00, 1510_00, "Jürgen Weiß", WAGES),
    moved("shop", monthly(10, 24), 4900_00, 3600_00, "main", "afdracht winkel"),
)
OTHER: tuple[Rule, ...] = (
    Rule(
        "savings",
        yearly((1, 1)),
        210_00,
        380_00,
        None,
        "Creditrente",
        "ACMT-MCOP-INTR",
        value_after=-1,
    ),
    received("euro", weekdays(0, 3), 190_00, 720_00, "Webwinkelkassa BV", "WK{number}"),
    paid("euro", monthly(6), 640_00, 280_00, "Pâtisserie Équipement SARL", "F{number}"),
    moved("euro", monthly(16), 3400_00, 2300_00, None, "naar USD {number}"),
    Rule(
        "dollar",
        monthly(17),
        1900_00,
        2800_00,
        "Bakkerij Peeters BV",
        "Wissel EUR/USD",
        "PMNT-IRCT-BOOK",
        "EUR/USD {number}",
    ),
    paid("dollar", monthly(9, 23), 1650_00, 920_00, "Cacao Trading Co.", "I{number}"),
    received("dollar", monthly(19), 180_00, 640_00, "Brooklyn Waffle LLC", "P{number}"),
    charged(weekdays(1, 4), 145_00, 9_50, "GROOTHANDEL KOK {number}", 0.6),
    charged(monthly(3, 21), 96_00, 58_00, "TANKSTATION E313"),
)
RULES = MAIN + SHOP + OTHER
