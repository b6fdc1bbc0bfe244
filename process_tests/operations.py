"""What can happen in a history: each operation, when it can, and how often it does.

An operation draws what it needs from a :class:`Draw`, whose alphabets are small, so
that twins, ties and collisions are frequent.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from history import FIRST_DAY, START, History, line

#: What the engine does; an operation or an expectation that needs more is left out.
FEATURES = ("adoption", "corrections", "reissue", "relink", "zero amounts")

DAYS = [FIRST_DAY - timedelta(days=number) for number in range(5)]
LONG_AGO = [START + timedelta(days=number) for number in range(-2, 4)]
AMOUNTS = ("-12.50", "20.00", "-3.10", "7.77", "0.00")
TEXTS = ("PARKING", "HUUR MEI", "LOON")
LOCKS = [FIRST_DAY - timedelta(days=number) for number in range(1, 4)]
#: AVOIDED: a next page that is the page itself. The client takes it for the end of the
#: list, as some servers end their lists so; in the middle nothing can be right then.
#: The same page once more leads to itself, too. Nor can anything be right after a page
#: whose rows are left out although the next one follows.
TROUBLE = {
    "no service": {"kind": "status", "times": None},
    "reset": {"kind": "reset", "times": None},
    "truncated": {"kind": "truncated", "times": None},
    "html": {"kind": "html", "times": None},
    "one bad answer": {"kind": "status"},
    "lost cursor": {"kind": "status", "status": 400, "query": "after"},
}
#: So many transactions of ours at most has a short fetch.
UNITS = 24


class Draw(random.Random):
    """Everything that one step draws, from one number."""

    def day(self):
        return self.choice(DAYS)

    def amount(self):
        return self.choice(AMOUNTS)

    def text(self):
        return self.choice(TEXTS)

    def coin(self):
        return self.random() < 0.5


@dataclass(frozen=True)
class Operation:
    """A step of a history."""

    name: str
    weight: int
    act: Callable[[History, Draw], bool | None]
    """Says False where it could not happen."""
    feature: str = ""
    calm: bool = True
    """It does not happen while a fetch is interrupted."""

    def __call__(self, history: History, number: int) -> bool:
        if self.feature and self.feature not in history.features:
            return False
        if self.calm and history.interrupted:
            return False
        return self.act(history, Draw(number)) is not False


TABLE: list[Operation] = []


def operation(weight, **more):
    def register(act):
        name = act.__name__.replace("_", " ")
        TABLE.append(Operation(name, weight, act, **more))
        return act

    return register


# === AT THE BANK === #


@operation(8, calm=False)
def book(history, draw):
    day, amount = draw.day(), draw.amount()
    if not history.may_book(day, amount):
        return False
    return history.book(day, amount, draw.text())


@operation(5, calm=False)
def twin(history, draw):
    others = [item for item in history.list if item.day <= history.oracle.today]
    if not others:
        return False
    other = draw.choice(others)
    if not history.may_book(*other.key):
        return False
    return history.book(other.day, str(other.amount), other.text, "twin")


@operation(2, calm=False)
def book_before_the_start(history, draw):
    day, amount = START - timedelta(days=1), draw.amount()
    if not history.may_book(day, amount):
        return False
    return history.book(day, amount, draw.text(), "book before the start")


@operation(5, calm=False)
def book_late_below(history, draw):
    places, day, amount = history.places_below(), draw.day(), draw.amount()
    if not places or not history.may_book(day, amount):
        return False
    return history.book_below(day, amount, draw.text(), draw.choice(places))


@operation(3)
def announce(history, draw):
    day, amount = history.oracle.today + timedelta(days=1), draw.amount()
    if not history.may_book(day, amount):
        return False
    return history.book(day, amount, draw.text(), "announce")


@operation(3)
def vanish(history, draw):
    payments = history.vanishable()
    return history.vanish(draw.choice(payments)) if payments else False


@operation(3)
def come_back(history, draw):
    payments = history.returnable()
    if not payments:
        return False
    new_id = draw.coin() and "reissue" in history.features
    return history.come_back(draw.choice(payments), new_id=new_id)


@operation(4, feature="corrections")
def correct_text(history, draw):
    payments = history.correctable()
    return history.correct_text(draw.choice(payments)) if payments else False


@operation(3, feature="corrections")
def correct_amount(history, draw):
    payments = history.correctable()
    if not payments:
        return False
    payment, amount = draw.choice(payments), draw.amount()
    if amount == str(payment.amount):
        return False
    return history.correct_amount(payment, amount)


# === IDENTITY === #


@operation(8, feature="reissue")
def reissue(history, draw):
    payments = history.newest(draw.randint(1, 8))
    if not payments or not history.may_reissue(payments):
        return False
    prefix = "12.03 " if draw.coin() and history.may_prefix(payments) else ""
    return history.reissue(payments, on_top=draw.coin(), prefix=prefix)


@operation(3, feature="relink")
def relink(history, draw):
    return history.relink() if history.may_relink() else False


# === PEOPLE === #


@operation(4)
def delete(history, draw):
    payments = history.deletable()
    if not payments:
        return False
    return history.delete(draw.choice(payments), entry=draw.coin())


@operation(8)
def import_file(history, draw):
    """Some lines that wait at the bank, on their day or the day after, and others."""
    lines = []
    waiting = history.oracle.waiting()
    draw.shuffle(waiting)
    for row in waiting[: draw.randint(1, 3)]:
        day = row.day + timedelta(days=draw.choice((0, 0, 1, -1)))
        lines.append(line(day, str(row.amount), row.text))
    if draw.random() < 0.4:
        lines.append(line(draw.day(), draw.amount(), draw.text()))
    return history.import_file(lines)


@operation(2)
def import_file_after_the_feed(history, draw):
    booked = history.deletable()
    if not booked:
        return False
    row = draw.choice(booked)
    return history.import_file([line(row.line.day, str(row.line.amount), row.text)])


@operation(2)
def lock(history, draw):
    if history.oracle.locked_until:
        return False
    return history.set_lock(draw.choice(LOCKS))


@operation(2)
def lift_the_lock(history, draw):
    return history.set_lock(None) if history.oracle.locked_until else False


@operation(4)
def retry(history, draw):
    held = history.held()
    if not held:
        return False
    return history.retry(held if draw.coin() else [draw.choice(held)])


@operation(1)
def ignore(history, draw):
    held = history.held()
    return history.ignore(draw.choice(held)) if held else False


@operation(3)
def next_day(history, draw):
    return history.next_day()


# === FETCHES === #


@operation(12, calm=False)
def fetch(history, draw):
    return history.fetch()


@operation(2, calm=False)
def fetch_twice(history, draw):
    history.fetch()
    return history.fetch()


@operation(6, calm=False)
def fetch_with_trouble(history, draw):
    kind = draw.choice(sorted(TROUBLE))
    fault = {"skip": draw.randint(0, 4), **TROUBLE[kind]}
    return history.fetch_with([fault], kind)


@operation(6, calm=False)
def fetch_killed(history, draw):
    return history.fetch_killed(draw.randint(1, UNITS), after_commit=draw.coin())


@operation(2)
def book_between_pages(history, draw):
    day, amount = draw.day(), draw.amount()
    if not history.may_book(day, amount):
        return False
    return history.fetch_while_booking(day, amount, draw.text())


def relive(
    bed,
    clock,
    *,
    backlog=(),
    numbers=(),
    skip_zero: bool = False,
    short_pages: bool = False,
) -> None:
    """Live through one history and compare it with the oracle.

    :param backlog: day, amount and text of each payment that is there at the beginning
    :param numbers: one number a step
    :raise AssertionError: with these parameters and the story, where they differ
    """
    bed.sandbox.control("POST", "switches", json={"short_pages": short_pages})
    history = History(bed, clock, skip_zero=skip_zero, features=FEATURES)
    history.recipe = (
        f"backlog={[(str(day), amount, text) for day, amount, text in backlog]},"
        f" numbers={list(numbers)}, skip_zero={skip_zero}, short_pages={short_pages}"
    )
    try:
        if backlog:
            history.backlog(backlog)
        for number in numbers:
            step(history, number)
        history.fetch()
    except AssertionError:
        raise
    except Exception as error:
        history.fail(repr(error))
    finally:
        history.close()


def step(history: History, number: int) -> None:
    """Let happen what a number stands for; 0 is nothing.

    Where it cannot happen, something else does.
    """
    if not number:
        return
    history.bed.counts["steps"] += 1
    weights = [operation.weight for operation in TABLE]
    choice = random.Random(number)
    while True:
        [chosen] = choice.choices(TABLE, weights)
        if chosen(history, choice.getrandbits(32)):
            return
