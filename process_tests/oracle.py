"""What a history must give, computed from what really happened.

The oracle knows what an importer has to infer: which payment each of the bank's ids
stands for. So it needs no ids, pages, walks, fingerprints or fetches that broke: it
follows every payment from its arrival to its one fate, and every statement line from
its making to its end. It shares no code with the addon.

Where the contract leaves more than one acceptable outcome there is nothing to compare,
and the history keeps away from it. Those places are marked ``AVOIDED`` here and in
``history.py``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

#: Fates of a payment.
UNSEEN, LINE, HELD, IGNORED, PLANNED, BEFORE, GONE = (
    "unseen",
    "line",
    "held",
    "ignored",
    "planned",
    "before the start",
    "gone",
)
#: Codes on which a retry means: these two are not the same payment.
TIES = ("in_books_or_new", "same_or_new")
ANNOUNCED = ("planned_or_booked", "planned_gone")
DAY = timedelta(days=1)


@dataclass(eq=False)
class Line:
    """A statement line."""

    day: date
    amount: Decimal
    text: str
    by_hand: bool = False
    adopted: bool = False
    deleted: bool = False

    @property
    def key(self) -> tuple[str, str]:
        return (self.day.isoformat(), f"{self.amount:.2f}")


@dataclass(eq=False)
class Payment:
    """One movement of money at the bank, whatever ids it went by."""

    name: str
    day: date
    amount: Decimal
    text: str
    ids: list[str]
    """Under which Ponto listed it, the latest one last."""
    old: bool = False
    """It arrived further back than an ordinary reading looks."""
    listed: bool = True
    fate: str = UNSEEN
    code: str = ""
    line: Line | None = None
    was_planned: bool = False
    is_another: bool = False
    changed: bool = False
    """The bank corrected it since the last reading."""
    unread: bool = False
    """It has an id that no reading to the end has met."""
    relabelled: bool = False
    """The bank gave it another text at some time."""
    left_behind: bool = False
    """It was before the start and not listed when the account got another id."""
    is_asked: bool = False
    """A person asked for it, so that a zero amount is no reason to skip it."""
    other_amount: bool = False
    """It was booked, or before the start, and then the bank corrected its amount."""

    @property
    def id(self) -> str:
        return self.ids[-1]

    @property
    def key(self) -> tuple[date, Decimal]:
        return (self.day, self.amount)

    @property
    def verdict(self) -> tuple[str, ...]:
        """The fate as the inbox shows it."""
        if self.fate == HELD:
            return (HELD, self.code)
        if self.fate == LINE:
            return ("deleted",) if self.line.deleted else (LINE, *self.line.key)
        return (self.fate,)

    def is_of_former_account(self, verdict: tuple[str, ...]) -> bool:
        """Whether it is before the start here and has a line from before: under another
        id the row of the former account, which tells of that line, may be found."""
        line = self.line
        booked = line is not None and not line.deleted
        return self.fate == BEFORE and booked and verdict == (LINE, *line.key)

    def __str__(self) -> str:
        return f"{self.name} {self.day} {self.amount} {self.text!r}"


@dataclass
class Oracle:
    """An account, its payments and its journal."""

    start: date
    today: date
    skip_zero: bool = False
    adopts: bool = False
    locked_until: date | None = None
    complete: bool = False
    payments: list[Payment] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    # === WHAT IS THERE === #

    def listed(self) -> list[Payment]:
        return [payment for payment in self.payments if payment.listed]

    def expected_lines(self) -> Counter[tuple[str, str]]:
        return Counter(line.key for line in self.lines if not line.deleted)

    def expected_holds(self) -> Counter[str]:
        return Counter(
            payment.code for payment in self.payments if payment.fate == HELD
        )

    def is_locked(self, day: date) -> bool:
        return bool(self.locked_until and day <= self.locked_until)

    # === A READING TO THE END === #

    def read(self) -> None:
        """Everything that the bank lists was read and got its fate."""
        waiting = []
        for payment in self.listed():
            if payment.fate == UNSEEN and self._is_backlog(payment):
                payment.fate = BEFORE
            elif payment.fate == UNSEEN and payment.day > self.today:
                payment.fate, payment.was_planned = PLANNED, True
            elif payment.fate == UNSEEN or (payment.fate == HELD and payment.changed):
                waiting.append(payment)
            payment.changed = payment.unread = False
        waiting += self._release_planned(waiting)
        self.complete = True
        self.decide(waiting)

    def relink(self, start: date | None) -> None:
        """The same payments under another account, whose first reading is to come."""
        self.complete = False
        self.start = start or self.start
        for payment in self.listed():
            # Its backlog keeps no fate; a line that was booked stays where it is.
            if payment.fate == BEFORE or (
                payment.fate in (IGNORED, LINE) and payment.day < self.start
            ):
                payment.fate = UNSEEN
        for payment in self.payments:
            payment.left_behind = not payment.listed and payment.fate == BEFORE

    @staticmethod
    def come_back(payment: Payment) -> None:
        """It is listed again."""
        payment.listed = True
        if payment.left_behind:
            # The account that knew it is read no more: here it is backlog or news.
            payment.left_behind, payment.fate = False, UNSEEN

    def _is_backlog(self, payment: Payment) -> bool:
        """Of what is older than the start, the first reading keeps no more than that
        it was there; what comes later with such a date is news."""
        return not self.complete and payment.day < self.start

    def _release_planned(self, waiting: list[Payment]) -> list[Payment]:
        """Announced payments whose day has come."""
        due = [
            payment
            for payment in self.payments
            if payment.fate == PLANNED and payment.day <= self.today
        ]
        released = []
        for payment in due:
            twins = [
                other for other in self._booked_like(payment) if not other.was_planned
            ]
            twins += [other for other in waiting if other.key == payment.key]
            if payment.listed and not twins:
                released.append(payment)
            elif payment.listed:
                self._hold(payment, "planned_or_booked")
            elif twins:
                payment.fate = GONE
            else:
                self._hold(payment, "planned_gone")
        return released

    def _booked_like(self, payment: Payment) -> list[Payment]:
        return [
            other
            for other in self.payments
            if other is not payment
            and other.key == payment.key
            and other.fate in (LINE, HELD)
        ]

    # === DECIDING === #

    def decide(self, waiting: list[Payment]) -> None:
        """Book, recognize or hold payments."""
        for payment in waiting:
            payment.fate, payment.code = UNSEEN, ""
        if self.adopts:
            waiting = self._recognize(waiting)
        for payment in waiting:
            self._book_or_hold(payment)

    def _book_or_hold(self, payment: Payment) -> None:
        if self.skip_zero and not payment.amount and not payment.is_asked:
            payment.fate = IGNORED
        elif self.is_locked(payment.day):
            self._hold(payment, "locked_period")
        elif payment.day < self.start:
            self._hold(payment, "before_start")
        elif self._may_be_announced(payment):
            self._hold(payment, "planned_or_booked")
        else:
            payment.fate = LINE
            payment.line = Line(payment.day, payment.amount, payment.text)
            self.lines.append(payment.line)

    def _may_be_announced(self, payment: Payment) -> bool:
        if payment.was_planned or payment.is_another:
            return False
        return any(
            other.was_planned and other.fate == LINE
            for other in self._booked_like(payment)
        )

    @staticmethod
    def _hold(payment: Payment, code: str) -> None:
        payment.fate, payment.code = HELD, code

    # === LINES THAT CAME BY FILE OR BY HAND === #

    def free_lines(self) -> list[Line]:
        return [
            line
            for line in self.lines
            if line.by_hand and not line.adopted and not line.deleted
        ]

    def waiting(self) -> list[Payment]:
        """What the next reading has to decide on."""
        return [
            payment
            for payment in self.listed()
            if (payment.fate == UNSEEN and not self._is_backlog(payment))
            or (payment.fate == HELD and payment.changed)
            or (payment.fate == PLANNED and payment.day <= self.today)
        ]

    def _recognize(self, waiting: list[Payment]) -> list[Payment]:
        """:return: the payments that no line of the books stands for"""
        left = list(waiting)
        for key in {payment.key for payment in waiting}:
            rows = [payment for payment in left if payment.key == key]
            lines = [line for line in self.free_lines() if _key(line) == key]
            for row in self._same_day(rows, lines):
                left.remove(row)
        for row in list(left):
            if row.fate != HELD and self._next_day(row, left):
                left.remove(row)
        return [row for row in left if row.fate != HELD]

    def _same_day(self, rows: list[Payment], lines: list[Line]) -> list[Payment]:
        """Rows and lines of one day and amount; returns the rows that are settled."""
        settled = []
        for text in {row.text for row in rows}:
            alike = [row for row in rows if row.text == text]
            equal = [line for line in lines if line.text == text]
            for row, line in zip(alike, equal, strict=False):
                settled.append(self._adopt(row, line))
        rows = [row for row in rows if row not in settled]
        lines = [line for line in lines if not line.adopted]
        if not rows or not lines or _one_text(rows) == _one_text(lines) != "":
            return settled
        may_pair = (
            len(rows) == len(lines)
            or (len(rows) > len(lines) and _one_text(rows))
            or (len(lines) > len(rows) and _one_text(lines))
        )
        if may_pair:
            return settled + [
                self._adopt(*pair) for pair in zip(rows, lines, strict=False)
            ]
        for row in rows:
            self._hold(row, "in_books_or_new")
        return settled + rows

    def _next_day(self, row: Payment, left: list[Payment]) -> bool:
        """Whether a row is settled by a line of the day before or after."""
        lines = [line for line in self.free_lines() if _is_next(line, row)]
        lines = [line for line in lines if _agree(line, row)]
        if not lines:
            return False
        rivals = [
            other
            for other in left
            if other is not row
            and other.amount == row.amount
            and abs(other.day - row.day) <= DAY
        ]
        if len(lines) == 1 and not rivals:
            self._adopt(row, lines[0])
            return True
        for rival in (row, *rivals):
            self._hold(rival, "in_books_or_new")
        return True

    @staticmethod
    def _adopt(payment: Payment, line: Line) -> Payment:
        payment.fate, payment.line, line.adopted = LINE, line, True
        return payment

    def unclear_lines(self) -> list[Line]:
        """AVOIDED: lines for which the contract does not name one outcome.

        * One day and amount: an equal text on both sides, but not equally often, and
          other texts beside it. Whether the surplus competes with them is left open.
        * The day before or after: more of the amount is near than one row and one
          line, two equal rows and one line, or one row and two lines. What counts as
          competing then (lines of the feed, rows booked long ago) is left open.
        * Near a row that was held as a tie: whether it competes is left open.
        * A text that agrees with another without being equal to it, as that of a twin
          of a payment whose text was corrected: how much that counts is left open.
        """
        if not self.adopts:
            return []
        waiting = self.waiting()
        unclear = []
        for row in waiting:
            near = [
                line
                for line in self.free_lines()
                if line.amount == row.amount and abs(line.day - row.day) <= DAY
            ]
            if self._is_near_a_tie(row) or any(_resemble(line, row) for line in near):
                unclear += near
                continue
            same_day = [line for line in near if line.day == row.day]
            rows = [other for other in waiting if other.key == row.key]
            if same_day and not _is_clear(rows, same_day):
                unclear += same_day
            next_day = [line for line in near if line.day != row.day]
            if next_day and not self._is_lonely(row, rows, near):
                unclear += next_day
        return list(dict.fromkeys(unclear))

    def _is_near_a_tie(self, row: Payment) -> bool:
        return any(
            other.fate == HELD
            and other.code in TIES
            and not other.changed
            and other.amount == row.amount
            and abs(other.day - row.day) <= 2 * DAY
            for other in self.payments
            if other is not row
        )

    def _is_lonely(self, row: Payment, rows: list[Payment], near: list[Line]) -> bool:
        """Whether nothing of the amount is near but these rows and lines."""
        lines = [
            line
            for line in self.lines
            if line.amount == row.amount and abs(line.day - row.day) <= 2 * DAY
        ]
        payments = [
            payment
            for payment in self.payments
            if payment.amount == row.amount and abs(payment.day - row.day) <= 2 * DAY
        ]
        if set(lines) != set(near) or set(payments) != set(rows):
            return False
        if any(line.day == row.day for line in near):
            return False
        agreeing = [line for line in near if _agree(line, row)]
        if len(agreeing) != len(near) and len(near) > 1:
            return False
        if not _one_text(rows):
            return False
        return (len(rows), len(near)) in {(1, 1), (1, 2), (2, 1)}


def _key(line: Line) -> tuple[date, Decimal]:
    return (line.day, line.amount)


def _is_next(line: Line, row: Payment) -> bool:
    return line.amount == row.amount and abs(line.day - row.day) == DAY


def _agree(line: Line, row: Payment) -> bool:
    """The texts of a history are equal, or have no word in common."""
    return line.text == row.text


def _resemble(line: Line, row: Payment) -> bool:
    """Not equal, and with words in common: a correction adds one."""
    return line.text != row.text and (line.text in row.text or row.text in line.text)


def _one_text(items) -> str:
    """The text of all of them; '' if they differ."""
    texts = {item.text for item in items}
    return texts.pop() if len(texts) == 1 else ""


def _is_clear(rows: list[Payment], lines: list[Line]) -> bool:
    ours = Counter(row.text for row in rows)
    theirs = Counter(line.text for line in lines)
    common = ours.keys() & theirs.keys()
    if len(ours.keys() | theirs.keys()) == 1 or not common:
        return True
    return all(ours[text] == theirs[text] for text in common)
