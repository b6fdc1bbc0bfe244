"""An institution reached through a connection: state, renewal, reminders."""

# Models that are extended here come first.
from .. import common  # isort: skip
from . import (
    ponto_provider_account,
    ponto_provider_account_alerts,
    ponto_provider_account_mails,
    ponto_provider_account_reminders,
    ponto_provider_account_renewal,
    ponto_provider_account_successor,
    ponto_reminder,
)
