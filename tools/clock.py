"""The one place that says what time it is.

PostgreSQL's ``now()`` stands still inside a transaction and cannot be frozen in
tests on a real cursor, so everything here asks this module.
"""

from __future__ import annotations

from datetime import datetime, timezone

from odoo import fields


def now() -> datetime:
    """The present moment, naive UTC, whole seconds: what a Datetime field takes."""
    return fields.Datetime.now()


def aware_now() -> datetime:
    """The present moment with its time zone: what ``ponto_client`` takes."""
    return datetime.now(timezone.utc)
