"""The preview before the first fetch is confirmed."""

# Models that are extended here come first.
from .. import fetch, inbox, online_account  # isort: skip
from . import (
    ponto_online_account,
    ponto_sync_run,
    ponto_transaction,
)
