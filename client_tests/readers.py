"""What the client makes of documents: its classes, and the values of their fields."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ponto_client import (
    Account,
    FinancialInstitution,
    IntegrationAccount,
    OrganizationUsage,
    PendingTransaction,
    ReauthorizationRequest,
    Synchronization,
    Transaction,
    jsonapi,
)

CLASSES: dict[str, type] = {
    "account": Account,
    "financialInstitution": FinancialInstitution,
    "integrationAccount": IntegrationAccount,
    "pendingTransaction": PendingTransaction,
    "reauthorizationRequest": ReauthorizationRequest,
    "synchronization": Synchronization,
    "transaction": Transaction,
    "usage": OrganizationUsage,
}


def parsed(value: object) -> Any:
    """As the client gets it: numbers with a fraction are Decimal."""
    return jsonapi.load(json.dumps(value).encode())


def snake(name: str) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in name)


def expected(kind: str, value: Any) -> object:
    """What the client makes of a value."""
    kind = kind.removesuffix("?")
    if value is None:
        return None
    if kind == "number":
        return Decimal(str(value))
    if kind == "day":
        return date.fromisoformat(value[:10])
    if kind == "moment":
        return datetime.fromisoformat(value.replace("Z", "+00:00"))
    return tuple(value) if kind.endswith("*") else value
