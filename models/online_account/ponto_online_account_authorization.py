"""The bank's permission for one account: its end, its renewal, and other trouble that
a person must know of."""

from datetime import timedelta

from odoo import fields, models

from ...tools import clock
from ...tools.timing import FAILING_FOR
from ..connection.ponto_connection_listing import READS_PER_MOVE
from .ponto_online_account_pause import READ_ONLY

# Ponto asks a bank four times a day; so long without news somebody should look.
SILENT_FOR = timedelta(hours=72)
# One login authorizes its accounts within so short a time.
ONE_LOGIN = timedelta(hours=1)
# These keep an account from being read, and a person wished them.
PUT_ASIDE = ("unlinked", "archived", "connection_archived", "journal_archived")


class PontoOnlineAccount(models.Model):
    _name = "ponto.online.account"
    _inherit = ["ponto.online.account", "ponto.trouble.mixin"]

    authorization_estimated = fields.Boolean(
        string="Estimated",
        readonly=True,
        help="Ponto gives no end of the bank's permission; the date is estimated from the "
        "start of the permission and the usual validity at this bank.",
    )

    def write(self, vals):
        """Notice a renewed authorization, and that the bank can only be read now."""
        has_news = {"authorized_at", "authorization_expires_at"} & vals.keys()
        before = {
            account: account._get_authorization_moments()
            for account in (self if has_news else self.browse())
        }
        result = super().write(vals)
        renewed = self.filtered(
            lambda account: (
                account in before and account._is_newer_authorization(before[account])
            )
        )
        if renewed:
            renewed._note_renewed()
        if vals.get("availability") == READ_ONLY:
            self._note_read_only()
        return result

    def _get_authorization_moments(self):
        return self.authorized_at, self.authorization_expires_at

    def _is_newer_authorization(self, before):
        pairs = zip(before, self._get_authorization_moments(), strict=True)
        return any(old and new and new > old for old, new in pairs)

    def _note_renewed(self):
        """The bank gave a new permission: what its end had stopped goes on."""
        stopped = self.filtered(lambda one: one.problem_code == "authorization")
        if stopped:
            stopped.write(
                {
                    "problem_code": False,
                    "problem_values": False,
                    "retry_at": False,
                    "failure_count": 0,
                    "reads_left": READS_PER_MOVE,
                }
            )
        self.provider_account_id._note_renewed()

    def _get_authorization_state(self):
        """``expired``, ``expiring`` or False, by the date that Ponto expects.

        The date is only expected: a bank that gives news after it still lets Ponto in.
        """
        self.ensure_one()
        ends, now = self.authorization_expires_at, clock.now()
        if not ends or self._is_estimate_refuted():
            return False
        if ends <= now:
            return "expiring" if self._is_still_let_in() else "expired"
        lead = self.sudo().company_id.ponto_renewal_badge_days
        return "expiring" if self._get_days_left() <= lead else False

    def _get_days_left(self):
        """Days until the bank's permission is expected to end, by the calendar where
        the bank is: 0 on the last day, below zero once it has ended; None: not known."""
        self.ensure_one()
        ends = self.authorization_expires_at
        if not ends:
            return None
        days = self.provider_account_id._days_until(ends)
        return days if ends > clock.now() else min(days, -1)

    def _is_estimate_refuted(self):
        return self.authorization_estimated and self._is_heard_since_end()

    def _is_heard_since_end(self):
        """Whether the bank gave news after its permission was expected to end."""
        self.ensure_one()
        ends = self.authorization_expires_at
        return bool(ends and self.bank_data_at and self.bank_data_at >= ends)

    def _is_still_let_in(self):
        """Whether the bank goes on giving news although its permission was expected to
        end. One that fell silent afterwards does not any more."""
        return any(
            account._is_heard_since_end() and account._is_fresh()
            for account in self._get_login()
        )

    def _get_login(self):
        """The accounts that were authorized together with this one, itself included:
        one login at the bank renews them all."""
        self.ensure_one()
        begun = self.authorized_at
        if not begun:
            return self
        return self | self.provider_account_id.online_account_ids.filtered(
            lambda one: (
                not one.revoked_at
                and one.authorized_at
                and abs(one.authorized_at - begun) < ONE_LOGIN
            )
        )

    def _is_login_refused(self):
        """Whether the bank refused this account, or another one of the same login and
        has given no news of this one since."""
        if self.problem_code == "authorization":
            return True
        heard = self.bank_data_at
        return any(
            account.problem_code == "authorization"
            and not (heard and heard > account._get_trouble_since())
            for account in self._get_login()
        )

    def _is_fed(self):
        """Whether somebody counts on this account's transactions."""
        self.ensure_one()
        is_put_aside = self._get_pause() in PUT_ASIDE or self._is_disconnected()
        return not self.revoked_at and not is_put_aside

    def _get_end(self):
        """When the bank's permission ends, naive UTC; False where nothing is known.

        A refusal by the bank counts as the end, whatever the date.
        """
        self.ensure_one()
        ends = [False if self._is_estimate_refuted() else self.authorization_expires_at]
        if self.problem_code == "authorization":
            ends.append(self._get_trouble_since())
        return min(filter(None, ends), default=False)

    def _get_ended_at(self):
        """When the bank's permission ended, naive UTC; False while it has not."""
        end = self._get_end()
        return end if end and end <= clock.now() else False

    # === OTHER TROUBLE === #

    def _get_lasting_trouble(self):
        """What a person must know of, apart from an authorization that ends.

        :return: ``failing`` (reading failed for a day), ``silent`` (no news from the
            bank for three days) or False; and since when, naive UTC
        """
        self.ensure_one()
        since = self._get_trouble_since()
        if since and self.problem_code != "authorization":
            lasting = since <= clock.now() - FAILING_FOR
            return ("failing", since) if lasting else (False, False)
        # A new authorization gives the bank the same time anew.
        news = self.bank_data_at and max(
            self.bank_data_at, self.authorized_at or self.bank_data_at
        )
        if not self.auto_sync:
            # Read on demand only, as somebody wanted it.
            return False, False
        if news and not since and news <= clock.now() - SILENT_FOR:
            return "silent", news
        return False, False

    # === RENEWING === #

    def action_reauthorize(self):
        """Open the dialog that renews the bank's permission, also before it ends."""
        self.check_access("read")
        self.ensure_one()
        return self.env["ponto.reauthorize"]._begin(self.provider_account_id, self)

    def _read_authorizations(self):
        """``{id: (authorized_at, authorization_expires_at)}`` as they stand."""
        return {
            account.id: (account.authorized_at, account.authorization_expires_at)
            for account in self
        }

    def _is_renewed_since(self, earlier):
        """Whether Ponto shows a later authorization than before.

        :param earlier: of :meth:`_read_authorizations`
        """
        self.ensure_one()
        begun, ends = earlier
        now_begun, now_ends = self.authorized_at, self.authorization_expires_at
        later_begin = now_begun and (not begun or now_begun > begun)
        later_end = now_ends and (not ends or now_ends > ends)
        return bool(later_begin or later_end)

    # === THE CARD === #

    def _get_renewal_badge(self):
        """How long the authorization lasts, in two words, where that deserves one.

        :return: ``{"text", "title", "color"}``; False where there is nothing to renew
        """
        self.ensure_one()
        ends = self.authorization_expires_at
        if self._is_closed_at_bank():
            return False
        days = self._get_days_left()
        if self.state == "expired":
            text = self.env._("Renewal needed")
            title = self.status_message
        elif self.state == "expiring" and ends:
            text = self._get_days_left_text(days)
            title = self._get_authorization_message()
        else:
            return False
        is_urgent = self.state == "expired" or days <= 0
        return {
            "text": text,
            "title": title,
            "color": "danger" if is_urgent else "warning",
        }

    def _get_days_left_text(self, days):
        if days < 0:
            return self.env._("Renewal needed")
        if days == 0:
            return self.env._("Ends today")
        return (
            self.env._("1 day left") if days == 1 else self.env._("%s days left", days)
        )
