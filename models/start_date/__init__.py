"""Moving the start date of an account."""

# Models that are extended here come first.
from .. import fetch, online_account  # isort: skip
from . import (
    ponto_online_account,
    ponto_sync_run,
)
