"""Which payment is meant where a bank gives several of them one id.

An id stands for one payment, and what comes under it later corrects that payment. Two
things say that it is another one: a reading lists two contents under one id, or nothing
but the id is left of what was known (docs/adr/0019-same-id.md).
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from ..mapping.fingerprint import plain_amount
from ..mapping.storage import sent_id, storable
from ..mapping.text import REPLACEMENT, clean, storable_text
from .compared_payment import Entry, excluded, texts_exclude

if TYPE_CHECKING:
    from ponto_client import Transaction

#: A correction moves a payment by less. Payments that come back do so by a week at least.
CORRECTED_WITHIN: Final = 7
#: A day outside these years is a mistake of the bank's, which a correction heals.
YEARS: Final = range(1900, 2200)
#: What is no word of the bank on the payment.
_MOMENTS: Final = frozenset({"createdAt", "updatedAt", "digest"})
_TEXTS: Final = (
    "description",
    "remittance_information",
    "counterpart_name",
    "counterpart_reference",
    "bank_transaction_code",
    "proprietary_bank_transaction_code",
    "end_to_end_id",
    "purpose_code",
    "mandate_id",
    "creditor_id",
    "additional_information",
    "internal_reference",
    "card_reference",
)


@dataclasses.dataclass(frozen=True)
class Content:
    """What the bank says of a payment.

    ``key`` tells contents apart; empty where the texts are not kept, then ``core`` does
    (day, amount, fingerprint). ``entry`` is ``None`` where it cannot be read or has no
    day. ``is_movable``: announced, so its day is not settled. ``is_bare``: of what lies
    before the start no texts are kept, and a later one is never taken for it.
    """

    key: str
    core: tuple[object, ...]
    amount: Decimal | None = None
    entry: Entry | None = None
    is_movable: bool = False
    is_bare: bool = False

    def equals(self, other: Content) -> bool:
        """Return whether both say the same."""
        if self.key and other.key:
            return self.key == other.key
        return self.core == other.core


@dataclasses.dataclass(eq=False)
class Holder:
    """One payment that is known under an id.

    ``is_listed``: the reading has met it. ``word``: the other content that the reading
    listed and that was taken for its correction. ``place``: whose it is; ``None``: new.
    """

    content: Content
    place: int | None = None
    is_listed: bool = False
    word: Content | None = None


def content_key(raw: Mapping[str, Any], transaction: Transaction | None) -> str:
    """Return a digest of all that the bank says, and of the id as it was sent.

    :param raw: the object as received, or as it was stored
    :param transaction: made of it; ``None`` where it cannot be read
    """
    if transaction is None:
        attributes = raw.get("attributes")
        kept = {key: value for key, value in raw.items() if key != "id"}
        if isinstance(attributes, Mapping):
            kept["attributes"] = {
                key: value for key, value in attributes.items() if key not in _MOMENTS
            }
        said: object = storable(kept)
    else:
        days = (transaction.execution_date, transaction.value_date)
        said = [
            plain_amount(transaction.amount),
            transaction.currency,
            *(day.isoformat() if day else "" for day in days),
            *sorted(f"{name} {day}" for name, day in transaction.absurd_dates.items()),
            *(_plain(getattr(transaction, name)) for name in _TEXTS),
        ]
    text = json.dumps([sent_id(raw), said], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(text: str | None) -> str:
    """The same before and after storage replaced characters."""
    return clean(storable_text(text or "").replace(REPLACEMENT, ""))


def is_another(known: Content, new: Content) -> bool:
    """Return whether nothing but the id says that both are one payment."""
    differs = known.amount != new.amount
    if known.is_bare and not new.is_bare and differs:
        return True
    if known.entry is None or new.entry is None:
        return False
    if not known.is_movable and _is_far(known.entry, new.entry):
        return True
    contradict = excluded(known.entry, new.entry) or texts_exclude(
        known.entry, new.entry
    )
    return differs and contradict


def _is_far(known: Entry, new: Entry) -> bool:
    if known.day.year not in YEARS or new.day.year not in YEARS:
        return False
    return abs((known.day - new.day).days) >= CORRECTED_WITHIN


def assign(
    holders: list[Holder], contents: Iterable[Content]
) -> list[tuple[Content, Holder]]:
    """Find whose each content is that a page lists under one id.

    Whoever says it already comes first, in whatever order they are listed; then one
    that the reading has not met, whose correction it is; else it is a new payment.

    :param holders: the payments known under the id; new ones are added
    :return: for each content, in order, its holder; then the same for what an earlier
        page had taken for a correction and is a payment of its own
    """
    contents = list(contents)
    found: dict[int, Holder] = {}
    displaced: list[Content] = []
    for place, content in enumerate(contents):
        own = next((one for one in holders if one.content.equals(content)), None)
        if own:
            found[place] = own
            if own.word:
                displaced.append(own.word)
            own.is_listed, own.word = True, None
    pairs = []
    for place, content in enumerate([*contents, *displaced]):
        holder = found.get(place) or _find_holder(holders, content)
        if holder is None:
            holder = Holder(content)
            holders.append(holder)
        holder.is_listed = True
        if not holder.content.equals(content):
            holder.word = content
        pairs.append((content, holder))
    return pairs


def _find_holder(holders: list[Holder], content: Content) -> Holder | None:
    for one in holders:
        said = one.word or (one.place is None and one.content)
        if one.is_listed and said and said.equals(content):
            return one
    for one in holders:
        if not one.is_listed and not is_another(one.content, content):
            return one
    return None
