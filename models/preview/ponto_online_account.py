"""A look before the first line is booked.

An account may be linked so that Ponto's list is read into the inbox and nothing is
booked until somebody has seen what it would mean (``wizard/ponto_preview.py``) and
confirms. Until then the account is paused: whoever leaves finds it as it was left.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import clock
from ...tools.timing import TAKE_OVER
from ...wording.moments import format_date

# What the first fetch would book, or has left out so far for its day alone.
BOOKABLE = ("new", "before_cutover")
# What a look leaves behind that nobody did anything with.
STORED_ONLY = ("new", "before_cutover", "planned", "held")


class PontoOnlineAccount(models.Model):
    _inherit = "ponto.online.account"

    awaits_confirmation = fields.Boolean(
        readonly=True,
        copy=False,
        help="Ponto's list is read, but nothing is booked until a user confirms the "
        "preview.",
    )

    # === LOOKING === #

    @api.private
    def request_previews(self):
        """Read these accounts' lists, and book nothing before it is confirmed.

        :return: one ``ponto.sync.run`` each, driven like a fetch
        :raise UserError: in words, where nothing can be read now
        """
        self.check_access("write")
        runs = self.env["ponto.sync.run"]
        for account in self:
            open_run = account.sudo()._open_run()
            if open_run.kind == "preview":
                # Somebody else looks already.
                runs |= open_run
                continue
            refusal = account._reading_refusal() or account._preview_refusal()
            if refusal:
                raise UserError(refusal)
            account.sudo().awaits_confirmation = True
            runs |= account.sudo()._create_run(
                "user", kind="preview", stage="read", user_id=self.env.uid
            )
        connections = self.env["ponto.connection"].sudo()
        connections._trigger_fetch(clock.now() + TAKE_OVER)
        return runs

    def _preview_refusal(self):
        """What is being fetched is booked, whatever is asked meanwhile."""
        if self.sudo()._open_run():
            return self.env._("A fetch is under way. Try again when it is done.")
        return ""

    def action_open_preview(self):
        """Open what the first fetch of these accounts would book."""
        self.check_access("write")
        waiting = self._waiting_for_confirmation()
        if not waiting:
            raise UserError(self.env._("No account has a first import to confirm."))
        return self.env["ponto.preview"]._open(waiting)

    @api.private
    def confirm_first_fetch(self):
        """Let these accounts book from now on.

        :return: the ``ponto.sync.run`` of their first fetches
        :raise UserError: in words, while nothing can be fetched
        """
        self._check_nothing_runs()
        for account in self:
            refusal = account._reading_refusal()
            if refusal:
                raise UserError(refusal)
        accounts = self.sudo()
        accounts._forget_preview()
        accounts.write({"awaits_confirmation": False, "reads_left": 1})
        runs = accounts._request_runs(attended=False)
        for account in self:
            account.message_post(
                body=self.env._(
                    "The first fetch is confirmed: booked from %(start)s on.",
                    start=format_date(self.env, account.sync_start_date),
                )
            )
        return runs

    @api.private
    def move_first_start(self, start):
        """Let the first fetch begin on another day. Nothing is booked yet.

        :raise UserError: in words, where books are closed on that day
        """
        self.ensure_one()
        self._check_nothing_runs()
        if not start or start == self.sync_start_date:
            return
        refusal = self._start_date_refusal(self.journal_id, start)
        if refusal:
            raise UserError(refusal)
        self.sudo().sync_start_date = start

    def _waiting_for_confirmation(self):
        """Those whose first fetch can be confirmed."""
        return self.filtered(
            lambda account: (
                account.awaits_confirmation
                and account.journal_id
                and not account.revoked_at
            )
        )

    def _forget_preview(self):
        """The first fetch reads and compares for itself.

        Days may lie between the look and the confirmation: ids may have been exchanged
        and transactions withdrawn, and a row that was merely stored is no payment yet
        that others could be compared with.
        """
        rows = self.env["ponto.transaction"].search(
            [
                ("online_account_id", "in", self.ids),
                ("walk_run_id.kind", "=", "preview"),
                ("state", "in", STORED_ONLY),
                ("decided_by_id", "=", False),
                ("statement_line_id", "=", False),
            ]
        )
        rows.unlink()
        self.write({"complete_at": False, "walk_run_id": False, "walk_cursor": False})

    def _check_nothing_runs(self):
        self.check_access("write")
        if self.sudo()._open_runs():
            raise UserError(
                self.env._("Ponto's list is still being read. Try again when it is.")
            )

    # === COUNTING === #

    @api.private
    def count_first_fetch(self, start):
        """What a first fetch from a day on would mean.

        :return: ``listed`` rows at Ponto, ``oldest`` day, ``wanted`` from the start
            on, ``alike``: of those, what the journal seems to have, ``locked``: of
            those, in a closed period, ``planned`` for later days, ``held`` already
        """
        self.ensure_one()
        self.check_access("read")
        rows = self.env["ponto.transaction"].sudo()
        mine = [("online_account_id", "=", self.id), ("state", "!=", "alias")]
        [(listed, oldest)] = rows._read_group(
            mine, aggregates=["__count", "booking_date:min"]
        )
        in_range = [
            ("online_account_id", "=", self.id),
            ("state", "in", BOOKABLE),
            ("booking_date", ">=", start),
        ]
        locked = self._locked_until(self.journal_id)
        in_locked = [*in_range, ("booking_date", "<=", locked)]
        states = dict(rows._read_group(mine, ["state"], ["__count"]))
        return {
            "listed": listed,
            "oldest": oldest or False,
            "wanted": rows.search_count(in_range),
            "alike": rows._count_alike(self, start),
            "locked": rows.search_count(in_locked) if locked else 0,
            "planned": states.get("planned", 0),
            "held": states.get("held", 0),
        }
