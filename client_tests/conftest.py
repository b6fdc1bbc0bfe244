from __future__ import annotations

import os
from typing import TYPE_CHECKING

import hypothesis
import pytest
from local_server import LocalServer, open_sockets, serve
from sandbox_world import SEED

from sandbox.testing import LocalSandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROVING = bool(os.environ.get("PONTO_PROVE"))  # set by `make prove`
EXAMPLES = 5_000

#: A busy machine is no failure.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")
hypothesis.settings.register_profile(
    "prove",
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
if PROVING:
    hypothesis.settings.load_profile("prove")


@pytest.fixture(scope="session", autouse=True)
def tell_examples(record_testsuite_property: Callable[[str, object], None]) -> None:
    """A figure for the table of `make prove`."""
    if PROVING:
        record_testsuite_property("examples of a property", f"up to {EXAMPLES}")


@pytest.fixture
def world() -> LocalSandbox:
    """One account at one bank; overridden where a test needs another world."""
    sandbox = LocalSandbox(SEED)
    sandbox.authorize()
    return sandbox


@pytest.fixture
def server() -> Iterator[LocalServer]:
    local, httpd = serve()
    yield local
    httpd.shutdown()
    httpd.server_close()
    assert open_sockets() == [], "A client was left open."


@pytest.fixture
def other_server() -> Iterator[LocalServer]:
    local, httpd = serve()
    yield local
    httpd.shutdown()
    httpd.server_close()
