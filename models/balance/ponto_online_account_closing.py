"""Whether all that the bank has of a day is in the books, and agrees."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from odoo import fields, models

from ...mapping.dates import shifted, today_in
from ...rules.balance import difference_on, reports_for
from . import balance_sums

# A report further away says nothing of the day.
REPORT_WITHIN = timedelta(days=10)


@dataclass
class Findings:
    """What was found of one account and one day. Amounts have the ledger's sign, and
    are of the end of that day."""

    ledger: float
    incomplete: list = field(default_factory=list)
    unequal: list = field(default_factory=list)
    report_day: date | None = None
    is_estimated: bool = False
    bank_balance: float = 0.0

    def note(self, report, ledger, left, day):
        """What a report says.

        :param left: the difference on the day that is looked at; None where there is
            none
        :param day: the day that is looked at. The report may be of another one: the
            bank's balance is reckoned back, or on, to the same day as the ledger's
        """
        self.report_day = report.day
        self.is_estimated = report.is_estimated
        self.bank_balance = float(ledger.at(day) + (left or 0))
        self.unequal = []
        if left is not None:
            then = report.amount - ledger.at(report.day)
            values = {"day": fields.Date.to_string(report.day)}
            code, amount = ("different", then) if then else ("between", left)
            self.unequal = [[code, {**values, "amount": float(amount)}]]

    @property
    def is_proved(self):
        """Complete, and equal to what the bank reported."""
        return not self.incomplete and not self.unequal


class PontoOnlineAccount(models.Model):
    _inherit = "ponto.online.account"

    def _find_for_closing(self, day):
        """:return: ``{account id: Findings}`` of accounts that feed a journal; the
        number of queries depends on the reports that must be looked at, not on how many
        accounts there are"""
        accounts = self.filtered("journal_id")
        if not accounts:
            return {}
        horizon = {account.id: shifted(day, REPORT_WITHIN.days) for account in accounts}
        ledgers = balance_sums.ledger_days(accounts, horizon)
        reports = balance_sums.reports(accounts)
        open_counts = defaultdict(dict)
        for id_, kind, count in balance_sums.open_counts(accounts, day):
            open_counts[id_][kind] = count
        found = {}
        for account in accounts:
            found[account.id] = Findings(ledger=float(ledgers[account.id].at(day)))
            found[account.id].incomplete = [
                *account._reading_reasons(day),
                *(
                    [kind, {"count": count}]
                    for kind, count in sorted(open_counts[account.id].items())
                ),
            ]
        candidates = {
            account.id: reports_for(day, reports.get(account.id, ()), REPORT_WITHIN)
            for account in accounts
        }
        accounts._compare_with_reports(day, ledgers, candidates, found)
        return found

    def _compare_with_reports(self, day, ledgers, candidates, found):
        """Let one report after the other prove the balance of the day.

        One of the day itself may be of its morning, so the next one is asked as well:
        where it agrees on its own day and contradicts all the same, nothing is proved.

        :param candidates: ``{account id: [Report]}``, best first
        :param found: ``{account id: Findings}``: what they say is noted there; where
            none proves it, what the best one says
        """
        for account in self:
            if not candidates[account.id]:
                found[account.id].unequal = [["no_report", {}]]
        for place in range(max(map(len, candidates.values()))):
            asked = self.filtered(
                lambda one, place=place: (
                    len(candidates[one.id]) > place
                    and (place < 2 or found[one.id].unequal)
                )
            )
            picked = {one.id: candidates[one.id][place] for one in asked}
            parts = balance_sums.parts(asked, _windows_between(day, picked))
            for account in asked:
                report, ledger = picked[account.id], ledgers[account.id]
                between = parts.get(account.id, ((), ()))
                left = difference_on(day, report, ledger, *between)
                agrees = account._is_no_amount(report.amount - ledger.at(report.day))
                proves = account._is_no_amount(left)
                now = found[account.id]
                if place == 0 or (proves if now.unequal else agrees and not proves):
                    now.note(report, ledger, None if proves else left, day)

    def _reading_reasons(self, day):
        """Why not all of the day may have been read."""
        self.ensure_one()
        start = self.sync_start_date
        if not start or start > day:
            yield ["not_covered", {"day": fields.Date.to_string(start)}]
        if self.walk_run_id or not self.complete_at:
            yield ["hole", {}]
        # Both: Ponto had heard from the bank, and Odoo read what it had.
        moments = (self.bank_data_at, self.complete_at)
        if not all(moments):
            yield ["not_read_since", {}]
        elif self._bank_day_of(min(moments)) <= day:
            known = fields.Date.to_string(self._bank_day_of(min(moments)))
            yield ["not_read_since", {"day": known}]

    def _bank_day_of(self, moment):
        """The day where the bank is; the day itself is over on the next one only."""
        return today_in(self.provider_account_id.time_zone or None, moment)


def _windows_between(day, picked):
    """The days between a day and the reports that are to tell of it.

    :param picked: ``{account id: Report}``
    """
    return {
        id_: balance_sums.Window(
            after=min(day, report.day),
            until=max(day, report.day),
            arrived_by=report.read_at if report.day > day else None,
        )
        for id_, report in picked.items()
        if report.day != day
    }
