"""How an account stands: its state, and the sentence that says so."""

from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime

from . import clock
from .problems import problem_text

# An authorization that ends within this time is said to end soon.
EXPIRING_LEAD = timedelta(days=30)


class PontoOnlineAccount(models.Model):
    _inherit = "ponto.online.account"

    @api.depends(
        "journal_id.active",
        "revoked_at",
        "problem_code",
        "authorization_expires_at",
        "run_ids.state",
    )
    def _compute_state(self):
        for account in self:
            account.state = account._get_state()

    def _get_state(self):
        self.ensure_one()
        by_date = self._get_authorization_state()
        if self.revoked_at:
            return "revoked"
        if not self.journal_id:
            return "unlinked"
        if self._get_pause():
            return "paused"
        if any(run.state == "running" for run in self.run_ids):
            return "fetching"
        if by_date == "expired" or self.problem_code == "authorization":
            return "expired"
        if self.problem_code:
            return "error"
        return by_date or "ok"

    def _get_authorization_state(self):
        """``expired``, ``expiring`` or False, by the date that Ponto expects."""
        self.ensure_one()
        ends = self.authorization_expires_at
        if not ends:
            return False
        if ends <= clock.now():
            return "expired"
        return "expiring" if ends <= clock.now() + EXPIRING_LEAD else False

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        every = self.with_context(active_test=False)
        accounts = every.search([])  # pylint: disable=no-search-all
        found = accounts.filtered(lambda account: account.state in value)
        return Domain("id", "in", found.ids)

    @api.depends("state", "bank_data_at", "problem_values", "last_success_at")
    @api.depends_context("lang", "tz")
    def _compute_status_message(self):
        for account in self:
            account.status_message = account._get_status_message()

    def _get_status_message(self):
        self.ensure_one()
        state = self.state
        if state == "revoked":
            return problem_text(self.env, "not_found")
        if state == "unlinked":
            return self.env._("New: choose a journal with Fetch Accounts.")
        if state == "paused":
            return self._get_pause_message()
        if state == "fetching":
            return self.env._("Fetching now.")
        if state == "error":
            return problem_text(self.env, self.problem_code, self.problem_values)
        if state in ("expired", "expiring"):
            return self._get_authorization_message()
        return self._get_freshness_message()

    def _get_freshness_message(self):
        if not self.last_success_at:
            return self.env._("Nothing was fetched yet.")
        if not self.bank_data_at:
            return self.env._("Read; Ponto has not heard from the bank yet.")
        return self.env._(
            "Bank data of %(moment)s.",
            moment=format_datetime(self.env, self.bank_data_at, dt_format="short"),
        )

    def _get_authorization_message(self):
        """What to know about the bank's permission; '' for an empty recordset."""
        if not self or not self.authorization_expires_at:
            return self._get_freshness_message() if self.journal_id else ""
        day = format_date(self.env, self.authorization_expires_at)
        state = self._get_authorization_state()
        if state == "expired" or self.state == "expired":
            return self.env._(
                "No new transactions: the bank's permission ended on %(day)s. The "
                "company's representative (or a person with a mandate) renews it at "
                "Ponto with their own bank login; the accountant cannot do it for "
                "them. The gap is then filled by itself.",
                day=day,
            )
        if state == "expiring":
            return self.env._(
                "Renew by %(day)s at Ponto: the company's representative (or a person "
                "with a mandate) does it with their own bank login; "
                "the accountant cannot do it for them.",
                day=day,
            )
        return self.env._("Authorized until %(day)s.", day=day)

    # === WHY AN ACCOUNT WAITS === #

    def _get_pause(self):
        """Code of what keeps a linked account from being read; False where nothing.

        Such an account costs no call to Ponto, and goes on by itself when the cause
        is gone.
        """
        self.ensure_one()
        journal = self.journal_id.sudo()
        if not journal:
            return "unlinked"
        if not self.active:
            return "archived"
        if not self.connection_id.active:
            return "connection_archived"
        if not journal.active:
            return "journal_archived"
        if self._is_journal_of_another_kind(journal):
            return "journal_mismatch"
        if journal.restrict_mode_hash_table:
            return "journal_hashed"
        if not journal.suspense_account_id:
            return "no_suspense_account"
        if self.deprecated and self._get_authorization_state() == "expired":
            return "deprecated"
        return False

    def _is_journal_of_another_kind(self, journal):
        """Currency and company were checked at linking; they may have changed since."""
        currency = journal.currency_id or journal.company_id.currency_id
        return currency != self.currency_id or journal.company_id != self.company_id

    def _get_pause_message(self):
        texts = {
            "unlinked": self.env._("This account feeds no journal."),
            "journal_mismatch": self.env._(
                "Paused: the journal's currency or company is no longer the account's. "
                "Nothing is booked until they agree again; set the journal back, or "
                "link the account to another one."
            ),
            "archived": self.env._("Paused: this account is archived in Odoo."),
            "connection_archived": self.env._("Paused: the connection is archived."),
            "journal_archived": self.env._(
                "Paused: the journal is archived. Fetching goes on, without a gap, "
                "when it is restored."
            ),
            "journal_hashed": self.env._(
                "Paused: the journal secures its entries with a hash, and then accepts "
                "no line that is still to be matched. Use another journal, or switch "
                "the hash off."
            ),
            "no_suspense_account": self.env._(
                "Paused: the journal has no suspense account. Set one in the journal; "
                "fetching then goes on by itself."
            ),
            "deprecated": self.env._(
                "Paused: Ponto has replaced this institution by another one. Link the "
                "account again under the new institution."
            ),
        }
        return texts[self._get_pause()]
