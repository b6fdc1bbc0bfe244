"""Values of one institution (``ponto.provider.account``)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .dates import naive_utc
from .text import clean, short

if TYPE_CHECKING:
    from ponto_client import FinancialInstitution

# No consent lasts longer than ten years.
_LONGEST_LIFETIME = 3650
_COLOR = re.compile(r"#[0-9A-Fa-f]{3}(?:[0-9A-Fa-f]{3})?")


def prepare_institution_vals(institution: FinancialInstitution) -> dict[str, Any]:
    """Return plain values, ``None`` where absent; date-times naive UTC.

    ``logo_url`` is an ``https`` address or ``None``, ``color`` hexadecimal with
    ``#`` or ``None``: both are made for a screen.
    """
    color = clean(institution.primary_color or institution.secondary_color)
    logo_url = clean(institution.logo_url)
    return {
        "institution_ref": institution.id,
        "name": short(institution.name),
        "bic": short(institution.bic),
        "country": short(institution.country.upper() if institution.country else None),
        "institution_status": short(institution.status),
        "deprecated": institution.deprecated,
        "logo_url": logo_url if logo_url.lower().startswith("https://") else None,
        "color": color if _COLOR.fullmatch(color) else None,
        "time_zone": short(institution.time_zone),
        "authorization_lifetime_days": _lifetime(institution),
        "pending_available": bool(institution.pending_transactions_available),
        "maintenance_from": naive_utc(institution.maintenance_from),
        "maintenance_to": naive_utc(institution.maintenance_to),
        "maintenance_type": short(institution.maintenance_type),
    }


def _lifetime(institution: FinancialInstitution) -> int | None:
    days = institution.expected_authorization_lifetime
    return days if days and 0 < days <= _LONGEST_LIFETIME else None
