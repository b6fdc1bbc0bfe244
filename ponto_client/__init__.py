"""Client of the Ponto API (https://myponto.com): bank accounts and transactions.

Pure Python, no Odoo; it needs ``requests`` and ``python-stdnum``, as Odoo does::

    config = ClientConfig(client_id="…", client_secret="…")
    with PontoClient(config) as client:
        for account in client.accounts():
            page = client.transaction_page(account.id)

The names in ``__all__`` are stable. Every error is a :class:`PontoError`.
"""

from __future__ import annotations

from .auth import BearerAuth, MemoryTokenStore, TokenStore
from .client import PontoClient
from .config import ClientConfig, is_loopback_host
from .const import (
    DEFAULT_API_URL,
    VERSION,
    SynchronizationStatus,
    SynchronizationSubtype,
)
from .errors import (
    AuthenticationError,
    BadRequest,
    ConfigurationError,
    Conflict,
    ConnectionFailed,
    ErrorItem,
    InvalidAccessToken,
    InvalidCredentials,
    InvalidCursor,
    NotFound,
    OutOfTime,
    PermissionDenied,
    PontoError,
    RateLimited,
    RecentlySynchronized,
    RequestTimeout,
    ResponseFormatError,
    ServerError,
    TlsError,
    TooMuch,
    TransportError,
)
from .models import (
    Account,
    FinancialInstitution,
    IntegrationAccount,
    OrganizationUsage,
    PendingTransaction,
    ReauthorizationRequest,
    Synchronization,
    SynchronizationError,
    Token,
    Transaction,
    TransactionPage,
    UnreadableTransaction,
    UserInfo,
)
from .parsing import bank_days, is_bank_day
from .redaction import RedactingFilter, redact

__all__ = [
    "DEFAULT_API_URL",
    "VERSION",
    "Account",
    "AuthenticationError",
    "BadRequest",
    "BearerAuth",
    "ClientConfig",
    "ConfigurationError",
    "Conflict",
    "ConnectionFailed",
    "ErrorItem",
    "FinancialInstitution",
    "IntegrationAccount",
    "InvalidAccessToken",
    "InvalidCredentials",
    "InvalidCursor",
    "MemoryTokenStore",
    "NotFound",
    "OrganizationUsage",
    "OutOfTime",
    "PendingTransaction",
    "PermissionDenied",
    "PontoClient",
    "PontoError",
    "RateLimited",
    "ReauthorizationRequest",
    "RecentlySynchronized",
    "RedactingFilter",
    "RequestTimeout",
    "ResponseFormatError",
    "ServerError",
    "Synchronization",
    "SynchronizationError",
    "SynchronizationStatus",
    "SynchronizationSubtype",
    "TlsError",
    "Token",
    "TokenStore",
    "TooMuch",
    "Transaction",
    "TransactionPage",
    "TransportError",
    "UnreadableTransaction",
    "UserInfo",
    "bank_days",
    "is_bank_day",
    "is_loopback_host",
    "redact",
]
