"""Transactions: booked ones, pending ones, unreadable ones, and a page of them.

``GET /accounts/{id}/transactions``, ``GET /accounts/{id}/pending-transactions``,
``GET /synchronizations/{id}/updated-transactions`` (Ponto API reference,
"Transaction" and "Pending Transaction").
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from .. import jsonapi
from ..errors import ResponseFormatError
from ..parsing import Fields, as_identifier, is_bank_day
from .base import Resource
from .synchronization import latest_synchronization

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from decimal import Decimal

    from typing_extensions import Self

    from .synchronization import Synchronization


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Movement(Resource):
    """What booked and pending transactions have in common.

    Texts are as the bank wrote them; absent, null and blank are all ``None``.
    """

    resource_type: ClassVar[str] = ""

    id: str
    amount: Decimal
    """Signed, major units of :attr:`currency`; < 0 = money leaves the account."""
    currency: str
    """ISO 4217 code."""
    execution_date: date | None
    """The bank's booking date, first ten characters of ``executionDate``; ``None`` where
    that is no day of a bank's, see :attr:`absurd_dates`."""
    value_date: date | None
    """The bank's value date, may lie before or after :attr:`execution_date`; ``None``
    where that is no day of a bank's."""
    description: str | None
    """The bank's word for the operation."""
    remittance_information: str | None
    """The communication."""
    remittance_information_type: str | None
    """``structured``, ``unstructured``, others."""
    counterpart_name: str | None
    counterpart_reference: str | None
    """Account number of the other party, not always an IBAN."""
    bank_transaction_code: str | None
    """ISO 20022, e.g. ``PMNT-IRCT-ESCT``."""
    proprietary_bank_transaction_code: str | None
    end_to_end_id: str | None
    purpose_code: str | None
    mandate_id: str | None
    creditor_id: str | None
    additional_information: str | None
    digest: str | None
    """Hash of the bank's data. **Not unique**: a hint only."""
    internal_reference: str | None
    """The bank's own id of the line."""
    fee: Decimal | None
    """Withheld by the bank, major units."""
    card_reference: str | None
    card_reference_type: str | None
    created_at: datetime | None
    """When Ponto first had it; aware UTC. Decides the order of the list."""
    updated_at: datetime | None
    """Aware UTC."""
    account_id: str | None
    """From the relationship ``account``."""
    raw: Mapping[str, Any] = field(compare=False)
    """The resource object as received, numbers with a fraction as Decimal."""
    absurd_dates: Mapping[str, date] = field(default_factory=dict)
    """What the bank gave for ``execution_date`` and ``value_date`` that is a date and
    no day to calculate with, such as ``0001-01-01``."""

    @classmethod
    def from_api(
        cls,
        raw: object,
        path: str = "data",
        *,
        fallback_id: str | None = None,
    ) -> Self:
        """Parse a resource object, fresh or read back from storage.

        :param raw: the object; amounts as Decimal, int or decimal text
        :param path: where it stands in the answer
        :param fallback_id: id to use where the object has none
        :raise ResponseFormatError: naming the JSON path, if the id, amount or
            currency is missing, or an amount or date cannot be read
        """
        fields = Fields(raw, path)
        cls._check_type(fields)
        attributes = fields.child("attributes")
        days = {name: attributes.date(key) for name, key in _DATES.items()}
        absurd = {
            name: day for name, day in days.items() if day and not is_bank_day(day)
        }
        return cls(
            id=fallback_id or fields.identifier(),
            amount=attributes.amount("amount"),
            currency=attributes.identifier("currency").upper(),
            execution_date=days["execution_date"]
            if "execution_date" not in absurd
            else None,
            value_date=days["value_date"] if "value_date" not in absurd else None,
            absurd_dates=absurd,
            fee=attributes.decimal("fee"),
            created_at=attributes.moment("createdAt"),
            updated_at=attributes.moment("updatedAt"),
            account_id=fields.related_id("account"),
            raw=fields.values,
            **{name: attributes.text(key) for name, key in _TEXTS.items()},
        )

    @classmethod
    def _check_type(cls, fields: Fields) -> None:
        """Refuse a pending line among booked ones, and the reverse."""
        if fields.text("type") in _TYPES - {cls.resource_type}:
            msg = f"{fields.path}.type is not {cls.resource_type}."
            raise ResponseFormatError(msg)


_DATES = {"execution_date": "executionDate", "value_date": "valueDate"}
#: Fields that are plain text, with the attribute they come from.
_TEXTS = {
    "description": "description",
    "remittance_information": "remittanceInformation",
    "remittance_information_type": "remittanceInformationType",
    "counterpart_name": "counterpartName",
    "counterpart_reference": "counterpartReference",
    "bank_transaction_code": "bankTransactionCode",
    "proprietary_bank_transaction_code": "proprietaryBankTransactionCode",
    "end_to_end_id": "endToEndId",
    "purpose_code": "purposeCode",
    "mandate_id": "mandateId",
    "creditor_id": "creditorId",
    "additional_information": "additionalInformation",
    "digest": "digest",
    "internal_reference": "internalReference",
    "card_reference": "cardReference",
    "card_reference_type": "cardReferenceType",
}
_TYPES = frozenset({"transaction", "pendingTransaction"})


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Transaction(Movement):
    """One booked movement."""

    resource_type: ClassVar[str] = "transaction"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PendingTransaction(Movement):
    """One announced movement: for information, never to be booked."""

    resource_type: ClassVar[str] = "pendingTransaction"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableTransaction:
    """A row of a page that is not a usable transaction; the others still are."""

    id: str | None
    """Its id, ``None`` if missing or blank."""
    raw: dict[str, Any] = field(repr=False)
    """The object as received; ``{"unreadable": value}`` if it was not an object."""
    problem: str
    """The JSON path and what is wrong there, never a value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionPage:
    """One page of booked transactions, in the order of the answer."""

    items: tuple[Transaction | UnreadableTransaction, ...]
    """Newest arrived first, as Ponto lists them (not promised by Ponto)."""
    next_cursor: str | None
    """Pass as ``after`` to go on; ``None`` = the list ends here."""
    synchronized_at: datetime | None
    """When the transactions were last synchronized; aware UTC."""
    latest_synchronization: Synchronization | None

    @classmethod
    def from_answer(cls, raw: object, next_cursor: str | None) -> TransactionPage:
        """Parse the answer; a bad row becomes an :class:`UnreadableTransaction`.

        :raise ResponseFormatError: if it is not an object with a list
        """
        meta = Fields(raw, "answer").child("meta")
        return cls(
            items=tuple(
                read_transaction(item, f"data[{index}]")
                for index, item in enumerate(jsonapi.collection(raw))
            ),
            next_cursor=next_cursor,
            synchronized_at=meta.moment("synchronizedAt"),
            latest_synchronization=latest_synchronization(meta),
        )


def read_transaction(raw: object, path: str) -> Transaction | UnreadableTransaction:
    """Parse one row of a page; a bad one becomes an ``UnreadableTransaction``."""
    try:
        return Transaction.from_api(raw, path)
    except ResponseFormatError as error:
        problem = error.message
    values = raw if isinstance(raw, dict) else {"unreadable": raw}
    ref = Fields(values, path).text("id")
    return UnreadableTransaction(
        id=as_identifier(ref) if ref else None,
        raw=values,
        problem=problem,
    )
