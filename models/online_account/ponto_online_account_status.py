"""How an account stands: its state, and the sentence that says so.

``docs/status.md`` lists every sentence. Two consents are kept apart: the bank's for
Ponto (dates, *permission*) and Ponto's for Odoo (*integration*, ``problems.py``).
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools import clock
from ...tools.problem_codes import HEALS_ITSELF
from ...tools.timing import FAILING_FOR, STALE_AFTER
from ...wording.moments import short_day, short_moment
from ...wording.problems import problem_text, who_renews

# Every account is read once a day, whatever Ponto's list says: later, nobody reads.
UNREAD_AFTER = timedelta(hours=26)

COLORS = {
    "unlinked": "info",
    "fetching": "info",
    "expiring": "warning",
    "paused": "warning",
    "expired": "danger",
    "revoked": "danger",
}


class PontoOnlineAccount(models.Model):
    _inherit = "ponto.online.account"

    status_color = fields.Char(
        compute="_compute_status_color",
        help="success, info, warning, danger or secondary. Green only where the "
        "bank's data is fresh, the authorization lasts and the last fetch was good.",
    )

    # === STATE === #

    @api.depends(
        "journal_id.active",
        "revoked_at",
        "problem_code",
        "connection_id.problem_code",
        "provider_account_id.online_account_ids.problem_code",
        "provider_account_id.online_account_ids.authorized_at",
        "authorization_expires_at",
        "bank_data_at",
        "run_ids.state",
        "connection_id.disconnected_at",
    )
    def _compute_state(self):
        fetching = self._open_runs().online_account_id
        for account in self:
            account.state = account._get_state(account in fetching)

    def _get_state(self, is_fetching):
        self.ensure_one()
        if self.revoked_at:
            return "revoked"
        if not self.journal_id:
            return "unlinked"
        if self._get_pause() or self._is_copy():
            return "paused"
        is_refused = bool(self.connection_id._secret_problem())
        if is_fetching and not is_refused:
            return "fetching"
        if self._is_disconnected():
            return "paused"
        if is_refused:
            return "error"
        by_date = self._get_authorization_state()
        if by_date == "expired" or self._is_login_refused():
            return "expired"
        if self._get_problem()[0]:
            return "error"
        return by_date or "ok"

    def _get_problem(self):
        """Code and values of what keeps the account from being read: its own trouble,
        else its connection's; the code is False where all is well."""
        self.ensure_one()
        connection = self.connection_id.sudo()
        silent = connection._secret_problem()
        if self.problem_code and not silent:
            return self.problem_code, self.problem_values
        code, values = connection._get_problem()
        return (code, values) if code else (connection._obstacle(), None)

    def _is_copy(self):
        return self.connection_id._is_neutralized()

    def _is_closed_at_bank(self):
        """Whether somebody said so: then nothing is awaited, and nobody is alarmed."""
        return self.provider_account_id.is_closed_at_bank

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        every = self.with_context(active_test=False)
        accounts = every.search([])  # pylint: disable=no-search-all
        found = accounts.filtered(lambda account: account.state in value)
        return Domain("id", "in", found.ids)

    def _is_stale(self):
        """Whether Ponto has heard nothing from the bank for a day and a half."""
        self.ensure_one()
        heard = self.bank_data_at
        return bool(heard and clock.now() - heard >= STALE_AFTER)

    def _is_fresh(self):
        self.ensure_one()
        return bool(self.bank_data_at) and not self._is_stale()

    @api.depends("state", "bank_data_at", "last_success_at", "walk_run_id")
    def _compute_status_color(self):
        for account in self:
            account.status_color = account._get_status_color()

    def _get_status_color(self):
        self.ensure_one()
        if self.state == "revoked" and not self.journal_id:
            return "secondary"
        if self._is_closed_at_bank() or (self.state == "paused" and self._is_copy()):
            return "secondary"
        if self._is_disconnected() and self.state in ("paused", "unlinked"):
            return "secondary"
        if self.state == "error":
            passes = self._get_problem()[0] in HEALS_ITSELF
            return "warning" if passes and self._is_fresh() else "danger"
        if self.state == "expiring" and self._ends_today():
            return "danger"
        if self.state != "ok":
            return COLORS[self.state]
        if not self.last_success_at:
            return "info"
        return "success" if self._is_fresh() and not self.walk_run_id else "warning"

    def _ends_today(self):
        """Whether today, where the bank is, is the last day of its permission."""
        return self._get_days_left() == 0

    # === SENTENCES === #

    @api.depends(
        "state",
        "bank_data_at",
        "problem_values",
        "connection_id.problem_values",
        "last_success_at",
        "walk_run_id",
        "erased_at",
        "connection_id.disconnected_by_id.name",
    )
    @api.depends_context("lang", "tz", "uid")
    def _compute_status_message(self):
        for account in self:
            account.status_message = account._get_status_message()

    def _get_status_message(self):
        self.ensure_one()
        if self._is_closed_at_bank():
            return self.env._(
                "Closed at the bank. No transactions are expected; the history is kept."
            )
        return getattr(self, f"_get_message_{self.state}")()

    def _get_message_revoked(self):
        return problem_text(self.env, "not_found")

    def _get_message_unlinked(self):
        if self.erased_at:
            return self._get_erased_sentence()
        if self._is_disconnected():
            return self.connection_id._get_disconnected_sentence()
        return self.env._("New: choose a journal with Fetch Accounts.")

    def _get_message_paused(self):
        if self._is_copy():
            return problem_text(self.env, "neutralized")
        if self._is_disconnected() and not self._get_pause():
            return self.connection_id._get_disconnected_sentence()
        return self._get_pause_message()

    def _get_message_fetching(self):
        return self._open_run().message or self.env._("Fetching now.")

    def _get_message_error(self):
        code, values = self._get_problem()
        if code == "bank_trouble" and self._has_failed_for(FAILING_FOR):
            code = "bank_trouble_lasts"
        reason = problem_text(self.env, code, values)
        if not self.bank_data_at:
            known = ""
        elif code in HEALS_ITSELF and self._is_fresh():
            known = self._get_known_sentence()
        else:
            known = self.env._(
                "Stopped since %s.", short_moment(self.env, self.bank_data_at)
            )
        if code in HEALS_ITSELF:
            parts = [reason, self._get_maintenance_sentence(), known]
        else:
            parts = [known, reason]
        return " ".join(filter(None, [*parts, self._get_support_sentence()]))

    def _get_message_expired(self):
        parts = [self._get_authorization_message(), self._get_unread_sentence()]
        return " ".join(filter(None, parts))

    def _get_unread_sentence(self):
        """That nobody looked, where an end is told by its date alone."""
        if self.problem_code or not self._is_unread():
            return ""
        return self.env._(
            "Odoo has not read Ponto since %(read)s either: ask your system "
            "administrator to check the scheduled action “Ponto: fetch bank "
            "transactions”.",
            read=short_moment(self.env, self.last_read_at),
        )

    def _get_message_expiring(self):
        parts = [
            self._get_freshness_sentence(is_renewed=False),
            self._get_authorization_message(),
        ]
        return " ".join(parts)

    def _get_message_ok(self):
        parts = [
            self._get_freshness_sentence(is_renewed=True),
            self._get_maintenance_sentence() if self._is_stale() else "",
        ]
        return " ".join(filter(None, parts))

    def _get_known_sentence(self):
        moment = short_moment(self.env, self.bank_data_at)
        return self.env._("Bank data as of %(moment)s.", moment=moment)

    def _get_freshness_sentence(self, is_renewed):
        """Until when the bank's data is here, and what to do where that is long ago.

        :param is_renewed: whether to tell until when the authorization lasts
        """
        if not self.last_success_at:
            return self.env._("Nothing has been fetched yet.")
        if not self.bank_data_at:
            return self.env._("Ponto has not received data from the bank yet.")
        if self._is_stale():
            return self._get_stale_sentence(is_renewed)
        if self.walk_run_id:
            known = self._get_known_sentence()
            unfinished = self.env._(
                "The list has not been read completely yet. The next fetch reads the "
                "rest automatically."
            )
            return f"{known} {unfinished}"
        moment = short_moment(self.env, self.bank_data_at)
        if is_renewed and self.authorization_expires_at:
            return self.env._(
                "Up to date as of %(moment)s · authorized until %(day)s.",
                moment=moment,
                day=self._get_end_day(),
            )
        return self.env._("Up to date as of %(moment)s.", moment=moment)

    def _get_stale_sentence(self, is_renewed):
        """:param is_renewed: whether no other sentence tells who renews"""
        age = clock.now() - self.bank_data_at
        values = {
            "days": round(age / timedelta(days=1)),
            "moment": short_moment(self.env, self.bank_data_at),
        }
        if not self.auto_sync:
            return self.env._(
                "Bank data is %(days)s days old (as of %(moment)s). Automatic "
                "fetching is off: this account is read only when a user clicks Fetch "
                "transactions.",
                **values,
            )
        if self._is_unread():
            return self.env._(
                "Bank data is %(days)s days old (as of %(moment)s). Odoo has not "
                "read Ponto since %(read)s: the scheduled action “Ponto: fetch bank "
                "transactions” is not running. Ask your system administrator to "
                "check it; Fetch transactions reads Ponto now. No data is lost.",
                read=short_moment(self.env, self.last_read_at),
                **values,
            )
        silent = self.env._(
            "Bank data is %(days)s days old (as of %(moment)s). Ponto has received "
            "nothing from the bank since then. Ponto asks the bank four times a day; "
            "Fetch transactions asks it now. If that does not help, re-authorize at "
            "Ponto.",
            **values,
        )
        return f"{silent} {who_renews(self.env)}" if is_renewed else silent

    def _is_unread(self):
        """Whether Odoo has not looked for longer than it ever waits."""
        read = self.last_read_at
        return bool(read and clock.now() - read >= UNREAD_AFTER)

    def _has_failed_for(self, time):
        since = self._get_trouble_since()
        return bool(since and clock.now() - since >= time)

    def _get_end_day(self):
        """The day on which the authorization ends where the bank is, and whether it is
        a guess."""
        bank = self.provider_account_id
        day = short_day(self.env, bank._day_of(self.authorization_expires_at))
        if self.authorization_estimated:
            return self.env._("%s (estimated)", day)
        return day

    def _get_authorization_message(self):
        """What to know about the bank's permission; '' for an empty recordset."""
        if not self:
            return ""
        self.ensure_one()
        if self._get_authorization_state() == "expired" or self.state == "expired":
            return self._get_expired_sentence()
        if not self.authorization_expires_at:
            return self._get_freshness_sentence(True) if self.journal_id else ""
        values = {"day": self._get_end_day(), "who": who_renews(self.env)}
        if self.authorization_expires_at <= clock.now():
            return self.env._(
                "Renew now. The bank's permission was expected to end on %(day)s. "
                "%(who)s",
                **values,
            )
        if self._get_authorization_state() == "expiring":
            return self.env._("Renew by %(day)s. %(who)s", **values)
        return self.env._("Authorized until %(day)s.", **values)

    def _get_expired_reason(self):
        ends = self.authorization_expires_at
        if not ends or ends > clock.now():
            return self.env._("the bank has withdrawn its permission")
        if self._is_heard_since_end():
            return self.env._(
                "the bank's permission probably ended on %s",
                self._get_end_day(),
            )
        return self.env._("the bank's permission ended on %s", self._get_end_day())

    def _get_expired_sentence(self):
        values = {
            "reason": self._get_expired_reason(),
            "who": who_renews(self.env),
            "moment": short_moment(self.env, self.bank_data_at),
        }
        if not self.bank_data_at:
            return self.env._(
                "Stopped: %(reason)s. %(who)s Odoo then fetches the missing "
                "transactions automatically.",
                **values,
            )
        return self.env._(
            "Stopped: no bank data since %(moment)s. Reason: %(reason)s. %(who)s "
            "Odoo then fetches the missing transactions automatically.",
            **values,
        )

    def _get_maintenance_sentence(self):
        """Until when the institution works on its systems; '' where it does not."""
        institution = self.provider_account_id
        begins, ends = institution.maintenance_from, institution.maintenance_to
        if not begins or not ends or not begins <= clock.now() < ends:
            return ""
        return self.env._(
            "%(bank)s is under maintenance until %(moment)s. Fetching continues "
            "automatically afterwards.",
            bank=institution.name,
            moment=short_moment(self.env, ends),
        )

    def _get_support_sentence(self):
        """Whose support an institution has, where that is not the usual one's."""
        return self.provider_account_id._get_support_hint()
