"""Several processes, real commits, real kills: what Odoo's own tests cannot do."""

import os

from world import account_id, database, fork, odoo, sandbox

__all__ = ["account_id", "database", "fork", "odoo", "sandbox"]

#: How often `make prove` repeats each test: a race does not show every time.
ROUNDS = 5 if os.environ.get("PONTO_PROVE") else 1


def pytest_generate_tests(metafunc):
    if ROUNDS > 1:
        metafunc.fixturenames.append("round_number")
        metafunc.parametrize("round_number", range(ROUNDS))
