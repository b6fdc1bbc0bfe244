"""Fake accounts and transactions of Ponto's sandbox.

``/sandbox/financial-institutions/{id}/financial-institution-accounts…`` (Ponto API
reference, "Sandbox"). They are the *bank's* side: a transaction made here appears
under ``/accounts`` after a synchronization only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..parsing import Fields
from .base import Resource

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SandboxAccount(Resource):
    """``financialInstitutionAccount``; money in major units of the currency."""

    id: str
    reference: str | None
    reference_type: str | None
    currency: str | None
    subtype: str | None
    description: str | None
    current_balance: Decimal | None
    available_balance: Decimal | None

    @classmethod
    def from_api(cls, raw: object, path: str = "data") -> SandboxAccount:
        """Parse a resource object.

        :raise ResponseFormatError: if it has no id
        """
        fields = Fields(raw, path)
        attributes = fields.child("attributes")
        return cls(
            id=fields.identifier(),
            reference=attributes.text("reference"),
            reference_type=attributes.text("referenceType"),
            currency=attributes.text("currency"),
            subtype=attributes.text("subtype"),
            description=attributes.text("description"),
            current_balance=attributes.decimal("currentBalance"),
            available_balance=attributes.decimal("availableBalance"),
        )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SandboxTransaction(Resource):
    """``financialInstitutionTransaction``; < 0 = money leaves the account."""

    id: str
    amount: Decimal
    currency: str
    execution_date: date | None
    """Calendar date, no time zone."""
    value_date: date | None
    description: str | None
    remittance_information: str | None
    remittance_information_type: str | None
    counterpart_name: str | None
    counterpart_reference: str | None
    raw: Mapping[str, Any] = field(compare=False)
    """The resource object as received."""

    @classmethod
    def from_api(cls, raw: object, path: str = "data") -> SandboxTransaction:
        """Parse a resource object.

        :raise ResponseFormatError: if id, amount or currency is missing, or an
            amount or date cannot be read
        """
        fields = Fields(raw, path)
        attributes = fields.child("attributes")
        return cls(
            id=fields.identifier(),
            amount=attributes.amount("amount"),
            currency=attributes.identifier("currency"),
            execution_date=attributes.date("executionDate"),
            value_date=attributes.date("valueDate"),
            description=attributes.text("description"),
            remittance_information=attributes.text("remittanceInformation"),
            remittance_information_type=attributes.text("remittanceInformationType"),
            counterpart_name=attributes.text("counterpartName"),
            counterpart_reference=attributes.text("counterpartReference"),
            raw=fields.values,
        )
