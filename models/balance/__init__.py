"""The bank's balance, the books' balance, and the difference."""

# Models that are extended here come first.
from .. import online_account  # isort: skip
from . import (
    balance_sums,
    ponto_balance,
    ponto_closing_proof,
    ponto_online_account_balance,
    ponto_online_account_chart,
    ponto_online_account_closing,
    ponto_online_account_difference,
    ponto_online_account_opening,
)
