"""Moving the start date of an account that feeds a journal already.

Of rows before the start only day, amount and identity are kept, so after a move to an
earlier day Ponto's list is read to its end once more and the rows that are in range
now get what was left out (``ponto_sync_run_walk.py``). A later start changes no line.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools import clock, units
from ...tools.timing import TAKE_OVER
from ...wording.moments import format_date
from ..inbox.ponto_transaction_corrections import ASKED

# What is not in the books yet and follows the start date.
WAITING = ("new", "held")


class PontoOnlineAccount(models.Model):
    _inherit = "ponto.online.account"

    read_all = fields.Boolean(
        readonly=True,
        copy=False,
        help="The start date was moved back: the next reading goes to the list's end.",
    )

    def action_move_start(self):
        """Open the dialog that shows what another start date would mean."""
        self._check_may_move_start()
        dialog = self.env["ponto.move.start"].create({"account_id": self.id})
        return dialog._show_dialog()

    @api.private
    def move_start(self, start, allow_locked=False):
        """Import from another day on. No line that is there is touched.

        :param start: the first day to import
        :param allow_locked: also where that day is in a closed period, in which case
            what lies there is held
        :return: the fetch that reads the list to its end; none for a later start
        :raise UserError: in words, with nothing changed
        """
        self._check_may_move_start()
        start = fields.Date.to_date(start)
        refusal = self._move_start_refusal(start, allow_locked)
        if refusal:
            raise UserError(refusal)
        before = self.sync_start_date
        account = self.sudo()
        account.sync_start_date = start
        if start < before:
            account._read_all_again()
            account._release_early(start)
        else:
            account._hold_early(start)
        self.message_post(
            body=self.env._(
                "Start date moved from %(before)s to %(start)s.",
                before=format_date(self.env, before),
                start=format_date(self.env, start),
            )
        )
        if start >= before:
            return self.env["ponto.sync.run"]
        run = account._create_run("user", stage="read", user_id=self.env.uid)
        self.env["ponto.connection"].sudo()._trigger_fetch(clock.now() + TAKE_OVER)
        return run

    def _check_may_move_start(self):
        self.ensure_one()
        self.check_access("write")
        if self.journal_id:
            self.journal_id.check_access("write")

    def _move_start_refusal(self, start, allow_locked):
        env = self.env
        if self.awaits_confirmation:
            return env._(
                "Nothing is booked yet. Choose another start date in the preview."
            )
        if not self.journal_id:
            return env._("Choose a journal for this account with Fetch Accounts.")
        if not start or start == self.sync_start_date:
            return env._("Choose a date other than the current start date.")
        if not allow_locked and self._start_date_refusal(self.journal_id, start):
            return self._start_date_refusal(self.journal_id, start)
        # Whoever reads the account now would go on with the old date.
        is_free = units.try_lock(env, self._name, self.id)
        if not is_free or self.sudo()._open_run():
            return env._("A fetch is under way. Try again when it is done.")
        return self._fetch_refusal() if start < self.sync_start_date else ""

    # === WHAT FOLLOWS === #

    def _read_all_again(self):
        """An interrupted reading is given up: this one covers its hole as well."""
        self.write(
            {
                "read_all": True,
                "walk_run_id": False,
                "walk_cursor": False,
                "walk_position": 0,
                "walk_blank_counts": False,
            }
        )

    def _release_early(self, start):
        """What came late is not early any more: it is checked again."""
        rows = self.transaction_ids.search(self._late_domain(start))
        rows.write({"state": "new", "hold_code": False, "hold_values": False})

    def _hold_early(self, start):
        """What is not booked yet and lies before the new start waits for a person."""
        rows = self.transaction_ids.search(
            Domain("online_account_id", "=", self.id)
            & Domain("state", "in", WAITING)
            & Domain("booking_date", "<", start)
        )
        # Whether two payments are one stays the question, whatever the start is.
        for row in rows.filtered(lambda row: row.hold_code not in ASKED):
            day = fields.Date.to_string(row._own_day())
            if row.hold_code == "locked_period":
                row._hold(row.hold_code, date=day, start=fields.Date.to_string(start))
            else:
                row._hold("before_start", date=day)

    def _late_domain(self, start):
        """Rows held because they are before the start, and dated on or after a day."""
        early = Domain("hold_code", "=", "before_start")
        # Closed *and* before the start: it is told as closed alone then.
        early |= Domain("hold_code", "=", "locked_period")
        return (
            Domain("online_account_id", "=", self.id)
            & Domain("state", "=", "held")
            & Domain("booking_date", ">=", start)
            & early
        )
