"""Walking Ponto's list of transactions: newest arrived first, page by page.

The list has no date filter, no total and no promise about its order, and a bank may
deliver a line late. So the walk begins at the top and goes on until enough rows in
succession were known *and* reach back further than the look-back window, or the list
ends. Every page is stored and committed before the next one is asked for. Where a
walk breaks, the account remembers the place where the unread part begins and is not
called complete until that hole is closed.

A list may be long, and one that never ends looks like one. So a fetch reads a part of it
and books that before the next one reads on, and a walk has an end, whatever Ponto says.
"""

import hashlib
import json
from dataclasses import replace
from datetime import datetime, time, timedelta

from odoo import models

from ...mapping.dates import absurd_date, booking_date, naive_utc
from ...mapping.fingerprint import fallback_ref, fingerprint
from ...mapping.inbox import prepare_inbox_vals, storable, storable_row
from ...mapping.text import storable_text
from ...ponto_client import ResponseFormatError, Transaction, UnreadableTransaction
from ...tools.problem_codes import Obstacle, synchronization_problem
from .run_kinds import PAGE_SIZE

# So many known rows in succession, at least, before a walk may end early.
KNOWN_STREAK = 100
LOOK_BACK = timedelta(days=10)
DEEP_LOOK_BACK = timedelta(days=60)
DEEP_EVERY = timedelta(days=7)
# More than any list is long.
RESTART_STRIDE = 1_000_000
# Pages with news that one fetch reads before it books, and the next one reads on.
RUN_PAGES = 300
# Pages of a whole walk, over all its fetches: 500,000 rows. No bank's list is longer.
WALK_PAGES = 5000
# So many of its cursors are remembered; a longer circle ends by its pages.
CURSORS_KEPT = 1000
# Rows of one walk that nobody can read, or that share an id with another one, and
# different ones without an id: with more, it is no list of transactions.
MOST_UNREADABLE = 1000
MOST_BLANK = 10_000


class PontoSyncRun(models.Model):
    _inherit = "ponto.sync.run"

    def _place_in_walk(self):
        """Where the next page begins; opens the walk where none is open.

        :return: ``account_ref``, ``cursor`` (None: the top) and ``may_restart``
        """
        account = self.online_account_id
        endless = account.walk_run_id and account.walk_pages >= WALK_PAGES
        if endless and (self.trigger != "user" or self.kind != "fetch"):
            raise Obstacle("endless_list")
        if endless or not account.walk_run_id:
            self._begin_walk(account)
        elif not self.walk_cursor and not self.walk_from_top:
            # Close the hole of an interrupted walk first, from where it begins.
            self.walk_cursor = account.walk_cursor
            self.walk_from_top = not account.walk_cursor
        return {
            "account_ref": account.ponto_ref,
            "cursor": self.walk_cursor or None,
            "may_restart": not self.walk_restarted,
        }

    def _take_walk_page(self, page):
        """Store a page and decide whether the walk goes on."""
        account = self.online_account_id
        before = self.new_count
        known, reach, repeated = self._store_page(account, page)
        self._note_page(page, known)
        if self.new_count > before or not page.items:
            # What is known keeps nobody waiting: the walk below a closed hole must end.
            self.page_count += _page_weight(page)
        account.walk_pages += _page_weight(page)
        loops = self._is_known_cursor(page.next_cursor)
        if not loops and not repeated and self._is_walk_over(account, page, reach):
            self._end_walk(account, page, reach)
        elif loops or not page.next_cursor:
            # Round and round: what lies below stays unread, and is not called read.
            self._note_trouble("not_ponto", {})
        else:
            account.walk_cursor = page.next_cursor
            self._go_on_from(page.next_cursor)
            self._stop_in_time(account, page)

    def _go_on_from(self, cursor):
        digests = [*(self.walk_cursors or []), _digest(cursor)]
        self.write({"walk_cursor": cursor, "walk_cursors": digests[-CURSORS_KEPT:]})

    def _is_known_cursor(self, cursor):
        return bool(cursor) and _digest(cursor) in (self.walk_cursors or [])

    def _stop_in_time(self, account, page):
        """End the reading where it goes on longer than one fetch, or any list, may.

        The walk stays open: the next fetch reads on where this one stopped.
        """
        if account.walk_pages >= WALK_PAGES:
            self._note_trouble("endless_list", {})
        elif self._is_no_list(account, page):
            self._note_trouble("not_ponto", {})
        elif self.page_count >= RUN_PAGES and self._get_kind().is_read_in_parts:
            self._end_reading("long_list")
            self.env["ponto.connection"]._trigger_fetch()

    def _is_no_list(self, account, page):
        """Whether hardly anything that is listed looks like a transaction."""
        if len(account.walk_blank_counts or ()) > MOST_BLANK:
            return True
        of_walk = [
            ("online_account_id", "=", account.id),
            ("walk_run_id", "=", account.walk_run_id.id),
        ]
        rows = self.env["ponto.transaction"]
        most = MOST_UNREADABLE + 1
        shared = [*of_walk, ("same_id_of_id", "!=", False)]
        if rows.search_count(shared, limit=most) == most:
            return True
        if all(isinstance(item, Transaction) for item in page.items):
            return False
        unreadable = [*of_walk, ("hold_code", "=", "unreadable")]
        return rows.search_count(unreadable, limit=most) == most

    def _begin_walk(self, account):
        account.write(
            {
                "walk_run_id": self.id,
                "walk_cursor": False,
                "walk_pages": 0,
                "walk_position": 0,
                "walk_blank_counts": False,
            }
        )
        self._go_to_top()

    def _go_to_top(self):
        self.write(
            {
                "walk_cursor": False,
                "walk_cursors": False,
                "walk_from_top": True,
                "known_streak": 0,
            }
        )

    def _restart_walk(self):
        """From the top once more; the rows of this walk do not count as known."""
        self._go_to_top()
        self.walk_restarted = True
        account = self.online_account_id
        # The ids may have changed since: what is listed is told anew.
        self.env["ponto.transaction"]._forget_seen(account)
        account.write(
            {
                "walk_cursor": False,
                "walk_blank_counts": False,
                # What arrived on top meanwhile is newer than all that was read.
                "walk_position": min(account.walk_position, 0) - RESTART_STRIDE,
            }
        )

    # === STORING === #

    def _store_page(self, account, page):
        """:return: for each row whether it was known before this walk; how far back
        the rows that were reach; whether the page was stored by this very walk"""
        rows = self.env["ponto.transaction"]
        position = account.walk_position
        account.walk_position += len(page.items)
        vals_list = []
        counts = dict(account.walk_blank_counts or {})
        for offset, item in enumerate(page.items):
            vals = self._prepare_row_safely(account, item, counts)
            vals.update(
                walk_run_id=account.walk_run_id.id,
                walk_position=position + offset,
                seen_walk_id=account.walk_run_id.id,
            )
            vals_list.append(vals)
        account.walk_blank_counts = counts or False
        walk = account.walk_run_id
        in_order, inserted = rows._take_listed(
            self,
            vals_list,
            reading=("seen_walk_id", walk.id),
            note_seen=lambda listed: listed._note_seen(walk),
        )
        self.new_count += len(inserted)
        # What nobody can read or date is held at once, and told like the others.
        self.held_count += len(inserted.filtered(lambda row: row.state == "held"))
        # Rows of the walk that is still open do not prove that what lies below them
        # was read.
        known = [row.walk_run_id != account.walk_run_id for row in in_order]
        reach = _reach(
            [row for row in in_order if row.walk_run_id != account.walk_run_id]
        )
        again = bool(in_order) and not inserted and not any(known)
        return known, reach, again and not self.walk_restarted

    def _prepare_row_safely(self, account, item, counts):
        """One row that nobody foresaw must not keep a whole list from being read.

        :param counts: see :func:`_with_id`
        """
        item = _with_id(item, counts)
        try:
            return self._prepare_row(account, item)
        except Exception as error:  # noqa: BLE001  it reads nothing but this row
            problem = type(error).__name__
            unreadable = UnreadableTransaction(
                id=item.id, raw=dict(item.raw), problem=problem
            )
            return self._prepare_row(account, unreadable)

    def _prepare_row(self, account, item):
        if not isinstance(item, Transaction):
            return {
                "online_account_id": account.id,
                "ponto_ref": storable_text(item.id),
                "state": "held",
                "hold_code": "unreadable",
                "hold_values": {"problem": item.problem},
                "raw": storable_row(item.raw),
            }
        vals = prepare_inbox_vals(item)
        code = vals.pop("currency")
        day = booking_date(
            item, account.date_field, account.provider_account_id.time_zone or None
        )
        vals.update(
            online_account_id=account.id,
            booking_date=day,
            absurd_dates=item.absurd_dates,
            currency_code=code,
            currency_id=account.currency_id.id
            if code == account.currency_code
            else None,
        )
        vals.update(self._decide_state(account, item, day))
        if vals["state"] == "before_cutover":
            # Of what is older than the start, no more than identity is kept.
            vals.update(raw=None, label=None, counterpart_name=None)
        return vals

    def _decide_state(self, account, item, day):
        start = account.sync_start_date
        absurd = absurd_date(item, account.date_field)
        if absurd:
            return {
                "state": "held",
                "hold_code": "absurd_date",
                "hold_values": {"given": absurd.isoformat()},
            }
        if not day:
            return {"state": "held", "hold_code": "no_date"}
        if start and day < start and not account.complete_at:
            # The backlog. What comes later with such a date is new, and held by the
            # checks before booking.
            return {"state": "before_cutover"}
        # What would become a line in the future, and what the bank will only execute.
        if max(day, item.execution_date or day) > account._today():
            return {"state": "planned", "was_planned": True}
        return {"state": "new"}

    # === WHEN IT IS OVER === #

    def _note_page(self, page, known):
        streak = self.known_streak
        for was_known in known:
            streak = streak + 1 if was_known else 0
        vals = {
            "read_count": self.read_count + len(page.items),
            "known_streak": streak,
        }
        moment = naive_utc(page.synchronized_at)
        if moment and not self.synchronized_at and not _failed_at(page):
            vals["synchronized_at"] = moment
        self.write(vals)

    def _is_walk_over(self, account, page, reach):
        if not page.next_cursor:
            return True
        if account.read_all:
            return False
        due = self.env["ponto.transaction"]._search_due_planned(account)
        if any(row.planned_seen_run_id != self for row in due):
            # Announced for today or earlier: does the bank still list it?
            return False
        if not account.complete_at or self.known_streak < KNOWN_STREAK:
            return False
        if not reach or reach >= self._window_start(account):
            return False
        # Whether a new row is a twin or an old one again shows where the old one is.
        return not self.env["ponto.transaction"]._has_unseen_doubles(account)

    def _window_start(self, account):
        """Known rows must reach back further than this, counted from the last
        reading without a hole: a pause of three months is looked through."""
        deep = _is_deep_due(account, self.started_at)
        window = DEEP_LOOK_BACK if deep else LOOK_BACK
        return min(account.complete_at, self.started_at) - window

    def _end_walk(self, account, page, reach):
        """The list was read as far as needed: no hole is left."""
        if account.read_all:
            account.read_all = False
            self.read_all_again = True
        began_at = account.walk_run_id.started_at
        if self.walk_from_top:
            self._note_gone(account, page, reach)
        vals = {"walk_run_id": False, "walk_cursor": False, "complete_at": began_at}
        if not account.complete_at or _is_deep_due(account, began_at):
            vals["deep_read_at"] = began_at
        account.write(vals)
        if not self.walk_from_top:
            # The hole is closed; what arrived meanwhile lies on top.
            self._begin_walk(account)
            return
        self.walk_complete = True
        account._note_read(self.synchronized_at, _failed_at(page))
        self._note_bank_trouble(page)
        self._go_on()

    def _note_gone(self, account, page, reach):
        """What this reading should have listed and did not; where the page's rows do
        not all tell when they arrived, it is not known how far it reached."""
        rows = self.env["ponto.transaction"]
        if not page.next_cursor:
            rows._note_gone(account, None)
        elif all(getattr(item, "created_at", None) for item in page.items):
            rows._note_gone(account, reach)

    def _note_bank_trouble(self, page):
        """Reading worked; whether the *bank* answered Ponto is another matter."""
        latest = page.latest_synchronization
        if latest and latest.is_failed:
            self.refresh_outcome = synchronization_problem(latest)


def _page_weight(page):
    """As how many pages of the usual size a page counts; an empty one is one, too."""
    return max(-(-len(page.items) // PAGE_SIZE), 1)


def _digest(cursor):
    return hashlib.sha256(cursor.encode()).hexdigest()[:16]


def _failed_at(page):
    """When the bank failed to give Ponto news, where Ponto's moment is of that.

    Whether a synchronization that failed moves the moment is told nowhere: one that is
    not before its beginning is no news of the bank.
    """
    latest, moment = page.latest_synchronization, page.synchronized_at
    if not latest or not latest.is_failed or not latest.created_at or not moment:
        return None
    return naive_utc(moment) if moment >= latest.created_at else None


def _with_id(item, counts):
    """Give a row that came without an id one of its own.

    It is made of what the row says and of how many equal ones were met on this walk,
    so genuine twins stay two and the next walk finds the same ids again.

    :param counts: ``{fingerprint: equal rows met}``, counted on here
    """
    if item.id:
        return item
    try:
        found = fingerprint(Transaction.from_api(item.raw, fallback_id="none"))
    except ResponseFormatError:
        text = json.dumps(storable(item.raw), sort_keys=True)
        found = f"unreadable:{hashlib.sha256(text.encode()).hexdigest()}"
    counts[found] = counts.get(found, -1) + 1
    ref = fallback_ref(found, counts[found])
    if found.startswith("unreadable:"):
        return replace(item, id=ref)
    return Transaction.from_api(item.raw, fallback_id=ref)


def _is_deep_due(account, moment):
    """Whether a reading that begins at a moment looks back further than usual."""
    last = account.deep_read_at
    return not last or last <= moment - DEEP_EVERY


def _reach(rows):
    """How far back a page of known rows reaches; None where nothing tells.

    The moment of arrival falls along the list, so the oldest one counts. Where a row
    lacks it, only the bank's days are left, and a single old one proves nothing: then
    the newest counts.
    """
    if not rows:
        return None
    arrivals = [row.ponto_created_at for row in rows]
    if all(arrivals):
        return min(arrivals)
    days = [row.execution_date or row.value_date for row in rows]
    return datetime.combine(max(days), time.min) if all(days) else None
