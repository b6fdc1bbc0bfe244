"""What an accountant enters by hand: the opening, takings, wages and tax returns."""

from decimal import Decimal

from odoo import Command

from ..sandbox.demo import parties as who
from ..sandbox.demo.calendar import ONE_DAY, add_months, days_of_month, first_day
from ..sandbox.demo.dues import (
    DIRECTOR_NET,
    DIRECTOR_TAX,
    opening_dues,
    payroll,
    vat_return,
)
from ..sandbox.demo.tills import TILLS, net_of, takings_between
from .chart import TAX_ACCOUNTS

PAYROLL_DAY = 25
LOAN, OVENS, CAPITAL = Decimal(118_000), Decimal(190_000), Decimal(60_000)
OVENS_MONTHS = 120


def make(env, chart, parties, anchor):
    """The monthly entries: takings until yesterday, wages until the last pay roll.

    The ovens lose value in every month that is over.
    """
    values = []
    for month in months(anchor):
        last = min(list(days_of_month(month))[-1], anchor - ONE_DAY)
        values += _takings(chart, month, last)
        if month.replace(day=PAYROLL_DAY) < anchor:
            values.append(_payroll(chart, month))
        if add_months(month, 1) <= anchor:
            values.append(_depreciation(chart, month, last))
    _post(env, values)


def months(anchor):
    """The first day of every month of the books that has a day before the anchor."""
    month = first_day(anchor)
    while month < anchor:
        yield month
        month = add_months(month, 1)


def _takings(chart, month, last):
    """One entry per till and month; the tax is computed as on an invoice."""
    for till in TILLS:
        gross = takings_between(till, month, last)
        if gross:
            [sales, tax] = chart.use("bread")
            yield _entry(
                last,
                f"{till.label} {month:%m/%Y}",
                [
                    _item(chart.account("takings" if till.fee else "cash"), gross),
                    _item(sales, -net_of(gross), tax_ids=[Command.set(tax.ids)]),
                ],
            )


def _payroll(chart, month):
    wages = payroll(month)
    director = DIRECTOR_NET + DIRECTOR_TAX
    contributions = wages.contributions
    return _entry(
        month.replace(day=PAYROLL_DAY),
        f"Lonen {month:%m/%Y}",
        [
            _item(chart.account("wages"), wages.gross - director),
            _item(chart.account("director"), director),
            _item(chart.account("employer"), wages.employer_contribution),
            _item(chart.account("withholding_tax"), -wages.withheld),
            _item(chart.account("social_security"), -contributions),
            _item(chart.account("net_wages"), -sum(wages.net.values())),
        ],
    )


def _depreciation(chart, month, last):
    amount = OVENS / OVENS_MONTHS
    return _entry(
        last,
        f"Afschrijving ovens {month:%m/%Y}",
        [
            _item(chart.account("depreciation"), amount),
            _item(chart.account("ovens_written_off"), -amount),
        ],
    )


def settle_vat(env, chart, parties, anchor):
    """The return of every month that is over: what is due goes to one account.

    An entry is balanced only if the books and the story agree on what is due.
    """
    values = []
    for month, items in _tax_items(env, chart).items():
        last = add_months(month, 1) - ONE_DAY
        if last < anchor:
            due = -vat_return(anchor, month).balance
            debt = _item(chart.account("vat"), due, partner_id=parties[who.TAX].id)
            values.append(_entry(last, f"Btw-aangifte {month:%m/%Y}", [*items, debt]))
    _post(env, values)


def _tax_items(env, chart):
    """What clears the tax accounts, by month."""
    accounts = [chart.template.ref(name).id for name in TAX_ACCOUNTS]
    balances = env["account.move.line"]._read_group(
        [("account_id", "in", accounts), ("parent_state", "=", "posted")],
        ["date:month", "account_id"],
        ["balance:sum"],
        order="date:month, account_id",
    )
    items = {}
    for month, account, balance in balances:
        items.setdefault(month, []).append(_item(account, -balance))
    return items


def make_opening(env, chart, parties, anchor):
    """Bring forward what the bakery had; the bank lines' opening is on transfers."""
    day = first_day(anchor)
    transfers = chart.account("transfer")
    [(brought,)] = env["account.move.line"]._read_group(
        [("account_id", "=", transfers.id), ("date", "=", day), ("name", "=", OPENING)],
        aggregates=["balance:sum"],
    )
    items = [
        _item(transfers, -brought),
        _item(chart.account("ovens"), OVENS),
        _item(chart.account("loan"), -LOAN),
        _item(chart.account("capital"), -CAPITAL),
    ]
    creditors = {"vat": parties[who.TAX].id}
    items += [
        _item(chart.account(ledger), -amount, partner_id=creditors.get(ledger))
        for ledger, amount in opening_dues(anchor).items()
        if amount
    ]
    rest = -sum(item[2]["balance"] for item in items)
    items.append(_item(chart.account("brought_forward"), rest))
    _post(env, [_entry(day, OPENING, items)])


OPENING = "Opening balance"


def _entry(day, label, items):
    for item in items:
        item[2]["name"] = label
    return {"move_type": "entry", "date": day, "ref": label, "line_ids": items}


def _item(account, balance, **more):
    """A journal item; debit is positive."""
    values = {"account_id": account.id, "balance": round(float(balance), 2), **more}
    return Command.create(values)


def _post(env, values):
    journal = env["account.journal"].search(
        [("company_id", "=", env.company.id), ("code", "=", "MISC")], limit=1
    )
    moves = env["account.move"].create(
        [{**vals, "journal_id": journal.id} for vals in values]
    )
    moves.action_post()
