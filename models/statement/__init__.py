"""Bank statements by day, week or month."""

# Models that are extended here come first.
from .. import common, online_account  # isort: skip
from . import (
    account_bank_statement,
    account_bank_statement_line,
    ponto_online_account,
)
