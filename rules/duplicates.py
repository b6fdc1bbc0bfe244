"""Which bank lines of one amount may be the same payment, whatever way they came."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Hashable, Iterable

from .compared_payment import NEIGHBOUR_DAYS
from .evidence import numbers_agree, numbers_contradict, texts_agree


@dataclasses.dataclass(frozen=True)
class BankLine:
    """``ponto_ref``: by which Ponto knows it, if at all; ``batch``: what was entered or
    imported in one go; ``apart``: keys of lines that a person told from it;
    ``is_own``: a person told it from what Ponto booked."""

    key: int
    day: datetime.date
    number: str = ""
    name: str = ""
    text: str = ""
    ponto_ref: str = ""
    batch: Hashable = None
    apart: frozenset[int] = frozenset()
    is_own: bool = False


def group_duplicates(
    lines: Iterable[BankLine], pairs: Iterable[tuple[int, int]]
) -> list[list[int]]:
    """Put together what may be one payment; every line stands in one group at most.

    Two ids of Ponto are two payments, and so are two lines of one import: they never
    meet in a group. What Ponto knows leads its group.

    :param lines: of one journal
    :param pairs: keys of two that have the same amount; no others are compared
    :return: keys of each group of two and more
    """
    by_key = {line.key: line for line in lines}
    return _group(by_key, _find_allies(by_key, pairs))


def find_duplicates_of_ponto(
    lines: Iterable[BankLine], pairs: Iterable[tuple[int, int]]
) -> dict[int, int]:
    """Find what certainly deserves a look: the lines from elsewhere in a group that
    Ponto leads. A payment of the neighbouring day counts only where no other payment
    of Ponto competes for it.

    :param lines: see :func:`group_duplicates`, also of several journals
    :param pairs: likewise
    :return: ``{key of a line from elsewhere: key of the line that Ponto knows}``
    """
    by_key = {line.key: line for line in lines}
    allies = _find_allies(by_key, pairs)
    found = {}
    for leader, *others in _group(by_key, allies):
        if not by_key[leader].ponto_ref:
            continue
        for key in others:
            rivals = [ally for ally in allies[key] if by_key[ally].ponto_ref]
            is_same_day = by_key[key].day == by_key[leader].day
            if not by_key[key].ponto_ref and (is_same_day or len(rivals) == 1):
                found[key] = leader
    return found


def _find_allies(
    by_key: dict[int, BankLine], pairs: Iterable[tuple[int, int]]
) -> dict[int, set[int]]:
    """``{key: keys of the lines that may be the same payment}``"""
    allies: dict[int, set[int]] = {key: set() for key in by_key}
    for one, other in pairs:
        if _may_be_same(by_key[one], by_key[other]):
            allies[one].add(other)
            allies[other].add(one)
    return allies


def _group(by_key: dict[int, BankLine], allies: dict[int, set[int]]) -> list[list[int]]:
    groups: dict[int, list[int]] = {}
    for line in sorted(by_key.values(), key=_leads_first):
        group = _find_group([by_key[key] for key in allies[line.key]], line, groups)
        group.append(line.key)
        groups[line.key] = group
    found = {id(group): group for group in groups.values() if len(group) > 1}
    return list(found.values())


def _leads_first(line: BankLine) -> tuple[bool, int]:
    return not line.ponto_ref, line.key


def _find_group(
    allies: list[BankLine], line: BankLine, groups: dict[int, list[int]]
) -> list[int]:
    """The group of the nearest day all of which may be the line; else an empty one."""
    keys = {ally.key for ally in allies}
    nearest = sorted(allies, key=lambda ally: (abs(ally.day - line.day), ally.key))
    for ally in nearest:
        group = groups.get(ally.key)
        if group and keys.issuperset(group):
            return group
    return []


def _may_be_same(line: BankLine, other: BankLine) -> bool:
    if line.ponto_ref and other.ponto_ref:
        # The same id twice: left by an earlier installation, for example.
        return line.ponto_ref == other.ponto_ref
    if line.batch == other.batch:
        # Also where one of them was recognized since.
        return False
    return not _told_apart(line, other) and _speaks_for(line, other)


def _told_apart(line: BankLine, other: BankLine) -> bool:
    if other.key in line.apart or line.key in other.apart:
        return True
    return bool((line.is_own and other.ponto_ref) or (other.is_own and line.ponto_ref))


def _speaks_for(line: BankLine, other: BankLine) -> bool:
    """Whether number, text or name agree; where one has none of them, day and amount
    are all there is."""
    if abs((line.day - other.day).days) > NEIGHBOUR_DAYS:
        return False
    if numbers_contradict(line.number, other.number):
        return False
    if _is_bare(line) or _is_bare(other):
        return True
    return (
        numbers_agree(line.number, other.number)
        or texts_agree(line.text, other.text)
        or texts_agree(line.name, other.name)
    )


def _is_bare(line: BankLine) -> bool:
    return not (line.number or line.text or line.name)
