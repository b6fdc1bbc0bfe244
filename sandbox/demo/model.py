"""What the story of the demo world is made of: documents, and movements at the bank.

Both tell the same: the bank's half becomes transactions, the books' half entries.
Amounts are in the currency of the account; what comes in is positive.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

CENT = Decimal("0.01")

Ledger = Literal[
    "receivable",
    "payable",
    "transfer",
    "takings",
    "cash",
    "pay_out_fees",
    "bank_fees",
    "card_purchases",
    "fuel",
    "net_wages",
    "withholding_tax",
    "social_security",
    "vat",
    "loan",
    "interest",
    "unknown",
]
Kind = Literal["invoice", "credit_note", "bill", "refund"]
Use = Literal["bread", "export", "flour", "packaging", "rent", "energy", "internet",
              "repairs", "eu_goods", "eu_tools", "import_goods"]  # fmt: skip


@dataclass(frozen=True)
class Share:
    """A part of a movement, and where an accountant books it."""

    ledger: Ledger
    amount: Decimal
    #: key of the document that it pays
    document: str | None = None
    #: what it is worth in euros, where that is agreed and the account is in dollars
    euros: Decimal | None = None


@dataclass(frozen=True)
class Movement:
    """One line at a bank."""

    account: str
    day: date
    description: str
    code: str
    #: they add up to the amount of the line
    shares: tuple[Share, ...]
    name: str | None = None
    text: str | None = None
    value_day: date | None = None
    #: the day on which the bank delivers it, where that is another one
    late: date | None = None
    #: further attributes of the line, or other values for these
    attributes: dict[str, Any] = field(default_factory=dict)

    @property
    def amount(self) -> Decimal:
        """What the bank books."""
        return sum((share.amount for share in self.shares), Decimal(0))

    @property
    def arrives(self) -> date:
        """The day on which the bank delivers the line."""
        return self.late or self.day


@dataclass(frozen=True)
class Payment:
    """Money for a document: positive if it comes in."""

    account: str
    day: date
    amount: Decimal
    description: str
    code: str
    #: what the bank writes, where that is not the document's communication
    text: str | None = None
    value_day: date | None = None
    late: date | None = None
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Document:
    """An invoice, a bill, or a credit note of either kind, with one line."""

    key: str
    kind: Kind
    party: str
    issued: date
    due: date
    label: str
    use: Use
    net: Decimal
    vat: Decimal
    currency: str
    #: the supplier's number; the books number what the bakery issues
    number: str
    communication: str
    payments: tuple[Payment, ...] = ()
    #: the day on which somebody noted the payment before the bank's line came
    registered: date | None = None

    @property
    def total(self) -> Decimal:
        """What is to be paid, without sign."""
        return self.net + self.vat

    @property
    def ledger(self) -> Ledger:
        """Where its payments are booked."""
        return "receivable" if self.kind in {"invoice", "credit_note"} else "payable"

    @property
    def due_amount(self) -> Decimal:
        """What its payment brings in; negative where the bakery pays."""
        comes_in = self.kind in {"invoice", "refund"}
        return self.total if comes_in else -self.total
