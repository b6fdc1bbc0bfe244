"""The inbox: every transaction that Ponto ever listed, and what became of it."""

from . import (
    ponto_pending_transaction,
    ponto_transaction,
    ponto_transaction_adoption,
    ponto_transaction_announced,
    ponto_transaction_corrections,
    ponto_transaction_import,
    ponto_transaction_isolation,
    ponto_transaction_reissued,
    ponto_transaction_shared_id,
)
