"""Several processes, real commits, real kills: what Odoo's own tests cannot do."""

import os

from world import account_id, database, fork, odoo, sandbox

__all__ = ["account_id", "database", "fork", "odoo", "sandbox"]

#: How often `make prove` repeats each test: a race does not show every time.
PROVE = bool(os.environ.get("PONTO_PROVE"))
ROUNDS = 5 if PROVE and not os.environ.get("PONTO_SEED") else 1


def pytest_ignore_collect(collection_path, config):
    """`make prove` lives through random histories as a proof of its own."""
    if PROVE and collection_path.name == "test_histories.py":
        return not any("test_histories.py" in name for name in config.args)
    return None


def pytest_generate_tests(metafunc):
    if ROUNDS > 1:
        metafunc.fixturenames.append("round_number")
        metafunc.parametrize("round_number", range(ROUNDS))
