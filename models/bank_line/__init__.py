"""Extensions of the bank statement line and its lists."""

# Models that are extended here come first.
from .. import online_account  # isort: skip
from . import (
    account_bank_statement_line,
    account_bank_statement_line_back_dated,
    account_bank_statement_line_details,
    account_bank_statement_line_duplicates,
    account_bank_statement_line_search,
    account_move,
    ponto_online_account,
)
