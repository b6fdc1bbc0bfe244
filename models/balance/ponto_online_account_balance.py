"""Whether the ledger holds what the bank says, told from the balances it reports.

Balance and transactions reach Ponto separately, so a difference is nothing much at
first. It is *being checked* until a later report of the bank and a whole day confirm
it; what has to be remembered for that is written at the end of a fetch, and only when
it changes.
"""

import logging
from datetime import timedelta
from decimal import Decimal
from itertools import accumulate

from odoo import api, fields, models
from odoo.tools import float_compare

from ...mapping.dates import shifted
from ...tools import clock
from ..connection.ponto_connection_listing import changed_vals
from . import balance_sums

_logger = logging.getLogger(__name__)

# A difference that lasts for less may be a matter of minutes at the bank.
CONFIRMED_AFTER = timedelta(hours=24)
ONE_DAY = timedelta(days=1)

BALANCE_STATES = [
    ("unknown", "Not known yet"),
    ("equal", "In balance"),
    ("checking", "Being checked"),
    ("different", "Different"),
]


class PontoOnlineAccount(models.Model):
    _inherit = "ponto.online.account"

    balance_date_estimated = fields.Boolean(
        string="Date estimated",
        readonly=True,
        help="The bank gives no date for its balance; this is the date on which Ponto "
        "read it.",
    )
    is_balance_known = fields.Boolean(
        compute="_compute_is_balance_known",
        help="Whether the bank has ever reported the balance. Some banks never do.",
    )
    balance_last_heard_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When Ponto last received a balance from the bank, if the bank has reported "
        "none since.",
    )
    ledger_balance = fields.Monetary(
        compute="_compute_ledger_balance",
        help="Posted entries on the journal's bank account, in its currency, up to the "
        "date of the bank's balance.",
    )
    balance_difference = fields.Monetary(
        compute="_compute_ledger_balance",
        help="Bank balance minus book balance on the same date. Until an opening balance "
        "is booked, it is the account's balance before the start date.",
    )
    balance_state = fields.Selection(
        BALANCE_STATES,
        compute="_compute_balance_state",
        string="State of the balance",
        help="Whether bank and books are in balance. A difference is being checked until "
        "a later report of the bank and 24 hours confirm it.",
    )
    difference_since = fields.Datetime(
        readonly=True,
        copy=False,
        help="The time since which each fetch has found a difference.",
    )
    difference_report_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When Ponto received the balance that first showed the difference.",
    )

    # === COMPUTE METHODS === #

    @api.depends("balance", "balance_date")
    def _compute_is_balance_known(self):
        for account in self:
            account.is_balance_known = bool(account.balance_date or account.balance)

    @api.depends("journal_id", "balance", "balance_date", "subtype")
    def _compute_ledger_balance(self):
        linked = self.filtered("journal_id")
        days = {account.id: account.balance_date for account in linked}
        sums = balance_sums.ledger_at(linked, days) if days else {}
        for account in self:
            ledger = float(sums.get(account.id, 0))
            account.ledger_balance = ledger
            difference = account._bank_balance_as_ledger() - ledger
            is_compared = account.journal_id and account.is_balance_known
            account.balance_difference = difference if is_compared else 0.0

    def _bank_balance_as_ledger(self):
        """The bank's balance with the sign the ledger gives it: banks report what is
        owed on a card as a positive amount."""
        if self.subtype == "card" and self.balance > 0:
            return -self.balance
        return self.balance

    @api.depends(
        "balance_difference",
        "difference_since",
        "listed_synchronized_at",
        "balance_last_heard_at",
        "complete_at",
    )
    def _compute_balance_state(self):
        for account in self:
            account.balance_state = account._get_balance_state()

    def _get_balance_state(self):
        self.ensure_one()
        if not self._has_comparable_balance():
            return "unknown"
        if self._is_no_amount(self.balance_difference):
            return "equal"
        return "different" if self._is_difference_confirmed() else "checking"

    def _has_comparable_balance(self):
        """Whether all was read once and the bank's balance is of a day that we cover."""
        self.ensure_one()
        day, start = self.balance_date, self.sync_start_date
        covered = day and start and day >= shifted(start, -1)
        return bool(self.journal_id and self.complete_at and covered)

    def _is_difference_confirmed(self):
        report_at = self.difference_report_at
        if not self._is_difference_known():
            return False
        if self.difference_since > clock.now() - CONFIRMED_AFTER:
            return False
        heard_at = self._balance_heard_at()
        return bool(heard_at and (not report_at or heard_at > report_at))

    def _balance_heard_at(self):
        """When Ponto had last heard from the bank with a balance."""
        return self.balance_last_heard_at or self.listed_synchronized_at

    def _is_difference_known(self):
        """Whether one was found before, with the journal that is fed now."""
        since = self.difference_since
        return bool(since and (not self.linked_at or since >= self.linked_at))

    def _is_no_amount(self, amount):
        """Zero, as precisely as the account's currency is."""
        rounding = self.currency_id.rounding or 0.01
        return abs(Decimal(str(amount))) < Decimal(str(rounding)) / 2

    # === WHAT IS REMEMBERED === #

    def _record_balance(self, read_at=None):
        """Keep the balance as the bank reported it: Ponto tells only today's. Of an
        account that feeds nothing there is nothing to prove.

        :param read_at: when Odoo read it, if not now
        """
        self.ensure_one()
        if not self.balance_date or not self.journal_id:
            return
        vals = {
            "online_account_id": self.id,
            "date": self.balance_date,
            "date_estimated": self.balance_date_estimated,
            "amount": self.balance,
            "source": "reported",
            "kind": "current",
        }
        model = self.env["ponto.balance"].sudo()
        newest = model.search(
            [("online_account_id", "=", self.id), ("source", "=", "reported")],
            order="id desc",
            limit=1,
        )
        # Of an account in a currency that Odoo does not know, too.
        same_amount = (
            float_compare(newest.amount, self.balance, precision_digits=6) == 0
        )
        same_day = (newest.date, newest.date_estimated) == (
            self.balance_date,
            self.balance_date_estimated,
        )
        if not newest or not same_day or not same_amount:
            model.create({**vals, "read_at": read_at or clock.now()})

    @api.private
    def _note_difference(self):
        """Remember since when the balances differ; writes only what changes."""
        self.ensure_one()
        self.invalidate_recordset(["ledger_balance", "balance_difference"])
        vals = changed_vals(self, self._prepare_difference())
        if vals:
            self.write(vals)

    def _prepare_difference(self):
        nothing = {"difference_since": False, "difference_report_at": False}
        if not self._has_comparable_balance():
            return nothing
        if self._is_no_amount(self.balance_difference):
            return nothing
        if self._is_difference_known() and not self._is_another_difference():
            return {}
        return {
            "difference_since": clock.now(),
            "difference_report_at": self._balance_heard_at(),
        }

    def _is_another_difference(self):
        """Whether the one that was found is explained by now, or by the hour."""
        return self._is_list_ahead() or self._does_first_report_agree()

    def _is_list_ahead(self):
        """Whether the latest transactions, which reached Ponto after the balance, are
        the whole difference."""
        amounts = balance_sums.latest_booked(
            self, self._balance_heard_at(), self.balance_date
        )
        missing = Decimal(str(self.balance_difference))
        return any(self._is_no_amount(missing + total) for total in accumulate(amounts))

    def _does_first_report_agree(self):
        """Whether the balance known when it was found agrees by now: late transactions
        came, and what is there today is another difference."""
        balance = self.env["ponto.balance"].search(
            [
                ("online_account_id", "=", self.id),
                ("source", "=", "reported"),
                ("read_at", "<=", self.difference_since),
            ],
            order="read_at desc, id desc",
            limit=1,
        )
        if not balance:
            return False
        ledger = balance_sums.ledger_at(self, {self.id: balance.date})[self.id]
        reported = Decimal(str(self._balance_as_ledger(balance)))
        return self._is_no_amount(reported - ledger)
