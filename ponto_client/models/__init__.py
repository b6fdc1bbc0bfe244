"""Value objects of the Ponto API: frozen, typed, parsed by ``from_api`` only."""

from __future__ import annotations

from .account import Account
from .connect import (
    DeletedResource,
    IntegrationAccount,
    OnboardingDetails,
    OrganizationUsage,
    ReauthorizationRequest,
    UserInfo,
)
from .financial_institution import FinancialInstitution
from .sandbox import SandboxAccount, SandboxTransaction
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
    "DeletedResource",
    "FinancialInstitution",
    "IntegrationAccount",
    "OnboardingDetails",
    "OrganizationUsage",
    "PendingTransaction",
    "ReauthorizationRequest",
    "SandboxAccount",
    "SandboxTransaction",
    "Synchronization",
    "SynchronizationError",
    "Token",
    "Transaction",
    "TransactionPage",
    "UnreadableTransaction",
    "UserInfo",
]
