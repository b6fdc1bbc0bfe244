"""Bank lines are found by any text that the bank gave, and by amounts.

The text is kept beside the line in the one form in which it is compared
(``rules/search_text.py``), under an index of its letters in threes where PostgreSQL
has ``pg_trgm``. Odoo's own ``ilike`` over several fields, one of them JSON, would read
every line there is.
"""

import re

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column

from ...rules.amount_range import parse_amount_range
from ...rules.search_text import search_text, search_words

_COLUMN = "ponto_search_text"
_SOURCES = (
    "payment_ref",
    "partner_name",
    "account_number",
    "transaction_type",
    "transaction_details",
)
# Lines that get their text in one statement when the addon is installed.
_BATCH = 5_000
_AMOUNT_ONLY = re.compile(r"\.\.|…|^\s*[<>=≤≥]")
# A longer number is a reference or an account's.
_MAX_AMOUNT_DIGITS = 9
# More contacts than that are no search for a contact.
_MAX_CONTACTS = 200


def _trigrams(registry):
    return registry.has_trigram and f"USING gin ({_COLUMN} gin_trgm_ops)"


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    ponto_search_text = fields.Text(
        string="Searched text",
        compute="_compute_ponto_search_text",
        store=True,
        precompute=True,
        copy=False,
    )
    ponto_search = fields.Char(
        string="Bank details",
        compute="_compute_ponto_search",
        search="_search_ponto_search",
        help="Any text that the bank gave: name, account number, communication, IDs.",
    )
    ponto_amount_search = fields.Char(
        string="Amount or range",
        compute="_compute_ponto_search",
        search="_search_ponto_amount_search",
        help="100, -100, 100..200, >500 or <20; without a sign, both incoming and "
        "outgoing amounts.",
    )

    _ponto_search_idx = models.Index(_trigrams)
    # Core has none: lines of a contact, beside those whose text names it.
    _ponto_partner_idx = models.Index("(partner_id) WHERE partner_id IS NOT NULL")

    # === FILLING === #

    @api.depends(*_SOURCES)
    def _compute_ponto_search_text(self):
        for line in self:
            *texts, details = (line[name] or None for name in _SOURCES)
            line.ponto_search_text = search_text(*texts, details=details)

    def _compute_ponto_search(self):
        self.ponto_search = self.ponto_amount_search = False

    def _auto_init(self):
        """Fill the column for the lines that are there already, a few thousand at a
        time: core would load every line of the database to compute it."""
        cr = self.env.cr
        is_new = not column_exists(cr, self._table, _COLUMN)
        if is_new:
            create_column(cr, self._table, _COLUMN, "text")
        result = super()._auto_init()
        if is_new:
            self._ponto_fill_search_text()
        return result

    def _ponto_fill_search_text(self):
        names = SQL(", ").join(map(SQL.identifier, _SOURCES))
        table, column, last = SQL.identifier(self._table), SQL.identifier(_COLUMN), 0
        while rows := self.env.execute_query(
            SQL(
                "SELECT id, %s FROM %s WHERE id > %s ORDER BY id LIMIT %s",
                *(names, table, last, _BATCH),
            )
        ):
            last = rows[-1][0]
            filled = SQL(", ").join(
                SQL("(%s, %s)", line_id, search_text(*texts, details=details))
                for line_id, *texts, details in rows
            )
            self.env.cr.execute(
                SQL(
                    "UPDATE %s AS line SET %s = filled.text "
                    "FROM (VALUES %s) AS filled (id, text) WHERE line.id = filled.id",
                    *(table, column, filled),
                )
            )

    # === SEARCHING === #

    @api.model
    def _search_ponto_search(self, operator, value):
        """Each word has to be found, in the bank's texts or in the contact's name.

        Who types what can only be an amount means one, and a number may be one.
        """
        if operator != "ilike" or not isinstance(value, str):
            return NotImplemented
        wanted = self._ponto_parse_amount(value)
        words = search_words(value)
        is_number = wanted and max(map(len, words), default=0) <= _MAX_AMOUNT_DIGITS
        if wanted and (_AMOUNT_ONLY.search(value) or (is_number and wanted.is_signed)):
            return _of_amount(wanted)
        names = self._ponto_contact_names(value)
        found = Domain.AND(
            Domain(_COLUMN, "like", word) | _of_contacts(names, word) for word in words
        )
        return found | _of_amount(wanted) if is_number else found

    def _ponto_parse_amount(self, value):
        """:return: an ``AmountRange``, or ``None`` if it is no amount"""
        lang = self.env["res.lang"]._get_data(code=self.env.user.lang or "en_US")
        return parse_amount_range(value, decimal_point=lang.decimal_point or ".")

    def _ponto_contact_names(self, value):
        """Contacts whose name has one of the longer words: ``{id: compared name}``.

        Of few only, or the index would be no use.
        """
        words = [word for word in value.split() if len(word) > 2]
        if not words:
            return {}
        partners = self.env["res.partner"].with_context(active_test=False)
        found = partners.search_fetch(
            Domain.OR(Domain("complete_name", "ilike", word) for word in words),
            ["complete_name"],
            limit=_MAX_CONTACTS + 1,
        )
        if len(found) > _MAX_CONTACTS:
            return {}
        return {partner.id: search_text(partner.complete_name) for partner in found}

    @api.model
    def _search_ponto_amount_search(self, operator, value):
        """Nothing, where what was typed is no amount: the list says what is one."""
        if operator != "ilike" or not isinstance(value, str):
            return NotImplemented
        wanted = self._ponto_parse_amount(value)
        return _of_amount(wanted) if wanted else Domain.FALSE


def _of_contacts(names, word):
    ids = [id_ for id_, name in names.items() if word in name]
    return Domain("partner_id", "in", ids) if ids else Domain.FALSE


def _of_amount(wanted):
    """Lines of such an amount, on the account or in the payment's own currency."""
    foreign = Domain("foreign_currency_id", "!=", False)
    return _within("amount", wanted) | (foreign & _within("amount_currency", wanted))


def _within(name, wanted):
    """Domain of a field whose value lies there, in either sign if none was typed."""
    above, below = (">", "<") if wanted.is_open else (">=", "<=")
    low = None if wanted.low is None else float(wanted.low)
    high = None if wanted.high is None else float(wanted.high)

    def between(first, last):
        domain = Domain.TRUE
        if first is not None:
            domain &= Domain(name, above, first)
        if last is not None:
            domain &= Domain(name, below, last)
        return domain

    if wanted.is_signed:
        return between(low, high)
    minus = [None if bound is None else -bound for bound in (high, low)]
    if low is None:
        # A size below: nearer to zero than that, on both sides of it.
        return between(minus[0], high)
    return between(low, high) | between(*minus)
