"""Undoing a whole fetch."""

# Models that are extended here come first.
from .. import fetch, inbox  # isort: skip
from . import (
    ponto_sync_run,
    ponto_transaction,
)
