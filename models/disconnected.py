"""How institutions and accounts stand whose connection was disconnected."""

from odoo import api, fields, models

from .ponto_connection_accounts import READS_PER_MOVE

# These say more than that the connection is gone, or are over in a moment.
STANDS_ANYWAY = ("revoked", "unlinked", "fetching")


class PontoOnlineAccount(models.Model):
    _inherit = "ponto.online.account"

    connection_disconnected_at = fields.Datetime(
        related="connection_id.disconnected_at", related_sudo=False
    )

    def _is_disconnected(self):
        """Whether nothing is asked of Ponto for this account, because somebody chose
        so. The journal goes on: what was received before can still be booked."""
        self.ensure_one()
        return bool(self.connection_id.disconnected_at)

    def _is_over(self):
        """Whether another account may continue this one: nothing comes of it now."""
        self.ensure_one()
        return bool(self.revoked_at) or self._is_disconnected()

    @api.depends("connection_id.disconnected_at")
    def _compute_state(self):
        return super()._compute_state()

    def _get_state(self, is_fetching):
        state = super()._get_state(is_fetching)
        if self._is_disconnected() and state not in STANDS_ANYWAY:
            return "paused"
        return state

    def _get_message_paused(self):
        is_chosen = self._is_disconnected() and not self._get_pause()
        if is_chosen and not self._is_copy():
            return self.connection_id._get_disconnected_sentence()
        return super()._get_message_paused()

    def _get_message_unlinked(self):
        if self._is_disconnected():
            return self.connection_id._get_disconnected_sentence()
        return super()._get_message_unlinked()

    @api.depends("connection_id.disconnected_by_id.name")
    def _compute_status_message(self):
        return super()._compute_status_message()

    def _get_status_color(self):
        if self._is_disconnected() and self.state in ("paused", "unlinked"):
            return "secondary"
        return super()._get_status_color()

    def _is_fed(self):
        return super()._is_fed() and not self._is_disconnected()

    def _is_left_alone(self):
        return super()._is_left_alone() or self._is_disconnected()

    def _resume_feeding(self):
        """Read on at once, whatever was wrong before; but never into a journal that
        another synchronization feeds meanwhile."""
        for account in self:
            journal = account.journal_id
            if (journal.bank_statements_source or "").startswith("online"):
                account._stop_feeding()
                account.message_post(
                    body=self.env._(
                        "%(journal)s is fed by another bank synchronization now, so "
                        "this account no longer feeds it. What was imported stays.",
                        journal=journal.display_name,
                    )
                )
                continue
            journal.bank_statements_source = "ponto"
            account.write(
                {
                    "problem_code": False,
                    "problem_values": False,
                    "retry_at": False,
                    "failure_count": 0,
                    "reads_left": READS_PER_MOVE,
                }
            )


class PontoProviderAccount(models.Model):
    _inherit = "ponto.provider.account"

    connection_disconnected_at = fields.Datetime(
        related="connection_id.disconnected_at", related_sudo=False
    )

    @api.depends("connection_id.disconnected_at", "connection_id.disconnected_by_id")
    def _compute_state(self):
        return super()._compute_state()

    def _get_state(self):
        if self.connection_id.disconnected_at:
            return "disconnected"
        return super()._get_state()

    def _get_state_message(self):
        if self.connection_id.disconnected_at:
            return self.connection_id._get_disconnected_sentence()
        return super()._get_state_message()

    def action_disconnect(self):
        """Open the dialog; it tells what else the connection reads."""
        self.ensure_one()
        return self.connection_id.action_disconnect()
