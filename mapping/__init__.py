"""From Ponto's value objects to plain values for records.

Pure functions: no network, no database, no Odoo import, nothing is committed.
Money stays Decimal, a bank's date stays a date, a date-time becomes naive UTC.
"""

from __future__ import annotations

from .account import estimate_authorization_end, prepare_account_vals
from .dates import absurd_date, booking_date, naive_utc, shifted, today_in
from .fingerprint import fallback_ref, fingerprint
from .inbox import prepare_inbox_vals
from .institution import prepare_institution_vals
from .label import label
from .number_digest import is_number_of_digest, number_digest
from .reference import sanitize
from .statement_line import prepare_statement_line_vals
from .storage import storable
from .text import clean

__all__ = [
    "absurd_date",
    "booking_date",
    "clean",
    "estimate_authorization_end",
    "fallback_ref",
    "fingerprint",
    "is_number_of_digest",
    "label",
    "naive_utc",
    "number_digest",
    "prepare_account_vals",
    "prepare_inbox_vals",
    "prepare_institution_vals",
    "prepare_statement_line_vals",
    "sanitize",
    "shifted",
    "storable",
    "today_in",
]
