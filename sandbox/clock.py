"""The sandbox's own time, and the moments at which Ponto asks the banks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from .formats import UTC

if TYPE_CHECKING:
    from collections.abc import Iterator

BRUSSELS = ZoneInfo("Europe/Brussels")
BACKGROUND_HOURS = (2, 8, 14, 20)


class Clock:
    """Real time plus an offset, or a frozen moment."""

    def __init__(
        self, frozen_at: datetime | None = None, offset: timedelta = timedelta()
    ) -> None:
        self._offset = offset
        self._frozen_at = frozen_at

    @property
    def frozen(self) -> bool:
        """Whether time stands still."""
        return self._frozen_at is not None

    @property
    def offset(self) -> timedelta:
        """How far a running clock is ahead of real time."""
        return self._offset

    def now(self) -> datetime:
        """The sandbox's present moment, in UTC."""
        if self._frozen_at is not None:
            return self._frozen_at
        return datetime.now(UTC) + self._offset

    def set(self, moment: datetime) -> None:
        """Jump to a moment; a frozen clock stays frozen there."""
        moment = moment.astimezone(UTC)
        if self._frozen_at is not None:
            self._frozen_at = moment
        else:
            self._offset = moment - datetime.now(UTC)

    def advance(self, seconds: float) -> None:
        """Move on (or back) by some seconds."""
        self.set(self.now() + timedelta(seconds=seconds))

    def freeze(self, frozen: bool) -> None:
        """Stop time, or let it run on from where it stands."""
        now = self.now()
        self._frozen_at = now if frozen else None
        self.set(now)


def background_moments(after: datetime, until: datetime) -> Iterator[datetime]:
    """The 02, 08, 14 and 20 o'clock of Brussels in ``]after, until]``, in UTC."""
    day = after.astimezone(BRUSSELS).date()
    last = until.astimezone(BRUSSELS).date()
    while day <= last:
        for hour in BACKGROUND_HOURS:
            local = datetime(day.year, day.month, day.day, hour, tzinfo=BRUSSELS)
            moment = local.astimezone(UTC)
            if after < moment <= until:
                yield moment
        day += timedelta(days=1)


def last_background_moment(until: datetime) -> datetime:
    """The latest such moment that is not after ``until``."""
    return list(background_moments(until - timedelta(days=2), until))[-1]


def midnight(moment: datetime) -> datetime:
    """The calendar day in Brussels, written as Ponto writes days: midnight UTC."""
    local = moment.astimezone(BRUSSELS)
    return datetime(local.year, local.month, local.day, tzinfo=UTC)
