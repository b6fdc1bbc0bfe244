"""Histories in which something was once lost, doubled or held without need."""

from datetime import timedelta

from history import FIRST_DAY, START, History, line
from test_histories import bed, clock, sandbox

__all__ = ["bed", "clock", "sandbox"]

EVERYTHING = ("adoption", "corrections", "reissue", "relink", "zero amounts")


def history(bed, clock, **options):
    return History(bed, clock, features=EVERYTHING, **options)


def test_the_backlog_before_the_start_stays_aside(bed, clock):
    made = history(bed, clock)
    made.backlog([(START - timedelta(days=2), "-3.10", "HUUR MEI")])
    made.fetch()
    made.fetch()
    made.close()


def test_a_twin_before_the_start_after_a_relink(bed, clock):
    made = history(bed, clock)
    day = START - timedelta(days=1)
    made.backlog([(day, "-12.50", "HUUR MEI")])
    made.fetch()
    made.relink()
    made.fetch()
    made.book(day, "-12.50", "HUUR MEI")
    made.fetch()
    made.close()


def test_a_relink_with_an_earlier_start(bed, clock):
    made = history(bed, clock)
    made.backlog([(START - timedelta(days=1), "-12.50", "HUUR MEI")])
    made.fetch()
    made.relink(start=START - timedelta(days=3))
    made.fetch()
    made.close()
