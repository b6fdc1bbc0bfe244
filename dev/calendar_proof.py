"""``make prove PROOFS=calendar``: the suites on days that calendars stumble over.

On each day Odoo, the tests, the browser, the local Ponto and a PostgreSQL of the
proof's own live by a clock (``clock.py``) that shows the day's moment at its start and
goes on from there. Nothing is frozen: the suites of a day meet what follows, such as
the new year half an hour later.
"""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import os
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from . import databases, postgres, prepare_system, process, server
from .clock import Clock, build
from .layout import (
    DATA_DIR,
    VENV_PYTHON,
    WORK,
    Failure,
    clean_environment,
    relative,
    say,
)
from .odoo_log import Counts
from .postgres import Cluster
from .suites import ALL, Day, Outcome, Run
from .table import markdown

HEAD = ("day (UTC)", "what is about it", "suites", "passed", "failed", "seconds")
#: All that Odoo, or the client, does on a day. The others know no day.
SUITES = tuple(name for name in ALL if name not in ("lint", "dev", "official"))
#: Of the shared folders only the settings differ: they name the server.
PLACE = server.Place(WORK / "calendar" / "odoo.conf", DATA_DIR)
TOLERANCE = 60  # seconds; a busy machine takes some to ask
FILE = "calendar.md"
NOON = "12:00"  # of a day that only CALENDAR names


@dataclasses.dataclass(frozen=True)
class Start:
    """Where the clock of a day begins."""

    text: str
    """Day and time in UTC."""
    about: str = "asked for"

    @property
    def moment(self) -> datetime:
        """The same for machines."""
        return datetime.fromisoformat(self.text).replace(tzinfo=timezone.utc)


@dataclasses.dataclass(frozen=True)
class Result:
    """One row of the table."""

    start: Start
    outcomes: dict[str, Outcome]
    seconds: float

    @property
    def counts(self) -> Counts:
        """A suite that failed for another reason than a test counts as one failure."""
        total = Counts(0, 0)
        for one in self.outcomes.values():
            total += one.counts
            if not one.good and not one.counts.failed:
                total += Counts(0, 1)
        return total

    @property
    def bad(self) -> list[str]:
        """The suites that failed."""
        return [name for name, one in self.outcomes.items() if not one.good]

    def row(self) -> tuple[str, ...]:
        """What the table says about the day."""
        failed = str(self.counts.failed)
        return (
            self.start.text,
            self.start.about,
            ", ".join(self.outcomes),
            str(self.counts.passed),
            f"{failed} ({', '.join(self.bad)})" if self.bad else failed,
            f"{self.seconds:.0f}",
        )


#: Brussels is an hour ahead of UTC, in summer two.
STARTS = (
    Start("2027-01-31 12:00", "no such day next month"),
    Start("2027-03-28 00:40", "summer time begins after 20 minutes"),
    Start("2027-04-30 21:40", "in Brussels the month ends after 20 minutes"),
    Start("2027-08-31 22:10", "in Brussels 1 September"),
    Start("2027-10-01 09:00", "a quarter begins"),
    Start("2027-10-31 01:30", "in Brussels 02:30 for the second time"),
    Start("2027-12-01 09:00", "the last month begins"),
    Start("2027-12-31 22:30", "in Brussels the year ends after 30 minutes"),
    Start("2028-01-31 23:10", "in Brussels 1 February of a leap year"),
    Start("2028-02-29 12:00", "leap day"),
    Start("2028-03-26 01:10", "summer time began 10 minutes ago"),
    Start("2028-04-30 12:00", "the month ends, on a Sunday"),
    Start("2028-08-31 12:00", "no such day next month"),
    Start("2028-10-01 12:00", "a quarter begins, on a Sunday"),
    Start("2028-10-29 00:40", "summer time ends after 20 minutes"),
    Start("2028-12-01 12:00", "the last month begins"),
    Start("2028-12-31 22:30", "in Brussels a leap year ends after 30 minutes"),
)


def run_days(run: Run) -> Outcome:
    """Run the suites on each day, whatever became of those before."""
    starts = chosen_starts(os.environ.get("CALENDAR", ""))
    suites = chosen_suites(os.environ.get("CALENDAR_SUITES", ""))
    prepare_system.prepare_clock()
    results: list[Result] = []
    with _alone():
        library = _prepare_server(run)
        for start in starts:
            results.append(_day(run, start, suites, library))
            table = markdown([HEAD, *(result.row() for result in results)])
            # Whoever stops it has the days so far.
            (run.logs / FILE).write_text(f"{table}\n")
    say(f"\n{table}\n\nThe same in {relative(run.logs / FILE)}.")
    bad = [f"{one.start.text} {', '.join(one.bad)}" for one in results if one.bad]
    complaints = [f"Read the logs of {'; '.join(bad)}."] if bad else []
    counts = sum((one.counts for one in results), Counts(0, 0))
    return Outcome(counts, complaints, (("days", str(len(results))),))


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Keep the server from another run of this proof, and leave it stopped."""
    PLACE.configuration.parent.mkdir(parents=True, exist_ok=True)
    with PLACE.configuration.with_name("lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            text = "This proof runs already in this checkout: wait until it is done."
            raise Failure(text) from None
        # One that was killed has left its server, with the clock of another day.
        postgres.stop(postgres.CALENDAR)
        try:
            yield
        finally:
            postgres.stop(postgres.CALENDAR)


def _prepare_server(run: Run) -> Path:
    """Give the proof's own server, by the machine's clock, what every day copies.

    :return: what shifts clocks
    """
    cluster = postgres.start(postgres.CALENDAR)
    try:
        server.write_configuration(run.odoo, cluster, PLACE)
        databases.drop_left_over(cluster)
        template = databases.base_template(run.odoo, run.cluster)
        there = cluster.database_names()
        if template not in there:
            for old in there:
                if old.startswith(databases.TEMPLATE_PREFIX):
                    cluster.sql(f'DROP DATABASE "{old}"')
            postgres.copy(template, run.cluster, cluster)
    finally:
        postgres.stop(postgres.CALENDAR)
    return build(postgres.home_of(postgres.CALENDAR))


def _day(run: Run, start: Start, suites: tuple[str, ...], library: Path) -> Result:
    began = time.monotonic()
    say(f"--- {start.text} UTC: {start.about}")
    logs = run.logs / start.text.replace("-", "").replace(":", "").replace(" ", "_")
    logs.mkdir()
    clock = Clock.at(start.moment, library)
    cluster = postgres.start(postgres.CALENDAR, clock)
    try:
        _compare(clock, cluster)
        day = Run(
            run.odoo,
            cluster,
            coverage=False,
            keep=run.keep,
            day=Day(clock, PLACE, logs),
        )
        day.suites(suites)
    finally:
        postgres.stop(postgres.CALENDAR)
    # In the order of the list, not in that of their ends.
    outcomes = {name: day.outcomes[name] for name in suites if name in day.outcomes}
    return Result(start, outcomes, time.monotonic() - began)


def _compare(clock: Clock, cluster: Cluster) -> None:
    """Run no suite where the library was not loaded, which only warns.

    :raise Failure: if PostgreSQL or Python show another time
    """
    python = [VENV_PYTHON, "-c", "import time; print(time.time())"]
    env = clock.environment(clean_environment())
    shown = {
        "PostgreSQL": cluster.sql("SELECT extract(epoch FROM clock_timestamp())"),
        "Python": process.run(python, env=env, advice="Run `make clean`, then retry."),
    }
    for name, text in shown.items():
        if abs(float(text) - clock.now().timestamp()) > TOLERANCE:
            raise Failure(f"{name} does not load {clock.library}: run `make clean`.")


def chosen_starts(names: str) -> list[Start]:
    """The days that begin with one of these texts, such as a year; all if none is named.

    A whole day that is not listed, with or without a time, is run as it is.

    :raise Failure: for what is neither
    """
    found: list[Start] = []
    for name in _words(names) or ["20"]:
        text = name.replace("T", " ")
        listed = [start for start in STARTS if start.text.startswith(text)]
        found += listed or [_other_start(text)]
    return list(dict.fromkeys(found))


def _other_start(text: str) -> Start:
    start = Start(text if " " in text else f"{text} {NOON}")
    try:
        later = start.moment > datetime.now(timezone.utc)
    except ValueError:
        later = False
    if not later:
        raise Failure(f"CALENDAR={text} is no day to come: write it as 2028-02-29.")
    return start


def chosen_suites(names: str) -> tuple[str, ...]:
    """The suites of these names, all of them if none is named.

    :raise Failure: for another name
    """
    wanted = _words(names)
    if unknown := ", ".join(name for name in wanted if name not in SUITES):
        there = ", ".join(SUITES)
        raise Failure(f"There is no suite named {unknown}; choose from {there}.")
    return tuple(name for name in SUITES if not wanted or name in wanted)


def _words(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]
