"""Work in transactions of its own, apart from the caller's.

A fetch commits as often as it likes, while the caller's cursor (a request's or the
scheduled action's) holds the advisory lock on the account and does not commit. The
lock ends with the caller's transaction, so it dies with the process.
"""

from __future__ import annotations

import logging
import random
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import psycopg2
from psycopg2 import errorcodes
from psycopg2.errors import UniqueViolation

from odoo import SUPERUSER_ID, api, modules
from odoo.exceptions import ConcurrencyError, UserError
from odoo.modules.registry import Registry
from odoo.tools import mute_logger

from .redacted_traceback import redacted_traceback

T = TypeVar("T")

ATTEMPTS = 5
# A unit never waits longer than this for a row that somebody else is changing.
LOCK_TIMEOUT = "10s"
# Refusals of PostgreSQL after which the same work may succeed.
REPEATABLE = (
    errorcodes.SERIALIZATION_FAILURE,
    errorcodes.DEADLOCK_DETECTED,
    # It ended our connection, or is starting anew.
    errorcodes.ADMIN_SHUTDOWN,
    errorcodes.CRASH_SHUTDOWN,
    errorcodes.CANNOT_CONNECT_NOW,
)
# After these the whole unit is done again: the transaction itself is lost.
LOST = (psycopg2.OperationalError, psycopg2.InterfaceError, ConcurrencyError)
# In the context of a step that is done again, row by row (ponto_transaction_isolation.py).
ONE_BY_ONE = "ponto_one_by_one"
_LOCK_CLASS = "account_ponto_sync"
# A unit waits no longer than this for addons that are being installed or removed: their
# installer may itself wait for a table that the caller's transaction has read.
REGISTRY_TIMEOUT = 10  # seconds


class AddonsChanging(UserError):
    """Addons are being installed, upgraded or removed, or this one was removed."""

    # Part of a normal day: no WARNING in the log.
    loglevel = logging.INFO

    def __init__(self, env):
        super().__init__(
            env._(
                "Odoo is installing, upgrading or removing modules. What was read is "
                "kept; the fetch continues automatically afterwards."
            )
        )


def run_unit(env, work: Callable[[api.Environment], T], *, uid=SUPERUSER_ID) -> T:
    """Do a piece of work in a transaction of its own and commit it.

    Odoo runs at REPEATABLE READ, where ``ON CONFLICT DO NOTHING`` raises 40001 for
    a row committed after our snapshot and no savepoint cures it; so a unit is done
    again from its beginning, in a new transaction, on 40001, 40P01 or a lost
    connection, and where somebody else created first what it would create
    (:func:`created_once`). Work must therefore be harmless to repeat, also where it
    was committed and only PostgreSQL's word of that was lost.

    :param env: any environment of the database; its cursor is not used
    :param work: called with an environment of the new transaction
    :raise AddonsChanging: when another user changes the installed addons
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with env.registry.cursor() as cr:
                cr.execute(
                    "SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT]
                )
                inner = _environment(env, cr, uid)
                result = work(inner)
                inner.flush_all()
                return result
        except (psycopg2.Error, ConcurrencyError) as error:
            if _is_of_changing_addons(env, error):
                raise AddonsChanging(env) from error
            if attempt == ATTEMPTS or not _may_repeat(error):
                raise
            time.sleep(random.uniform(0.05, 0.1 * 2**attempt))  # noqa: S311
    raise AssertionError("unreachable")


def _environment(env, cr, uid) -> api.Environment:
    """An environment with the registry of now, which another thread may be building."""
    lock = Registry._lock
    try:
        is_free = lock.acquire(timeout=REGISTRY_TIMEOUT)
    except TypeError:
        # Odoo's tests put in a lock that never waits.
        is_free = lock.acquire() or True
    if not is_free:
        raise AddonsChanging(env)
    try:
        inner = api.Environment(cr, uid, {})
    finally:
        lock.release()
    if "ponto.sync.run" not in inner:
        raise AddonsChanging(env)
    return inner


def _is_of_changing_addons(env, error: Exception) -> bool:
    """Whether a table is locked or missing because addons are being changed.

    Threads of other processes know the old registry until their next request.
    """
    kinds = (
        psycopg2.errors.LockNotAvailable,
        psycopg2.errors.UndefinedColumn,
        psycopg2.errors.UndefinedTable,
    )
    if not isinstance(error, kinds):
        return False
    with env.registry.cursor() as cr:
        cr.execute(
            """SELECT 1 FROM ir_module_module
                WHERE state IN ('to install', 'to upgrade', 'to remove')
                   OR name = %s AND state != 'installed' LIMIT 1""",
            [_LOCK_CLASS],
        )
        return bool(cr.fetchone())


def _may_repeat(error: Exception) -> bool:
    if not isinstance(error, LOST):
        return False
    code = getattr(error, "pgcode", None)
    return code in REPEATABLE or (
        code is None and not isinstance(error, psycopg2.errors.LockNotAvailable)
    )


@contextmanager
def created_once(env) -> Iterator[None]:
    """Create what may be there once only, and that somebody else may create just now.

    Who comes second cannot see the first one's: their request (``retrying``) or unit
    begins again, finds it and goes on with it.

    :raise ConcurrencyError: where somebody else came first
    """
    try:
        with mute_logger("odoo.sql_db"), env.cr.savepoint():
            yield
    except UniqueViolation:
        raise ConcurrencyError("Somebody else created it first.") from None


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
