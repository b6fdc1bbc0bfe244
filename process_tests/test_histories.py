"""Random histories of one account, each compared with what really happened.

``make test`` lives through the same ones each time, ``make prove`` through others. What
fails is told as a story from the first day on; with ``PONTO_SHRINK=1`` hypothesis spends
some minutes on making it shorter.
"""

import os

from history import History, bed, clock
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from operations import AMOUNTS, FEATURES, LONG_AGO, TEXTS, step

__all__ = ["bed", "clock"]

SHRINK = bool(os.environ.get("PONTO_SHRINK"))
#: Of one round; `make prove` goes five rounds.
HISTORIES = 100
#: Beside the backlog and the last fetch.
STEPS = 16

BACKLOG = st.lists(
    st.tuples(*map(st.sampled_from, (LONG_AGO, AMOUNTS, TEXTS))), max_size=12
)
#: Each number is a step; 0, to which a failing history is reduced, is none.
NUMBERS = st.lists(st.integers(0, 2**31), min_size=STEPS, max_size=STEPS)


def test_histories(bed, clock, record_property):
    bed.counts.clear()

    @settings(
        max_examples=int(os.environ.get("PONTO_HISTORIES", HISTORIES)),
        deadline=None,
        derandomize=not os.environ.get("PONTO_PROVE"),
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink] if SHRINK else [Phase.generate],
    )
    @given(BACKLOG, NUMBERS, st.booleans(), st.booleans())
    def live(backlog, numbers, skip_zero, short_pages):
        bed.sandbox.control("POST", "switches", json={"short_pages": short_pages})
        history = History(bed, clock, skip_zero=skip_zero, features=FEATURES)
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
        bed.counts["histories"] += 1

    live()
    for name, count in sorted(bed.counts.items()):
        record_property(name, count)
