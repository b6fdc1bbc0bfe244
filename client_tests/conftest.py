from __future__ import annotations

import pytest
from sandbox_world import SEED

from sandbox.testing import LocalSandbox


@pytest.fixture
def world() -> LocalSandbox:
    """One account at one bank; overridden where a test needs another world."""
    sandbox = LocalSandbox(SEED)
    sandbox.authorize()
    return sandbox
