from . import (
    ponto_connect,
    ponto_add_institution,
    ponto_fetch_accounts,
    ponto_fetch_accounts_line,
    ponto_decision_mixin,
    ponto_ignore,
    ponto_book_open_day,
    ponto_same_as,
    ponto_move_start,
    ponto_check_period,
    ponto_opening_balance,
    ponto_closing_check,
)
