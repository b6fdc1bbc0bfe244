"""Whether all that the bank has of a day is in the books, and agrees."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from odoo import fields, models

from ..mapping.balance import report_for
from ..mapping.dates import today_in
from . import balance_sums

# A report further away says nothing of the day.
REPORT_WITHIN = timedelta(days=10)


@dataclass
class Findings:
    """What was found of one account and one day. Amounts have the ledger's sign; those
    of bank and ledger are of the day of the report."""

    ledger: float
    incomplete: list = field(default_factory=list)
    unequal: list = field(default_factory=list)
    report_day: date | None = None
    bank_balance: float = 0.0
    ledger_then: float = 0.0

    @property
    def is_proved(self):
        """Complete, and equal to what the bank reported."""
        return not self.incomplete and not self.unequal


class PontoOnlineAccount(models.Model):
    _inherit = "ponto.online.account"

    def _find_for_closing(self, day):
        """:return: ``{account id: Findings}`` of accounts that feed a journal; four
        queries, however many"""
        accounts = self.filtered("journal_id")
        if not accounts:
            return {}
        horizon = {account.id: day + REPORT_WITHIN for account in accounts}
        ledgers = balance_sums.ledger_days(accounts, horizon)
        reports = balance_sums.reports(accounts)
        open_counts = defaultdict(dict)
        for id_, kind, count in balance_sums.open_counts(accounts, day):
            open_counts[id_][kind] = count
        return {
            account.id: account._find_one_for_closing(
                day, ledgers[account.id], reports.get(account.id, ()), open_counts
            )
            for account in accounts
        }

    def _find_one_for_closing(self, day, ledger, reports, open_counts):
        self.ensure_one()
        found = Findings(ledger=float(ledger.at(day)))
        found.incomplete = [
            *self._reading_reasons(day),
            *(
                [kind, {"count": count}]
                for kind, count in sorted(open_counts[self.id].items())
            ),
        ]
        report, agrees = report_for(
            day, reports, ledger, self._is_no_amount, REPORT_WITHIN
        )
        if not report:
            found.unequal = [["no_report", {}]]
            return found
        found.report_day = report.day
        found.bank_balance = float(report.amount)
        found.ledger_then = float(ledger.at(report.day))
        if not agrees:
            amount = float(report.amount - ledger.at(report.day))
            values = {"day": fields.Date.to_string(report.day), "amount": amount}
            found.unequal = [["different", values]]
        return found

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
