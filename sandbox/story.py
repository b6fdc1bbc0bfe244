"""A demonstration that goes on: what the banks book on each new day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from .clock import BRUSSELS
from .demo import world as demo_world
from .parts import make_line
from .problems import bad_request

if TYPE_CHECKING:
    from .store import Account, World

DAY = timedelta(days=1)


@dataclass
class Story:
    """How far the demonstration has been told; both are days in Brussels."""

    anchor: date
    told_until: date

    def document(self) -> dict[str, str]:
        """The member of a seed that :func:`read_story` reads."""
        return {
            "anchor": self.anchor.isoformat(),
            "told_until": self.told_until.isoformat(),
        }


def read_story(part: Any) -> Story | None:
    """The ``story`` member of a seed, which may be missing.

    :raise Problem: if it has no two dates
    """
    if part is None:
        return None
    try:
        days = (date.fromisoformat(part[name]) for name in ("anchor", "told_until"))
        return Story(*days)
    except (KeyError, TypeError, ValueError) as error:
        msg = "story must have the dates anchor and told_until"
        raise bad_request(msg) from error


def tell(world: World, moment: datetime) -> None:
    """Let the banks book what they have not yet, up to the calendar day of a moment."""
    story = world.story
    if story is None:
        return
    today = moment.astimezone(BRUSSELS).date()
    while story.told_until < today:
        day = story.told_until + DAY
        for account_id, parts in demo_world.demo_day(story.anchor, day).items():
            account = world.accounts.get(account_id)
            if account is not None:
                _book(account, parts, day)
        story.told_until = day
        world.changed()


def _book(account: Account, parts: list[dict[str, Any]], day: date) -> None:
    booked_at = datetime(day.year, day.month, day.day, tzinfo=BRUSSELS)
    known = {line.id for line in account.every_line()}
    for part in parts:
        if part["id"] not in known:
            account.lines_at_bank.append(make_line(account, part, booked_at))
