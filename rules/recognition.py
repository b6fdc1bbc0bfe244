"""Which of two lists speak of the same payments, one to one.

Swallowing a real payment is a lost line, and booking one twice a double one. So a
pair is made only where nothing else could be meant, or where it makes no difference
which of several alike ones it is; everything else is a tie, for a person.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
from collections.abc import Callable, Iterable

from .compared_payment import (
    NEIGHBOUR_DAYS,
    Entry,
    excluded,
    is_certain,
    is_guess,
    is_reissued,
    listed_together,
    near,
    score,
)
from .evidence import texts_agree


@dataclasses.dataclass
class Matching:
    """``pairs``: key of the left one → key of the right one and the reason;
    ``ties``: key of the left one → keys of the right ones it may be."""

    pairs: dict[int, tuple[int, str]] = dataclasses.field(default_factory=dict)
    ties: dict[int, list[int]] = dataclasses.field(default_factory=dict)


Edge = Callable[[Entry, Entry], bool]


def match_lines(rows: Iterable[Entry], lines: Iterable[Entry]) -> Matching:
    """Find the bank's rows among lines that came by file, by hand or from another
    account of Ponto's.

    :param rows: waiting transactions of one amount
    :param lines: lines of the same amount and journal that no transaction of the
        account has
    :return: reasons are ``same_day`` and ``next_day``; where another account brought
        the line ``fingerprint`` and ``content``
    """
    work = _Work(rows, lines)
    for reason, edge in (("fingerprint", _same), ("content", _certain)):
        for component in work.components(edge):
            work.settle(component, edge, reason, equal_counts=True)
    for least in (2, 1, 0):
        edge = functools.partial(_same_day, least)
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

    for component in work.components(_reissued):
        work.settle(component, _reissued, "fingerprint")
    for component in work.components(_agreeing):
        work.settle(component, _agreeing, "content")
    for component in work.components(_possible):
        lefts, rights = component
        alone = len(lefts) == len(rights) == 1
        if alone and not is_guess(lefts[0], rights[0]):
            work.settle(component, _possible, "content")
        elif rights:
            work.tie(lefts, rights)
    return work.result


def _same(row: Entry, line: Entry) -> bool:
    return line.is_pontos and is_reissued(row, line)


def _certain(row: Entry, line: Entry) -> bool:
    return line.is_pontos and is_certain(row, line)


def _same_day(least: int, row: Entry, line: Entry) -> bool:
    is_foreign = not line.is_pontos and row.day == line.day
    return is_foreign and score(row, line) >= least


def _reissued(new: Entry, known: Entry) -> bool:
    equal = bool(new.fingerprint) and new.fingerprint == known.fingerprint
    return equal and not listed_together(new, known)


def _agreeing(new: Entry, known: Entry) -> bool:
    agree = texts_agree(new.text, known.text) and not excluded(new, known)
    return agree and _possible(new, known)


def _possible(new: Entry, known: Entry) -> bool:
    exclude = excluded(new, known) and not known.bare
    return not exclude and not listed_together(new, known)


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
        lefts, rights = self.all_lefts, self.all_rights
        if not everyone:
            lefts = [one for one in lefts if one in self.open_lefts]
            rights = [one for one in rights if one in self.open_rights]
        field = _Field(lefts, rights, edge)
        found = []
        for first in lefts:
            group_left, group_right = field.grow(first)
            if group_right:
                found.append((group_left, group_right))
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
        """A day apart: only where one row and one line are all there is, and the line
        came from elsewhere."""
        lefts, rights = component
        open_lefts = [one for one in lefts if one in self.open_lefts]
        free = self.open_rights | self.tied_rights
        open_rights = [one for one in rights if one in free]
        if not open_lefts or not open_rights:
            return
        alone = len(lefts) == len(rights) == 1 and not rights[0].is_pontos
        if alone and not lefts[0].undecided:
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


class _Field:
    """Entries of both sides and the edges between them, taken group by group."""

    def __init__(self, lefts: list[Entry], rights: list[Entry], edge: Edge) -> None:
        self.lefts = set(lefts)
        self.lefts_of, self.rights_of = _by_day(lefts), _by_day(rights)
        self.edge = edge
        self.seen: set[Entry] = set()

    def grow(self, first: Entry) -> tuple[list[Entry], list[Entry]]:
        """All that hangs together with one on the left; nothing if it was taken."""
        group: list[Entry] = []
        frontier = [] if first in self.seen else [first]
        self.seen.update(frontier)
        while frontier:
            one = frontier.pop()
            group.append(one)
            for other in self._around(one):
                if other not in self.seen:
                    self.seen.add(other)
                    frontier.append(other)
        group.sort(key=_in_order)
        return (
            [one for one in group if one in self.lefts],
            [one for one in group if one not in self.lefts],
        )

    def _around(self, one: Entry) -> Iterable[Entry]:
        if one in self.lefts:
            return [o for o in _around(one.day, self.rights_of) if self.edge(one, o)]
        return [o for o in _around(one.day, self.lefts_of) if self.edge(o, one)]


def _in_order(entry: Entry) -> tuple[datetime.date, tuple[int, ...], int]:
    return (entry.day, entry.order, entry.key)


def _by_day(entries: Iterable[Entry]) -> dict[int, list[Entry]]:
    """By the number of the day: the calendar ends, and numbers do not."""
    found: dict[int, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.day.toordinal(), []).append(entry)
    return found


def _around(day: datetime.date, entries: dict[int, list[Entry]]) -> Iterable[Entry]:
    for distance in range(-NEIGHBOUR_DAYS, NEIGHBOUR_DAYS + 1):
        yield from entries.get(day.toordinal() + distance, ())


def _alike(entries: list[Entry]) -> bool:
    return len({entry.likeness for entry in entries}) == 1


def _assignment(
    lefts: list[Entry], rights: list[Entry], edge: Edge
) -> dict[Entry, Entry]:
    """As many pairs along edges as can be, the first ones with the first ones."""
    owner: dict[Entry, Entry] = {}

    def _place(left: Entry, tried: set[Entry]) -> bool:
        near = [one for one in rights if one not in tried and edge(left, one)]
        # A free one first: nobody is moved without need.
        for right in sorted(near, key=owner.__contains__):
            tried.add(right)
            if right not in owner or _place(owner[right], tried):
                owner[right] = left
                return True
        return False

    for left in lefts:
        _place(left, set())
    return {left: right for right, left in owner.items()}
