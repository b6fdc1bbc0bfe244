"""Random histories of one account, each compared with what really happened."""

import os
from collections import Counter
from datetime import timedelta

import pytest
from history import FIRST_DAY, START, Bed, History, line, small_world
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from world import environment, seed

from sandbox.process import SandboxProcess

PROVE = bool(os.environ.get("PONTO_PROVE"))
EXAMPLES = int(os.environ.get("HIST_EXAMPLES", "100"))
STEPS = 18
FEATURES = set(os.environ.get("HIST_FEATURES", "").split())

DAYS = [FIRST_DAY - timedelta(days=number) for number in range(5)]
LONG_AGO = [START + timedelta(days=number) for number in range(-2, 4)]
AMOUNTS = ("-12.50", "20.00", "-3.10", "0.00")
TEXTS = ("PARKING", "HUUR MEI", "LOON")
LOCKS = [FIRST_DAY - timedelta(days=number) for number in range(1, 4)]
TROUBLE = {
    "no service": {"kind": "status", "times": None},
    "reset": {"kind": "reset", "times": None},
    "truncated": {"kind": "truncated", "times": None},
    "html": {"kind": "html", "times": None},
    "one bad answer": {"kind": "status"},
    "lost cursor": {"kind": "status", "status": 400, "query": "after"},
    "page again": {"kind": "repeat_page", "query": "after"},
    "empty page": {"kind": "empty_page_with_next"},
    "next is itself": {"kind": "self_next"},
}

index = st.integers(0, 63)
day_offsets = st.sampled_from(DAYS)
amounts = st.sampled_from(AMOUNTS)
texts = st.sampled_from(TEXTS)


@pytest.fixture
def sandbox():
    with SandboxProcess(seed=seed(accounts=0)) as running:
        running.control("POST", "switches", json={"background": False})
        yield running


@pytest.fixture
def bed(odoo, database, sandbox):
    with environment(database) as env:
        euro = env.ref("base.EUR")
        euro.active = True
        company = env["res.company"].create(
            {"name": "Bakkerij Peeters", "currency_id": euro.id}
        )
        charts = env["account.chart.template"]
        charts.try_loading("generic_coa", company=company, install_demo=False)
        company.currency_id = euro
        connection = env["ponto.connection"].create(
            {
                "name": "Ponto",
                "company_id": company.id,
                "environment": "sandbox",
                "api_url": sandbox.url,
                "client_id": sandbox.client_id,
                "client_secret": sandbox.client_secret,
            }
        )
        made = Bed(database, sandbox, connection.id, Counter())
    return made


@pytest.fixture
def clock(odoo):
    with small_world() as still:
        yield still


def pick(items, number):
    return items[number % len(items)]


class Histories(RuleBasedStateMachine):
    bed = None
    clock = None

    @initialize(
        backlog=st.lists(
            st.tuples(st.sampled_from(LONG_AGO), amounts, texts), max_size=12
        ),
        skip_zero=st.booleans(),
        short_pages=st.booleans(),
    )
    def link(self, backlog, skip_zero, short_pages):
        self.bed.counts["histories"] += 1
        skip_zero = skip_zero and "skip_zero" in FEATURES
        self.bed.sandbox.control("POST", "switches", json={"short_pages": short_pages})
        self.h = History(
            self.bed, self.clock, skip_zero=skip_zero, features=FEATURES
        )
        if backlog:
            self.h.backlog(backlog)

    def teardown(self):
        if hasattr(self, "h"):
            if not self.failed:
                self.h.fetch()
            self.h.close()

    failed = False

    def check_invariants(self, *args, **kwargs):
        """Where hypothesis comes by after each step."""
        self.bed.counts["steps"] += 1
        return super().check_invariants(*args, **kwargs)

    # === AT THE BANK === #

    @rule(day=day_offsets, amount=amounts, text=texts)
    def book(self, day, amount, text):
        if self.h.may_book(day, amount):
            self.h.book(day, amount, text)

    @rule(number=index)
    def twin(self, number):
        if self.h.list:
            other = pick(self.h.list, number)
            if self.h.may_book(*other.key) and other.day <= self.h.oracle.today:
                self.h.book(other.day, str(other.amount), other.text, "twin")

    @rule(amount=amounts, text=texts)
    def book_before_start(self, amount, text):
        day = START - timedelta(days=1)
        if self.h.may_book(day, amount):
            self.h.book(day, amount, text, "book before the start")

    @rule(day=day_offsets, amount=amounts, text=texts, place=index)
    def book_below(self, day, amount, text, place):
        places = self.h.places_below()
        if places and self.h.may_book(day, amount):
            self.h.book_below(day, amount, text, pick(places, place))

    @rule(amount=amounts, text=texts)
    def announce(self, amount, text):
        day = self.h.oracle.today + timedelta(days=1)
        if not self.h.interrupted and self.h.may_book(day, amount):
            self.h.book(day, amount, text, "announce")

    @rule(number=index)
    def vanish(self, number):
        payments = self.h.vanishable()
        if payments and not self.h.interrupted:
            self.h.vanish(pick(payments, number))

    @rule(number=index, new_id=st.booleans())
    def come_back(self, number, new_id):
        payments = self.h.returnable()
        if payments and not self.h.interrupted:
            new_id = new_id and "reissue" in FEATURES
            self.h.come_back(pick(payments, number), new_id=new_id)

    @precondition(lambda self: "corrections" in FEATURES)
    @rule(number=index)
    def correct_text(self, number):
        payments = self.h.correctable()
        if payments and not self.h.interrupted:
            self.h.correct_text(pick(payments, number))

    @precondition(lambda self: "corrections" in FEATURES)
    @rule(number=index, amount=amounts)
    def correct_amount(self, number, amount):
        payments = self.h.correctable()
        if payments and not self.h.interrupted:
            payment = pick(payments, number)
            if amount != str(payment.amount):
                self.h.correct_amount(payment, amount)

    # === IDENTITY === #

    @precondition(lambda self: "reissue" in FEATURES)
    @rule(count=st.integers(1, 6), on_top=st.booleans(), prefix=st.booleans())
    def reissue(self, count, on_top, prefix):
        payments = self.h.newest(count)
        if payments and not self.h.interrupted:
            prefix = "12.03 " if prefix and self.h.may_prefix(payments) else ""
            self.h.reissue(payments, on_top=on_top, prefix=prefix)

    @precondition(lambda self: "relink" in FEATURES)
    @rule()
    def relink(self):
        if self.h.may_relink():
            self.h.relink()

    # === PEOPLE === #

    @rule(number=index, entry=st.booleans())
    def delete(self, number, entry):
        payments = self.h.deletable()
        if payments and not self.h.interrupted:
            self.h.delete(pick(payments, number), entry=entry)

    @rule(
        rows=st.lists(st.tuples(index, st.integers(0, 1)), min_size=1, max_size=3),
        further=st.lists(st.tuples(day_offsets, amounts, texts), max_size=1),
    )
    def import_file(self, rows, further):
        if self.h.interrupted:
            return
        waiting = self.h.oracle.waiting()
        lines = [line(*part) for part in further]
        for number, later in rows:
            if waiting:
                row = pick(waiting, number)
                day = row.day + timedelta(days=later)
                lines.append(line(day, str(row.amount), row.text))
        lines = [made for made in lines if not self.h.oracle.is_locked(made.day)]
        if lines:
            self.h.import_file(lines)

    @rule(number=index)
    def import_file_after_the_feed(self, number):
        booked = self.h.deletable()
        if booked and not self.h.interrupted:
            row = pick(booked, number)
            self.h.import_file([line(row.line.day, str(row.amount), row.text)])

    @rule(day=st.sampled_from(LOCKS))
    def lock(self, day):
        if not self.h.interrupted and not self.h.oracle.locked_until:
            self.h.set_lock(day)

    @rule()
    def lift_the_lock(self):
        if not self.h.interrupted and self.h.oracle.locked_until:
            self.h.set_lock(None)

    @rule(number=index, everything=st.booleans())
    def retry(self, number, everything):
        held = self.h.held()
        if held and not self.h.interrupted:
            self.h.retry(held if everything else [pick(held, number)])

    @rule(number=index)
    def ignore(self, number):
        held = self.h.held()
        if held and not self.h.interrupted:
            self.h.ignore(pick(held, number))

    @rule()
    def next_day(self):
        if not self.h.interrupted:
            self.h.next_day()

    # === FETCHES === #

    @rule()
    def fetch(self):
        self.h.fetch()

    @rule()
    def fetch_twice(self):
        self.h.fetch()
        self.h.fetch()

    @rule(kind=st.sampled_from(sorted(TROUBLE)), skip=st.integers(0, 5))
    def fetch_with_trouble(self, kind, skip):
        self.h.fetch_with([{"skip": skip, **TROUBLE[kind]}], kind)

    @rule(at=st.integers(1, 40), after_commit=st.booleans())
    def fetch_killed(self, at, after_commit):
        self.h.fetch_killed(at, after_commit=after_commit)

    @rule(day=day_offsets, amount=amounts, text=texts)
    def book_between_pages(self, day, amount, text):
        if not self.h.interrupted and self.h.may_book(day, amount):
            self.h.fetch_while_booking(day, amount, text)


def test_histories(bed, clock, record_property):
    Histories.bed, Histories.clock = bed, clock
    try:
        run_state_machine_as_test(
            Histories,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                deadline=None,
                derandomize=not PROVE,
                database=None,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.generate, Phase.shrink],
            ),
        )
    finally:
        for name, count in sorted(bed.counts.items()):
            record_property(name, count)
            if os.environ.get("HIST_SHOW"):
                print(name, count)
