"""How the accounts stand, for a program that watches: codes, times and counts only."""

from odoo import api, models, modules

from ...tools import clock
from ...tools.timing import STALE_AFTER
from ..online_account.ponto_online_account_authorization import PUT_ASIDE

MODULE = "account_ponto_sync"
# States that need nobody.
WELL = ("ok", "fetching", "expiring")


class PontoOnlineAccount(models.Model):
    _inherit = "ponto.online.account"

    @api.model
    def _get_health(self):
        """What ``/ponto/health`` tells: of the accounts that the user may read, and no
        number, name or text of any of them. Moments are UTC."""
        accounts = [account._get_health_entry() for account in self.search([])]
        return {
            "module": MODULE,
            "version": modules.module.get_manifest(MODULE)["version"],
            "at": _iso(clock.now()),
            "ok": all(account["ok"] for account in accounts),
            "accounts": accounts,
        }

    def _get_health_entry(self):
        self.ensure_one()
        now = clock.now()
        heard = self.bank_data_at
        ends = self.authorization_expires_at
        return {
            "id": self.id,
            "connection_id": self.connection_id.id,
            "company_id": self.company_id.id,
            "journal_id": self.journal_id.id or None,
            "environment": self.environment,
            "state": self.state,
            "ok": self._is_left_alone() or self._is_well(),
            "bank_data_at": _iso(heard),
            "freshness_seconds": int((now - heard).total_seconds()) if heard else None,
            "authorization_expires_at": _iso(ends),
            "days_left": self._get_days_left(),
            "last_success_at": _iso(self.last_success_at),
            "failing_since": _iso(self.failure_count and self.problem_since),
            "problem": self._get_told_problem() or None,
            "retry_at": _iso(self.retry_at),
            "held": self.held_count,
        }

    def _get_told_problem(self):
        """The account's own trouble, and what keeps this whole server from asking."""
        return self.connection_id._secret_problem() or self.problem_code

    def _is_left_alone(self):
        """Whether somebody chose that nothing is awaited of the account: it feeds
        nothing, is closed at the bank or disconnected, or stands in a copy of the
        database. A pause for what is wrong with the journal is none of these."""
        self.ensure_one()
        return (
            self._get_pause() in PUT_ASIDE
            or self._is_closed_at_bank()
            or self._is_copy()
            or self._is_disconnected()
        )

    def _is_well(self):
        """Where Ponto never heard from the bank, time counts from linking."""
        self.ensure_one()
        since = self.bank_data_at or self.linked_at or self.create_date
        return self.state in WELL and since > clock.now() - STALE_AFTER


def _iso(moment):
    return f"{moment.isoformat()}Z" if moment else None
