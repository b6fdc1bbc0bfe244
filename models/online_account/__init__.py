"""One account at an institution: link, authorization, status."""

# Models that are extended here come first.
from .. import common  # isort: skip
from . import (
    ponto_online_account,
    ponto_online_account_authorization,
    ponto_online_account_history,
    ponto_online_account_link,
    ponto_online_account_pause,
    ponto_online_account_status,
    ponto_online_account_successor,
)
