"""Small resources of Ponto Connect (Ponto Connect API reference, "Connect").

``ReauthorizationRequest`` is used by the direct API too. The others are for Ponto
Connect (roadmap, step 3), which reads them as they stand: who gave consent, which
accounts the integration has, and what an organization used.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..parsing import Fields
from .base import Resource

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ReauthorizationRequest(Resource):
    """``POST /accounts/{id}/reauthorization-requests``."""

    id: str
    redirect_url: str
    """Where the person renews the consent. Opaque, for a browser only."""

    @classmethod
    def from_api(cls, raw: object, path: str = "data") -> ReauthorizationRequest:
        """Parse a resource object.

        :raise ResponseFormatError: if the id or the link is missing
        """
        fields = Fields(raw, path)
        return cls(
            id=fields.identifier(),
            redirect_url=fields.child("links").identifier("redirect"),
        )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class IntegrationAccount(Resource):
    """``GET /integration-accounts``; date-times aware UTC."""

    id: str
    account_id: str | None
    financial_institution_id: str | None
    organization_id: str | None
    created_at: datetime | None
    last_accessed_at: datetime | None

    @classmethod
    def from_api(cls, raw: object, path: str = "data") -> IntegrationAccount:
        """Parse a resource object.

        :raise ResponseFormatError: if it has no id
        """
        fields = Fields(raw, path)
        attributes = fields.child("attributes")
        return cls(
            id=fields.identifier(),
            account_id=fields.related_id("account"),
            financial_institution_id=fields.related_id("financialInstitution"),
            organization_id=fields.related_id("organization"),
            created_at=attributes.moment("createdAt"),
            last_accessed_at=attributes.moment("lastAccessedAt"),
        )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class OrganizationUsage(Resource):
    """``GET /organizations/{id}/usage/{month}``; counters are prorated."""

    id: str
    """The month, ``YYYY-MM``."""
    account_count: Decimal | None
    payment_count: Decimal | None
    bulk_payment_count: Decimal | None
    payment_account_count: Decimal | None

    @classmethod
    def from_api(cls, raw: object, path: str = "data") -> OrganizationUsage:
        """Parse a resource object.

        :raise ResponseFormatError: if it has no id
        """
        fields = Fields(raw, path)
        attributes = fields.child("attributes")
        return cls(
            id=fields.identifier(),
            account_count=attributes.decimal("accountCount"),
            payment_count=attributes.decimal("paymentCount"),
            bulk_payment_count=attributes.decimal("bulkPaymentCount"),
            payment_account_count=attributes.decimal("paymentAccountCount"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UserInfo:
    """``GET /userinfo``: flat JSON, not JSON:API."""

    organization_id: str
    """``sub``."""
    name: str | None = field(repr=False)
    onboarding_complete: bool | None
    payments_activated: bool | None
    payments_activation_requested: bool | None
    representative_organization_id: str | None
    representative_organization_name: str | None = field(repr=False)

    @classmethod
    def from_api(cls, raw: object) -> UserInfo:
        """Parse the answer.

        :raise ResponseFormatError: if ``sub`` is missing
        """
        fields = Fields(raw, "userinfo")
        return cls(
            organization_id=fields.identifier("sub"),
            name=fields.text("name"),
            onboarding_complete=fields.flag("onboardingComplete"),
            payments_activated=fields.flag("paymentsActivated"),
            payments_activation_requested=fields.flag("paymentsActivationRequested"),
            representative_organization_id=fields.text("representativeOrganizationId"),
            representative_organization_name=fields.text(
                "representativeOrganizationName"
            ),
        )
