"""Values of one online account (``ponto.online.account``)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from .dates import naive_utc
from .text import short

if TYPE_CHECKING:
    from ponto_client import Account

# How long a bank's authorization lasts where neither the account nor its institution
# tells: the legal maximum in Europe.
USUAL_LIFETIME = timedelta(days=180)
LONGEST_LIFETIME = timedelta(days=3650)


def prepare_account_vals(account: Account) -> dict[str, Any]:
    """Return plain values: Decimal, date, naive UTC date-times, ``None`` if absent.

    ``balance_seen_at`` is when Ponto last read the balance at the bank. ``currency`` is
    an ISO code, ``institution_ref`` and ``synchronization_ref`` are Ponto's ids;
    ``authorization_has_no_end`` is there only where no end is to be estimated.
    """
    latest = account.latest_synchronization
    expires_at = account.authorization_expiration_expected_at
    has_no_end = account.authorization_has_no_end
    return {
        "ponto_ref": account.id,
        "reference": short(account.reference),
        "reference_type": short(account.reference_type),
        "currency": short(account.currency.upper() if account.currency else None),
        "holder_name": short(account.holder_name),
        "description": short(account.description),
        "product": short(account.product),
        "subtype": short(account.subtype),
        "internal_reference": short(account.internal_reference),
        "balance": account.current_balance,
        "balance_date": account.current_balance_reference_date,
        "balance_seen_at": naive_utc(_balance_seen_at(account)),
        "available_balance": account.available_balance,
        "authorized_at": naive_utc(account.authorized_at),
        "authorization_expires_at": naive_utc(expires_at),
        "deprecated": account.deprecated,
        "availability": short(account.availability),
        "institution_ref": account.financial_institution_id,
        "synchronized_at": naive_utc(account.synchronized_at),
        "synchronization_ref": latest.id if latest else None,
        **({"authorization_has_no_end": True} if has_no_end else {}),
    }


def _balance_seen_at(account: Account) -> datetime | None:
    """Return when Ponto last saw this balance, ``None`` where nothing tells.

    A synchronization of the details that succeeded read it; else the moment at which
    Ponto noticed its last change.
    """
    latest = account.latest_synchronization
    moments = [account.current_balance_variation_observed_at]
    if latest and latest.is_of_details and latest.is_success:
        moments.append(latest.updated_at)
    return max(filter(None, moments), default=None)


def estimate_authorization_end(
    authorized_at: datetime | None, lifetime_days: int | None
) -> datetime | None:
    """Return when an authorization is likely to end, where Ponto tells no end.

    :param authorized_at: its beginning; without it nothing can be estimated
    :param lifetime_days: of the institution; none, or one that cannot be, means 180
    """
    if authorized_at is None:
        return None
    lifetime = USUAL_LIFETIME
    if lifetime_days and 0 < lifetime_days <= LONGEST_LIFETIME.days:
        lifetime = timedelta(days=lifetime_days)
    return authorized_at + lifetime
