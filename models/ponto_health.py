"""How the accounts stand, for a program that watches: codes, times and counts only."""

from datetime import timedelta

from odoo import api, models, modules

from . import clock

MODULE = "account_ponto_sync"
# States that need nobody, or that somebody chose.
WELL = ("ok", "fetching", "expiring", "paused", "unlinked")
# News of the bank older than this are old, whatever the state.
OLD = timedelta(hours=36)


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
        state = self.state
        is_fed = state not in ("unlinked", "paused")
        is_old = is_fed and bool(heard) and heard <= now - OLD
        return {
            "id": self.id,
            "connection_id": self.connection_id.id,
            "company_id": self.company_id.id,
            "journal_id": self.journal_id.id or None,
            "environment": self.environment,
            "state": state,
            "ok": state in WELL and not is_old,
            "bank_data_at": _iso(heard),
            "freshness_seconds": int((now - heard).total_seconds()) if heard else None,
            "authorization_expires_at": _iso(ends),
            "days_left": (ends - now).days if ends else None,
            "last_success_at": _iso(self.last_success_at),
            "failing_since": _iso(self.failure_count and self.problem_since),
            "problem": self.problem_code or None,
            "retry_at": _iso(self.retry_at),
            "held": self.held_count,
        }


def _iso(moment):
    return f"{moment.isoformat()}Z" if moment else None
