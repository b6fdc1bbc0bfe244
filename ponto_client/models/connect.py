"""Small resources of Ponto Connect (Ponto Connect API reference, "Connect").

Not used by :class:`~ponto_client.PontoClient`, which speaks the direct API; parsed
here so that a Ponto Connect transport can be added without new value objects.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..errors import ResponseFormatError
from ..parsing import Fields
from .base import Resource

if TYPE_CHECKING:
    from collections.abc import Mapping
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


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class OnboardingDetails(Resource):
    """``POST /onboarding-details``; the id lives for five minutes."""

    id: str
    email: str | None
    organization_name: str | None
    enterprise_number: str | None
    vat_number: str | None
    initial_financial_institution_id: str | None
    partner_reference: str | None
    raw: Mapping[str, Any] = field(compare=False)
    """The resource object as received."""

    @classmethod
    def from_api(cls, raw: object, path: str = "data") -> OnboardingDetails:
        """Parse a resource object.

        :raise ResponseFormatError: if it has no id
        """
        fields = Fields(raw, path)
        text = fields.child("attributes").text
        return cls(
            id=fields.identifier(),
            email=text("email"),
            organization_name=text("organizationName"),
            enterprise_number=text("enterpriseNumber"),
            vat_number=text("vatNumber"),
            initial_financial_institution_id=text("initialFinancialInstitutionId"),
            partner_reference=text("partnerReference"),
            raw=fields.values,
        )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class DeletedResource(Resource):
    """Answer of ``DELETE /accounts/{id}`` and ``…/integration``: what is gone."""

    id: str
    type: str
    organization_id: str | None

    @classmethod
    def from_api(cls, raw: object, path: str = "data") -> DeletedResource:
        """Parse a resource identifier.

        :raise ResponseFormatError: if id or type is missing, or if the resource
            comes with attributes and was therefore not deleted
        """
        fields = Fields(raw, path)
        if fields.values.get("attributes"):
            msg = f"{path}.attributes is not expected of a deleted resource."
            raise ResponseFormatError(msg)
        return cls(
            id=fields.identifier(),
            type=fields.identifier("type"),
            organization_id=fields.related_id("organization"),
        )
