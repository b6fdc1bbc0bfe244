"""What people are told about a bank's permission that ends, and their buttons."""

from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from .own_company import check_own_company
from .ponto_connection_activity import ACTIVITY
from .ponto_website import dashboard_url
from .renewal_ladder import LAST, NO_RUNG

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

    def _is_still_heard(self):
        """Whether every account got news after its permission was expected to end."""
        accounts = self._get_fed_accounts().filtered("authorization_expires_at")
        ended = accounts.filtered(lambda account: account._get_ended_at())
        return bool(ended) and all(
            account._is_heard_since_end() and account.problem_code != "authorization"
            for account in ended
        )

    def _get_renewal_sentence(self):
        """What happens when, in one sentence; '' where no end is known."""
        day, guess = self._get_renewal_day()
        if not day:
            return ""
        text = format_date(self.env, day)
        if guess:
            text = self.env._("%s (estimated: Ponto tells no date)", text)
        if day < self._today() and self._is_still_heard():
            return self.env._(
                "The bank's permission was expected to end on %s. The bank still lets "
                "Ponto in, which may stop at any moment.",
                text,
            )
        if day < self._today():
            return self.env._(
                "The bank's permission ended on %s. Since then no new transactions "
                "have arrived.",
                text,
            )
        return self.env._("The bank's permission ends on %s.", text)

    def _get_renewal_texts(self):
        """Summary and note of the activity."""
        day, guess = self._get_renewal_day()
        text = format_date(self.env, day)
        if guess:
            text = self.env._("%s (estimated)", text)
        if day < self._today() and not self._is_still_heard():
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
                "At Ponto, look for %(bank)s %(numbers)s. Odoo then notices by itself, "
                "fills the gap and closes this activity.",
                bank=self.name,
                numbers=self.renewal_numbers,
            ),
        ]
        contact = self.renewal_contact_id.name
        if contact:
            parts.append(env._("%s is asked by e-mail.", contact))
        lines = Markup().join(Markup("<p>%s</p>") % part for part in parts if part)
        link = Markup(
            '<p><a href="%s" target="_blank" rel="noopener noreferrer">%s</a></p>'
        )
        return lines + link % (self.renewal_url, env._("Open Ponto"))

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
                self.env._("Ponto tells no end of this bank's permission yet.")
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
        today, end = self._today(), self._get_renewal_day()[0]
        until = today + SNOOZE
        if end and today < end < until:
            until = end
        # After the pause, what stands then is told anew.
        self.sudo().write(
            {
                "renewal_snoozed_until": until,
                "renewal_rung": NO_RUNG,
                "renewal_mail_from": False,
                "trouble_told_at": False,
            }
        )
        self.sudo().activity_unlink([ACTIVITY])
        text = self.env._(
            "Nobody is reminded before %s. The status still tells the truth.",
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
