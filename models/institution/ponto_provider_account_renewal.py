"""The ladder of reminders of one bank in one company, walked once a day.

What was told is remembered, so that any number of runs a day, a missed week or a clock
that jumps makes one message and never several.
"""

import logging

import psycopg2

from odoo import api, fields, models
from odoo.fields import Domain

from ...mapping.dates import today_in
from ...tools import clock, units
from ...tools.renewal_ladder import NO_RUNG, Ladder

_logger = logging.getLogger(__name__)

# Ends that lie closer together than this belong to one renewal.
SAME_ROUND = 7  # days


class PontoProviderAccount(models.Model):
    _name = "ponto.provider.account"
    _inherit = ["ponto.provider.account", "mail.activity.mixin"]

    days_left = fields.Integer(
        compute="_compute_days_left",
        help="Days until the bank's permission ends, in the bank's time zone; negative "
        "after the end.",
    )
    authorization_estimated = fields.Boolean(
        string="Estimated",
        compute="_compute_authorization_estimated",
        help="Ponto gives no end; the date is estimated from the start of the permission.",
    )
    renewal_end = fields.Date(
        readonly=True, copy=False, help="The end date of the current reminders."
    )
    renewal_is_early = fields.Boolean(
        readonly=True,
        copy=False,
        help="The bank refused before the planned end of its permission.",
    )
    renewal_rung = fields.Integer(
        readonly=True,
        copy=False,
        default=NO_RUNG,
        help="Days left at the last reminder.",
    )
    renewal_rung_on = fields.Date(readonly=True, copy=False)
    renewal_mail_from = fields.Date(
        readonly=True,
        copy=False,
        help="The date from which the next e-mail reminder is due.",
    )
    renewal_snoozed_until = fields.Date(
        string="Snoozed until",
        copy=False,
        tracking=True,
        help="No reminders are sent before this date; the status is still updated.",
    )
    is_closed_at_bank = fields.Boolean(
        string="Closed at the bank",
        readonly=True,
        copy=False,
        tracking=True,
        help="No more reminders are sent. The history is kept.",
    )
    trouble_told_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the current problem was reported to the responsible user.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "authorization_expires_at", "online_account_ids.authorization_estimated"
    )
    def _compute_authorization_estimated(self):
        for institution in self:
            end = institution.authorization_expires_at
            institution.authorization_estimated = any(
                account.authorization_estimated
                for account in institution._listed_accounts()
                if end and account.authorization_expires_at == end
            )

    @api.depends(
        "authorization_expires_at", "time_zone", "online_account_ids.problem_code"
    )
    def _compute_days_left(self):
        for institution in self:
            accounts = institution._listed_accounts()
            ends = filter(None, (account._get_end() for account in accounts))
            end = min(ends, default=False)
            days = institution._days_until(end)
            has_ended = bool(end and end <= clock.now())
            institution.days_left = min(days, -1) if has_ended else days

    def _days_until(self, moment):
        return (self._day_of(moment) - self._today()).days if moment else 0

    def _day_of(self, moment):
        """The day of a moment (naive UTC) where the bank is."""
        return today_in(self.time_zone, moment)

    def _today(self):
        return today_in(self.time_zone, clock.aware_now())

    # === THE DAILY CHECK === #

    @api.model
    def _cron_check_authorizations(self):
        """Remind of what ends or has ended, close what is renewed.

        Any number of times a day; what goes wrong with one bank stops no other.
        """
        # pylint: disable=no-search-all
        connections = self.env["ponto.connection"].sudo().search([])
        institutions = self.sudo().search(
            Domain("online_account_ids.journal_id", "!=", False)
            | Domain("renewal_end", "!=", False)
            | Domain("trouble_told_at", "!=", False)
        )
        is_copy = self.env["ponto.key"]._get_problem() == "copy"
        if is_copy:
            # The original reminds; here somebody must know that it is a copy.
            institutions = institutions.browse()
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(institutions) + len(connections))
        for institution in institutions:
            check_safely(institution, "_check_authorizations")
            cron._commit_progress(1)
        for connection in connections:
            check_safely(connection, "_check_integration")
            cron._commit_progress(1)
        if not is_copy:
            self.env["ponto.reminder"]._send_due()

    def _get_fed_accounts(self):
        """The accounts on whose transactions somebody counts."""
        self.ensure_one()
        if self.is_closed_at_bank:
            return self.online_account_ids.browse()
        return self.online_account_ids.filtered(lambda account: account._is_fed())

    # === THE END OF THE BANK'S PERMISSION === #

    def _advance_ladder(self, accounts):
        """Note which rung is reached, and whether a mail is due.

        :return: the day to remind of, or False; whether a new rung was reached
        """
        self.ensure_one()
        end, early = self._get_round(accounts)
        ladder = self._get_ladder()
        rung = ladder.rung((end - self._today()).days) if end else None
        if rung is None:
            self._end_round()
            return False, False
        if self.renewal_rung_on and self.renewal_rung_on > self._today():
            self._forget_wrong_clock(rung)
        before = self._get_rung_before(end)
        if self._is_snoozed():
            return end, False
        vals = {
            "renewal_end": end,
            "renewal_is_early": early,
            "renewal_rung": min(rung, before),
        }
        if rung < before:
            vals["renewal_rung_on"] = self._today()
        if ladder.calls_for_mail(before, rung):
            vals["renewal_mail_from"] = reminder_day()
        self._write_changed(vals)
        return end, rung < before

    def _get_round(self, accounts):
        """The end to remind of, and whether the bank ended it before its day.

        While Ponto cannot be read, a refusal by the bank is not taken as withdrawn.
        """
        ends = filter(None, (account._get_end() for account in accounts))
        days = [self._day_of(end) for end in ends]
        refused = any(account.problem_code == "authorization" for account in accounts)
        unread = any(
            account.problem_code and account.problem_code != "bank_trouble"
            for account in accounts
        )
        if self.renewal_is_early and unread:
            days.append(self.renewal_end)
            refused = True
        return min(days, default=False), refused

    def _get_rung_before(self, end):
        """The rung that somebody was told of for this end."""
        known = self.renewal_end
        same_round = known and abs((end - known).days) <= SAME_ROUND
        return self.renewal_rung if same_round else NO_RUNG

    def _forget_wrong_clock(self, rung):
        """What was told by a clock that was ahead: go on from where we really are."""
        self.write(
            {
                "renewal_rung": rung,
                "renewal_rung_on": self._today(),
                "renewal_mail_from": False,
            }
        )

    def _get_ladder(self):
        company = self.company_id
        return Ladder(
            activity=company.ponto_renewal_activity_days,
            mails=(
                company.ponto_renewal_mail_days,
                company.ponto_renewal_last_mail_days,
            ),
        )

    def _is_snoozed(self):
        until = self.renewal_snoozed_until
        return bool(until and until > self._today())

    def _end_round(self):
        """Nothing to remind of any more: renewed, closed, or feeding nothing."""
        if not self.renewal_end:
            return
        self._write_changed(
            {
                "renewal_end": False,
                "renewal_is_early": False,
                "renewal_rung": NO_RUNG,
                "renewal_rung_on": False,
                "renewal_mail_from": False,
                "renewal_snoozed_until": False,
            }
        )

    @api.private
    def _note_renewed(self):
        """Ponto shows a new authorization of an account: what is over is closed.

        A surprise here must not keep the account list from being read.
        """
        for institution in self:
            try:
                with self.env.cr.savepoint():
                    institution._take_new_authorization()
            except psycopg2.OperationalError:
                raise  # the whole unit is done again
            except Exception as error:  # noqa: BLE001  the daily check comes again
                message = "The renewal at Ponto institution %s could not be noted"
                units.log_unexpected(_logger, message, institution.id, error)

    def _take_new_authorization(self):
        self._write_changed({"is_closed_at_bank": False, "renewal_is_early": False})
        known = self.renewal_end
        end, _early = self._get_round(self._get_fed_accounts())
        if known and (not end or (end - known).days > SAME_ROUND):
            self._end_round()
            self._check_authorizations()

    def _write_changed(self, vals):
        """A day on which nothing changes writes nothing."""
        changed = {name: value for name, value in vals.items() if self[name] != value}
        if changed:
            self.write(changed)

    # === WHAT FAILS FOR LONG === #

    def _advance_trouble(self, accounts):
        """Note that accounts have failed for a day, whatever their number.

        Where the whole integration fails, its own activity tells so.

        :return: since when (naive UTC), or False; whether nobody was told of it yet
        """
        troubled = self._get_troubled(accounts)
        # One that passes says nothing of the bank: what was told stays.
        if self.connection_id._has_failed_for_long() or not troubled:
            self._write_changed({"trouble_told_at": False})
            return False, False
        fresh = not (self.trouble_told_at or self._is_snoozed())
        if fresh:
            self.trouble_told_at = clock.now()
        return min(since for _account, since in troubled), fresh

    def _get_troubled(self, accounts):
        found = [(account, account._get_lasting_trouble()[1]) for account in accounts]
        return [(account, since) for account, since in found if since]


def reminder_day():
    """The day a mail belongs to, the same for all banks: today in Brussels."""
    return today_in(None, clock.aware_now())


def check_safely(record, method):
    """Check one record in a transaction of its own; a surprise stops no other."""
    try:
        units.run_unit(
            record.env,
            lambda env: getattr(env[record._name].browse(record.id), method)(),
        )
    except Exception as error:  # noqa: BLE001
        message = f"{record._name} %s could not be checked"
        units.log_unexpected(_logger, message, record.id, error)
