"""Resources in the shapes of JSON:API that Ponto answers with."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .formats import Attributes, plain
from .store import (
    DETAILS,
    WITH_UNSETTLED,
    Account,
    Institution,
    Line,
    Synchronization,
    SynchronizationClock,
    World,
)
from .synchronization import availability

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .paging import Page
    from .switches import Switches

Document = dict[str, Any]

FOREIGN_BASE = "https://api.elsewhere.example"
SANDBOX_ACCOUNT = [
    "subtype",
    "reference",
    "referenceType",
    "description",
    "product",
    "holderName",
    "currency",
    "availableBalance",
    "availableBalanceChangedAt",
    "availableBalanceReferenceDate",
    "currentBalance",
    "currentBalanceChangedAt",
    "currentBalanceReferenceDate",
]
FAKE_ACCOUNT = "financial-institution-accounts/{financialInstitutionAccountId}"
NOT_AT_BANK = ("digest", "internalReference")


@dataclass(frozen=True)
class Shaper:
    """Makes resources for one caller, whose base stands in every link."""

    world: World
    base: str

    def account(self, account: Account) -> Document:
        """An account, with the clock of its balance."""
        url = f"{self.base}/accounts/{account.id}"
        institution = account.institution_id
        return {
            "type": "account",
            "id": account.id,
            "attributes": self._attributes(account.id, account.attributes),
            "meta": {
                "availability": availability(self.world, account),
                **self._clock(account.details_clock),
            },
            "relationships": {
                "financialInstitution": {
                    "data": {"type": "financialInstitution", "id": institution},
                    "links": {
                        "related": f"{self.base}/financial-institutions/{institution}"
                    },
                },
                "transactions": _collection_link(f"{url}/transactions", "transaction"),
            },
        }

    def line(self, line: Line, account: Account, kind: str) -> Document:
        """A transaction, booked or pending."""
        return {
            "type": kind,
            "id": line.id,
            "attributes": self._attributes(
                line.id,
                {
                    **line.attributes,
                    "createdAt": line.created_at,
                    "updatedAt": line.updated_at,
                },
            ),
            "relationships": {
                "account": {
                    "data": {"type": "account", "id": account.id},
                    "links": {"related": f"{self.base}/accounts/{account.id}"},
                }
            },
        }

    def institution(self, institution: Institution) -> Document:
        """A financial institution."""
        return {
            "type": "financialInstitution",
            "id": institution.id,
            "attributes": self._attributes(institution.id, institution.attributes),
        }

    def synchronization(self, item: Synchronization, *, created: bool) -> Document:
        """A synchronization; the answer to its creation has no relationships."""
        document = self._synchronization(item)
        if created or item.subtype == DETAILS:
            return document
        base = FOREIGN_BASE if self.world.switches.foreign_related_links else self.base
        url = f"{base}/synchronizations/{item.id}"
        related = {
            "updatedTransactions": _collection_link(
                f"{url}/updated-transactions", "transaction"
            )
        }
        if item.subtype == WITH_UNSETTLED:
            related["updatedPendingTransactions"] = _collection_link(
                f"{url}/updated-pending-transactions", "pendingTransaction"
            )
        return {**document, "relationships": related}

    def _synchronization(self, item: Synchronization) -> Document:
        values = {
            "resourceType": "account",
            "resourceId": item.account_id,
            "subtype": item.subtype,
            "status": item.status,
            "errors": item.errors,
            "createdAt": item.created_at,
            "updatedAt": item.updated_at,
        }
        return {
            "type": "synchronization",
            "id": item.id,
            "attributes": plain(values, self.world.switches.date_format),
        }

    def _clock(self, clock: SynchronizationClock) -> Document:
        latest = None
        if clock.latest:
            latest = self._synchronization(clock.latest)
            latest["attributes"]["customerOnline"] = clock.latest.customer_online
        moment = clock.synchronized_at
        return {
            "synchronizedAt": plain(moment, self.world.switches.date_format),
            "latestSynchronization": latest,
        }

    def sandbox_account(self, account: Account) -> Document:
        """The account as the sandbox bank has it."""
        values = {name: account.attributes.get(name) for name in SANDBOX_ACCOUNT}
        values["currentBalance"] = account.bank_balance
        shown = account.attributes["currentBalance"]
        if values["availableBalance"] is not None and shown is not None:
            change = account.bank_balance - shown
            values["availableBalance"] += change
        return {
            "type": "financialInstitutionAccount",
            "id": account.bank_id,
            "attributes": plain(values, "none"),
        }

    def sandbox_line(self, line: Line) -> Document:
        """The line as the sandbox bank has it."""
        values = {**line.at_bank(), "createdAt": line.created_at}
        values["updatedAt"] = line.updated_at
        for name in NOT_AT_BANK:
            values.pop(name, None)
        return {
            "type": "financialInstitutionTransaction",
            "id": line.bank_id,
            "attributes": plain(values, "none"),
        }

    def page(
        self,
        page: Page[Any],
        data: Sequence[Document],
        path: str,
        *,
        clock: SynchronizationClock | None = None,
        filters: Sequence[tuple[str, str]] = (),
    ) -> Document:
        """A list of resources; those of an account carry its clock."""
        meta: Document = self._clock(clock) if clock else {}
        meta["paging"] = page.paging(with_nulls=clock is not None)
        links = page.links(self.base + path, filters)
        return {"data": list(data), "links": links, "meta": meta}

    def _attributes(self, owner: str, attributes: Attributes) -> Attributes:
        switches = self.world.switches
        values: Attributes = plain(attributes, switches.date_format)
        if switches.null_vs_absent != "null":
            mixed = switches.null_vs_absent == "mixed"
            values = {
                name: value
                for name, value in values.items()
                if value is not None or (mixed and _keeps_null(owner, name))
            }
        if switches.unknown_attributes:
            values["sandboxUnknown"] = {"text": "newer than you", "list": [1, None]}
        return values


def _keeps_null(owner: str, name: str) -> bool:
    """A coin thrown once for each attribute of each resource."""
    return zlib.crc32(f"{owner}/{name}".encode()) % 2 == 0


def _collection_link(url: str, kind: str) -> Document:
    return {"links": {"related": url, "meta": {"type": kind}}}


def root(base: str, switches: Switches) -> Document:
    """The map of URI templates that official clients read first."""
    account = f"{base}/accounts/{{accountId}}"
    item = f"{base}/synchronizations/{{synchronizationId}}"
    fake = f"{base}/sandbox/financial-institutions/{{financialInstitutionId}}"
    accounts = f"{fake}/{FAKE_ACCOUNT}"
    lines = "financial-institution-transactions/{financialInstitutionTransactionId}"
    renewing = {"reauthorizationRequests": f"{account}/reauthorization-requests"}
    ending = {"revoke": f"{base}/oauth2/revoke"}
    return {
        "links": {
            "oauth2": {
                "token": f"{base}/oauth2/token",
                **(ending if switches.token_revocation else {}),
            },
            "accounts": account,
            "account": {
                "transactions": f"{account}/transactions/{{transactionId}}",
                "pendingTransactions": f"{account}/pending-transactions"
                "/{pendingTransactionId}",
                **(renewing if switches.reauthorization_requests else {}),
            },
            "synchronizations": item,
            "synchronization": {
                "updatedTransactions": f"{item}/updated-transactions",
                "updatedPendingTransactions": f"{item}/updated-pending-transactions",
            },
            "financialInstitutions": f"{base}/financial-institutions"
            "/{financialInstitutionId}",
            "sandbox": {
                "financialInstitutions": fake,
                "financialInstitution": {
                    "financialInstitutionAccounts": accounts,
                    "financialInstitutionAccount": {
                        "financialInstitutionTransactions": f"{accounts}/{lines}"
                    },
                },
            },
        }
    }
