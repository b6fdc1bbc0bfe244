"""Removing texts and personal data."""

# Models that are extended here come first.
from .. import fetch, inbox, online_account  # isort: skip
from . import (
    ponto_online_account,
    ponto_sync_run,
    ponto_sync_run_values,
    ponto_transaction,
    ponto_transaction_notes,
)
