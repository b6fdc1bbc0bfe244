from . import (
    ponto_connect,
    ponto_add_institution,
    ponto_fetch_accounts,
    ponto_fetch_accounts_line,
)
