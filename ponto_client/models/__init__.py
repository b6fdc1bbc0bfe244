"""Value objects of the Ponto API: frozen, typed, parsed by ``from_api`` only."""

from __future__ import annotations

from .account import Account
from .connect import (
    IntegrationAccount,
    OrganizationUsage,
    ReauthorizationRequest,
    UserInfo,
)
from .financial_institution import FinancialInstitution
from .synchronization import Synchronization, SynchronizationError
from .token import Token
from .transaction import (
    PendingTransaction,
    Transaction,
    TransactionPage,
    UnreadableTransaction,
)

__all__ = [
    "Account",
    "FinancialInstitution",
    "IntegrationAccount",
    "OrganizationUsage",
    "PendingTransaction",
    "ReauthorizationRequest",
    "Synchronization",
    "SynchronizationError",
    "Token",
    "Transaction",
    "TransactionPage",
    "UnreadableTransaction",
    "UserInfo",
]
