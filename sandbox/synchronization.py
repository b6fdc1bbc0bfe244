"""Fetching from the bank: on request, in the background, and what goes wrong.

Balances and lines are fetched separately, and each kind has its own clock.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from .clock import background_moments, midnight
from .formats import Attributes, format_moment
from .problems import Problem, recently_synchronized
from .store import (
    DETAILS,
    TRANSACTIONS,
    WITH_UNSETTLED,
    Account,
    Line,
    Synchronization,
    World,
)
from .story import tell

STEP = timedelta(milliseconds=1)
MAINTENANCE_BY_BANK = "financialInstitution"


def request(world: World, account: Account, subtype: str) -> Synchronization:
    """Create the synchronization that a present customer asks for.

    :raise Problem: if it comes too soon or the account is read-only
    """
    now = world.clock.now()
    if availability(world, account) == "readonly":
        detail = "The account is not available for synchronization at the moment."
        raise Problem(400, world.switches.readonly_code, detail)
    last = world.requested_at.get((account.id, subtype))
    if last and now - last < timedelta(seconds=world.switches.rate_seconds):
        raise recently_synchronized()
    world.requested_at[account.id, subtype] = now
    synchronization = Synchronization(account.id, subtype, now, customer_online=True)
    world.remember(synchronization)
    return synchronization


def poll(world: World, synchronization: Synchronization) -> None:
    """Somebody looks: move a synchronization on by one step, if polls drive it."""
    if synchronization.completed or world.switches.sync_driver != "polls":
        return
    synchronization.polls += 1
    synchronization.status = "running"
    world.changed()
    if synchronization.polls >= world.switches.sync_polls:
        settle(world, synchronization, world.clock.now())


def catch_up(world: World) -> None:
    """Do what became due since the last request.

    That is what timers end, what the banks book in a story, and the background.
    """
    now = world.clock.now()
    for synchronization in list(world.synchronizations.values()):
        if not synchronization.completed:
            _run_by_clock(world, synchronization, now)
    if world.switches.background:
        for moment in background_moments(world.background_until, now):
            tell(world, moment)
            for account in world.accounts.values():
                background(world, account, moment)
            world.changed()
    tell(world, now)
    world.background_until = now


def _run_by_clock(world: World, item: Synchronization, now: datetime) -> None:
    switches = world.switches
    by_clock = switches.sync_driver == "clock"
    limit = switches.sync_seconds if by_clock else switches.sync_timeout_seconds
    age = (now - item.created_at).total_seconds()
    if age >= limit:
        settle(world, item, item.created_at + timedelta(seconds=limit))
    elif by_clock and age >= limit / 3:
        item.status = "running"
        world.changed()


def background(
    world: World, account: Account, at: datetime, subtype: str = "all"
) -> list[Synchronization]:
    """Fetch without a customer, as Ponto does four times a day."""
    if availability(world, account) == "readonly":
        return []
    subtypes = [subtype]
    if subtype == "all":
        subtypes = [DETAILS, lines_subtype(world, account)]
        if world.switches.background_order == "transactions_first":
            subtypes.reverse()
    done: list[Synchronization] = []
    for name in subtypes:
        at = done[-1].updated_at + STEP if done else at
        item = Synchronization(account.id, name, at, customer_online=False)
        world.remember(item)
        if world.switches.rate_counts_background:
            world.requested_at[account.id, name] = at
        settle(world, item, at)
        done.append(item)
    return done


def lines_subtype(world: World, account: Account) -> str:
    """The subtype with which the background fetches lines at this institution."""
    return WITH_UNSETTLED if _unsettled_offered(world, account) else TRANSACTIONS


def _unsettled_offered(world: World, account: Account) -> bool:
    institution = world.institution(account.institution_id)
    return bool(institution.attributes.get("pendingTransactionsAvailable"))


def availability(world: World, account: Account) -> str:
    """What ``meta.availability`` says: ``available`` or ``readonly``."""
    if account.availability:
        return account.availability
    attributes = world.institution(account.institution_id).attributes
    if attributes.get("maintenanceType") is None:
        return "available"
    now = world.clock.now()
    start, end = attributes.get("maintenanceFrom"), attributes.get("maintenanceTo")
    started = not isinstance(start, datetime) or start <= now
    ended = isinstance(end, datetime) and end <= now
    return "readonly" if started and not ended else "available"


def settle(world: World, synchronization: Synchronization, at: datetime) -> None:
    """The bank has answered: take over its data, or its refusal."""
    world.changed()
    account = world.account(synchronization.account_id)
    clock = account.clock(synchronization.subtype)
    if clock.latest:
        at = max(at, clock.latest.updated_at + STEP)
    synchronization.updated_at = at
    refusal = _refusal(world, account, synchronization.subtype, at)
    if refusal:
        synchronization.status = "error"
        synchronization.errors = [refusal]
        if world.switches.failed_moves_clock:
            clock.synchronized_at = at
    else:
        if synchronization.customer_online:
            _book_what_waits_for_a_customer(account)
        synchronization.status = "success"
        clock.synchronized_at = at
        if synchronization.subtype == DETAILS:
            show_balance(account, at)
        else:
            _take_lines(world, account, synchronization)
    clock.latest = synchronization


def _refusal(
    world: World, account: Account, subtype: str, at: datetime
) -> Attributes | None:
    if not account.expired(at):
        return account.sync_errors.get(subtype)
    return {
        "code": world.switches.expired_code,
        "detail": "The authorization is invalid, you should ask the customer to"
        " reauthorize the account",
        "meta": {
            "financialInstitutionResponse": {
                "statusCode": 401,
                "body": {
                    "tppMessages": [{"category": "ERROR", "code": "CONSENT_EXPIRED"}]
                },
                "requestId": synchronization_request_id(account, at),
                "timestamp": format_moment(at),
                "requestUri": "https://bank.example/psd2/v1/accounts",
            }
        },
    }


def synchronization_request_id(account: Account, at: datetime) -> str:
    """The id under which the bank would know Ponto's request."""
    return f"{account.bank_id[:8]}{int(at.timestamp())}"


def show_balance(account: Account, at: datetime) -> None:
    """Take over the bank's balance; only this changes what Ponto shows."""
    shown = account.attributes
    if shown["currentBalance"] is None:
        # A bank that tells none.
        return
    balance = account.bank_balance
    change = balance - shown["currentBalance"]
    for name, value in _balances(account, balance, change).items():
        shown[f"{name}ReferenceDate"] = midnight(at)
        if shown.get(name) != value:
            shown[name] = value
            shown[f"{name}ChangedAt"] = at
            shown[f"{name}VariationObservedAt"] = at


def _balances(account: Account, balance: object, change: object) -> Attributes:
    values: Attributes = {"currentBalance": balance}
    available = account.attributes.get("availableBalance")
    if available is not None:
        values["availableBalance"] = available + change
    return values


def _take_lines(world: World, account: Account, item: Synchronization) -> None:
    item.updated = _take_changes(account.lines, item.updated_at)
    arrivals = [line for line in account.lines_at_bank if not line.when_asked]
    waiting = [line for line in account.lines_at_bank if line.when_asked]
    for line in arrivals:
        line.attributes = line.at_bank()
        line.changes = {}
        line.created_at = line.updated_at = item.updated_at
    account.lines.extend(arrivals)
    account.lines_at_bank = waiting
    if world.switches.updated_includes_created:
        item.updated += arrivals
    if item.subtype == WITH_UNSETTLED and _unsettled_offered(world, account):
        _take_pending(account, item)


def _book_what_waits_for_a_customer(account: Account) -> None:
    for line in account.lines_at_bank:
        line.when_asked = False


def _take_pending(account: Account, item: Synchronization) -> None:
    known = set(account.pending)
    kept = [line for line in account.pending_at_bank if line in known]
    item.updated_pending = _take_changes(kept, item.updated_at)
    for line in account.pending_at_bank:
        if line not in known:
            line.created_at = line.updated_at = item.updated_at
    account.pending = list(account.pending_at_bank)


def _take_changes(lines: list[Line], at: datetime) -> list[Line]:
    changed = [line for line in lines if line.changes]
    for line in changed:
        line.attributes = line.at_bank()
        line.changes = {}
        line.updated_at = at
    return changed
