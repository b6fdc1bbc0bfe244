"""The bank lines of the closed period, booked.

Those of the main account came day by day from CODA files in the last half year of it. The
others were booked once a month from printed statements, with one item for each document
that was paid.
"""

from decimal import Decimal

from odoo import Command
from odoo.tools import groupby, split_every

from ..sandbox.demo import parties as who
from ..sandbox.demo.accounts import opening_balance
from ..sandbox.demo.calendar import ONE_DAY, add_months, first_day, switch_day
from ..sandbox.demo.lines import movements
from ..sandbox.demo.model import Share
from .documents import BATCH
from .entries import OPENING

MAIN = "main"
CODA_MONTHS = 6
#: every line comes complete and balanced: core need not look for that after each step
COMPLETE = {"skip_invoice_sync": True, "check_move_validity": False}


def make(env, chart, parties, banks, moves, anchor):
    """Book every line before the switch.

    :return: journal items of a payment and what it paid, to be reconciled
    :rtype: list[~odoo.models.BaseModel]
    """
    last = switch_day(anchor) - ONE_DAY
    coda_since = add_months(switch_day(anchor), -CODA_MONTHS)
    story = [item for item in movements(anchor, last) if item.account in banks]

    def is_coda(item):
        return item.account == MAIN and item.day >= coda_since

    book = Book(env, chart, parties, banks, moves)
    book.open(first_day(anchor))
    book.book_monthly([item for item in story if not is_coda(item)])
    lines = book.book_daily([item for item in story if is_coda(item)])
    _make_statements(env, banks[MAIN], lines)
    return book.pairs


def reconcile(env, chart, pairs):
    """Documents with what paid them, own transfers, and tax returns with payments."""
    transfers = _open_items(env, chart.account("transfer"))
    returns = _open_items(env, chart.account("vat"))
    debts = returns.filtered(lambda item: item.balance < 0)
    # Each payment is for the return of the month before; the last are not paid yet.
    taxes = zip(debts, returns - debts, strict=False)
    plan = [*pairs, transfers, *(debt | payment for debt, payment in taxes)]
    transfers._reconcile_plan(plan)


def _open_items(env, account):
    """Its journal items, oldest first."""
    return env["account.move.line"].search(
        [("account_id", "=", account.id), ("parent_state", "=", "posted")],
        order="date, id",
    )


class Book:
    """Turns movements of the story into statement lines with their counterparts."""

    def __init__(self, env, chart, parties, banks, moves):
        self.env = env
        self.company = env.company
        self.chart, self.parties = chart, parties
        self.banks, self.moves = banks, moves
        #: journal items that belong together
        self.pairs = []

    def open(self, day):
        """What was on each account when the books began, against transfers."""
        for account in self.banks:
            share = Share("transfer", opening_balance(account))
            self._create([(account, {"payment_ref": OPENING, "date": day}, [share])])

    def book_daily(self, story):
        """One line for each movement."""
        return self._create(
            [(item.account, self._line_values(item), item.shares) for item in story]
        )

    def book_monthly(self, story):
        """One line for each account and month."""

        def period(item):
            return item.account, add_months(item.day, 1) - ONE_DAY

        lines = []
        for (account, last), items in groupby(sorted(story, key=period), key=period):
            shares = _merged(share for item in items for share in item.shares)
            label = f"Printed statement {last:%m/%Y}"
            lines.append((account, {"payment_ref": label, "date": last}, shares))
        return self._create(lines)

    def _line_values(self, movement):
        name = movement.name
        partner = self.parties.get(name)
        if name == who.HOLDER:
            partner = self.company.partner_id
        is_own = not name or name == who.HOLDER
        number = False if is_own else who.account_number(name)
        return {
            "date": movement.day,
            "payment_ref": movement.text or movement.description,
            "partner_id": partner.id if partner else False,
            "partner_name": name,
            "account_number": number,
            "transaction_type": movement.code or False,
        }

    def _create(self, lines):
        """Create and post lines: (key of the account, values, shares)."""
        records = self.env["account.bank.statement.line"].with_context(**COMPLETE)
        for part in split_every(BATCH, lines, list):
            batch = records.create([self._values(*line) for line in part])
            for record, (_account, _values, shares) in zip(batch, part, strict=True):
                self._pair(record, shares)
            records += batch
        return records

    def _pair(self, record, shares):
        # The first item is the bank's; an exchange difference may be the last.
        counterparts = record.move_id.line_ids.sorted("id")[1:]
        for share, item in zip(shares, counterparts, strict=False):
            if share.document:
                self.pairs.append(item | self._open_item(share.document))

    def _open_item(self, document):
        types = ("asset_receivable", "liability_payable")
        return self.moves[document].line_ids.filtered(
            lambda item: item.account_id.account_type in types
        )

    def _values(self, account, values, shares):
        journal = self.banks[account]
        amount = sum(share.amount for share in shares)
        to_euros = self._converter(journal, values["date"])
        bank = {
            "account_id": journal.default_account_id.id,
            "currency_id": self._currency(journal).id,
            "amount_currency": float(amount),
            "balance": to_euros(amount),
        }
        items = [bank, *(self._counterpart(journal, to_euros, s) for s in shares)]
        difference = self.company.currency_id.round(sum(i["balance"] for i in items))
        if difference:
            exchange = self.chart.account("exchange")
            items.append({"account_id": exchange.id, "balance": -difference})
        shared = {"name": values["payment_ref"], "partner_id": values.get("partner_id")}
        return {
            **values,
            "journal_id": journal.id,
            "amount": float(amount),
            "line_ids": [Command.create({**shared, **item}) for item in items],
        }

    def _counterpart(self, journal, to_euros, share):
        values = {"account_id": self.chart.account(share.ledger).id}
        if share.document:
            values["partner_id"] = self.moves[share.document].partner_id.id
        elif share.ledger == "vat":
            values["partner_id"] = self.parties[who.TAX].id
        if journal.currency_id and share.euros is not None:
            return {**values, "balance": -float(share.euros)}
        return {
            **values,
            "currency_id": self._currency(journal).id,
            "amount_currency": -float(share.amount),
            "balance": -to_euros(share.amount),
        }

    def _currency(self, journal):
        return journal.currency_id or self.company.currency_id

    def _converter(self, journal, day):
        currency, euro = self._currency(journal), self.company.currency_id

        def to_euros(amount):
            return currency._convert(float(amount), euro, self.company, day)

        return to_euros


def _merged(shares):
    """One share for each document, and one for each other purpose."""
    found = {}
    for share in shares:
        key = share.ledger, share.document
        known = found.get(key, Share(share.ledger, Decimal(0)))
        found[key] = Share(
            share.ledger,
            known.amount + share.amount,
            share.document,
            _sum(known.euros, share.euros),
        )
    return list(found.values())


def _sum(first, second):
    return (first or 0) + second if second is not None else first


def _make_statements(env, journal, lines):
    """One statement for each month of CODA files."""
    [(before,)] = env["account.bank.statement.line"]._read_group(
        [("journal_id", "=", journal.id), ("id", "not in", lines.ids)],
        aggregates=["amount:sum"],
    )
    balance = before
    for month, items in groupby(lines, key=lambda line: f"{line.date:%Y/%m}"):
        records = lines.browse(line.id for line in items)
        end = env.company.currency_id.round(balance + sum(records.mapped("amount")))
        env["account.bank.statement"].create(
            {
                "name": f"CODA {month}",
                "line_ids": [Command.set(records.ids)],
                "balance_start": balance,
                "balance_end_real": end,
            }
        )
        balance = end
