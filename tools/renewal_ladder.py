"""When somebody is reminded of an authorization that ends: plain numbers of days.

A rung is a number of days that are left; below zero the authorization has ended.
"""

from __future__ import annotations

from dataclasses import dataclass

# Above every rung: nobody was told of anything yet.
NO_RUNG = 1000
# After the end: weekly for a month, then once more and quiet.
WEEKLY = (-7, -14, -21, -28)
LAST = -35


@dataclass(frozen=True)
class Ladder:
    """The rungs of one company.

    :param activity: days before the end at which an activity appears
    :param mails: days before the end at which a mail goes out
    """

    activity: int
    mails: tuple[int, ...]

    @property
    def mail_rungs(self) -> frozenset[int]:
        """Those that come with a mail. On the day itself Ponto sends its own."""
        return frozenset((*self.mails, *WEEKLY, LAST))

    def rung(self, days_left: int) -> int | None:
        """The lowest rung that is reached; None where it is too early for any."""
        rungs = {self.activity, 0} | self.mail_rungs
        return min((rung for rung in rungs if days_left <= rung), default=None)

    def calls_for_mail(self, before: int, rung: int) -> bool:
        """Whether a rung with a mail is reached between the one told of last and now.

        However many were missed (a server that stood still), it is one mail.
        """
        return any(rung <= mail < before for mail in self.mail_rungs)
