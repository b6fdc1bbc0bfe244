"""Which of two lists speak of the same payments, one to one.

Swallowing a real payment is a lost line, and booking one twice a double one. So a
pair is made only where nothing else could be meant, or where it makes no difference
which of several alike ones it is; everything else is a tie, for a person.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Iterable

from .entry import NEIGHBOUR_DAYS, Entry, excluded, near, score, texts_exclude
from .evidence import texts_agree


@dataclasses.dataclass
class Matching:
    """``pairs``: key of the left one → key of the right one and the reason;
    ``ties``: key of the left one → keys of the right ones it may be."""

    pairs: dict[int, tuple[int, str]] = dataclasses.field(default_factory=dict)
    ties: dict[int, list[int]] = dataclasses.field(default_factory=dict)


Edge = Callable[[Entry, Entry], bool]


def match_lines(rows: Iterable[Entry], lines: Iterable[Entry]) -> Matching:
    """Find the bank's rows among lines that came by file or by hand.

    :param rows: waiting transactions of one amount
    :param lines: lines of the same amount and journal that no transaction has
    :return: reasons are ``same_day`` and ``next_day``
    """
    work = _Work(rows, lines)
    for least in (2, 1, 0):

        def edge(row: Entry, line: Entry, least: int = least) -> bool:
            return row.day == line.day and score(row, line) >= least

        for component in work.components(edge):
            work.settle(component, edge, "same_day", equal_counts=True)
    for component in work.components(near, everyone=True):
        work.settle_neighbours(component)
    return work.result


def match_reissued(newcomers: Iterable[Entry], known: Iterable[Entry]) -> Matching:
    """Find among known payments those that came again under new ids.

    :param newcomers: new transactions of one day and amount
    :param known: transactions of that day and amount that are no longer listed
    :return: reasons are ``fingerprint`` and ``content``
    """
    work = _Work(newcomers, known)

    def equal(one: Entry, other: Entry) -> bool:
        return bool(one.fingerprint) and one.fingerprint == other.fingerprint

    def agreeing(one: Entry, other: Entry) -> bool:
        return not excluded(one, other) and texts_agree(one.text, other.text)

    def possible(one: Entry, other: Entry) -> bool:
        return not excluded(one, other)

    for component in work.components(equal):
        work.settle(component, equal, "fingerprint")
    for component in work.components(agreeing):
        work.settle(component, agreeing, "content")
    for component in work.components(possible):
        lefts, rights = component
        alone = len(lefts) == len(rights) == 1
        if alone and not texts_exclude(lefts[0], rights[0]):
            work.settle(component, possible, "content")
        elif rights:
            work.tie(lefts, rights)
    return work.result


class _Work:
    """What is not settled yet, on both sides."""

    def __init__(self, lefts: Iterable[Entry], rights: Iterable[Entry]) -> None:
        self.all_lefts = sorted(lefts, key=_in_order)
        self.all_rights = sorted(rights, key=_in_order)
        self.open_lefts = set(self.all_lefts)
        self.open_rights = set(self.all_rights)
        #: Nobody's yet, because nobody can tell whose.
        self.tied_rights: set[Entry] = set()
        self.result = Matching()

    def components(
        self, edge: Edge, *, everyone: bool = False
    ) -> list[tuple[list[Entry], list[Entry]]]:
        """Groups that hang together by edges, both sides filled.

        :param everyone: also through those that are settled already
        """
        lefts = (
            self.all_lefts
            if everyone
            else [*filter(self.open_lefts.__contains__, self.all_lefts)]
        )
        rights = (
            self.all_rights
            if everyone
            else [*filter(self.open_rights.__contains__, self.all_rights)]
        )
        all_left = set(lefts)
        lefts_of, rights_of = _by_day(lefts), _by_day(rights)
        seen: set[Entry] = set()
        found = []
        for first in lefts:
            if first in seen:
                continue
            group_left: list[Entry] = []
            group_right: list[Entry] = []
            seen.add(first)
            frontier = [first]
            while frontier:
                one = frontier.pop()
                is_left = one in all_left
                (group_left if is_left else group_right).append(one)
                for other in _around(one.day, rights_of if is_left else lefts_of):
                    pair = (one, other) if is_left else (other, one)
                    if other not in seen and edge(*pair):
                        seen.add(other)
                        frontier.append(other)
            if group_right:
                found.append(
                    (
                        sorted(group_left, key=_in_order),
                        sorted(group_right, key=_in_order),
                    )
                )
        return found

    def settle(
        self,
        component: tuple[list[Entry], list[Entry]],
        edge: Edge,
        reason: str,
        *,
        equal_counts: bool = False,
    ) -> None:
        """Pair a component off, or make it a tie.

        Whoever is left over must be alike with all others of its side: then it makes
        no difference which one that is.

        :param equal_counts: as many on the left as on the right is unambiguous enough
        """
        lefts, rights = component
        if any(one.undecided for one in lefts):
            self.tie(lefts, rights)
            return
        alike_left, alike_right = _alike(lefts), _alike(rights)
        if len(lefts) > len(rights):
            clear = alike_left
        elif len(lefts) < len(rights):
            clear = alike_right
        else:
            clear = equal_counts or len(lefts) == 1 or alike_left or alike_right
        pairs = _assignment(lefts, rights, edge) if clear else {}
        if len(pairs) < min(len(lefts), len(rights)):
            self.tie(lefts, rights)
            return
        for left, right in pairs.items():
            self.pair(left, right, reason)

    def settle_neighbours(self, component: tuple[list[Entry], list[Entry]]) -> None:
        """A day apart: only where one row and one line are all there is."""
        lefts, rights = component
        open_lefts = [one for one in lefts if one in self.open_lefts]
        free = self.open_rights | self.tied_rights
        open_rights = [one for one in rights if one in free]
        if not open_lefts or not open_rights:
            return
        if len(lefts) == len(rights) == 1 and not lefts[0].undecided:
            self.pair(lefts[0], rights[0], "next_day")
        else:
            self.tie(open_lefts, open_rights)

    def pair(self, left: Entry, right: Entry, reason: str) -> None:
        """Both are settled."""
        self.open_lefts.discard(left)
        self.open_rights.discard(right)
        self.result.pairs[left.key] = (right.key, reason)

    def tie(self, lefts: list[Entry], rights: list[Entry]) -> None:
        """Nobody can tell which of them belong together."""
        self.open_lefts.difference_update(lefts)
        self.open_rights.difference_update(rights)
        self.tied_rights.update(rights)
        for left in lefts:
            if not left.undecided:
                self.result.ties[left.key] = [right.key for right in rights]


def _in_order(entry: Entry) -> tuple[datetime.date, tuple[int, ...], int]:
    return (entry.day, entry.order, entry.key)


def _by_day(entries: Iterable[Entry]) -> dict[datetime.date, list[Entry]]:
    found: dict[datetime.date, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.day, []).append(entry)
    return found


def _around(
    day: datetime.date, entries: dict[datetime.date, list[Entry]]
) -> Iterable[Entry]:
    for distance in range(-NEIGHBOUR_DAYS, NEIGHBOUR_DAYS + 1):
        yield from entries.get(day + datetime.timedelta(days=distance), ())


def _alike(entries: list[Entry]) -> bool:
    return len({entry.likeness for entry in entries}) == 1


def _assignment(
    lefts: list[Entry], rights: list[Entry], edge: Edge
) -> dict[Entry, Entry]:
    """As many pairs along edges as can be, the first ones with the first ones."""
    owner: dict[Entry, Entry] = {}

    def place(left: Entry, tried: set[Entry]) -> bool:
        near = [one for one in rights if one not in tried and edge(left, one)]
        # A free one first: nobody is moved without need.
        for right in sorted(near, key=owner.__contains__):
            tried.add(right)
            if right not in owner or place(owner[right], tried):
                owner[right] = left
                return True
        return False

    for left in lefts:
        place(left, set())
    return {left: right for right, left in owner.items()}
