"""Belgian numbers and structured communications, with valid checks.

Account numbers are there for some other countries too.
"""

from __future__ import annotations

import zlib


def _check(digits: str) -> int:
    return int(digits) % 97 or 97


def iban(first_ten: str) -> str:
    """The Belgian IBAN of an account whose number begins with these ten digits."""
    return _iban("BE", f"{first_ten}{_check(first_ten):02}")


def iban_of(name: str, country: str = "BE") -> str:
    """A valid account number that belongs to a name: always the same.

    :param country: BE, NL or FR; elsewhere the number is a plain one and no IBAN
    """
    number = zlib.crc32(name.encode())
    if country == "BE":
        return iban(f"{900_0000000 + number % 99_0000000:010}")
    if country == "NL":
        return _iban("NL", f"ABNA{number:010}")
    if country == "FR":
        return _iban("FR", _french_number(30004, 12, number))
    return f"{number:010}"


def _iban(country: str, number: str) -> str:
    digits = "".join(str(int(letter, 36)) for letter in f"{number}{country}00")
    return f"{country}{98 - int(digits) % 97:02}{number}"


def _french_number(bank: int, branch: int, account: int) -> str:
    """With the key that France had before the IBAN's."""
    key = 97 - (89 * bank + 15 * branch + 3 * account) % 97
    return f"{bank:05}{branch:05}{account:011}{key:02}"


def vat_number_of(name: str) -> str:
    """A valid VAT number that belongs to a name: always the same."""
    digits = f"{90_000_000 + zlib.crc32(name.encode()) % 9_000_000:08}"
    return f"BE0{digits[1:]}{97 - int(digits[1:]) % 97:02}"


def structured_communication(number: int) -> str:
    """``+++123/4567/89012+++`` around ten digits."""
    digits = f"{number:010}"
    digits += f"{_check(digits):02}"
    return f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++"


def communication_of(*parts: object) -> str:
    """A structured communication that belongs to something: always the same."""
    number = zlib.crc32("/".join(map(str, parts)).encode())
    return structured_communication(number)


def euros(cents: int) -> str:
    """An amount as Belgians write it: ``1.234,50``."""
    return f"{cents / 100:,.2f}".translate(str.maketrans(",.", ".,"))
