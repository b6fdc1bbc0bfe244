"""Which journal an account feeds, and from which day on."""

from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...mapping.dates import shifted
from ...mapping.reference import sanitize
from ...ponto_client import bank_days, is_bank_day
from ...rules.account_face import is_same_number
from ...tools import clock, units
from ...wording.moments import format_date

LINKABLE_JOURNAL_TYPES = ("bank", "credit")


class PontoOnlineAccount(models.Model):
    _inherit = "ponto.online.account"

    def link_journal(self, journal, sync_start_date=None):
        """Let this account feed a journal.

        :param journal: one ``account.journal`` of the account's company, or its id
        :param sync_start_date: first day to import; by default the day after the
            journal's newest line, else the first day of the fiscal year that
            contains today, and never on or before a lock date
        :raise UserError: in words, when the journal cannot be fed by this account
        """
        self.ensure_one()
        self.check_access("write")
        if isinstance(journal, int):
            journal = self.env["account.journal"].browse(journal)
        sync_start_date = fields.Date.to_date(sync_start_date)
        journal.ensure_one()
        journal.check_access("write")
        if self.journal_id == journal:
            return
        refusal = self._journal_refusal(journal)
        if refusal:
            raise UserError(refusal)
        start = sync_start_date or self._propose_start_date(journal)
        refusal = self._start_date_refusal(journal, start)
        if refusal:
            raise UserError(refusal)
        predecessor = self._search_predecessor(journal)
        self._take_over_from_revoked(journal)
        self._release_unlinked()
        self._give_bank_account(journal)
        journal.bank_statements_source = "ponto"
        # All was checked above; a plain write is refused.
        self.sudo().write(
            {
                "journal_id": journal.id,
                "sync_start_date": start,
                "predecessor_id": predecessor.id or self.predecessor_id.id,
                "problem_code": False,
                "problem_values": False,
                "retry_at": False,
                "failure_count": 0,
                # The first reading into this journal goes to the end of Ponto's list.
                "linked_at": clock.now(),
                "awaits_confirmation": False,
                "complete_at": False,
                "walk_run_id": False,
                "walk_cursor": False,
            }
        )
        self.sudo()._record_balance(self.connection_id.last_checked_at)
        text = self.env._(
            "Linked to %(journal)s from %(start)s.",
            journal=journal.display_name,
            start=format_date(self.env, start),
        )
        remark = self._get_history_remark(journal)
        self.message_post(body=f"{text} {remark}".strip())
        self._forget_erasure()

    # === REFUSALS === #

    @api.private
    def _journal_refusal(self, journal):
        """Why this account cannot feed a journal, in words; '' where it can."""
        self.ensure_one()
        journal = journal.sudo()
        env, name = self.env, journal.display_name
        if self.revoked_at:
            return env._("Ponto no longer shares this account: it cannot be linked.")
        if self.journal_id:
            return env._(
                "This account is already linked to %(journal)s.",
                journal=self.journal_id.display_name,
            )
        if journal.company_id != self.company_id:
            return env._("This journal belongs to another company.")
        if journal.type not in LINKABLE_JOURNAL_TYPES:
            return env._("%(journal)s is not a bank or card journal.", journal=name)
        if not journal.active:
            return env._("%(journal)s is archived.", journal=name)
        return self._currency_refusal(journal) or self._feed_refusal(journal)

    def _currency_refusal(self, journal):
        name = journal.display_name
        currency = journal.currency_id or journal.company_id.currency_id
        if not self.currency_id:
            return self.env._(
                "The account's currency %(code)s is unknown in Odoo.",
                code=self.currency_code,
            )
        if currency != self.currency_id:
            return self.env._(
                "The account is in %(account)s and %(journal)s is in %(currency)s. "
                "Choose or make a journal in %(account)s.",
                account=self.currency_id.name,
                journal=name,
                currency=currency.name,
            )
        return ""

    def _feed_refusal(self, journal):
        env, name = self.env, journal.display_name
        feeding = journal.ponto_online_account_ids - self
        feeding -= self._revoked_predecessors(journal)
        if feeding:
            return env._(
                "%(journal)s is already linked to %(account)s.",
                journal=name,
                account=feeding[0]._short_name(),
            )
        source = journal.bank_statements_source
        if source not in (False, "undefined", "ponto") and source.startswith("online"):
            return env._(
                "%(journal)s is already linked to another bank synchronization.",
                journal=name,
            )
        if journal.restrict_mode_hash_table:
            return env._(
                "%(journal)s secures its entries with a hash. Such a journal accepts "
                "no unmatched lines. Choose another journal.",
                journal=name,
            )
        if not journal.default_account_id:
            return env._(
                "%(journal)s has no bank account in the chart of accounts.",
                journal=name,
            )
        if not journal.suspense_account_id:
            return env._(
                "%(journal)s has no suspense account. Set one in the journal first.",
                journal=name,
            )
        return self._mixing_refusal(journal)

    def _mixing_refusal(self, journal):
        other = "live" if self.environment == "sandbox" else "sandbox"
        mixed = (
            self.env["ponto.transaction"]
            .sudo()
            .search_count(
                [
                    ("statement_line_id.journal_id", "=", journal.id),
                    ("online_account_id.connection_id.environment", "=", other),
                ],
                limit=1,
            )
        )
        if not mixed:
            return ""
        return self.env._(
            "%(journal)s already holds lines of the other environment: live and "
            "sandbox data are never mixed in one journal.",
            journal=journal.display_name,
        )

    @api.constrains("journal_id")
    def _check_journal(self):
        """What :meth:`link_journal` refuses with more words also holds for RPC."""
        for account in self.filtered("journal_id"):
            refusal = account._currency_refusal(account.journal_id.sudo())
            if refusal:
                raise ValidationError(refusal)

    # === START DATE === #

    @api.private
    def _propose_start_date(self, journal=None):
        """First day to import into a journal; without a journal, into a new one."""
        self.ensure_one()
        earlier = self if self.sync_start_date else self._search_predecessor(journal)
        if earlier.sync_start_date and not self._is_other_journal(earlier, journal):
            # The start that was chosen once holds for what continues.
            return earlier.sync_start_date
        company = self.company_id.sudo()
        today = self._today()
        newest = False
        if journal and journal.sudo().company_id == self.company_id:
            # A line dated in the future says nothing about what the books hold.
            [(newest,)] = (
                self.env["account.bank.statement.line"]
                .sudo()
                ._read_group(
                    [
                        ("journal_id", "=", journal.id),
                        ("state", "!=", "cancel"),
                        ("date", "<=", today),
                    ],
                    aggregates=["date:max"],
                )
            )
        if newest:
            start = shifted(newest, 1)
        else:
            start = company.compute_fiscalyear_dates(today)["date_from"]
        locked = self._locked_until(journal)
        return max(start, shifted(locked, 1)) if locked else start

    def _locked_until(self, journal=None):
        """Last day that a lock date closes for bank entries; False where none does."""
        company = self.company_id.sudo()
        earliest = shifted(date.min, 1)
        locks = company._get_violated_lock_dates(earliest, False, journal)
        return max((lock for lock, _field in locks), default=False)

    def _start_date_refusal(self, journal, start):
        """Why a start date cannot be, in words; '' where it can."""
        if not is_bank_day(start):
            first, last = (format_date(self.env, day) for day in bank_days())
            return self.env._(
                "The start date must be between %(first)s and %(last)s.",
                first=first,
                last=last,
            )
        locked = self._locked_until(journal)
        if not locked or start > locked:
            return ""
        earlier = self if self.sync_start_date else self._search_predecessor(journal)
        if earlier.sync_start_date and start >= earlier.sync_start_date:
            # The books were open when it was chosen, and are known up to now.
            return ""
        return self.env._(
            "The books are closed until %(locked)s: the start date must be later.",
            locked=format_date(self.env, locked),
        )

    # === JOURNALS === #

    @api.private
    def _propose_journal(self, journals=None):
        """The journal of the account that this one continues; else the free one with
        this account's number *and* currency, if just one.

        :param journals: where to look; by default all of the company's
        """
        self.ensure_one()
        number = sanitize(self.reference)
        if not number:
            return self.env["account.journal"]
        if journals is None:
            journals = self._candidate_journals()
        continued = self._search_predecessor().sudo().journal_id & journals
        if continued and not self._journal_refusal(continued):
            return continued
        matching = journals.filtered(
            lambda journal: (
                is_same_number(journal.bank_account_id.acc_number or "", number)
                and not self._journal_refusal(journal)
            )
        )
        return matching if len(matching) == 1 else self.env["account.journal"]

    @api.private
    def _candidate_journals(self):
        return self.env["account.journal"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("type", "in", LINKABLE_JOURNAL_TYPES),
            ]
        )

    @api.private
    def _create_journal(self):
        """A new journal for this account, with an own ledger account."""
        self.ensure_one()
        company = self.company_id
        institution = self.provider_account_id.name or self.env._("Bank")
        currency = self.currency_id
        if not currency.active:
            raise UserError(
                self.env._(
                    "The currency %(code)s is not active. Activate it first.",
                    code=currency.name or self.currency_code,
                )
            )
        foreign = currency != company.currency_id
        vals = {
            "name": f"{institution} {(self.reference or '')[-4:]}".strip(),
            "type": "credit" if self.subtype == "card" else "bank",
            "company_id": company.id,
            "currency_id": currency.id if foreign else False,
        }
        return self.env["account.journal"].with_company(company).create(vals)

    def _give_bank_account(self, journal):
        """Give a journal without bank account the account's number.

        Two journals, one per currency, may share one bank account record: Odoo
        allows a number once per holder.
        """
        if not journal.bank_account_id and self.reference_type == "IBAN":
            # Whoever may link a journal need not have the right to create contacts.
            worker = journal.with_env(units.plain_superuser(self.env))
            worker.set_bank_account(self.reference)
            journal.invalidate_recordset(["bank_account_id"])

    # === WHOSE ACCOUNT === #

    @api.private
    def _fed_in_another_company(self):
        """Whether the same Ponto account feeds a journal of another company."""
        self.ensure_one()
        return bool(
            self.sudo().search_count(
                [
                    ("ponto_ref", "=", self.ponto_ref),
                    ("company_id", "!=", self.company_id.id),
                    ("journal_id", "!=", False),
                ],
                limit=1,
            )
        )

    @api.private
    def _number_of_another_company(self):
        """Whether the account number belongs to another company of the database."""
        self.ensure_one()
        number = sanitize(self.reference)
        if not number:
            return False
        companies = self.env["res.company"].sudo()
        partners = companies.search([]).partner_id  # pylint: disable=no-search-all
        others = partners - self.company_id.sudo().partner_id
        banks = self.env["res.partner.bank"].sudo()
        owned = banks.search(
            [("sanitized_acc_number", "=", number), ("partner_id", "in", partners.ids)]
        ).partner_id
        return bool(owned & others) and self.company_id.sudo().partner_id not in owned
