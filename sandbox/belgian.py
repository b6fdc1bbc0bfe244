"""Belgian numbers and structured communications, with valid checks."""

from __future__ import annotations

import zlib


def _check(digits: str) -> int:
    return int(digits) % 97 or 97


def iban(first_ten: str) -> str:
    """The Belgian IBAN of an account whose number begins with these ten digits."""
    number = f"{first_ten}{_check(first_ten):02}"
    return f"BE{98 - int(number + '111400') % 97:02}{number}"


def iban_of(name: str) -> str:
    """A valid IBAN that belongs to a name: always the same."""
    return iban(f"{900_0000000 + zlib.crc32(name.encode()) % 99_0000000:010}")


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
