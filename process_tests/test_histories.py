"""Random histories of one account, each compared with what really happened."""

import os
from collections import Counter

import pytest
from history import Bed, History, small_world
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from operations import AMOUNTS, LONG_AGO, TEXTS, step
from world import environment, seed

from sandbox.process import SandboxProcess

PROVE = bool(os.environ.get("PONTO_PROVE"))
EXAMPLES = int(os.environ.get("HIST_EXAMPLES", "100"))
STEPS = 16
FEATURES = set(os.environ.get("HIST_FEATURES", "reissue relink adoption corrections").split())

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


BACKLOG = st.lists(
    st.tuples(*map(st.sampled_from, (LONG_AGO, AMOUNTS, TEXTS))), max_size=12
)
#: Each number is a step; 0, to which a failing history is reduced, is none.
NUMBERS = st.lists(st.integers(0, 2**31), min_size=STEPS, max_size=STEPS)


def test_histories(bed, clock, record_property):
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=not PROVE,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink][: 1 if os.environ.get("HIST_RAW") else 2],
    )
    @given(BACKLOG, NUMBERS, st.booleans(), st.booleans())
    def histories(backlog, numbers, skip_zero, short_pages):
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

    try:
        histories()
    finally:
        for name, count in sorted(bed.counts.items()):
            record_property(name, count)
            if os.environ.get("HIST_SHOW"):
                print(name, count)
