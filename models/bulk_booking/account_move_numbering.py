"""Numbering a batch of lines without asking the database again for each entry.

Core looks up the last number of an entry's journal and period for every entry it
numbers, although it has just given that number itself. While a batch of ours is
created, the answer is remembered. It is used only where core itself confirmed it once
and where nothing in the period could make core answer differently; everything else,
and every other caller, goes to core (docs/adr/0010-numbering-in-bulk.md).
"""

from __future__ import annotations

import dataclasses
import itertools
from datetime import date

from odoo import models
from odoo.tools import SQL, str2bool

# Set on the environment in which a batch is created, and nowhere else.
BULK = "account_ponto_sync_bulk"
# A true value of this parameter lets core do everything by itself.
PLAIN_CREATE = "account_ponto_sync.plain_create"
# Whoever changes one of these numbers in a way of its own, and is left alone.
_DECIDE = (
    "_deduce_sequence_number_reset",
    "_get_last_sequence",
    "_get_last_sequence_domain",
    "_get_next_sequence_format",
    "_get_sequence_date_range",
    "_get_sequence_format_param",
    "_locked_increment",
    "_set_next_sequence",
)
_KNOWN = (
    "odoo.addons.account.models.account_move",
    "odoo.addons.account.models.sequence_mixin",
    __name__,
)
_DIGITS = "0123456789"
# Each batch has a number of its own, so that none finds what another remembered.
_batches = itertools.count(1)


def in_bulk(records):
    """The records in an environment in which one batch may be created faster.

    The result is the same to the last stored value; see :data:`PLAIN_CREATE`.
    """
    parameters = records.env["ir.config_parameter"].sudo()
    if str2bool(parameters.get_param(PLAIN_CREATE) or "", False):
        return records
    return records.with_context(**{BULK: next(_batches)})


@dataclasses.dataclass
class _Period:
    """What is known of the numbers of one journal in one sequence period."""

    start: date
    end: date
    since: date
    """Day of the first entry that this batch numbered in the period."""
    prefix: str
    last: str
    """The number that core gave last."""
    confirmed: bool | None = None
    """Whether core, asked once more, answered just that. None: not asked yet."""

    def has(self, day: date) -> bool:
        return self.since <= day <= self.end and self.start <= day


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_last_sequence(self, relaxed=False, with_prefix=None):
        period = None
        if not relaxed and with_prefix is None:
            period = self._numbered_period()
        if period and period.confirmed:
            return period.last
        last = super()._get_last_sequence(relaxed=relaxed, with_prefix=with_prefix)
        if period and period.confirmed is None:
            period.confirmed = last == period.last and self._is_uniform(period)
        return last

    def _set_next_sequence(self):
        super()._set_next_sequence()
        periods = self._numbered_periods()
        if periods is None:
            return
        period = periods.get(self.journal_id.id)
        if period and period.has(self.date) and period.prefix == self.sequence_prefix:
            period.last = self.name
            return
        periods[self.journal_id.id] = self._prepare_period()

    def _numbered_periods(self):
        """What this batch knows: ``{journal id: period}``; None outside a batch.

        It stands beside core's own memory of the numbers it gave, so it ends with
        the transaction, with a savepoint that is rolled back, and where somebody
        writes a name.
        """
        batch = self.env.context.get(BULK)
        if not batch or not _is_numbered_by_core(type(self)):
            return None
        return self._get_sequence_cache().setdefault((BULK, batch), {})

    def _numbered_period(self):
        """The period that this entry is about to get its number in, where known."""
        periods = self._numbered_periods()
        if not periods or not self._may_be_numbered_in_bulk():
            return None
        period = periods.get(self.journal_id.id)
        return period if period and period.has(self.date) else None

    def _may_be_numbered_in_bulk(self):
        journal = self.journal_id
        own_rules = (
            journal.sequence_override_regex
            or journal.refund_sequence
            or journal.is_self_billing
            or self.origin_payment_id
            or self.env.context.keys() & {"is_payment", "no_anti_regex"}
        )
        waits = self.state == "posted" and self.name in (False, "", "/")
        return waits and self.statement_line_id and not own_rules

    def _prepare_period(self):
        """The period that begins with this entry's number; None for unusual ones."""
        prefix = self.sequence_prefix
        number = self.name[len(prefix) :]
        if not self._may_begin_a_period(prefix, number):
            return None
        reset = self._deduce_sequence_number_reset(self.name)
        start, end, *_years = self._get_sequence_date_range(reset)
        return _Period(start, end, since=self.date, prefix=prefix, last=self.name)

    def _may_begin_a_period(self, prefix, number):
        return bool(
            self.name.startswith(prefix) and number and not number.strip(_DIGITS)
        )

    def _is_uniform(self, period):
        """Whether all later numbers of the period are built like the one we know.

        Core takes the pattern from the latest entry up to the day: another pattern
        further on would be found there first.
        """
        self.flush_model(
            ["name", "sequence_prefix", "date", "journal_id", "origin_payment_id"]
        )
        is_payment_apart = self.journal_id.payment_sequence
        query = SQL(
            """
            SELECT 1
              FROM account_move
             WHERE journal_id = %(journal)s
               AND date BETWEEN %(since)s AND %(end)s
               AND name NOT IN ('/', '')
               AND %(same_kind)s
               AND (
                    sequence_prefix IS DISTINCT FROM %(prefix)s
                    OR length(name) <= length(%(prefix)s)
                    OR ltrim(substr(name, length(%(prefix)s) + 1), %(digits)s) != ''
               )
             LIMIT 1
            """,
            journal=self.journal_id.id,
            since=period.since,
            end=period.end,
            same_kind=SQL("origin_payment_id IS NULL" if is_payment_apart else "TRUE"),
            prefix=period.prefix,
            digits=_DIGITS,
        )
        return not self.env.execute_query(query)


def _is_numbered_by_core(model_class):
    """Whether no other addon has a say in the numbers (several localizations do)."""
    return is_defined_by(_KNOWN, model_class, *_DECIDE)


def is_defined_by(modules, model_class, *names):
    """Whether methods of a model are defined in these Python modules only."""
    return all(
        vars(cls)[name].__module__ in modules
        for name in names
        for cls in model_class.__mro__
        if name in vars(cls)
    )


class AccountAnalyticDistributionModel(models.Model):
    _inherit = "account.analytic.distribution.model"

    def _get_applicable_models(self, vals):
        """Core asks per item: it remembers its answers under a key that holds a list,
        to which the question itself then appends."""
        batch = self.env.context.get(BULK)
        if not batch:
            return super()._get_applicable_models(vals)
        if not self._exist_for_batch(batch):
            return self.browse()
        kept = {
            name: list(value) if isinstance(value, list) else value
            for name, value in vals.items()
        }
        return super()._get_applicable_models(kept)

    def _exist_for_batch(self, batch):
        memory = self.env.cr.precommit.data.setdefault(BULK, {})
        if batch not in memory:
            memory.clear()
            memory[batch] = bool(self.sudo().search_count([], limit=1))
        return memory[batch]
