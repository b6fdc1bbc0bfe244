"""Both balances over time, for the chart and the table on the account's page."""

from datetime import timedelta

from odoo import api, fields, models

from ...mapping.dates import shifted
from ...wording.moments import format_date
from . import balance_sums
from .ponto_online_account_balance import ONE_DAY

# A year and a month: the same day of last year is still in it.
SHOWN = timedelta(days=396)


class PontoOnlineAccount(models.Model):
    _inherit = "ponto.online.account"

    balance_chart = fields.Json(
        string="Both balances",
        compute="_compute_balance_chart",
        help="The balances that the bank reported and the ledger's, day by day.",
    )

    @api.depends("journal_id", "balance", "balance_date")
    @api.depends_context("lang")
    def _compute_balance_chart(self):
        shown = self.filtered(lambda account: account.journal_id)
        reports = balance_sums.reports(shown)
        until = {account.id: account._last_shown_day(reports) for account in shown}
        ledgers = balance_sums.ledger_days(shown, until)
        for account in self:
            account.balance_chart = account in shown and account._prepare_chart(
                reports.get(account.id, []), ledgers[account.id], until[account.id]
            )

    def _last_shown_day(self, reports):
        return max(
            [report.day for report in reports.get(self.id, ())] + [self._today()]
        )

    def _prepare_chart(self, reports, ledger, until):
        """One point a day, oldest first; ``bank`` is null where nothing was reported.

        :return: False where there is nothing to compare
        """
        if not reports:
            return False
        first = max(
            min(reports[-1].day, self.sync_start_date), shifted(until, -SHOWN.days)
        )
        bank = {report.day: report.amount for report in reports}
        days = [first + ONE_DAY * n for n in range((until - first).days + 1)]
        return {
            "points": [self._prepare_point(day, bank, ledger) for day in days],
            "bank_label": self.env._("Reported by the bank"),
            "ledger_label": self.env._("In the books"),
            "difference_label": self.env._("Difference"),
            "day_label": self.env._("Day"),
        }

    def _prepare_point(self, day, bank, ledger):
        balance = ledger.at(day)
        reported = bank.get(day)
        point = {
            "day": fields.Date.to_string(day),
            "label": format_date(self.env, day),
            "ledger": float(balance),
            "bank": None,
        }
        if reported is None:
            return point
        difference = reported - balance
        return {
            **point,
            "bank": float(reported),
            "bank_text": self._money(reported),
            "ledger_text": self._money(balance),
            "difference_text": self._money(difference),
            "differs": not self._is_no_amount(difference),
        }
