"""Booking a held row on the first open day, because a person says so.

The bank's day stays in ``execution_date`` and in the line's ``transaction_details``;
``bank_day`` remembers it as the day that the line should have had.
"""

from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import UserError

from ...mapping.dates import shifted

OPEN_DAY_CODES = ("locked_period", "redated")


class PontoTransaction(models.Model):
    _inherit = "ponto.transaction"

    bank_day = fields.Date(
        string="Bank date",
        readonly=True,
        help="Set if a user booked it on the first open day instead. Later corrections by "
        "the bank do not move it.",
    )

    # === ACTION METHODS === #

    def action_ask_open_day(self):
        """Open the dialog that shows on which day held rows would be booked."""
        self._check_may_decide()
        rows = self._for_open_day()
        vals = self.env["ponto.book.open.day"]._prepare(rows._first_open_days())
        return rows._open_dialog("ponto.book.open.day", **vals)

    def action_book_open_day(self, days=None):
        """Book rows held by a lock on the first day that is open to this person.

        :param days: ``{row id: ISO day}`` as the person saw them; where one is another
            by now, nothing is done
        :return: the client action that shows what came of it
        :raise UserError: in words, where no row is held by a lock
        """
        self._check_may_decide()
        rows = self._for_open_day()
        found = rows._first_open_days()
        if days is not None and {str(key): day for key, day in days.items()} != found:
            raise UserError(
                self.env._(
                    "The lock dates were changed in the meantime, and the first open "
                    "day is different. Check it again."
                )
            )
        rows._check_can_be_booked()
        for row in rows.sudo():
            day = found[str(row.id)]
            row.write({"bank_day": row._own_day(), "booking_date": day})
            row._log_event("open_day", date=day)
        return rows._book_decided()

    def _for_open_day(self):
        rows = self.filtered(
            lambda row: (
                row.state == "held" and row.hold_code in OPEN_DAY_CODES and row.raw
            )
        )
        rows._check_any(
            self.env._(
                "Only transactions held by a closed period can be booked on the first "
                "open day."
            )
        )
        return rows

    # === DAYS === #

    def _own_day(self):
        """The day that the bank gives, also where a person chose another."""
        self.ensure_one()
        return self.bank_day or self.booking_date

    def _first_open_days(self):
        """:return: ``{row id as text: ISO day}`` for whoever asks, lock exceptions
        included; the bank's own day where that is open to them"""
        days = {}
        for row in self:
            account = row.online_account_id
            locked = account._locked_until(account.sudo().journal_id)
            day = row._own_day()
            first = max(day, shifted(locked, 1)) if locked else day
            days[str(row.id)] = fields.Date.to_string(first)
        return days

    # === BOOKING === #

    def _by_booker(self, account):
        """Split rows by whose rights count for their day.

        :param account: the account with the superuser's environment
        :return: pairs of the account, as who books, and rows; a person's lock
            exception counts for what that person had booked on an open day
        """
        chosen = self.filtered("bank_day")
        if self - chosen:
            yield account, self - chosen
        for person, rows in chosen.grouped("decided_by_id").items():
            may = person.active and person.has_group("account.group_account_basic")
            yield account.with_user(person if may else SUPERUSER_ID).sudo(), rows

    def _forget_open_day(self):
        """Back to the bank's day: the day that a person saw is not open any more."""
        for row in self.filtered("bank_day"):
            row.write({"booking_date": row.bank_day, "bank_day": False})
