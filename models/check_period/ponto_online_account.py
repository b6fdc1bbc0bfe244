"""Starting a check of a period."""

from datetime import timedelta

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ...tools import clock
from ...tools.own_company import check_own_company
from ...tools.timing import TAKE_OVER


class PontoOnlineAccount(models.Model):
    _inherit = "ponto.online.account"

    def action_check_period(self):
        """Open the dialog that checks a period against Ponto."""
        self.ensure_one()
        self._check_may_check()
        today = self._today()
        last_month = today.replace(day=1) - timedelta(days=1)
        dialog = self.env["ponto.check.period"].create(
            {
                "account_id": self.id,
                "date_from": last_month.replace(day=1),
                "date_to": today,
            }
        )
        return dialog._show_dialog()

    def _check_may_check(self):
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group("account.group_account_basic")):
            raise AccessError(self.env._("Checking a period needs the bank rights."))
        check_own_company(self)

    @api.private
    def request_check(self, date_from, date_to):
        """Begin a check; it is driven like a fetch, and books nothing.

        :return: the ``ponto.sync.run``
        :raise UserError: in words, where nothing can be read now
        """
        self.ensure_one()
        self._check_may_check()
        open_run = self.sudo()._open_run()
        if open_run._is_check_of(date_from, date_to):
            # Somebody else asked the same a moment ago.
            return open_run
        refusal = self._fetch_refusal() or self._check_refusal()
        if refusal:
            raise UserError(refusal)
        run = self.sudo()._create_run(
            "user",
            kind="check",
            stage="read",
            user_id=self.env.uid,
            check_from=date_from,
            check_to=date_to,
        )
        self.env["ponto.connection"].sudo()._trigger_fetch(clock.now() + TAKE_OVER)
        return run

    def _check_refusal(self):
        account = self.sudo()
        if account._open_run():
            return self.env._("A fetch is under way. Try again when it is done.")
        if not account.complete_at:
            return self.env._(
                "Ponto's list has not been read completely yet: fetch transactions "
                "first."
            )
        return ""
