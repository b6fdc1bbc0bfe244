"""Checking a period: read Ponto's list as far back as the period, book nothing.

A check has a place in the list of its own, so an account's reading goes on where it
was and is not called complete by a check. What it meets for the first time is stored
as new; it is booked when a person ticks it, or by the next ordinary fetch, which
compares it with what is known like any other new one.
"""

from datetime import datetime, time

from odoo import fields, models
from odoo.exceptions import UserError

from ...mapping.dates import shifted
from ..fetch.ponto_sync_run_walk import WALK_PAGES, _page_weight

# What reached Ponto so long before the period cannot be booked in it.
MARGIN_DAYS = 10


class PontoSyncRun(models.Model):
    _inherit = "ponto.sync.run"

    check_from = fields.Date(string="Period from", readonly=True)
    check_to = fields.Date(string="Period to", readonly=True)
    check_blank_counts = fields.Json(readonly=True)

    def _is_check_of(self, date_from, date_to):
        period = fields.Date.to_date(date_from), fields.Date.to_date(date_to)
        is_check = self.kind == "check"
        return is_check and (self.check_from, self.check_to) == period

    # === READING === #

    def _place_in_check(self):
        return {
            "account_ref": self.online_account_id.ponto_ref,
            "cursor": self.walk_cursor or None,
            "may_restart": not self.walk_restarted,
        }

    def _restart_check(self):
        self.write(
            {
                "walk_cursor": False,
                "walk_cursors": False,
                "walk_restarted": True,
                "check_blank_counts": False,
            }
        )

    def _take_checked_page(self, page):
        arrivals = self._store_checked(page)
        self.read_count += len(page.items)
        self.page_count += _page_weight(page)
        if self._is_known_cursor(page.next_cursor):
            # Round and round: what lies below was not seen.
            self._note_trouble("not_ponto", {})
        elif self._covers_period(page, arrivals):
            self._go_on()
        elif self.page_count >= WALK_PAGES:
            self._note_trouble("endless_list", {})
        else:
            self._go_on_from(page.next_cursor)

    def _store_checked(self, page):
        """:return: when each row of the page reached Ponto; False where unknown"""
        account = self.online_account_id
        rows = self.env["ponto.transaction"]
        counts = dict(self.check_blank_counts or {})
        vals_list = []
        for offset, item in enumerate(page.items):
            vals = self._prepare_row_safely(account, item, counts)
            vals.update(walk_run_id=self.id, walk_position=self.read_count + offset)
            vals_list.append(vals)
        self.check_blank_counts = counts or False
        _listed, inserted = rows._take_listed(
            self,
            vals_list,
            reading=("seen_check_id", self.id),
            note_seen=lambda listed: listed.write({"seen_check_id": self.id}),
        )
        self.new_count += len(inserted)
        return [vals.get("ponto_created_at") for vals in vals_list]

    def _covers_period(self, page, arrivals):
        """What stands further down reached Ponto long before the period began."""
        if not page.next_cursor:
            return True
        edge = datetime.combine(shifted(self.check_from, -MARGIN_DAYS), time.min)
        return bool(arrivals) and all(
            arrival and arrival < edge for arrival in arrivals
        )

    # === RESULT === #

    def action_open_check(self):
        """Open what a check found, to choose what is imported."""
        self.ensure_one()
        self.check_access("read")
        account = self.online_account_id
        account._check_may_check()
        if self.kind != "check" or self.state != "done":
            raise UserError(
                self.env._(
                    "This run was not a check of a period, or it did not finish."
                )
            )
        dialog = self.env["ponto.check.period"].create(
            {
                "account_id": account.id,
                "date_from": self.check_from,
                "date_to": self.check_to,
                "run_id": self.id,
            }
        )
        dialog._fill()
        return dialog._show_dialog()
