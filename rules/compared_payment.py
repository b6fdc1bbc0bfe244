"""One payment as one side describes it, and what two of them say of each other."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Hashable

from .evidence import (
    numbers_agree,
    numbers_contradict,
    says_something,
    texts_agree,
    texts_contradict,
)

#: A day of difference between a file's date and Ponto's; never more.
NEIGHBOUR_DAYS = 1


@dataclasses.dataclass(frozen=True, eq=False)
class Entry:
    """One payment as one side describes it; all compared ones have the same amount.

    ``order`` is the bank's within the list. ``undecided`` is held for a person
    already: never paired, but it competes. ``bare``: the bank's texts were removed, so
    what is missing, or stands on the line, never says that it is another one.
    ``is_pontos``: a line that another account of Ponto's brought to the same journal.
    ``first_seen`` and ``last_seen`` are ascending numbers of readings that listed it;
    0: not known.
    """

    key: int
    day: datetime.date
    order: tuple[int, ...] = ()
    number: str = ""
    name: str = ""
    text: str = ""
    end_to_end_id: str = ""
    fingerprint: str = ""
    undecided: bool = False
    bare: bool = False
    is_pontos: bool = False
    first_seen: int = 0
    last_seen: int = 0

    @property
    def likeness(self) -> Hashable:
        """Equal for two that nobody could tell apart."""
        if self.fingerprint:
            return self.fingerprint
        return (self.day, self.number, self.name, self.text, self.end_to_end_id)


def score(row: Entry, line: Entry) -> int:
    """How much says that they are the same; -1 where something says they are not."""
    if excluded(row, line):
        return -1
    text = texts_agree(row.text, line.text) or texts_agree(row.name, line.name)
    return int(numbers_agree(row.number, line.number)) + int(text)


def is_certain(row: Entry, line: Entry) -> bool:
    """Return whether a line that another account of Ponto's brought is this payment.

    Both texts are the bank's, so each difference counts, and a day apart is never
    certain: what is paid every day would be swallowed where the two lists meet.
    """
    if row.day != line.day or excluded(row, line):
        return False
    if texts_contradict(row.name, line.name):
        return False
    if says_something(row.text) and says_something(line.text):
        return texts_agree(row.text, line.text)
    numbers = numbers_agree(row.number, line.number)
    return numbers or texts_agree(row.name, line.name)


def is_reissued(row: Entry, line: Entry) -> bool:
    """Return whether another account's line is equal in everything but the id, and
    more than the day and the amount says so."""
    told = (row.text, row.name, row.number, row.end_to_end_id)
    equal = bool(row.fingerprint) and row.fingerprint == line.fingerprint
    return equal and any(says_something(text) for text in told)


def near(row: Entry, line: Entry) -> bool:
    """Return whether they may be the same, a day apart at most."""
    distance = abs((row.day - line.day).days)
    if distance > NEIGHBOUR_DAYS or excluded(row, line):
        return False
    return distance == 0 or not texts_exclude(row, line)


def excluded(one: Entry, other: Entry) -> bool:
    """Return whether a number or an end-to-end id says that they are not the same."""
    if numbers_contradict(one.number, other.number):
        return True
    ids = {one.end_to_end_id, other.end_to_end_id} - {""}
    return len(ids) > 1


def listed_together(newcomer: Entry, known: Entry) -> bool:
    """Return whether one reading listed both: then they are two payments."""
    return 0 < newcomer.first_seen <= known.last_seen


def texts_exclude(one: Entry, other: Entry) -> bool:
    """Whether name or text speak against it, and no account number for it."""
    if numbers_agree(one.number, other.number):
        return False
    return texts_contradict(one.text, other.text) or (
        texts_contradict(one.name, other.name) and not texts_agree(one.text, other.text)
    )


def is_guess(newcomer: Entry, known: Entry) -> bool:
    """Return whether only the day and the amount say that both are the same."""
    if known.bare and not numbers_agree(newcomer.number, known.number):
        return True
    return texts_exclude(newcomer, known)
