"""Stopping a fetch by hand, such as one whose list does not come to its end."""

from odoo import models
from odoo.exceptions import AccessError

from ...tools import units
from ...tools.own_company import check_own_company


class PontoSyncRun(models.Model):
    _inherit = "ponto.sync.run"

    def action_stop(self):
        """Stop these fetches after the step under way, and fetch nothing by itself.

        What was read is kept; the next click on *Fetch transactions* goes on there.

        :return: the client action that shows what came of them
        """
        self.check_access("read")
        if not self._is_stopped_by(self.env):
            raise AccessError(self.env._("Stopping a fetch needs the bank rights."))
        check_own_company(self.online_account_id)

        def work(env):
            for run in env[self._name].sudo().browse(self.ids):
                run._stop()

        # In a transaction of its own: whoever drives the fetch writes to it all the time.
        units.run_unit(self.env, work, uid=self.env.uid)
        return self._progress_action()

    def _is_stopped_by(self, env):
        return env.su or env.user.has_group("account.group_account_basic")

    def _can_be_stopped(self):
        """An undo is finished: half of one is worse than either."""
        self.ensure_one()
        return self.state == "running" and self._get_kind().can_be_stopped

    def _stop(self):
        if not self._can_be_stopped():
            return
        account = self.online_account_id
        if self._get_kind().stops_auto_sync and account.auto_sync:
            account.auto_sync = False
            account.message_post(
                body=self.env._("A fetch was stopped: automatic fetching is now off.")
            )
        self.problem_code = "stopped"
        self._finish()
