"""An account number that can be recognised and not read."""

from __future__ import annotations

import functools
import hashlib
import hmac
import secrets
from typing import Final

from .reference import sanitize

_VERSION: Final = "scrypt1"
#: A hundredth of a second: all numbers of one country take years on one processor,
#: those of one known bank perhaps days. A pseudonym, as SECURITY.md says.
_COST: Final = 2**12


def number_digest(number: str) -> str:
    """Return a salted digest of an account number, however it is written."""
    salt = secrets.token_hex(16)
    return f"{_VERSION}:{salt}:{_derive(sanitize(number), salt)}"


def is_number_of_digest(number: str, digest: str) -> bool:
    """Return whether a digest was made of that number."""
    version, _colon, rest = digest.partition(":")
    salt, _colon, expected = rest.partition(":")
    if version != _VERSION or not sanitize(number):
        return False
    return hmac.compare_digest(_derive(sanitize(number), salt), expected)


@functools.lru_cache(maxsize=1024)
def _derive(number: str, salt: str) -> str:
    derived = hashlib.scrypt(
        number.encode(), salt=salt.encode(), n=_COST, r=8, p=1, dklen=32
    )
    return derived.hex()
