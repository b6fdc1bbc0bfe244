"""Support information of an account."""

from odoo import api, models

from .support_information import (
    ACCOUNT_FIELDS,
    fact_line,
    problem_lines,
    record_line,
    run_lines,
)


class PontoOnlineAccount(models.Model):
    _inherit = "ponto.online.account"

    def action_copy_support_information(self):
        """The same for one account; see the connection's."""
        self.check_access("read")
        self.connection_id._check_may_copy_support()
        self.ensure_one()
        connection = self.connection_id
        return connection._support_action(
            [
                *connection._get_support_lines(),
                *self._get_support_lines(),
                *run_lines(self),
            ]
        )

    @api.private
    def _get_support_lines(self):
        counts = self._count_transactions()
        for account in self.sudo():
            yield record_line(
                account,
                ACCOUNT_FIELDS,
                institution=account.provider_account_id.id,
                currency=account.currency_code,
                journal=account.journal_id.id,
                waits=account._get_pause(),
                hole=bool(account.walk_run_id),
            )
            yield from problem_lines(account)
            yield fact_line("  transactions", **counts.get(account.id, {}))

    def _count_transactions(self):
        """``{account id: {state or hold code: count}}``"""
        found = {}
        groups = (
            self.env["ponto.transaction"]
            .sudo()
            ._read_group(
                [("online_account_id", "in", self.ids)],
                ["online_account_id", "state", "hold_code"],
                ["__count"],
            )
        )
        for account, state, hold_code, count in groups:
            name = f"held.{hold_code}" if state == "held" else state
            states = found.setdefault(account.id, {})
            states[name] = states.get(name, 0) + count
        return found
