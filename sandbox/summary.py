"""What ``GET /_control/state`` tells about the world."""

from __future__ import annotations

from typing import Any

from .store import Account, Institution, Integration, World, total
from .synchronization import availability


def summarize(world: World) -> dict[str, Any]:
    """The world in figures."""
    return {
        "clock": {"now": world.clock.now(), "frozen": world.clock.frozen},
        "switches": world.switches.document(),
        "story": world.story.document() if world.story else None,
        "integrations": [_integration(item) for item in world.integrations.values()],
        "institutions": [
            _institution(item, world) for item in world.institutions.values()
        ],
        "accounts": [_account(item, world) for item in world.accounts.values()],
        "synchronizations": len(world.synchronizations),
        "requests": len(world.journal.entries),
    }


def _integration(integration: Integration) -> dict[str, Any]:
    accounts = integration.accounts
    return {
        "name": integration.name,
        "client_id": integration.client_id,
        "client_secret": integration.client_secret,
        "scope": integration.scope,
        "accounts": "all" if accounts == "all" else sorted(accounts),
        "revoked": integration.revoked,
    }


def _institution(institution: Institution, world: World) -> dict[str, Any]:
    accounts = world.accounts.values()
    return {
        "id": institution.id,
        "name": institution.attributes["name"],
        "status": institution.attributes["status"],
        "accounts": sum(item.institution_id == institution.id for item in accounts),
    }


def _account(account: Account, world: World) -> dict[str, Any]:
    shown = account.attributes
    return {
        "id": account.id,
        "sandbox_id": account.bank_id,
        "institution": account.institution_id,
        "reference": shown["reference"],
        "currency": shown["currency"],
        "transactions": len(account.lines),
        "at_bank": len(account.lines_at_bank),
        "pending": len(account.pending),
        "pending_at_bank": len(account.pending_at_bank),
        "opening_balance": account.opening_balance,
        "sum": total(account.lines),
        "currentBalance": shown["currentBalance"],
        "bank_balance": account.bank_balance,
        "availability": availability(world, account),
        "expired": account.expired(world.clock.now()),
        "authorizationExpirationExpectedAt": shown["authorizationExpirationExpectedAt"],
        "details_synchronized_at": account.details_clock.synchronized_at,
        "transactions_synchronized_at": account.lines_clock.synchronized_at,
    }
