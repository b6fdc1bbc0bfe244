"""A world as a document, and back: what a sandbox remembers over a restart.

Forgotten are tokens, the rate rule's memory, idempotency keys, the request journal
and planned faults.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from .clock import Clock
from .defaults import AMOUNTS
from .formats import Attributes, format_moment, parse_amount, parse_moment
from .parts import read_value
from .problems import bad_request
from .store import (
    Account,
    Institution,
    Integration,
    Line,
    Synchronization,
    SynchronizationClock,
    World,
)
from .story import read_story

if TYPE_CHECKING:
    from collections.abc import Sequence


Document = dict[str, Any]

#: the member that tells a state from a seed, and the version of its format
FORMAT = "sandbox_state"
VERSION = 1
#: what goes wrong in a document that no sandbox wrote
SENSELESS = (LookupError, TypeError, AttributeError, ArithmeticError, ValueError)
MICROSECOND = timedelta(microseconds=1)


def dump_world(world: World) -> Document:
    """Everything but what the module says; amounts are exact.

    :func:`sandbox.seed.build_world` makes the same world from it.
    """
    return {
        FORMAT: VERSION,
        "clock": {
            "now": _plain(world.clock.now()) if world.clock.frozen else None,
            "offset_microseconds": world.clock.offset // MICROSECOND,
            "background_until": _plain(world.background_until),
        },
        "story": world.story.document() if world.story else None,
        "switches": world.switches.document(),
        "institutions": [
            {"id": item.id, "attributes": _plain_attributes(item.attributes)}
            for item in world.institutions.values()
        ],
        "accounts": [_dump_account(item) for item in world.accounts.values()],
        "synchronizations": [
            _dump_synchronization(item, world.accounts[item.account_id])
            for item in world.synchronizations.values()
        ],
        "integrations": [
            _dump_integration(item) for item in world.integrations.values()
        ],
    }


def restore_world(document: Mapping[str, Any]) -> World:
    """The world that :func:`dump_world` wrote down.

    :raise Problem: if this version of the sandbox did not write the document
    """
    if document[FORMAT] != VERSION:
        msg = f"Its format is {document[FORMAT]!r}, not {VERSION}"
        raise bad_request(msg)
    try:
        return _restore(document)
    except SENSELESS as error:
        msg = f"It is damaged: {error!r}"
        raise bad_request(msg) from error


def _restore(document: Mapping[str, Any]) -> World:
    world = World(_restore_clock(document["clock"]))
    world.background_until = parse_moment(document["clock"]["background_until"])
    world.story = read_story(document["story"])
    world.switches.update(document["switches"])
    for part in document["institutions"]:
        institution = Institution(_attributes(part), part["id"])
        world.institutions[institution.id] = institution
    for part in document["accounts"]:
        world.institution(part["institution"])
        account = _restore_account(part)
        world.accounts[account.id] = account
    for part in document["synchronizations"]:
        item = _restore_synchronization(part, world.accounts[part["account"]])
        world.synchronizations[item.id] = item
    for part in document["accounts"]:
        account = world.accounts[part["id"]]
        account.details_clock = _restore_moments(world, part["details_clock"])
        account.lines_clock = _restore_moments(world, part["lines_clock"])
    for part in document["integrations"]:
        integration = _restore_integration(part)
        world.integrations[integration.client_id] = integration
    return world


# === VALUES === #


def _plain(value: object) -> Any:
    """A moment with every microsecond as text; anything else as it is."""
    return format_moment(value, "us") if isinstance(value, datetime) else value


def _plain_attributes(attributes: Attributes) -> Document:
    """What :func:`_attributes` reads; amounts are texts, as in a seed."""
    return {
        name: str(value) if name in AMOUNTS and value is not None else _plain(value)
        for name, value in attributes.items()
    }


def _attributes(part: Mapping[str, Any], name: str = "attributes") -> Attributes:
    return {key: read_value(key, value) for key, value in part[name].items()}


def _restore_clock(part: Mapping[str, Any]) -> Clock:
    frozen_at = part["now"]
    return Clock(
        parse_moment(frozen_at) if frozen_at else None,
        part["offset_microseconds"] * MICROSECOND,
    )


# === ACCOUNTS === #


def _dump_account(account: Account) -> Document:
    return {
        "id": account.id,
        "bank_id": account.bank_id,
        "institution": account.institution_id,
        "attributes": _plain_attributes(account.attributes),
        "opening_balance": str(account.opening_balance),
        "availability": account.availability,
        "authorization_ended": account.authorization_ended,
        "sync_errors": account.sync_errors,
        "transactions": [_dump_line(line) for line in account.lines],
        "at_bank": [_dump_line(line) for line in account.lines_at_bank],
        "pending": [_dump_line(line) for line in account.pending],
        "pending_at_bank": _dump_references(account.pending_at_bank, account.pending),
        "details_clock": _dump_moments(account.details_clock),
        "lines_clock": _dump_moments(account.lines_clock),
    }


def _restore_account(part: Mapping[str, Any]) -> Account:
    """All but the two clocks, which need the synchronizations."""
    account = Account(
        part["institution"],
        _attributes(part),
        id=part["id"],
        bank_id=part["bank_id"],
        opening_balance=parse_amount(part["opening_balance"]),
        availability=part["availability"],
        authorization_ended=part["authorization_ended"],
        sync_errors=part["sync_errors"],
        lines=[_restore_line(item) for item in part["transactions"]],
        lines_at_bank=[_restore_line(item) for item in part["at_bank"]],
        pending=[_restore_line(item) for item in part["pending"]],
    )
    waiting = part["pending_at_bank"]
    account.pending_at_bank = _restore_references(waiting, account.pending)
    return account


def _dump_line(line: Line) -> Document:
    return {
        "id": line.id,
        "bank_id": line.bank_id,
        "createdAt": _plain(line.created_at),
        "updatedAt": _plain(line.updated_at),
        "attributes": _plain_attributes(line.attributes),
        "changes": _plain_attributes(line.changes),
        "when_asked": line.when_asked,
    }


def _restore_line(part: Mapping[str, Any]) -> Line:
    created_at: Any = read_value("createdAt", part["createdAt"])
    updated_at: Any = read_value("updatedAt", part["updatedAt"])
    return Line(
        _attributes(part),
        created_at,
        updated_at,
        part["id"],
        part["bank_id"],
        _attributes(part, "changes"),
        part["when_asked"],
    )


def _dump_references(lines: Sequence[Line], known: Sequence[Line]) -> list[Any]:
    """Lines by their place in a list that is dumped anyway; in full if not there."""
    places = {line: place for place, line in enumerate(known)}
    return [places[line] if line in places else _dump_line(line) for line in lines]


def _restore_references(items: Sequence[Any], known: Sequence[Line]) -> list[Line]:
    return [
        known[item] if isinstance(item, int) else _restore_line(item) for item in items
    ]


# === SYNCHRONIZATIONS AND INTEGRATIONS === #


def _dump_moments(clock: SynchronizationClock) -> Document:
    return {
        "synchronizedAt": _plain(clock.synchronized_at),
        "latest": clock.latest.id if clock.latest else None,
    }


def _restore_moments(world: World, part: Mapping[str, Any]) -> SynchronizationClock:
    moment, latest = part["synchronizedAt"], part["latest"]
    return SynchronizationClock(
        parse_moment(moment) if moment else None,
        world.synchronizations[latest] if latest else None,
    )


def _dump_synchronization(item: Synchronization, account: Account) -> Document:
    return {
        "id": item.id,
        "account": item.account_id,
        "subtype": item.subtype,
        "createdAt": _plain(item.created_at),
        "updatedAt": _plain(item.updated_at),
        "customerOnline": item.customer_online,
        "status": item.status,
        "errors": item.errors,
        "polls": item.polls,
        "updated": _dump_references(item.updated, account.lines),
        "updated_pending": _dump_references(item.updated_pending, account.pending),
    }


def _restore_synchronization(
    part: Mapping[str, Any], account: Account
) -> Synchronization:
    item = Synchronization(
        part["account"],
        part["subtype"],
        parse_moment(part["createdAt"]),
        part["customerOnline"],
        id=part["id"],
        status=part["status"],
        errors=part["errors"],
        polls=part["polls"],
        updated=_restore_references(part["updated"], account.lines),
        updated_pending=_restore_references(part["updated_pending"], account.pending),
    )
    item.updated_at = parse_moment(part["updatedAt"])
    return item


def _dump_integration(integration: Integration) -> Document:
    accounts = integration.accounts
    return {
        "name": integration.name,
        "client_id": integration.client_id,
        "client_secret": integration.client_secret,
        "scope": integration.scope,
        "accounts": accounts if accounts == "all" else sorted(accounts),
        "revoked": integration.revoked,
    }


def _restore_integration(part: Mapping[str, Any]) -> Integration:
    accounts = part["accounts"]
    return Integration(
        part["client_id"],
        part["client_secret"],
        part["scope"],
        accounts if accounts == "all" else set(accounts),
        revoked=part["revoked"],
        name=part["name"],
    )
