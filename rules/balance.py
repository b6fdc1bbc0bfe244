"""The balances that a bank reported beside those of the ledger: sums, and no more.

Amounts are ``Decimal`` in the account's currency and with the ledger's sign. A
difference is always the bank's balance less the ledger's.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

ZERO = Decimal(0)
IsZero = Callable[[Decimal], bool]


@dataclass(frozen=True)
class Report:
    """A balance as the bank reported it; ``read_at`` is naive UTC. ``is_estimated``: the
    bank told no day."""

    day: date
    amount: Decimal
    read_at: datetime
    is_estimated: bool = False


@dataclass(frozen=True)
class Part:
    """Something that the bank has and the ledger has not (or the other way round, then
    the amount is turned round): how many of a kind, dated on one day."""

    kind: str
    day: date
    amount: Decimal
    count: int = 1


class LedgerDays:
    """The ledger's balance at the end of any day."""

    def __init__(self, moves: Iterable[tuple[date, Decimal]]) -> None:
        self.days: list[date] = []
        self.balances: list[Decimal] = []
        total = ZERO
        for day, amount in sorted(moves):
            total += amount
            self.days.append(day)
            self.balances.append(total)

    def at(self, day: date) -> Decimal:
        """Return the balance at the end of that day."""
        place = bisect_right(self.days, day)
        return self.balances[place - 1] if place else ZERO


def split_at_last_equal(
    reports: Iterable[Report], ledger: LedgerDays, is_zero: IsZero
) -> tuple[Report | None, Report | None]:
    """Go back through the reports until one agrees with the ledger.

    :param reports: one for each day, newest first
    :return: the newest report that agrees, and the oldest one after it, none of which
        agrees; ``None`` where there is no such report
    """
    first_different = None
    for report in reports:
        if is_zero(report.amount - ledger.at(report.day)):
            return report, first_different
        first_different = report
    return None, first_different


def opening_balance(
    openings: Sequence[tuple[Report, Decimal]], is_zero: IsZero
) -> tuple[Report, Decimal] | None:
    """What the account held before the start, as the first reports tell it.

    A single report may have been made in the middle of a busy day, so the first value
    that two of them agree on counts; where no two do, the first one.

    :param openings: the oldest reports, oldest first, each with what it leads to
    """
    for place, (report, opening) in enumerate(openings):
        later = openings[place + 1 :]
        if any(is_zero(opening - other) for _report, other in later):
            return report, opening
    return openings[0] if openings else None


def explain(
    difference: Decimal, certain: list[Part], possible: list[Part]
) -> tuple[list[Part], Decimal]:
    """What explains a difference, and the rest that nothing explains.

    :param possible: what may or may not be at the bank; it counts where less remains
        unexplained with it
    :return: the parts, and the rest; together they are the difference
    """
    rest = difference - total(certain)
    with_possible = rest - total(possible)
    if possible and abs(with_possible) < abs(rest):
        return certain + possible, with_possible
    return certain, rest


def total(parts: Iterable[Part]) -> Decimal:
    """Return the sum of the parts."""
    return sum((part.amount for part in parts), ZERO)


def first_day_that_differs(
    parts: Iterable[Part], reported: date | None, is_zero: IsZero
) -> date | None:
    """The first day on which the two balances differ.

    :param parts: with the days from which on they count
    :param reported: the first day whose reported balance differs
    """
    by_day: dict[date, Decimal] = {}
    for part in parts:
        by_day[part.day] = by_day.get(part.day, ZERO) + part.amount
    running = ZERO
    for day in sorted(by_day):
        running += by_day[day]
        if not is_zero(running):
            return min(day, reported) if reported else day
    return reported


def reports_for(
    day: date, reports: Iterable[Report], within: timedelta
) -> list[Report]:
    """The reports that may tell whether the balance was right on a day, best first.

    A balance of the day itself may be of its morning, so later ones are as good: all
    that lies before them is in them. Only where there is none, an earlier one.

    :param within: how far a report may be from the day
    """
    near = sorted(
        (report for report in reports if abs(report.day - day) <= within),
        key=lambda report: abs(report.day - day),
    )
    return [report for report in near if report.day >= day] or near[:1]


def difference_on(
    day: date,
    report: Report,
    ledger: LedgerDays,
    certain: Sequence[Part],
    possible: Sequence[Part],
) -> Decimal:
    """The difference at the end of a day, as a report of that or another day tells it.

    :param certain: what differs on the days between the two, see :class:`Part`
    :param possible: what may or may not be at the bank. A later report tells, so it
        counts where less is left with it; an earlier one knows nothing of it.
    """
    then = report.amount - ledger.at(report.day)
    if report.day < day:
        return then + total(certain) + total(possible)
    left = then - total(certain)
    return min(left, left - total(possible), key=abs)


def by_kind(parts: Iterable[Part]) -> list[tuple[str, int, Decimal]]:
    """Kind, how many and how much, in the order in which the kinds first come."""
    sums: dict[str, tuple[int, Decimal]] = {}
    for part in parts:
        count, amount = sums.get(part.kind, (0, ZERO))
        sums[part.kind] = (count + part.count, amount + part.amount)
    return [(kind, count, amount) for kind, (count, amount) in sums.items()]
