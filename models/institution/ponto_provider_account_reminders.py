"""What people are told about a bank's permission that ends, and their buttons."""

from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.own_company import check_own_company
from ...tools.renewal_ladder import LAST, NO_RUNG
from ...tools.website import dashboard_url
from ...wording.moments import format_date
from ..connection.ponto_connection_alerts import ACTIVITY

SNOOZE = timedelta(days=7)


class PontoProviderAccount(models.Model):
    _inherit = "ponto.provider.account"

    # What the mail's template shows; nothing of it tells a whole account number.
    renewal_sentence = fields.Char(compute="_compute_renewal_texts")
    renewal_numbers = fields.Char(compute="_compute_renewal_texts")
    renewal_url = fields.Char(compute="_compute_renewal_texts")
    renewal_is_last = fields.Boolean(compute="_compute_renewal_texts")

    @api.depends_context("lang")
    def _compute_renewal_texts(self):
        for institution in self:
            accounts = institution._get_fed_accounts()
            numbers = (f"…{one.reference[-4:]}" for one in accounts if one.reference)
            institution.renewal_numbers = ", ".join(dict.fromkeys(numbers))
            institution.renewal_sentence = institution._get_renewal_sentence()
            institution.renewal_url = dashboard_url(institution.connection_id.api_url)
            institution.renewal_is_last = institution.renewal_rung <= LAST

    def _get_renewal_day(self):
        """The day on which the bank's permission ends, and whether it is a guess."""
        self.ensure_one()
        accounts = self._get_fed_accounts() or self._listed_accounts()
        # While Ponto cannot be read, a refusal by the bank is remembered.
        day, _early = self._get_round(accounts)
        guess = any(
            account.authorization_estimated and account.problem_code != "authorization"
            for account in accounts
            if (end := account._get_end()) and self._day_of(end) == day
        )
        return day, guess

    def _has_ended(self, day):
        """Whether the permission has ended that ends on a day; on the day itself it
        may have, or may still last."""
        accounts = self._get_fed_accounts() or self._listed_accounts()
        ends = filter(None, (account._get_ended_at() for account in accounts))
        return day < self._today() or day in map(self._day_of, ends)

    def _is_still_heard(self):
        """Whether the bank goes on giving news of every account whose permission was
        expected to end."""
        ended = self._get_ended_accounts()
        return bool(ended) and all(
            account._is_still_let_in() and account.problem_code != "authorization"
            for account in ended
        )

    def _get_ended_accounts(self):
        accounts = self._get_fed_accounts().filtered("authorization_expires_at")
        return accounts.filtered(lambda account: account._get_ended_at())

    def _get_silent_day(self):
        """The day of the last news, where the bank gave some after the permission was
        expected to end and none since; else False."""
        ended = self._get_ended_accounts().filtered("bank_data_at")
        silent = ended.filtered(
            lambda account: (
                account._is_heard_since_end()
                and not account._is_fresh()
                and account.problem_code != "authorization"
            )
        )
        if not silent or silent != ended:
            return False
        return self._day_of(min(silent.mapped("bank_data_at")))

    def _get_renewal_sentence(self):
        """What happens when, in one sentence; '' where no end is known."""
        day, guess = self._get_renewal_day()
        if not day:
            return ""
        text = format_date(self.env, day)
        if guess:
            text = self.env._("%s (estimated: Ponto gives no date)", text)
        has_ended = self._has_ended(day)
        if has_ended and self._is_still_heard():
            return self.env._(
                "The bank's permission was expected to end on %s. Ponto can still "
                "read the account, but this may stop at any time.",
                text,
            )
        silent_since = self._get_silent_day()
        if has_ended and silent_since:
            return self.env._(
                "The bank's permission was expected to end on %(day)s. No new "
                "transactions have arrived since %(silent_since)s.",
                day=text,
                silent_since=format_date(self.env, silent_since),
            )
        if has_ended:
            return self.env._(
                "The bank's permission ended on %s. Since then no new transactions "
                "have arrived.",
                text,
            )
        return self.env._("The bank's permission ends on %s.", text)

    def _get_renewal_texts(self):
        """Summary of the activity, and the paragraphs of its note."""
        day, guess = self._get_renewal_day()
        text = format_date(self.env, self._get_silent_day() or day)
        if guess:
            text = self.env._("%s (estimated)", text)
        if self._has_ended(day) and not self._is_still_heard():
            summary = self.env._(
                "%(bank)s: no bank data since %(day)s, renew at Ponto",
                bank=self.name,
                day=text,
            )
        else:
            summary = self.env._(
                "%(bank)s: renew by %(day)s at Ponto", bank=self.name, day=text
            )
        return summary, self._get_renewal_note()

    def _get_renewal_note(self):
        env = self.env
        parts = [
            self._get_renewal_sentence(),
            self._get_successor_sentence(),
            env._(
                "The company's representative (or a person with a mandate) renews it "
                "at Ponto with their own bank login; the accountant cannot do it for "
                "them. It can be done before the end, too."
            ),
            env._(
                "At Ponto, find %(bank)s %(numbers)s. Odoo then detects the renewal, "
                "fetches the missing transactions and closes this activity "
                "automatically.",
                bank=self.name,
                numbers=self.renewal_numbers,
            ),
        ]
        contact = self.renewal_contact_id.name
        if contact:
            parts.append(env._("A reminder is sent to %s by e-mail.", contact))
        link = Markup(
            '<p><a href="%s" target="_blank" rel="noopener noreferrer">%s</a></p>'
        )
        return [
            *(Markup("<p>%s</p>") % part for part in parts if part),
            link % (self.renewal_url, env._("Open Ponto")),
        ]

    # === BUTTONS === #

    def action_send_reminder(self):
        """Mail the renewal contact, whoever else was mailed today; once in an hour.

        :return: a notification that says to whom
        :raise UserError: in words, when there is nobody to mail, nothing to renew, or
            they were reminded by hand a moment ago
        """
        self.ensure_one()
        self._check_may_remind()
        contact = self.sudo().renewal_contact_id
        if not contact:
            raise UserError(
                self.env._("Choose a renewal contact first: who renews it at Ponto?")
            )
        if not contact.email:
            raise UserError(self.env._("%s has no e-mail address.", contact.name))
        if not self._get_renewal_day()[0]:
            raise UserError(
                self.env._("Ponto gives no end of this bank's permission yet.")
            )
        reminders = self.env["ponto.reminder"]
        refusal = reminders._by_hand_refusal(contact, self)
        if refusal:
            raise UserError(refusal)
        reminders._send_by_hand(contact, self)
        return self._tell(
            self.env._("The reminder is on its way to %s.", contact.name), "success"
        )

    def action_snooze_renewal(self):
        """Remind nobody for a week, or until the last day where that is sooner."""
        self.ensure_one()
        self._check_may_remind()
        banks, today = self.sudo()._get_same_bank(), self._today()
        ends = [bank._get_renewal_day()[0] for bank in banks]
        ahead = [end for end in ends if end and end > today]
        until = min([today + SNOOZE, *ahead])
        # After the pause, what stands then is told anew.
        banks.write(
            {
                "renewal_snoozed_until": until,
                "renewal_rung": NO_RUNG,
                "renewal_mail_from": False,
                "trouble_told_at": False,
            }
        )
        banks.activity_unlink([ACTIVITY])
        text = self.env._(
            "No reminders are sent before %s. The status is still updated.",
            format_date(self.env, until),
        )
        return self._tell(text, "info")

    def action_close_at_bank(self):
        """The company has closed its accounts there: nobody is reminded any more."""
        self._set_closed_at_bank(True)

    def action_reopen_at_bank(self):
        """The company still has accounts there."""
        self._set_closed_at_bank(False)

    def _set_closed_at_bank(self, closed):
        self.check_access("write")
        self.sudo().write({"is_closed_at_bank": closed, "trouble_told_at": False})
        self.sudo()._check_authorizations()

    def _check_may_remind(self):
        self.check_access("read")
        if not (
            self.env.su or self.env.user.has_group("account.group_account_invoice")
        ):
            raise AccessError(self.env._("This needs the invoicing rights."))
        check_own_company(self)

    def _tell(self, text, kind):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.name,
                "message": text,
                "type": kind,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
