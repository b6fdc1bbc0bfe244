"""The one activity that tells a person of trouble, and what is wrong with the
integration itself: the consent between Ponto and Odoo."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_datetime, html2plaintext

from ...mapping.dates import today_in
from ...tools import clock
from ...tools.timing import FAILING_FOR

ACTIVITY = "account_ponto_sync.mail_activity_type_attention"


class PontoConnection(models.Model):
    _name = "ponto.connection"
    _inherit = ["ponto.connection", "ponto.trouble.mixin", "mail.activity.mixin"]

    trouble_told_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the current problem was reported to the responsible user.",
    )

    @api.private
    def _keep_activity(self, record, texts, deadline, *, fresh):
        """One activity on a record: made once, then kept up to date.

        :param record: the connection or one of its institutions
        :param texts: gives summary and note (HTML) for an environment in the
            reader's language
        :param fresh: whether there is a new reason; without one, what somebody has
            done or deleted stays away
        """
        self.ensure_one()
        user = self._get_responsible_user()
        # As the reader: their time zone, and no details for administrators only.
        reader = self.with_user(user).sudo() if user else self
        reader = reader.with_context(lang=user.lang or "en_US", tz=user.tz)
        summary, note = texts(reader.env)
        vals = {"summary": summary, "note": note, "date_deadline": deadline}
        # Without core's mail for each activity: the mails are the ladder's.
        record = record.with_context(mail_activity_quick_update=True)
        activity = record.activity_search([ACTIVITY])[:1]
        if activity:
            if user and not self._is_within_reach(activity.user_id):
                vals["user_id"] = user.id
            changed = {
                name: value
                for name, value in vals.items()
                if comparable(activity[name]) != comparable(value)
            }
            if changed:
                activity.write(changed)
        elif fresh:
            record.activity_schedule(ACTIVITY, user_id=user.id, **vals)

    @api.private
    def _check_integration(self):
        """Tell a person when the integration has failed for a day, once.

        Accounts whose bank is not known have nobody else to speak for them.
        """
        self.ensure_one()
        if self._tell_secret_problem():
            return
        since = self._get_lasting_trouble()[0]
        if not since:
            self.activity_feedback(
                [ACTIVITY], feedback=self.env._("The connection works again.")
            )
            if self.trouble_told_at:
                self.trouble_told_at = False
            return

        def texts(env):
            since, sentence = self.with_env(env)._get_lasting_trouble()
            moment = format_datetime(env, since, dt_format="short")
            summary = env._("No data from Ponto since %s", moment)
            return summary, Markup("<p>%s</p>") % sentence

        day = today_in(None, since)
        self._keep_activity(self, texts, day, fresh=not self.trouble_told_at)
        if not self.trouble_told_at:
            self.trouble_told_at = clock.now()

    def _get_lasting_trouble(self):
        """Since when (naive UTC) and what, in words; or False and ''."""
        if self._has_failed_for_long():
            return self._get_trouble_since(), self.status_message
        for account in self.online_account_ids:
            if account.provider_account_id or not account._is_fed():
                continue
            ended, since = account._get_ended_at(), account._get_lasting_trouble()[1]
            if ended or since:
                text = f"{account._short_name()}: {account.status_message}"
                return ended or since, text
        return False, ""

    def _has_failed_for_long(self):
        """Whether the integration itself has failed for a day."""
        since = self._get_trouble_since()
        return bool(since and since <= clock.now() - FAILING_FOR)


def comparable(value):
    """A value as it can be compared: core tidies HTML when it stores it."""
    if isinstance(value, models.BaseModel):
        return value.id
    return html2plaintext(value) if isinstance(value, str) else value
