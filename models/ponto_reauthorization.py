"""Renewing a bank's permission for Ponto: the way there, and what came of it."""

from odoo import models
from odoo.exceptions import UserError


class PontoOnlineAccount(models.Model):
    _inherit = "ponto.online.account"

    # === ACTION METHODS === #

    def action_reauthorize(self):
        """Open the dialog that renews the bank's permission, also before it ends."""
        self.check_access("read")
        self.ensure_one()
        return self.env["ponto.reauthorize"]._begin(self.provider_account_id, self)

    # === WHAT CAME OF IT === #

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


class PontoProviderAccount(models.Model):
    _inherit = "ponto.provider.account"

    def action_reauthorize(self):
        """Open the dialog that renews this bank's permission, also before it ends."""
        self.check_access("read")
        self.ensure_one()
        return self.env["ponto.reauthorize"]._begin(self)


class AccountJournal(models.Model):
    _inherit = "account.journal"

    def action_ponto_reauthorize(self):
        """Open the dialog for the account that feeds this journal.

        :raise UserError: in words, where none does
        """
        self.ensure_one()
        account = self.ponto_online_account_ids[:1]
        if not account:
            raise UserError(self.env._("No account at Ponto feeds this journal."))
        return account.action_reauthorize()
