"""The control API under ``/_control/``: for tests and demonstrations only."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from .control_lines import LineControl
from .defaults import ACCOUNT_PARTS
from .formats import parse_amount, parse_moment
from .parts import read_attributes, records
from .problems import Problem, bad_request, not_found
from .seed import (
    add_account,
    add_institution,
    add_integration,
    change_accounts,
)
from .store import SUBTYPES
from .summary import summarize
from .synchronization import background, catch_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from .store import Account

PREFIX = "/_control"
ONE_INTEGRATION = "/integrations/<key>"
ONE_INSTITUTION = "/institutions/<key>"
ONE_ACCOUNT = "/accounts/<key>"
ONE_LINE = f"{ONE_ACCOUNT}/transactions/<line_id>"
ONE_PENDING = f"{ONE_ACCOUNT}/pending/<line_id>"
ROUTES = (
    ("GET", "/requests", "requests"),
    ("DELETE", "/requests", "clear_requests"),
    ("GET", "/state", "state"),
    ("POST", "/integrations", "add_integration"),
    ("PATCH", ONE_INTEGRATION, "change_integration"),
    ("POST", "/institutions", "add_institution"),
    ("PATCH", ONE_INSTITUTION, "change_institution"),
    ("POST", "/accounts", "add_account"),
    ("PATCH", ONE_ACCOUNT, "change_account"),
    ("DELETE", ONE_ACCOUNT, "remove_account"),
    ("POST", f"{ONE_ACCOUNT}/expire", "expire"),
    ("POST", f"{ONE_ACCOUNT}/reauthorize", "reauthorize"),
    ("POST", f"{ONE_ACCOUNT}/synchronize", "synchronize"),
    ("POST", f"{ONE_ACCOUNT}/transactions", "add_lines"),
    ("PATCH", ONE_LINE, "change_line"),
    ("DELETE", ONE_LINE, "remove_line"),
    ("POST", f"{ONE_ACCOUNT}/pending", "add_pending"),
    ("DELETE", ONE_PENDING, "remove_pending"),
    ("POST", f"{ONE_PENDING}/book", "book_pending"),
    ("POST", "/clock", "move_clock"),
    ("GET", "/faults", "faults"),
    ("POST", "/faults", "plan_faults"),
    ("DELETE", "/faults", "clear_faults"),
    ("GET", "/switches", "switches"),
    ("POST", "/switches", "turn_switches"),
)
URLS = Map(
    [Rule(path, methods=[method], endpoint=name) for method, path, name in ROUTES],
    strict_slashes=False,
)
ACCOUNT_CHANGES = {"availability", "sync_errors", "authorization_ended"}
FIXED_ACCOUNT_PARTS = ACCOUNT_PARTS - ACCOUNT_CHANGES - {"attributes", "institution"}

Body = dict[str, Any]
Reply = dict[str, Any]


class Control(LineControl):
    """The control API of one world; every method handles one route."""

    def handle(self, method: str, path: str, body: Body) -> Reply:
        """Carry out one call; ``path`` may be given with or without the prefix.

        :raise Problem: if there is no such route or the call makes no sense
        """
        path = path.removeprefix(PREFIX).rstrip("/")
        try:
            name, arguments = URLS.bind("").match(path, method.upper())
        except HTTPException as error:
            raise Problem(
                error.code or 404, "unknownRoute", f"{method} {path} is unknown"
            ) from error
        handler: Callable[..., Reply] = getattr(self, name)
        return handler(body, **arguments)

    # === REQUESTS AND STATE === #

    def requests(self, _body: Body) -> Reply:
        """The newest requests to the public interface since the last clearing."""
        journal = self.world.journal
        return {"requests": journal.entries, "dropped": journal.dropped}

    def clear_requests(self, _body: Body) -> Reply:
        """Forget the requests."""
        self.world.journal.clear()
        return {}

    def state(self, _body: Body) -> Reply:
        """A summary of the world."""
        return summarize(self.world)

    # === INTEGRATIONS AND INSTITUTIONS === #

    def add_integration(self, body: Body) -> Reply:
        """Make a new pair of credentials."""
        integration = add_integration(self.world, body)
        return {
            "client_id": integration.client_id,
            "client_secret": integration.client_secret,
        }

    def change_integration(self, body: Body, key: str) -> Reply:
        """Change the secret, scope or accounts of an integration, or revoke it."""
        integration = self.world.integrations.get(key)
        if integration is None:
            msg = "integration"
            raise not_found(msg)
        _only(body, {"name", "client_secret", "accounts", "scope", "revoked"})
        if "accounts" in body:
            change_accounts(self.world, integration, body["accounts"])
        for name in body.keys() - {"accounts"}:
            setattr(integration, name, body[name])
        return {"client_id": key}

    def add_institution(self, body: Body) -> Reply:
        """Make a new institution."""
        return {"id": add_institution(self.world, body).id}

    def change_institution(self, body: Body, key: str) -> Reply:
        """Change attributes of an institution."""
        attributes = read_attributes(body, {"id", "attributes"})
        self.world.institution(key).attributes.update(attributes)
        return {"id": key}

    # === ACCOUNTS === #

    def add_account(self, body: Body) -> Reply:
        """Make a new account."""
        return {"id": add_account(self.world, body).id}

    def change_account(self, body: Body, key: str) -> Reply:
        """Change what Ponto shows of an account, or how it behaves."""
        account = self.world.account(key)
        if body.keys() & FIXED_ACCOUNT_PARTS:
            msg = f"Fixed: {sorted(body.keys() & FIXED_ACCOUNT_PARTS)}"
            raise bad_request(msg)
        values = read_attributes(body, ACCOUNT_PARTS)
        if values.get("currentBalance") is not None:
            shown = account.attributes["currentBalance"]
            shown = account.bank_balance if shown is None else shown
            account.opening_balance += values["currentBalance"] - shown
        account.attributes.update(values)
        if "institution" in body:
            account.institution_id = self.world.institution(body["institution"]).id
        for name in body.keys() & ACCOUNT_CHANGES:
            setattr(account, name, body[name])
        return {"id": key}

    def remove_account(self, _body: Body, key: str) -> Reply:
        """Take an account out of Ponto."""
        self.world.remove(self.world.account(key))
        return {"id": key}

    def expire(self, body: Body, key: str) -> Reply:
        """End the bank's authorization now; ``early`` leaves the expected end."""
        account = self.world.account(key)
        account.authorization_ended = True
        if not body.get("early"):
            end = self.world.clock.now()
            account.attributes["authorizationExpirationExpectedAt"] = end
        return {"id": key}

    def reauthorize(self, body: Body, key: str) -> Reply:
        """Renew the bank's authorization; Ponto then fetches what it missed."""
        account = self.world.account(key)
        now = self.world.clock.now()
        days = body.get("days") or self._authorization_days(account)
        end = now + timedelta(days=days)
        account.authorization_ended = False
        account.attributes["authorizedAt"] = now
        account.attributes["authorizationExpirationExpectedAt"] = end
        if body.get("synchronize", True):
            background(self.world, account, now)
        return {"id": key}

    def _authorization_days(self, account: Account) -> int:
        attributes = self.world.institution(account.institution_id).attributes
        lifetime: int = attributes.get("expectedAuthorizationLifetime") or 180
        return self.world.switches.reauthorization_days or lifetime

    def synchronize(self, body: Body, key: str) -> Reply:
        """Let a background synchronization happen now."""
        account = self.world.account(key)
        subtype = body.get("subtype", "all")
        if subtype not in {"all", *SUBTYPES}:
            msg = f"There is no subtype {subtype}"
            raise bad_request(msg)
        done = background(self.world, account, self.world.clock.now(), subtype)
        return {"synchronizations": [item.id for item in done]}

    # === CLOCK, FAULTS, SWITCHES === #

    def move_clock(self, body: Body) -> Reply:
        """Stop, start or move the clock; the background happens on the way."""
        _only(body, {"now", "advance_seconds", "freeze"})
        clock = self.world.clock
        if "freeze" in body:
            clock.freeze(bool(body["freeze"]))
        if "now" in body:
            clock.set(parse_moment(body["now"]))
        if "advance_seconds" in body:
            clock.advance(float(parse_amount(body["advance_seconds"])))
        catch_up(self.world)
        return {"now": clock.now(), "frozen": clock.frozen}

    def faults(self, _body: Body) -> Reply:
        """The faults that are still to come."""
        left = self.world.faults.left()
        return {"faults": [fault.document() for fault in left]}

    def plan_faults(self, body: Body) -> Reply:
        """Plan faults."""
        self.world.faults.add(records(body, "faults"))
        return self.faults({})

    def clear_faults(self, _body: Body) -> Reply:
        """Forget all planned faults."""
        self.world.faults.faults.clear()
        return {}

    def switches(self, _body: Body) -> Reply:
        """The position of every switch."""
        return self.world.switches.document()

    def turn_switches(self, body: Body) -> Reply:
        """Turn switches."""
        self.world.switches.update(body)
        return self.world.switches.document()


def _only(body: Body, known: set[str]) -> None:
    if body.keys() - known:
        msg = f"Unknown: {sorted(body.keys() - known)}"
        raise bad_request(msg)
