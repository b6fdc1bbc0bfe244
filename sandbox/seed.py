"""Making a world from a seed document, and single records from their parts.

The format is described in ``README.md``; the control API uses the same parts.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from .clock import Clock, last_background_moment, midnight
from .defaults import ACCOUNT_DEFAULTS, ACCOUNT_PARTS, INSTITUTION_DEFAULTS
from .formats import Attributes, new_id, parse_amount, parse_moment
from .parts import make_history, read_attributes, records
from .problems import Problem, bad_request
from .state import FORMAT, restore_world
from .store import Account, Institution, Integration, World, total
from .story import read_story
from .synchronization import background

if TYPE_CHECKING:
    from collections.abc import Mapping

REFUSED = timedelta(hours=1)


def build_world(document: Mapping[str, Any]) -> World:
    """The world that a seed document describes, or a state that was saved.

    :raise Problem: if the document makes no sense
    """
    if FORMAT in document:
        return restore_world(document)
    now = document.get("now")
    world = World(Clock(parse_moment(now) if now else None))
    world.switches.update(document.get("switches", {}))
    for part in records(document, "institutions"):
        add_institution(world, part)
    for part in records(document, "accounts"):
        add_account(world, part)
    for part in records(document, "integrations"):
        add_integration(world, part)
    world.story = read_story(document.get("story"))
    return world


def add_institution(world: World, part: Mapping[str, Any]) -> Institution:
    """Put an institution into a world."""
    attributes = {**INSTITUTION_DEFAULTS, **read_attributes(part, {"id", "attributes"})}
    institution = Institution(attributes, part.get("id") or new_id())
    _check_new(institution.id, world.institutions)
    world.institutions[institution.id] = institution
    return institution


def add_integration(world: World, part: Mapping[str, Any]) -> Integration:
    """Put a pair of credentials into a world.

    :raise Problem: if it names accounts that are not there
    """
    integration = Integration(
        part.get("client_id") or new_id(),
        part.get("client_secret") or new_id(),
        part.get("scope", "ai"),
        name=part.get("name") or "",
    )
    change_accounts(world, integration, part.get("accounts", "all"))
    _check_new(integration.client_id, world.integrations)
    world.integrations[integration.client_id] = integration
    return integration


def change_accounts(world: World, integration: Integration, given: Any) -> None:
    """Set which accounts an integration may see: ids or ``"all"``."""
    if given == "all":
        integration.accounts = "all"
    elif isinstance(given, list):
        integration.accounts = {world.account(account_id).id for account_id in given}
    else:
        msg = 'accounts must be a list of ids or "all"'
        raise bad_request(msg)


def add_account(world: World, part: Mapping[str, Any]) -> Account:
    """Put an account into a world, fetched by the last background synchronization."""
    now = world.clock.now()
    attributes = {**ACCOUNT_DEFAULTS, **read_attributes(part, ACCOUNT_PARTS)}
    institution = _institution_of(world, part.get("institution"))
    _set_authorization(attributes, institution, now)
    account = Account(institution.id, attributes, part.get("id") or new_id())
    _check_new(account.id, world.accounts)
    fetched_at = last_background_moment(now)
    account.lines = make_history(account, records(part, "transactions"), fetched_at)
    _set_balances(account, part, fetched_at)
    account.pending = make_history(account, records(part, "pending"), fetched_at)
    account.pending_at_bank = list(account.pending)
    world.accounts[account.id] = account
    _synchronize_first(world, account, part)
    account.lines_at_bank = make_history(account, records(part, "at_bank"), now)
    coming = make_history(account, records(part, "pending_at_bank"), now)
    account.pending_at_bank += coming
    return account


def _check_new(record_id: str, known: Mapping[str, object]) -> None:
    if record_id in known:
        raise Problem(409, "alreadyExists", f"{record_id} is there already")


def _institution_of(world: World, wanted: object) -> Institution:
    for institution in world.institutions.values():
        if wanted in {None, institution.id, institution.attributes["name"]}:
            return institution
    if wanted is None:
        return add_institution(world, {})
    msg = f"There is no institution {wanted}"
    raise bad_request(msg)


def _set_authorization(
    attributes: Attributes, institution: Institution, now: datetime
) -> None:
    since = attributes.setdefault("authorizedAt", now - timedelta(days=30))
    if isinstance(since, datetime):
        days = institution.attributes.get("expectedAuthorizationLifetime") or 180
        end = since + timedelta(days=days)
        attributes.setdefault("authorizationExpirationExpectedAt", end)


def _set_balances(account: Account, part: Mapping[str, Any], at: datetime) -> None:
    shown = account.attributes
    lines = total(account.lines)
    if shown.get("currentBalance") is not None:
        account.opening_balance = shown["currentBalance"] - lines
    if "opening_balance" in part:
        account.opening_balance = parse_amount(part["opening_balance"])
    shown.setdefault("currentBalance", account.opening_balance + lines)
    if shown["currentBalance"] != account.opening_balance + lines:
        msg = "opening_balance and transactions do not add up"
        raise bad_request(msg)
    shown.setdefault("availableBalance", shown["currentBalance"])
    for name in ("currentBalance", "availableBalance"):
        shown.setdefault(f"{name}ChangedAt", at)
        shown.setdefault(f"{name}ReferenceDate", midnight(at))
        shown.setdefault(f"{name}VariationObservedAt", at)


def _synchronize_first(world: World, account: Account, part: Mapping[str, Any]) -> None:
    """Move both clocks; an account that refuses now was read before it refused."""
    at = last_background_moment(world.clock.now())
    if part.get("synchronized", True):
        end = account.attributes.get("authorizationExpirationExpectedAt")
        if not isinstance(end, datetime):
            end = None
        background(world, account, at if end is None or end > at else end - REFUSED)
    account.sync_errors = dict(part.get("sync_errors", {}))
    account.authorization_ended = bool(part.get("authorization_ended"))
    if account.sync_errors or account.expired(at):
        background(world, account, at)
    account.availability = part.get("availability")
