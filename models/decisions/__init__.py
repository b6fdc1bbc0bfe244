"""What people decide on held and ignored transactions."""

# Models that are extended here come first.
from .. import fetch, inbox, online_account  # isort: skip
from . import (
    ponto_online_account,
    ponto_sync_run,
    ponto_transaction,
    ponto_transaction_open_day,
    ponto_transaction_same,
)
