"""A net under the logging rules: masks secrets and account numbers in any text.

The client logs an allow-list of facts and needs none of this. The net is for text
of other origin: tracebacks, messages of libraries, support reports.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Final

from stdnum.iso7064 import mod_97_10

if TYPE_CHECKING:
    from collections.abc import Iterable

MASK: Final = "***"
#: Shorter "secrets" would mask ordinary words.
_SHORTEST_SECRET: Final = 4

_SCHEME = re.compile(r"\b(bearer|basic)(\s+)[A-Za-z0-9\-._~+/=%]+", re.IGNORECASE)
_HEADER = re.compile(r"(authorization['\"]?\s*[:=]\s*['\"]?)[^'\"\s,}]+", re.IGNORECASE)
_FIELD = re.compile(
    r"((?:access_token|refresh_token|client_secret|password)['\"]?\s*[:=]\s*"
    r"b?['\"]?)[^'\"\s,&}]+",
    re.IGNORECASE,
)
_USERINFO = re.compile(r"(?<=://)[^/\s@]+(?=@)")
_IBAN = re.compile(
    r"(?<![0-9A-Za-z])[A-Za-z]{2}[0-9]{2}(?:[0-9A-Za-z]{11,30}"
    r"|(?:[ \-.][0-9A-Za-z]{4}){2,7}(?:[ \-.][0-9A-Za-z]{1,4})?)(?![0-9A-Za-z])"
)
#: ``ibanity-request-id``: a UUID in one piece.
_REQUEST_ID = re.compile(r"[0-9A-F]{32}|[0-9a-f]{32}")
_GAP = re.compile(r"[ \-.]")


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Return ``text`` with everything that looks like a secret or IBAN masked.

    :param text: any text
    :param secrets: values to mask wherever they occur
    :return: the text with ``***`` in their place
    """
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, MASK)
    text = _USERINFO.sub(MASK, text)
    text = _SCHEME.sub(rf"\1\2{MASK}", text)
    text = _HEADER.sub(_mask_header, text)
    text = _FIELD.sub(rf"\1{MASK}", text)
    return _IBAN.sub(_mask_iban, text)


def _mask_header(match: re.Match[str]) -> str:
    """Mask a header value, except the scheme name left by the step before."""
    whole = match.group(0)
    if whole.lower().endswith(("bearer", "basic", MASK)):
        return whole
    return f"{match.group(1)}{MASK}"


def _mask_iban(match: re.Match[str]) -> str:
    """Mask an account number, keeping what only happens to look like one.

    Capitals and digits in one piece are masked whatever the check digits say. Small
    letters (hexadecimal ids) and groups (the last may be the word after it) are
    masked as far as the check digits are right. Thirty-two hexadecimal digits are the
    id of a request: no country of ISO 13616 has such an IBAN.
    """
    found = match.group(0)
    if _REQUEST_ID.fullmatch(found):
        return found
    groups = _GAP.split(found)
    if len(groups) == 1 and found.isupper():
        return MASK
    for count in range(len(groups), 0, -1):
        if _is_iban("".join(groups[:count]).upper()):
            return MASK + found[sum(map(len, groups[:count])) + count - 1 :]
    return found


def _is_iban(compact: str) -> bool:
    """Whether the length and the check digits of an IBAN are right (ISO 13616)."""
    if not 15 <= len(compact) <= 34:
        return False
    return bool(mod_97_10.is_valid(compact[4:] + compact[:4]))


class RedactingFilter(logging.Filter):
    """Masks the message and arguments of every log record that passes.

    :param secrets: values to mask besides what is recognised by its form
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._secrets = tuple(secrets)

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite ``record`` in place; always let it pass."""
        message = record.getMessage()
        masked = redact(message, self._secrets)
        if masked != message:
            record.msg, record.args = masked, ()
        return True
