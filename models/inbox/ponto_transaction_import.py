"""The accounting half: rows of the inbox become statement lines, oldest first."""

import logging
from collections import Counter
from decimal import Decimal
from fractions import Fraction

import psycopg2

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...mapping.dates import absurd_date
from ...mapping.reference import sanitize
from ...mapping.statement_line import prepare_statement_line_vals
from ...ponto_client import ResponseFormatError, Transaction, bank_days, is_bank_day
from ...tools import units
from ..bulk_booking.account_move_numbering import in_bulk

_logger = logging.getLogger(__name__)

BATCH_SIZE = 100
# Oldest first, and within a day as the bank lists it: the list is newest first, so a
# higher position is older.
IMPORT_ORDER = "booking_date, walk_run_id.id, walk_position desc, id desc"


class PontoTransaction(models.Model):
    _inherit = "ponto.transaction"

    @api.private
    @api.model
    def _import_batch(self, account, run, limit=BATCH_SIZE):
        """Turn the oldest new rows of an account into lines of its journal.

        :param run: the fetch that books them
        :return: imported, held and left out counts
        :rtype: tuple[int, int, int]
        """
        account = account.with_user(SUPERUSER_ID)
        company = account.company_id
        account = account.with_context(
            allowed_company_ids=company.ids, lang=company.partner_id.lang or "en_US"
        ).with_company(company)
        rows = account.env["ponto.transaction"].search(
            [
                ("online_account_id", "=", account.id),
                ("state", "=", "new"),
                ("is_undecided", "=", False),
                *run._bookable_domain(),
            ],
            order=IMPORT_ORDER,
            limit=limit,
        )
        for booker, part in rows._by_booker(account):
            ready = part.filtered(
                lambda row, booker=booker: row._isolate(
                    lambda: row._pass_checks_or_hold(booker)
                )
            )
            ready._create_lines(booker, run)
        states = Counter(rows.mapped("state"))
        if rows and states["planned"] == len(rows):
            return self._import_batch(account, run, limit)
        return states["imported"], states["held"], states["ignored"]

    @api.private
    @api.model
    def _release_planned(self, account, run):
        """Book what was announced when its day has come and the bank still lists it.

        What it no longer lists after a complete reading was replaced by a booked one,
        or cancelled. Where an equal booked one stands beside it, a person decides.
        """
        for row in self._search_due_planned(account):
            row._isolate(lambda row=row: row._release(account, run), run)

    def _release(self, account, run):
        self.ensure_one()
        equal = self._equal_rows(account).filtered(lambda row: not row.was_planned)
        if self.planned_seen_run_id == run:
            if equal:
                self._hold("planned_or_booked", date=_iso(self._announced_day()))
                run.held_count += 1
            else:
                self.state = "new"
        elif run.walk_complete and equal:
            self.write({"state": "alias", "alias_of_id": equal[0].id})
        elif run.walk_complete:
            self._hold("planned_gone", date=_iso(self._announced_day()))
            run.held_count += 1

    @api.private
    @api.model
    def _search_due_planned(self, account):
        today = account._today()
        return self.search(
            [
                ("online_account_id", "=", account.id),
                ("state", "=", "planned"),
                "|",
                ("execution_date", "=", False),
                ("execution_date", "<=", today),
                "|",
                ("booking_date", "=", False),
                ("booking_date", "<=", today),
            ]
        )

    @api.private
    @api.model
    def _hold_absurd_days(self, account, run):
        """Hold waiting rows whose day, stored by an earlier version, is none."""
        first, last = bank_days()
        rows = self.search(
            [
                ("online_account_id", "=", account.id),
                ("state", "in", ("new", "planned")),
                "|",
                ("booking_date", "<", first),
                ("booking_date", ">", last),
            ]
        )
        for row in rows:
            given = row._absurd_date() or row.booking_date
            row.write(dict.fromkeys(("booking_date", "execution_date", "value_date")))
            row._hold("absurd_date", given=given.isoformat())
        run.held_count += len(rows)

    def _absurd_date(self):
        """What the bank gave as the day of the line, where it is no day; else None."""
        transaction = self._transaction_or_none()
        field = self.online_account_id.date_field
        return transaction and absurd_date(transaction, field)

    def _announced_day(self):
        """The day for which the bank announced it."""
        return self.execution_date or self.value_date or self.booking_date

    def _equal_rows(self, account):
        """Other rows of the same amount and day that are booked, or about to be.

        Where both have an execution date, it tells. Else any of their days may be the
        one that the other side has.
        """
        self.ensure_one()
        days = self._days()
        same_day = Domain.OR(
            Domain(name, "in", list(days)) for name in ("value_date", "booking_date")
        )
        if self.execution_date:
            same_day = Domain("execution_date", "=", False) & same_day
            same_day |= Domain("execution_date", "=", self.execution_date)
        else:
            same_day |= Domain("execution_date", "in", list(days))
        return self.search(
            Domain(
                [
                    ("online_account_id", "=", account.id),
                    ("id", "!=", self.id),
                    ("amount", "=", self.amount),
                    ("state", "in", ("new", "imported", "adopted", "held")),
                ]
            )
            & same_day
        )

    def _may_be_the_announced_one(self, account):
        """Whether an equal one was booked when its announced day came."""
        self.ensure_one()
        if self.was_planned or self.is_another:
            return False
        if not self.is_on_announced_day:
            return False
        booked = self._equal_rows(account).filtered(
            lambda row: row.was_planned and row.state != "held"
        )
        return bool(booked)

    # === CHECKS === #

    def _pass_checks_or_hold(self, account):
        """One row that cannot be read must not keep the others from being booked."""
        try:
            return self._pass_checks(account)
        except ResponseFormatError as error:
            self._hold("unreadable", problem=error.message)
            return False

    def _pass_checks(self, account):
        """Hold the row where booking it would lose, shift or falsify it."""
        self.ensure_one()
        day = self.booking_date
        company = account.company_id
        start_date = account.sync_start_date
        is_early = day and start_date and self._own_day() < start_date
        if not self.currency_code:
            # It could not be read when it came, and what is stored stays as it is.
            self._hold("unreadable", problem=self._problem_in_raw())
        elif self.same_id_of_id and not self.decided_by_id:
            self._hold_same_id()
        elif self._is_left_out(account):
            self.state = "ignored"
        elif not day or not is_bank_day(day):
            self._hold_without_day()
        elif day > account._today() and not self.bank_day:
            # Stored before it was told by every date that it lies ahead.
            self.write({"state": "planned", "was_planned": True})
        elif company._get_violated_lock_dates(day, False, account.journal_id):
            start = {"start": _iso(start_date)} if is_early else {}
            self._forget_open_day()
            self._hold("locked_period", date=_iso(self.booking_date), **start)
        elif is_early and not self.bank_day:
            self._hold("before_start", date=_iso(day))
        elif self.currency_code != account.currency_code:
            self._hold(
                "currency_mismatch",
                currency=self.currency_code,
                account=account.currency_code,
            )
        elif lacking := self._find_missing_rate(account, day):
            self._hold("no_exchange_rate", currency=lacking.name, date=_iso(day))
        elif self._is_more_precise_than(account.currency_id):
            self._hold(
                "amount_precision",
                amount=str(self._amount_in_raw()),
                currency=account.currency_code,
            )
        elif self._may_be_the_announced_one(account):
            self._hold("planned_or_booked", date=_iso(self._announced_day()))
        return self.state == "new"

    def _hold_without_day(self):
        given = self._absurd_date() or self.booking_date
        if given:
            self._hold("absurd_date", given=given.isoformat())
        else:
            self._hold("no_date")

    def _is_left_out(self, account):
        """A zero amount, where that is wished and nobody asked for this one."""
        wished = account.skip_zero_amounts and not self.decided_by_id
        return wished and not self._amount_in_raw()

    def _amount_in_raw(self):
        return Transaction.from_api(self.raw, fallback_id=self.ponto_ref).amount

    def _is_more_precise_than(self, currency):
        """Rounding, or a float's sixteen digits, would change the money in silence."""
        amount = self._amount_in_raw()
        smallest = Fraction(str(currency.rounding))
        return (
            bool(Fraction(amount) % smallest) or Decimal(repr(float(amount))) != amount
        )

    def _problem_in_raw(self):
        try:
            Transaction.from_api(self.raw)
        except ResponseFormatError as error:
            return error.message
        return ""

    def _find_missing_rate(self, account, day):
        """Where core would book one to one, in silence, or at the rate of a later day.

        The base currency has the rate one and needs none of its own: where only the
        company's has rates, they are in the account's. That is so only while no other
        active currency lacks rates, too: it could be the base as well.

        :return: the currency that lacks a rate on the day; none where all is known
        """
        own, books = account.currency_id, account.company_id.currency_id
        if own == books or self._rates_of(own, account, day):
            return own.browse()
        own_rates = self._rates_of(own, account)
        if any(rate != 1 for rate in own_rates):
            return own
        if not any(rate != 1 for rate in self._rates_of(books, account)):
            return own
        if not self._rates_of(books, account, day):
            return books
        if own_rates or not self._has_other_base(own, books, account):
            return own.browse()
        return own

    def _rates_of(self, currency, account, day=None):
        """The rates that core converts by, of all days or until one."""
        domain = [
            ("currency_id", "=", currency.id),
            ("company_id", "in", (False, account.company_id.root_id.id)),
        ]
        if day:
            domain.append(("name", "<=", day))
        return self.env["res.currency.rate"].search(domain).mapped("rate")

    def _has_other_base(self, own, books, account):
        others = self.env["res.currency"].search([("id", "not in", (own | books).ids)])
        return any(not self._rates_of(other, account) for other in others)

    # === LINES === #

    def _create_lines(self, account, run):
        """All rows in one go; where one is bad, one by one, and the bad one is held."""
        if not self:
            return
        # What fails here is of the checks, and not of these rows.
        self.env.flush_all()
        try:
            with self.env.cr.savepoint():
                self._create_lines_or_raise(account, run)
            return
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            # The transaction itself is lost: the unit is done again.
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, it is this row's
            if len(self) == 1:
                self._hold_refused(error)
                return
        self.env.invalidate_all()
        for row in self:
            row._create_lines(account, run)

    def _create_lines_or_raise(self, account, run):
        vals_list = [row._prepare_line_vals(account) for row in self]
        self._add_partners(account, vals_list)
        self._add_sequences(account, vals_list)
        lines = in_bulk(account.env["account.bank.statement.line"]).create(vals_list)
        lines.flush_recordset()
        if lines.move_id.statement_line_id != lines:
            raise RuntimeError("entries and lines do not belong together")
        for row, line in zip(self, lines, strict=True):
            if line.date != row.booking_date or line.move_id.state != "posted":
                raise _RedatedError
            row.write(
                {
                    "state": "imported",
                    "statement_line_id": line.id,
                    "booked_run_id": run.id,
                }
            )
        account._group_lines(lines)

    def _add_sequences(self, account, vals_list):
        """Keep the bank's order within a day although its newer part was booked first.

        That happens where a reading broke and its hole was closed later. Core goes
        through a day by *higher* sequence first, then by id.
        """
        newer = self.search(
            [
                ("online_account_id", "=", account.id),
                ("walk_run_id", "in", self.walk_run_id.ids),
                ("booking_date", "in", self.mapped("booking_date")),
                ("walk_position", "<", max(self.mapped("walk_position"))),
                ("statement_line_id", "!=", False),
            ]
        )
        for row, vals in zip(self, vals_list, strict=True):
            after = newer.filtered(
                lambda other, row=row: (
                    other.walk_run_id == row.walk_run_id
                    and other.booking_date == row.booking_date
                    and other.walk_position < row.walk_position
                )
            )
            if after:
                vals["sequence"] = max(after.statement_line_id.mapped("sequence")) + 1

    def _hold_refused(self, error):
        self.env.invalidate_all()
        if isinstance(error, _RedatedError):
            self._forget_open_day()
            self._hold("redated", date=_iso(self.booking_date))
        elif isinstance(error, ResponseFormatError):
            self._hold("unreadable", problem=str(error))
        elif isinstance(error, (UserError, ValidationError)):
            self._hold("refused", detail=str(error)[:300])
        else:
            # Not something that a person caused: the log tells the administrator.
            message = "Row %s of the Ponto inbox could not be booked"
            units.log_unexpected(_logger, message, self.id, error)
            self._hold("refused", detail=type(error).__name__)

    def _prepare_line_vals(self, account):
        """Vals of the statement line. Amounts come from ``raw``, as decimals, and
        become floats only here, where the ORM takes nothing else."""
        self.ensure_one()
        # A row that came without an id was given one (ponto_sync_run_walk.py).
        transaction = Transaction.from_api(self.raw, fallback_id=self.ponto_ref)
        vals = prepare_statement_line_vals(
            transaction, date=self.booking_date, account_ref=account.ponto_ref
        )
        return {
            **vals,
            "amount": float(account.currency_id.round(float(vals["amount"]))),
            "journal_id": account.journal_id.id,
        }

    def _add_partners(self, account, vals_list):
        """A partner only where the counterpart's number belongs to exactly one.

        Some banks give the account holder as the counterpart: then nobody is known.
        An archived partner, or number, is nobody's any more. A company and its
        contacts are one partner.
        """
        journal = account.journal_id
        numbers = {
            number: sanitize(number)
            for number in {vals["account_number"] for vals in vals_list} - {None}
            if not journal._ponto_has_number(number)
        }
        if not numbers:
            return
        companies = (False, account.company_id.id)
        banks = account.env["res.partner.bank"].search(
            [
                ("sanitized_acc_number", "in", list(numbers.values())),
                ("company_id", "in", companies),
                ("partner_id.company_id", "in", companies),
                ("partner_id.active", "=", True),
            ]
        )
        owners = banks.grouped("sanitized_acc_number")
        for vals in vals_list:
            number = numbers.get(vals["account_number"])
            partners = owners.get(number, banks.browse()).partner_id
            if len(partners) > 1:
                partners = partners.commercial_partner_id
            if len(partners) == 1:
                vals["partner_id"] = partners.id


class _RedatedError(Exception):
    """Core gave a line another day, or left it unposted."""


def _iso(day):
    return fields.Date.to_string(day)
