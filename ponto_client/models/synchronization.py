"""Synchronization: one request to a bank for fresh data.

``POST /synchronizations``, ``GET /synchronizations/{id}``, and embedded as
``meta.latestSynchronization`` (Ponto API reference, "Synchronization").
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..const import SynchronizationStatus, SynchronizationSubtype
from ..errors import ResponseFormatError
from ..parsing import Fields
from .base import Resource

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SynchronizationError:
    """Why a bank gave nothing (a member of ``attributes.errors``)."""

    code: str | None
    """E.g. ``authorizationInvalid``; ``None`` if absent."""
    detail: str | None = field(default=None, repr=False)
    """Sentence of the remote side; may hold personal data."""

    @property
    def is_authorization(self) -> bool:
        """Whether the consent given at the bank is the cause."""
        return "authorization" in (self.code or "").lower()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Synchronization(Resource):
    """State of one synchronization. HTTP 201 or 200 does not mean it succeeded."""

    id: str
    subtype: str | None
    """See :class:`~ponto_client.const.SynchronizationSubtype`; others possible."""
    status: str | None
    """See :class:`~ponto_client.const.SynchronizationStatus`; others possible."""
    resource_type: str | None
    """``account``."""
    resource_id: str | None
    """Id of the account."""
    errors: tuple[SynchronizationError, ...] = ()
    """Empty unless :attr:`status` is ``error``."""
    customer_online: bool | None = None
    """Whether a person's click caused it; absent in older answers."""
    created_at: datetime | None = None
    """Aware, UTC."""
    updated_at: datetime | None = None
    """Aware, UTC."""

    @property
    def is_of_details(self) -> bool:
        """Whether the bank was asked for balance and authorization."""
        return self.subtype == SynchronizationSubtype.ACCOUNT_DETAILS

    @property
    def is_finished(self) -> bool:
        """Whether asking again can change nothing."""
        return self.is_success or self.is_failed

    @property
    def is_success(self) -> bool:
        """Whether the bank answered."""
        return self.status == SynchronizationStatus.SUCCESS

    @property
    def is_failed(self) -> bool:
        """Whether the bank refused or did not answer."""
        return self.status == SynchronizationStatus.ERROR

    @property
    def is_authorization_problem(self) -> bool:
        """Whether it failed because the consent at the bank has ended."""
        return any(error.is_authorization for error in self.errors)

    @classmethod
    def from_api(cls, raw: object, path: str = "data") -> Synchronization:
        """Parse a resource object.

        :raise ResponseFormatError: if it is not an object or has no id
        """
        fields = Fields(raw, path)
        attributes = fields.child("attributes")
        return cls(
            id=fields.identifier(),
            subtype=attributes.text("subtype"),
            status=attributes.text("status"),
            resource_type=attributes.text("resourceType"),
            resource_id=attributes.text("resourceId"),
            errors=_errors(attributes),
            customer_online=attributes.flag("customerOnline"),
            created_at=attributes.moment("createdAt"),
            updated_at=attributes.moment("updatedAt"),
        )


def _errors(attributes: Fields) -> tuple[SynchronizationError, ...]:
    found = []
    for item in attributes.items("errors"):
        values = item if isinstance(item, dict) else {}
        fields = Fields(values, f"{attributes.path}.errors")
        found.append(
            SynchronizationError(
                code=fields.text("code"),
                detail=fields.text("detail"),
            )
        )
    return tuple(found)


def latest_synchronization(meta: Fields) -> Synchronization | None:
    """Return the synchronization embedded in ``meta``, ``None`` if unreadable."""
    raw: Any = meta.values.get("latestSynchronization")
    if raw is None:
        return None
    try:
        return Synchronization.from_api(raw, f"{meta.path}.latestSynchronization")
    except ResponseFormatError:
        return None
