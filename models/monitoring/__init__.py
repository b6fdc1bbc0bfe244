"""Health, support information, worklist."""

# Models that are extended here come first.
from .. import connection, online_account  # isort: skip
from . import (
    ponto_connection_support,
    ponto_online_account_health,
    ponto_online_account_support,
    ponto_online_account_worklist,
    support_information,
)
