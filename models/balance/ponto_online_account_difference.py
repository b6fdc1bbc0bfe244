"""By how much the bank and the books differ, since which day, and what explains it.

Nothing of it is stored: it is worked out from the inbox, the posted entries and the
balances that the bank reported, for all accounts that are looked at together.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import format_amount, format_datetime

from ...mapping.dates import shifted
from ...rules import balance as sums
from ...wording.moments import format_date
from . import balance_sums

# So many of the first reports are asked what the account held before the start.
OPENING_REPORTS = 5


@dataclass(frozen=True)
class Story:
    """What is to be told of a difference. ``since`` is the first day that differs, or
    None where it already did before the start date."""

    since: date | None
    parts: list
    rest: Decimal


class PontoOnlineAccount(models.Model):
    _inherit = "ponto.online.account"

    difference_from = fields.Date(
        string="Different since",
        compute="_compute_balance_message",
        help="The first date on which the bank balance and the book balance differ.",
    )
    balance_message = fields.Text(
        string="Balance check",
        compute="_compute_balance_message",
        help="Whether bank and books are in balance, and the explanation of a difference.",
    )

    @api.depends("balance_state", "balance_difference")
    @api.depends_context("lang", "tz")
    def _compute_balance_message(self):
        differing = self.filtered(
            lambda account: account.balance_state in ("checking", "different")
        )
        stories = differing._tell_differences()
        for account in self:
            story = stories.get(account.id)
            account.difference_from = story.since if story else False
            account.balance_message = account._get_balance_message(story)

    # === WHAT EXPLAINS IT === #

    def _tell_differences(self):
        """:return: ``{account id: Story}``; five queries, however many accounts"""
        if not self:
            return {}
        until = {account.id: account.balance_date for account in self}
        ledgers = balance_sums.ledger_days(self, until)
        reports = self._past_reports()
        ends = {
            account.id: sums.split_at_last_equal(
                reports[account.id], ledgers[account.id], account._is_no_amount
            )
            for account in self
        }
        openings = self.filtered(
            lambda account: not ends[account.id][0]
        )._find_openings(reports)
        windows = {
            account.id: account._window(ends[account.id][0], openings.get(account.id))
            for account in self
        }
        parts = balance_sums.parts(self, windows)
        return {
            account.id: account._tell_difference(
                ends[account.id],
                openings.get(account.id),
                ledgers[account.id],
                parts[account.id],
            )
            for account in self
        }

    def _past_reports(self):
        """The balances of days that the account covers, newest first.

        :return: ``{account id: [Report]}``
        """
        found = balance_sums.reports(self)
        return {
            account.id: [
                report
                for report in found.get(account.id, ())
                if account._opening_day() <= report.day <= account.balance_date
            ]
            for account in self
        }

    def _opening_day(self):
        """The day before the start: what is older is not imported."""
        self.ensure_one()
        return shifted(self.sync_start_date, -1)

    def _find_openings(self, reports):
        """What each account held before its start date, as the bank tells it.

        :param reports: ``{account id: [Report]}``, newest first
        :return: ``{account id: (Report, count, sum since the start, opening balance)}``
        """
        first = {
            account.id: reports[account.id][: -OPENING_REPORTS - 1 : -1]
            for account in self
        }
        received = balance_sums.received_until(self, first)
        found = {}
        for account in self:
            told = zip(first[account.id], received.get(account.id, ()), strict=True)
            candidates = {
                report: (report, count, moved, report.amount - moved)
                for report, (count, moved) in told
            }
            chosen = sums.opening_balance(
                [(report, told[-1]) for report, told in candidates.items()],
                account._is_no_amount,
            )
            if chosen:
                found[account.id] = candidates[chosen[0]]
        return found

    def _window(self, last_equal, opening):
        """The days that need an explanation."""
        self.ensure_one()
        known = last_equal or (opening and opening[0])
        return balance_sums.Window(
            after=last_equal.day if last_equal else self._opening_day(),
            until=self.balance_date,
            known_at=known.read_at if known else None,
        )

    def _tell_difference(self, ends, opening, ledger, parts):
        self.ensure_one()
        last_equal, first_different = ends
        certain, possible = parts
        if not last_equal and opening:
            day = self._opening_day()
            before = opening[-1] - ledger.at(day)
            if not self._is_no_amount(before):
                certain = [sums.Part("before_start", day, before), *certain]
        difference = Decimal(str(self.balance_difference))
        explained, rest = sums.explain(difference, certain, possible)
        if self._is_no_amount(rest):
            rest = sums.ZERO
        since = sums.first_day_that_differs(
            explained, first_different and first_different.day, self._is_no_amount
        )
        return Story(since or self.balance_date, explained, rest)

    # === IN WORDS === #

    def _get_balance_message(self, story):
        self.ensure_one()
        if self.balance_state == "unknown":
            return self._get_unknown_message()
        if self.balance_state == "equal":
            sentences = [
                self._get_equal_message(),
                self._get_estimate_sentence(),
                self._get_silence_sentence(),
            ]
            return " ".join(filter(None, sentences))
        sentences = [self._get_difference_sentence(), self._get_since_sentence(story)]
        sentences.append(self._get_parts_sentence(story))
        if self.balance_state == "checking":
            sentences.append(
                self.env._(
                    "This is being checked: the bank sends balance and transactions "
                    "separately, and most differences disappear with the next report."
                )
            )
        sentences += [self._get_estimate_sentence(), self._get_silence_sentence()]
        return " ".join(filter(None, sentences))

    def _get_silence_sentence(self):
        if not self.balance_last_heard_at:
            return ""
        return self.env._(
            "The bank has reported no balance since: transactions booked after that "
            "date are not compared."
        )

    def _get_estimate_sentence(self):
        if not self.balance_date_estimated:
            return ""
        return self.env._(
            "The bank gives no date for its balance: the date on which Ponto read it "
            "is used."
        )

    def _get_unknown_message(self):
        if not self.journal_id:
            return ""
        if not self.complete_at:
            return self.env._("The transactions have not been read completely yet.")
        if not self.is_balance_known:
            return self.env._(
                "The bank does not report the balance of this account, so nothing "
                "can be compared."
            )
        if not self.balance_date:
            return self.env._(
                "The bank gives no date for its balance, and Ponto does not say when "
                "it read it, so the balance cannot be compared."
            )
        return self.env._(
            "The bank's balance is dated %(day)s, before the start date.",
            day=format_date(self.env, self.balance_date),
        )

    def _get_equal_message(self):
        values = {
            "amount": self._money(self.ledger_balance),
            "day": format_date(self.env, self.balance_date),
        }
        if not self._balance_heard_at():
            return self.env._(
                "In balance on %(day)s: bank and books both have %(amount)s.", **values
            )
        moment = format_datetime(self.env, self._balance_heard_at(), dt_format="short")
        return self.env._(
            "In balance on %(day)s: bank and books both have %(amount)s (reported "
            "%(moment)s).",
            moment=moment,
            **values,
        )

    def _get_difference_sentence(self):
        return self.env._(
            "On %(day)s the bank has %(bank)s and the books have %(ledger)s: a "
            "difference of %(difference)s.",
            day=format_date(self.env, self.balance_date),
            bank=self._money(self._bank_balance_as_ledger()),
            ledger=self._money(self.ledger_balance),
            difference=self._money(self.balance_difference),
        )

    def _get_since_sentence(self, story):
        if story.since < self.sync_start_date:
            return ""
        return self.env._(
            "First day that differs: %(day)s.", day=format_date(self.env, story.since)
        )

    def _get_parts_sentence(self, story):
        """What explains the difference; the amounts add up to it."""
        texts = [
            self._get_part_text(kind, count, self._money(amount))
            for kind, count, amount in sums.by_kind(story.parts)
        ]
        sentences = [self.env._("Explained by: %s.", "; ".join(texts))] if texts else []
        if story.rest:
            rest = self._money(story.rest)
            sentences.append(self.env._("Not explained: %s.", rest))
        return " ".join(sentences)

    def _get_card_balance_sentence(self):
        """The same in one line; the whole stands on the account's page."""
        self.ensure_one()
        amount = self._money(self.balance_difference)
        if not self.difference_from or self.difference_from < self.sync_start_date:
            return self.env._("Differs from the bank by %s", amount)
        return self.env._(
            "Differs from the bank by %(amount)s since %(day)s",
            amount=amount,
            day=format_date(self.env, self.difference_from),
        )

    def _get_part_text(self, kind, count, amount):
        env = self.env
        values = {"count": count, "amount": amount}
        texts = {
            "before_start": env._(
                "from before the start date: %(amount)s (the opening balance)", **values
            ),
            "held": env._("held: %(amount)s (%(count)s)", **values),
            "waiting": env._(
                "read and not booked yet: %(amount)s (%(count)s)", **values
            ),
            "planned": env._("planned and due: %(amount)s (%(count)s)", **values),
            "ignored": env._("ignored: %(amount)s (%(count)s)", **values),
            "deleted": env._("deleted in Odoo: %(amount)s (%(count)s)", **values),
            "unposted": env._(
                "not in the ledger, because the entry is not posted: %(amount)s "
                "(%(count)s)",
                **values,
            ),
            "changed": env._(
                "amount differs from the bank's: %(amount)s (%(count)s)", **values
            ),
            "other_day": env._(
                "date differs from the bank's: %(amount)s (%(count)s)", **values
            ),
            "entry": env._(
                "in the books and not from the bank: %(amount)s (%(count)s)", **values
            ),
        }
        return texts[kind]

    def _money(self, amount):
        return format_amount(self.env, float(amount), self.currency_id)
