"""Account numbers and payment references in the form in which they are compared."""

from __future__ import annotations

from .text import clean, visible


def sanitize(reference: str | None) -> str:
    """Return an account number without punctuation, in capitals.

    ``be68 5390-0754.7034`` and ``BE68539007547034`` become equal. The stars of a
    masked card number stay. An e-mail address is only trimmed and lower-cased.

    :return: empty if there is no reference
    """
    text = visible(clean(reference))
    if "@" in text:
        return text.lower()
    return "".join(char for char in text if char.isalnum() or char == "*").upper()


def is_belgian_communication(digits: str) -> bool:
    """Whether the last two of twelve digits check the first ten (*OGM-VCS*)."""
    return (int(digits[:10]) % 97 or 97) == int(digits[10:])
