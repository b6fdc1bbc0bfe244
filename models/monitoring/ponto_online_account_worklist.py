"""What about an account needs a person first, for the worklist of many companies.

The reasons stand in the order of their urgency: of an account the first one that holds
is told. ``docs/worklist.md`` explains them.
"""

from odoo import models

from ...tools.problem_codes import HEALS_ITSELF
from ...tools.timing import FAILING_FOR
from ..online_account.ponto_online_account_authorization import PUT_ASIDE

REASONS = [
    ("expired", "Authorization ended"),
    ("stopped", "Stopped"),
    ("ends_now", "Authorization ends within a week"),
    ("different", "Differs from the bank"),
    ("held", "Held"),
    ("expiring", "Authorization ends soon"),
    ("stale", "No data from the bank"),
    ("unread", "Never fetched"),
    ("not_matched", "Not matched"),
    ("new", "New: choose a journal"),
    ("nothing", "Nothing to do"),
]
URGENCY = {code: place for place, (code, _label) in enumerate(REASONS)}
# A renewal that somebody else must make should be asked for by then.
ENDS_NOW = 7  # days


class PontoOnlineAccount(models.Model):
    _inherit = "ponto.online.account"

    def _count_not_matched(self):
        """Posted lines that wait to be matched, as the card counts them.

        :return: ``{journal: count}``; one query, however many accounts
        """
        domain = [
            ("journal_id", "in", self.journal_id.ids),
            ("is_reconciled", "=", False),
            ("move_id.checked", "=", True),
            ("move_id.state", "=", "posted"),
        ]
        lines = self.env["account.bank.statement.line"]
        return dict(lines._read_group(domain, ["journal_id"], ["__count"]))

    def _get_work_reason(self, not_matched):
        """The most urgent of what needs a person.

        :param not_matched: how many lines of the journal wait to be matched
        :return: code of ``REASONS``
        """
        self.ensure_one()
        codes = {*self._get_state_reasons(), "nothing"}
        if self.balance_state == "different":
            codes.add("different")
        if self.held_count:
            codes.add("held")
        if not_matched:
            codes.add("not_matched")
        return min(codes, key=URGENCY.__getitem__)

    def _get_state_reasons(self):
        """What the account's state asks for, if anything."""
        self.ensure_one()
        if self._is_closed_at_bank():
            return
        if self.state in ("expired", "expiring"):
            yield self.state
        if self.state == "expiring" and self._get_days_left() <= ENDS_NOW:
            yield "ends_now"
        if self.state == "unlinked" and not self.erased_at:
            yield "new"
        if self._is_stopped():
            yield "stopped"
        if self.state in ("ok", "expiring"):
            if not self.last_success_at:
                yield "unread"
            elif self._is_stale():
                yield "stale"

    def _is_stopped(self):
        """Whether nothing comes until a person does something about it."""
        self.ensure_one()
        if self.state == "error":
            passes = self._get_problem()[0] in HEALS_ITSELF
            return not passes or self._has_failed_for(FAILING_FOR)
        if self.state == "paused":
            # What a person put aside stays aside, and so does a copy.
            return not self._is_copy() and self._get_pause() not in PUT_ASIDE
        return self.state == "revoked"

    def _get_work_days_left(self):
        """Days of the bank's permission; 0 where they are not known."""
        return self._get_days_left() or 0

    def _get_work_difference(self):
        """By how much bank and books differ, where they can be compared."""
        self.ensure_one()
        told = self.balance_state in ("checking", "different")
        return self.balance_difference if told else 0.0

    def _get_work_sentence(self, reason, not_matched):
        """The reason in words, in the reader's language.

        :param reason: code of ``REASONS``
        """
        self.ensure_one()
        held = self.held_count
        if reason == "different":
            return self._get_card_balance_sentence()
        if reason == "held":
            return (
                self.env._("1 transaction needs your decision before it is booked.")
                if held == 1
                else self.env._(
                    "%s transactions need your decision before they are booked.", held
                )
            )
        if reason == "not_matched":
            return (
                self.env._("1 transaction is not matched yet.")
                if not_matched == 1
                else self.env._("%s transactions are not matched yet.", not_matched)
            )
        return self.status_message

    def _search_for_work(self):
        """All accounts of all companies of the user, chosen now or not.

        One that Ponto no longer shares and that feeds nothing is over.
        """
        companies = self.env.user.company_ids
        everywhere = self.with_context(allowed_company_ids=companies.ids)
        return everywhere.search(
            [
                "|",
                ("journal_id", "!=", False),
                ("revoked_at", "=", False),
            ]
        )
