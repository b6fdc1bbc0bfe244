"""What the sandbox knows: institutions, accounts, lines, integrations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, TypeVar

from .clock import Clock
from .faults import FaultPlan
from .formats import Attributes, new_id
from .journal import Journal
from .problems import not_found
from .switches import Switches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .story import Story

DETAILS = "accountDetails"
TRANSACTIONS = "accountTransactions"
WITH_UNSETTLED = "accountTransactionsWithUnsettled"
SUBTYPES = (DETAILS, TRANSACTIONS, WITH_UNSETTLED)
#: synchronizations that are remembered; more only while they run or are the latest
REMEMBERED = 1000
#: reauthorization requests that are remembered
REAUTHORIZATIONS = 100

Visible = set[str] | Literal["all"]


@dataclass(eq=False)
class Line:
    """One transaction, booked or pending, at the bank or in Ponto."""

    attributes: Attributes
    created_at: datetime
    updated_at: datetime
    id: str = field(default_factory=new_id)
    bank_id: str = field(default_factory=new_id)
    #: what the bank has changed since Ponto read the line
    changes: Attributes = field(default_factory=dict)
    #: the bank books it only when a customer asks
    when_asked: bool = False

    @property
    def amount(self) -> Decimal:
        """Signed, in the line's currency."""
        amount: Decimal = self.attributes["amount"]
        return amount

    @property
    def bank_amount(self) -> Decimal:
        """The amount as the bank has it today."""
        amount: Decimal = self.changes.get("amount", self.amount)
        return amount

    def at_bank(self) -> Attributes:
        """The line as the bank has it today."""
        return {**self.attributes, **self.changes}


@dataclass(eq=False)
class Synchronization:
    """One request to a bank, by a customer or in the background."""

    account_id: str
    subtype: str
    created_at: datetime
    customer_online: bool
    id: str = field(default_factory=new_id)
    status: str = "pending"
    errors: list[Attributes] = field(default_factory=list)
    updated_at: datetime = field(init=False)
    polls: int = 0
    updated: list[Line] = field(default_factory=list)
    updated_pending: list[Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.updated_at = self.created_at

    @property
    def completed(self) -> bool:
        """Whether it has ended, well or badly."""
        return self.status in {"success", "error"}


@dataclass(eq=False)
class SynchronizationClock:
    """When one kind of data was last fetched from the bank."""

    synchronized_at: datetime | None = None
    latest: Synchronization | None = None


@dataclass(eq=False)
class Institution:
    """One financial institution."""

    attributes: Attributes
    id: str = field(default_factory=new_id)


@dataclass(eq=False)
class Account:
    """One account at one institution, as Ponto shows it and as the bank has it."""

    institution_id: str
    attributes: Attributes
    id: str = field(default_factory=new_id)
    bank_id: str = field(default_factory=new_id)
    opening_balance: Decimal = Decimal(0)
    availability: str | None = None
    authorization_ended: bool = False
    sync_errors: dict[str, Attributes] = field(default_factory=dict)
    #: in Ponto, oldest arrival first
    lines: list[Line] = field(default_factory=list)
    #: booked by the bank, not yet fetched by Ponto
    lines_at_bank: list[Line] = field(default_factory=list)
    pending: list[Line] = field(default_factory=list)
    pending_at_bank: list[Line] = field(default_factory=list)
    details_clock: SynchronizationClock = field(default_factory=SynchronizationClock)
    lines_clock: SynchronizationClock = field(default_factory=SynchronizationClock)

    def clock(self, subtype: str) -> SynchronizationClock:
        """The clock that a synchronization of this subtype moves."""
        return self.details_clock if subtype == DETAILS else self.lines_clock

    @property
    def bank_balance(self) -> Decimal:
        """The balance at the bank, whatever Ponto shows."""
        coming = [line for line in self.lines_at_bank if not line.when_asked]
        lines = [*self.lines, *coming]
        return self.opening_balance + sum(line.bank_amount for line in lines)

    def every_line(self) -> list[Line]:
        """All lines, booked and pending, in Ponto and at the bank."""
        return [
            *self.lines,
            *self.lines_at_bank,
            *self.pending,
            *self.pending_at_bank,
        ]

    def expired(self, at: datetime) -> bool:
        """Whether the bank refuses Ponto at that moment."""
        end = self.attributes.get("authorizationExpirationExpectedAt")
        past = isinstance(end, datetime) and end <= at
        return self.authorization_ended or past


@dataclass(eq=False)
class Integration:
    """One pair of credentials and what it opens."""

    client_id: str
    client_secret: str = field(repr=False)
    scope: str = "ai"
    accounts: Visible = "all"
    revoked: bool = False
    name: str = ""

    def sees(self, account: Account) -> bool:
        """Whether the account was given to this integration."""
        return self.accounts == "all" or account.id in self.accounts


@dataclass
class Token:
    """One access token."""

    integration: Integration
    expires_at: datetime


@dataclass
class World:
    """Everything that one reset replaces."""

    clock: Clock = field(default_factory=Clock)
    switches: Switches = field(default_factory=Switches)
    integrations: dict[str, Integration] = field(default_factory=dict)
    institutions: dict[str, Institution] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    synchronizations: dict[str, Synchronization] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    #: last creation by (account, subtype), for the rate rule
    requested_at: dict[tuple[str, str], datetime] = field(default_factory=dict)
    #: synchronizations by (client, idempotency key)
    idempotent: dict[tuple[str, str], Synchronization] = field(default_factory=dict)
    #: where whoever renews comes back to, by reauthorization request
    reauthorizations: dict[str, str] = field(default_factory=dict)
    background_until: datetime = field(init=False)
    story: Story | None = None
    #: grows with every change that outlives a restart
    version: int = 0
    journal: Journal = field(default_factory=Journal)
    faults: FaultPlan = field(default_factory=FaultPlan)

    def __post_init__(self) -> None:
        self.background_until = self.clock.now()

    def changed(self) -> None:
        """Something happened that outlives a restart."""
        self.version += 1

    def remember_reauthorization(self, redirect_uri: str) -> str:
        """Note where a person who renews comes back to.

        :return: the id of the request
        """
        if len(self.reauthorizations) >= REAUTHORIZATIONS:
            del self.reauthorizations[next(iter(self.reauthorizations))]
        request_id = new_id()
        self.reauthorizations[request_id] = redirect_uri
        return request_id

    def remember(self, synchronization: Synchronization) -> None:
        """Keep a new synchronization; too many, and the oldest that ended goes."""
        self.synchronizations[synchronization.id] = synchronization
        self.changed()
        if len(self.synchronizations) > REMEMBERED:
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        needed = {
            clock.latest
            for account in self.accounts.values()
            for clock in (account.details_clock, account.lines_clock)
        }
        for item in self.synchronizations.values():
            if item.completed and item not in needed:
                self._forget(item)
                return

    def _forget(self, synchronization: Synchronization) -> None:
        del self.synchronizations[synchronization.id]
        self.idempotent = {
            key: item
            for key, item in self.idempotent.items()
            if item is not synchronization
        }

    def remove(self, account: Account) -> None:
        """Take an account out of Ponto, with what was done for it."""
        del self.accounts[account.id]
        for item in list(self.synchronizations.values()):
            if item.account_id == account.id:
                self._forget(item)
        for integration in self.integrations.values():
            if integration.accounts != "all":
                integration.accounts.discard(account.id)

    def account(self, account_id: str) -> Account:
        """The account with that id.

        :raise Problem: if there is none
        """
        return _found(self.accounts.get(account_id), "account")

    def institution(self, institution_id: str) -> Institution:
        """The institution with that id.

        :raise Problem: if there is none
        """
        return _found(self.institutions.get(institution_id), "financialInstitution")

    def visible_accounts(self, integration: Integration) -> Iterator[Account]:
        """The accounts that an integration may see."""
        return filter(integration.sees, self.accounts.values())


Found = TypeVar("Found")


def _found(item: Found | None, resource: str) -> Found:
    if item is None:
        raise not_found(resource)
    return item


def total(lines: Iterable[Line]) -> Decimal:
    """The sum of the lines."""
    return sum((line.amount for line in lines), Decimal(0))


def find_line(lines: Iterable[Line], line_id: str, resource: str) -> Line:
    """The line with that id.

    :raise Problem: if there is none
    """
    return _found(next((line for line in lines if line.id == line_id), None), resource)
