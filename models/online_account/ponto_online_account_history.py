"""What an account continues: its own earlier link, or the same bank account that Ponto
shared under another id before. Nothing that was read there is booked again."""

from odoo import api, models
from odoo.exceptions import UserError

from ...mapping.reference import sanitize
from ...rules.account_face import (
    AccountFace,
    is_same_number,
    may_continue,
    would_double,
)
from ...wording.moments import format_date
from ..connection.ponto_connection_listing import READS_PER_MOVE


class PontoOnlineAccount(models.Model):
    _inherit = "ponto.online.account"

    # === THE SAME BANK ACCOUNT UNDER ANOTHER ID === #

    @api.private
    def _search_predecessor(self, journal=None):
        """The account that this one continues: same number and currency, fed a journal
        once, and is not read any more. The number alone would mix up currencies.

        :param journal: that a person chose: one that fed it and looks like this one,
            where no number tells
        """
        self.ensure_one()
        number, earlier = sanitize(self.reference), self._search_earlier()
        found = earlier.browse()
        if number:
            found = earlier.filtered(
                lambda account: (
                    is_same_number(account.reference or "", number)
                    or account._has_number(number)
                )
            )
        if not found and journal:
            alike = self._filter_alike(earlier)
            found = alike.filtered(lambda account: account._latest_journal() == journal)
        return found[:1].sudo(self.env.su)

    def _search_earlier(self):
        """Accounts in this currency that fed a journal once and are not read any more."""
        accounts = self.sudo().with_context(active_test=False)
        found = accounts.search(
            [
                ("company_id", "=", self.company_id.id),
                ("currency_id", "=", self.currency_id.id),
                ("id", "!=", self.id),
                ("linked_at", "!=", False),
            ],
            order="linked_at desc, id desc",
        )
        return found.filtered(
            lambda account: (
                account.environment == self.environment
                and (account._is_over() or not account.journal_id)
            )
        )

    @api.private
    def _search_alike(self):
        """Accounts that fed a journal, are not listed any more and look like this one,
        which no number tells; what another one continued is not among them."""
        self.ensure_one()
        earlier = self._search_earlier().filtered(
            lambda account: account._is_over() and account._latest_journal()
        )
        followed = earlier.search([("predecessor_id", "in", earlier.ids)])
        return self._filter_alike(earlier - followed.predecessor_id)

    def _filter_alike(self, earlier):
        face = self._face()
        return earlier.filtered(lambda account: may_continue(face, account._face()))

    @api.private
    def _search_doubled(self):
        """Accounts that feed a journal and may be the very same bank account: another
        id, connection or company of it; those of the own company first."""
        self.ensure_one()
        face = self._face()
        accounts = self.sudo().with_context(active_test=False)
        found = accounts.search([("journal_id", "!=", False), ("id", "!=", self.id)])
        return found.filtered(
            lambda account: (
                account.environment == self.environment
                and not account._is_over()
                and would_double(face, account._face())
            )
        ).sorted(lambda account: account.company_id != self.company_id)

    @api.private
    def _face(self):
        """What tells which bank account this is."""
        self.ensure_one()
        account = self.sudo()
        return AccountFace(
            currency=account.currency_code or "",
            institution=account.provider_account_id.institution_ref or "",
            number=account.reference or "",
            subtype=account.subtype or "",
            holder=account.holder_name or "",
            description=account.description or "",
            product=account.product or "",
            internal_reference=account.internal_reference or "",
        )

    def _latest_journal(self):
        """The journal that it feeds, or fed last as far as its lines tell."""
        self.ensure_one()
        return self.journal_id or self._newest_line(self).journal_id

    @api.private
    def _number_and_currency(self):
        """What one bank account is known by, whatever its id; None without a number."""
        self.ensure_one()
        number = sanitize(self.reference)
        return (number, self.currency_code) if number else None

    @api.private
    def _predecessors(self):
        """All accounts that this one continues, the latest first."""
        self.ensure_one()
        found = self.browse()
        account = self.predecessor_id
        while account and account not in found | self:
            found |= account
            account = account.predecessor_id
        return found

    def _with_predecessors(self):
        """The account and all that it continues."""
        return self | self._predecessors()

    def _revoked_predecessors(self, journal):
        """The same bank account under an id that Ponto no longer shares, or in a
        connection that was disconnected. Where neither number nor name tells, one
        which only rests may be another."""
        face = self._face()
        return journal.ponto_online_account_ids.filtered(
            lambda account: (
                account != self
                and account._is_over()
                and account.connection_id.company_id == self.company_id
                and account.currency_id == self.currency_id
                and (
                    is_same_number(account.reference or "", self.reference or "")
                    or may_continue(face, account._face())
                    or (
                        account.revoked_at and not (account.reference or self.reference)
                    )
                )
            )
        )

    def _take_over_from_revoked(self, journal):
        for account in self._revoked_predecessors(journal).sudo():
            account._stop_feeding()
            account.message_post(
                body=self.env._(
                    "This bank account continues under another ID or in another "
                    "connection, which is now linked to %(journal)s. The history "
                    "stays here.",
                    journal=journal.display_name,
                )
            )

    # === ANOTHER JOURNAL, OR NONE === #

    def unlink_journal(self):
        """Stop feeding the journal. Its lines stay, and so does what was received; an
        account that is linked again goes on where it stopped.

        :raise UserError: while a fetch is under way
        """
        self.check_access("write")
        for account in self.filtered("journal_id"):
            if account._open_run():
                raise UserError(
                    self.env._("A fetch is under way. Try again when it is done.")
                )
            journal = account.journal_id
            account.sudo()._stop_feeding()
            account.message_post(
                body=self.env._(
                    "No longer linked to %(journal)s. Imported lines stay there.",
                    journal=journal.display_name,
                )
            )

    def _stop_feeding(self):
        self.awaits_confirmation = False
        # What was read and not booked would have no journal any more.
        waiting = self.transaction_ids.filtered(
            lambda row: row.state in ("new", "planned")
        )
        waiting._hold("unlinked")
        run = self._open_run()
        if run:
            run.problem_code = "not_found"
            run._finish()
        self.journal_id = False
        self.flush_recordset(["journal_id"])

    def _resume_feeding(self):
        """Read on at once, whatever was wrong before; but never into a journal that
        another synchronization feeds meanwhile."""
        for account in self:
            journal = account.journal_id
            if (journal.bank_statements_source or "").startswith("online"):
                account._stop_feeding()
                account.message_post(
                    body=self.env._(
                        "%(journal)s is now linked to another bank synchronization, "
                        "so this account is no longer linked to it. Imported data is "
                        "kept.",
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

    def _release_unlinked(self):
        """What waited without a journal is checked anew for the one it has now."""
        waiting = self.sudo().transaction_ids.filtered(
            lambda row: row.state == "held" and row.hold_code == "unlinked"
        )
        checked = {"hold_code": False, "hold_values": False}
        # When its day comes, it is asked whether the bank still lists it.
        planned = waiting.filtered(lambda row: row.was_planned and not row.is_another)
        planned.write({"state": "planned", **checked})
        (waiting - planned).write({"state": "new", **checked})

    def _is_other_journal(self, earlier, journal):
        """Whether lines of ``earlier`` lie in another journal than this one."""
        line = self._newest_line(earlier)
        return bool(line) and line.journal_id.id != (journal and journal.id)

    def _newest_line(self, account):
        row = (
            self.env["ponto.transaction"]
            .sudo()
            .search(
                [
                    ("online_account_id", "=", account.id),
                    ("statement_line_id", "!=", False),
                ],
                order="booking_date desc, id desc",
                limit=1,
            )
        )
        return row.statement_line_id

    def _get_history_remark(self, journal):
        """Where the earlier lines are, in words; '' where there are none elsewhere."""
        for account in self._with_predecessors():
            line = self._newest_line(account)
            if line and line.journal_id != journal:
                return self.env._(
                    "Transactions imported up to %(day)s are in %(journal)s and stay "
                    "there.",
                    day=format_date(self.env, line.date),
                    journal=line.journal_id.display_name,
                )
        return ""
