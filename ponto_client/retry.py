"""When a request is tried again, and after how long."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from .const import MAX_RETRY_AFTER, MAX_TRIES, MAX_WAIT, MIN_WAIT, TOTAL_BUDGET
from .errors import PontoError, RateLimited, ServerError, TransportError

#: Server errors that pass by themselves within seconds, often enough.
_PASSING = frozenset({500, 502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """At most three tries, 0.5 to 5 seconds apart with jitter, 60 seconds in all."""

    rng: random.Random = field(default_factory=random.SystemRandom)
    budget: float = TOTAL_BUDGET

    def wait(self, error: PontoError, tries: int, elapsed: float) -> float | None:
        """Return the seconds to wait before the next try, ``None`` for no other.

        :param error: why the last try failed
        :param tries: how many were made
        :param elapsed: seconds since the first began
        """
        if tries >= MAX_TRIES or not _may_pass(error):
            return None
        told = error.retry_after if isinstance(error, (RateLimited, ServerError)) else 0
        if told is not None and told > MAX_WAIT:
            return None
        base = MIN_WAIT * 2 ** (tries - 1)
        wait = max(min(base * (1 + self.rng.random()), MAX_WAIT), float(told or 0))
        return wait if elapsed + wait < self.budget else None


def _may_pass(error: PontoError) -> bool:
    if isinstance(error, RateLimited):
        return error.retry_after is not None
    if isinstance(error, ServerError):
        return error.status in _PASSING
    return isinstance(error, TransportError) and error.retryable


def parse_retry_after(value: str | None, now: datetime) -> int | None:
    """Return the seconds of a ``Retry-After`` header (RFC 9110 section 10.2.3).

    :param value: seconds or an HTTP date
    :param now: aware
    :return: 0 to 86,400; ``None`` if absent, negative, past or unreadable
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return MAX_RETRY_AFTER if len(text) > 6 else min(int(text), MAX_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.utc)
        seconds = (moment - now).total_seconds()
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
    return min(-int(-seconds // 1), MAX_RETRY_AFTER) if seconds >= 0 else None
