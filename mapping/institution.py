"""Values of one institution (``ponto.provider.account``)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .dates import naive_utc
from .text import clean

if TYPE_CHECKING:
    from ponto_client import FinancialInstitution

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
        "name": clean(institution.name) or None,
        "bic": clean(institution.bic) or None,
        "country": clean(institution.country).upper() or None,
        "institution_status": clean(institution.status) or None,
        "deprecated": institution.deprecated,
        "logo_url": logo_url if logo_url.lower().startswith("https://") else None,
        "color": color if _COLOR.fullmatch(color) else None,
        "time_zone": clean(institution.time_zone) or None,
        "authorization_lifetime_days": institution.expected_authorization_lifetime,
        "pending_available": bool(institution.pending_transactions_available),
        "maintenance_from": naive_utc(institution.maintenance_from),
        "maintenance_to": naive_utc(institution.maintenance_to),
        "maintenance_type": clean(institution.maintenance_type) or None,
    }
