"""How long Odoo leaves Ponto alone after a failure."""

from __future__ import annotations

from datetime import timedelta

# After the first, second, third and any later failure in succession.
BACK_OFF = (
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=24),
)


def pause_after(count: int, told: int | None = None) -> timedelta:
    """The rest after so many failures in succession.

    :param count: failures in succession, this one included, from 1
    :param told: seconds that Ponto asked for (``Retry-After``). They are kept to the
        second; a server that goes on asking for a moment only is left alone as long as
        any other that fails
    """
    own = BACK_OFF[min(count, len(BACK_OFF)) - 1]
    if not told:
        return own
    asked = timedelta(seconds=told)
    return asked if count == 1 else max(asked, own)


def is_told_pause(record) -> bool:
    """Whether Ponto itself asked for the pause of an account or a connection. Only then
    does it bind a person: our own back-off never does."""
    values = record.problem_values or {}
    return record.problem_code == "rate_limited" and bool(values.get("retry_after"))
