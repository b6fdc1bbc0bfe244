"""Account: one bank account shared with the integration.

``GET /accounts``, ``GET /accounts/{id}`` (Ponto API reference, "Account").
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..parsing import Fields
from .base import Resource
from .synchronization import Synchronization, latest_synchronization

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Account(Resource):
    """One account. Money in major units of :attr:`currency`, date-times aware UTC.

    Everything but the id can be absent; what is absent or unreadable is ``None``.
    """

    id: str
    reference: str | None
    """Account number, an IBAN without spaces in most cases."""
    reference_type: str | None
    """``IBAN``, ``BBAN``, ``email``, ``PAN``, ``MASKEDPAN``, ``MSISDN``, others."""
    currency: str | None
    """ISO 4217 code. One reference can have several accounts, one per currency."""
    subtype: str | None
    """``checking``, ``savings``, ``securities``, ``card``, ``psp``, others."""
    description: str | None
    product: str | None
    holder_name: str | None
    internal_reference: str | None
    """Id of the account at the bank."""
    current_balance: Decimal | None
    """Booked total; < 0 = owed to the bank."""
    current_balance_changed_at: datetime | None
    current_balance_reference_date: date | None
    """The bank's "as of" date of :attr:`current_balance`, no time zone."""
    current_balance_variation_observed_at: datetime | None
    available_balance: Decimal | None
    """What can be spent now."""
    available_balance_changed_at: datetime | None
    available_balance_reference_date: date | None
    available_balance_variation_observed_at: datetime | None
    authorized_at: datetime | None
    """When consent was last given at the bank."""
    authorization_expiration_expected_at: datetime | None
    """Expected end of the consent; the bank may end it earlier."""
    deprecated: bool
    """The institution was replaced: readable, but not renewable."""
    availability: str | None
    """``available``, or ``readonly`` during maintenance (``meta.availability``)."""
    synchronized_at: datetime | None
    """``meta.synchronizedAt``."""
    latest_synchronization: Synchronization | None
    """Last *completed* synchronization, successful or not."""
    financial_institution_id: str | None
    raw: Mapping[str, Any] = field(compare=False)
    """The resource object as received."""

    @property
    def authorization_has_no_end(self) -> bool:
        """Whether no end is known: Ponto gives a date like ``9999-12-31``."""
        attributes = Fields(self.raw, "data").child("attributes")
        return attributes.is_beyond("authorizationExpirationExpectedAt")

    @classmethod
    def from_api(cls, raw: object, path: str = "data") -> Account:
        """Parse a resource object.

        :raise ResponseFormatError: if it is not an object or has no id
        """
        fields = Fields(raw, path)
        attributes, meta = fields.child("attributes"), fields.child("meta")
        moment, day = attributes.moment, attributes.day
        return cls(
            id=fields.identifier(),
            reference=attributes.text("reference"),
            reference_type=attributes.text("referenceType"),
            currency=attributes.text("currency"),
            subtype=attributes.text("subtype"),
            description=attributes.text("description"),
            product=attributes.text("product"),
            holder_name=attributes.text("holderName"),
            internal_reference=attributes.text("internalReference"),
            current_balance=attributes.decimal("currentBalance"),
            current_balance_changed_at=moment("currentBalanceChangedAt"),
            current_balance_reference_date=day("currentBalanceReferenceDate"),
            current_balance_variation_observed_at=moment(
                "currentBalanceVariationObservedAt"
            ),
            available_balance=attributes.decimal("availableBalance"),
            available_balance_changed_at=moment("availableBalanceChangedAt"),
            available_balance_reference_date=day("availableBalanceReferenceDate"),
            available_balance_variation_observed_at=moment(
                "availableBalanceVariationObservedAt"
            ),
            authorized_at=moment("authorizedAt"),
            authorization_expiration_expected_at=moment(
                "authorizationExpirationExpectedAt"
            ),
            deprecated=attributes.flag("deprecated") or False,
            availability=meta.text("availability"),
            synchronized_at=meta.moment("synchronizedAt"),
            latest_synchronization=latest_synchronization(meta),
            financial_institution_id=fields.related_id("financialInstitution"),
            raw=fields.values,
        )
