"""Work in transactions of its own, apart from the caller's.

A fetch commits as often as it likes, while the caller's cursor (a request's or the
scheduled action's) holds the advisory lock on the account and does not commit. The
lock ends with the caller's transaction, so it dies with the process.
"""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Callable
from typing import TypeVar

import psycopg2
from psycopg2.errorcodes import DEADLOCK_DETECTED, SERIALIZATION_FAILURE

from odoo import SUPERUSER_ID, api, modules

from .redacted_traceback import redacted_traceback

T = TypeVar("T")

ATTEMPTS = 5
# A unit never waits longer than this for a row that somebody else is changing.
LOCK_TIMEOUT = "10s"
# After these the whole unit is done again: the transaction itself is lost.
LOST = (psycopg2.OperationalError, psycopg2.InterfaceError)
# In the context of a step that is done again, row by row (row_isolation.py).
ONE_BY_ONE = "ponto_one_by_one"
_LOCK_CLASS = "account_ponto_sync"


def run_unit(env, work: Callable[[api.Environment], T], *, uid=SUPERUSER_ID) -> T:
    """Do a piece of work in a transaction of its own and commit it.

    Odoo runs at REPEATABLE READ, where ``ON CONFLICT DO NOTHING`` raises 40001 for
    a row committed after our snapshot and no savepoint cures it; so a unit is done
    again from its beginning, in a new transaction, on 40001, 40P01 or a lost
    connection. Work must therefore be harmless to repeat.

    :param env: any environment of the database; its cursor is not used
    :param work: called with an environment of the new transaction
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with env.registry.cursor() as cr:
                cr.execute(
                    "SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT]
                )
                inner = api.Environment(cr, uid, {})
                result = work(inner)
                inner.flush_all()
                return result
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            if attempt == ATTEMPTS or not _may_repeat(error):
                raise
            time.sleep(random.uniform(0.05, 0.1 * 2**attempt))  # noqa: S311
    raise AssertionError("unreachable")


def _may_repeat(error: Exception) -> bool:
    code = getattr(error, "pgcode", None)
    return code in (SERIALIZATION_FAILURE, DEADLOCK_DETECTED) or (
        code is None and not isinstance(error, psycopg2.errors.LockNotAvailable)
    )


def try_lock(env, name: str, number: int) -> bool:
    """Take a lock that lasts until the caller's transaction ends; never waits.

    :param name: what is locked, for example ``ponto.online.account``
    :param number: its id
    :return: False when another process has it
    """
    env.cr.execute(
        "SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)",
        [f"{_LOCK_CLASS}:{name}", number],
    )
    return env.cr.fetchone()[0]


def plain_superuser(env) -> api.Environment:
    """The superuser, without the caller's context: no ``default_*`` and no personal
    default of theirs reaches what is created with more rights than they have."""
    return env(user=SUPERUSER_ID, context={"lang": env.lang})


def log_unexpected(logger, message: str, number: int, error: Exception) -> str:
    """Log a surprise with its traceback, and nothing of what a bank sent.

    A database error's text is never logged: PostgreSQL puts the row into it.

    :param message: with a place for the number
    :return: a reference by which the administrator finds this entry
    """
    reference = f"{number}-{secrets.token_hex(4)}"
    database_error = _database_error_behind(error)
    if database_error:
        text = f"{type(database_error).__name__} {database_error.pgcode or ''}"
    else:
        text = redacted_traceback(error)
    logger.error("%s (reference %s): %s", message % number, reference, text)
    return reference


def _database_error_behind(error: BaseException | None) -> psycopg2.Error | None:
    """The database error that an error is or was raised from; a traceback shows both."""
    while error is not None:
        if isinstance(error, psycopg2.Error):
            return error
        error = error.__cause__ or error.__context__
    return None


def end_transaction(env) -> None:
    """Commit the caller's transaction, so that units see its work and it sees theirs.

    Inside Odoo's own tests nothing may be committed and all cursors share one
    transaction, so there is nothing to do but to forget what was cached.
    """
    env.flush_all()
    if not modules.module.current_test:
        env["ir.cron"]._commit_progress()
    env.invalidate_all()
