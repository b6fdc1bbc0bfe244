"""Financial institution: a bank, card issuer or payment service that Ponto reaches.

``GET /financial-institutions``, ``GET /financial-institutions/{id}`` (Ponto API
reference, "Financial Institution").
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..parsing import Fields
from .base import Resource

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class FinancialInstitution(Resource):
    """One institution. Date-times aware UTC; what is absent is ``None``."""

    id: str
    name: str | None
    bic: str | None
    country: str | None
    """ISO 3166-1 alpha-2; ``None`` = international."""
    status: str | None
    """``experimental``, ``beta``, ``stable``, others."""
    deprecated: bool
    """Replaced by another institution: not to be offered any more."""
    logo_url: str | None
    primary_color: str | None
    """Hexadecimal, with ``#``."""
    secondary_color: str | None
    maintenance_from: datetime | None
    maintenance_to: datetime | None
    maintenance_type: str | None
    """``internal`` = no data at all; ``financialInstitution`` = stored data only."""
    shared_brand_name: str | None
    shared_brand_reference: str | None
    time_zone: str | None
    """E.g. ``Europe/Brussels``; the zone in which the bank's dates are meant."""
    expected_authorization_lifetime: int | None
    """Days that a consent lasts."""
    pending_transactions_available: bool | None
    payments_enabled: bool | None
    bulk_payments_enabled: bool | None
    periodic_payments_enabled: bool | None
    future_dated_payments_allowed: bool | None
    payments_product_types: tuple[str, ...]
    bulk_payments_product_types: tuple[str, ...]
    periodic_payments_product_types: tuple[str, ...]
    raw: Mapping[str, Any] = field(compare=False)
    """The resource object as received."""

    @classmethod
    def from_api(cls, raw: object, path: str = "data") -> FinancialInstitution:
        """Parse a resource object.

        :raise ResponseFormatError: if it is not an object or has no id
        """
        fields = Fields(raw, path)
        attributes = fields.child("attributes")
        text, flag, texts = attributes.text, attributes.flag, attributes.texts
        return cls(
            id=fields.identifier(),
            name=text("name"),
            bic=text("bic"),
            country=text("country"),
            status=text("status"),
            deprecated=flag("deprecated") or False,
            logo_url=text("logoUrl"),
            primary_color=text("primaryColor"),
            secondary_color=text("secondaryColor"),
            maintenance_from=attributes.moment("maintenanceFrom"),
            maintenance_to=attributes.moment("maintenanceTo"),
            maintenance_type=text("maintenanceType"),
            shared_brand_name=text("sharedBrandName"),
            shared_brand_reference=text("sharedBrandReference"),
            time_zone=text("timeZone"),
            expected_authorization_lifetime=attributes.integer(
                "expectedAuthorizationLifetime"
            ),
            pending_transactions_available=flag("pendingTransactionsAvailable"),
            payments_enabled=flag("paymentsEnabled"),
            bulk_payments_enabled=flag("bulkPaymentsEnabled"),
            periodic_payments_enabled=flag("periodicPaymentsEnabled"),
            future_dated_payments_allowed=flag("futureDatedPaymentsAllowed"),
            payments_product_types=texts("paymentsProductTypes"),
            bulk_payments_product_types=texts("bulkPaymentsProductTypes"),
            periodic_payments_product_types=texts("periodicPaymentsProductTypes"),
            raw=fields.values,
        )
