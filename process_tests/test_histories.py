"""Random histories of one account, each compared with what really happened.

``make test`` lives through the same ones each time, ``make prove`` through others. The
seed of each round and every history that fails are written to ``histories.log`` beside
the other logs at once, so that a run that is stopped loses neither:
``make prove PROOFS=histories SEED=…`` lives through the same round again. With
``PONTO_SHRINK=1`` hypothesis spends some minutes on making a failing history shorter.
"""

import os
import random

from history import bed, clock, log
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from operations import AMOUNTS, LONG_AGO, TEXTS, relive

__all__ = ["bed", "clock"]

SHRINK = bool(os.environ.get("PONTO_SHRINK"))
PROVE = bool(os.environ.get("PONTO_PROVE"))
#: Of one round; `make prove` goes several rounds.
HISTORIES = int(os.environ.get("PONTO_HISTORIES") or 100)
#: Beside the backlog and the last fetch.
STEPS = 16

BACKLOG = st.lists(
    st.tuples(*map(st.sampled_from, (LONG_AGO, AMOUNTS, TEXTS))), max_size=12
)
#: Each number is a step; 0, to which a failing history is reduced, is none.
NUMBERS = st.lists(st.integers(0, 2**31), min_size=STEPS, max_size=STEPS)


SEED_OF_TEST = 0xF480A971


def seed_of_round() -> int:
    """What the histories of this round are made from."""
    given_seed = os.environ.get("PONTO_SEED")
    if given_seed:
        return int(given_seed, 0)
    # Only a proof looks for new stories: a test answers the same each time.
    return random.SystemRandom().getrandbits(32) if PROVE else SEED_OF_TEST


def test_histories(bed, clock, record_property):
    bed.counts.clear()
    number = seed_of_round()
    if PROVE:
        # Hexadecimal: the table of proofs adds up whole numbers.
        record_property("seed", f"{number:#x}")
        log(f"{HISTORIES} histories with SEED={number:#x}")

    @seed(number)
    @settings(
        max_examples=HISTORIES,
        deadline=None,
        database=None,
        # The first failing history ends the round.
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink] if SHRINK else [Phase.generate],
    )
    @given(BACKLOG, NUMBERS, st.booleans(), st.booleans())
    def live(backlog, numbers, skip_zero, short_pages):
        relive(
            bed,
            clock,
            backlog=backlog,
            numbers=numbers,
            skip_zero=skip_zero,
            short_pages=short_pages,
        )
        bed.counts["histories"] += 1

    live()
    for name, count in sorted(bed.counts.items()):
        record_property(name, count)
    if PROVE:
        log(f"all {bed.counts['histories']} of SEED={number:#x} agree")
