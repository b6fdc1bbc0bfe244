"""One Ponto integration: credentials, token, account list, alerts."""

# Models that are extended here come first.
from .. import common  # isort: skip
from . import ponto_secret_mixin  # isort: skip
from . import (
    ponto_connection,
    ponto_connection_address,
    ponto_connection_alerts,
    ponto_connection_client,
    ponto_connection_copy,
    ponto_connection_cron,
    ponto_connection_disconnect,
    ponto_connection_listing,
    ponto_connection_responsible,
    ponto_connection_scope,
    ponto_connection_test,
    ponto_database_identity,
    ponto_key,
    ponto_key_backup,
    rpc_log,
)
