"""The Ponto API of one integration, as Python objects.

Source: Ponto API reference, https://documentation.myponto.com/api.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from . import jsonapi
from .auth import MemoryTokenStore, TokenStore
from .const import MAX_ACCOUNTS, MAX_INSTITUTIONS, MAX_PAGE, MAX_PENDING
from .entries import readable
from .gateway import Endpoint, Gateway
from .models import (
    Account,
    FinancialInstitution,
    PendingTransaction,
    ReauthorizationRequest,
    Synchronization,
    Token,
    Transaction,
    TransactionPage,
)
from .parsing import checked_ip, utc_now
from .retry import RetryPolicy
from .session import own_session
from .transport import Transport

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator
    from datetime import datetime

    import requests
    from typing_extensions import Self

    from .config import ClientConfig


class PontoClient:
    """Reads accounts and transactions, and asks banks for fresh ones.

    Every method raises :class:`~ponto_client.PontoError` and nothing else. Iterators
    send their first request when the first item is asked for. Not thread-safe.

    :param config: address and credentials
    :param token_store: where the token is kept; in memory by default
    :param session: whose CA bundle, client certificate and proxies are used, and
        nothing else of it
    :param clock: returns the present as an aware date-time
    :param sleep: waits for that many seconds
    :param rng: source of the jitter between tries
    :param deadline: moment of ``time.monotonic()`` after which nothing is sent or
        awaited: :class:`~ponto_client.OutOfTime` is raised
    """

    def __init__(
        self,
        config: ClientConfig,
        *,
        token_store: TokenStore | None = None,
        session: requests.Session | None = None,
        clock: Callable[[], datetime] | None = None,
        sleep: Callable[[float], object] | None = None,
        rng: random.Random | None = None,
        deadline: float | None = None,
    ) -> None:
        clock = clock or utc_now
        own, is_own = own_session(session, deadline)
        self._transport = Transport(
            config,
            own,
            clock=clock,
            sleep=sleep or time.sleep,
            policy=RetryPolicy(rng=rng) if rng else RetryPolicy(),
            deadline=deadline,
            owns_session=is_own,
        )
        store = token_store if token_store is not None else MemoryTokenStore()
        self._gateway = Gateway(config, self._transport, store, clock)

    def close(self) -> None:
        """Close the connections; the caller's session is the caller's."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    # === TOKEN === #

    def check_credentials(self) -> Token:
        """Ask for a new token, whatever is kept, and keep it.

        :raise ConfigurationError: if client id or secret is empty
        :raise InvalidCredentials: if Ponto refuses them
        """
        return self._gateway.new_token()

    def offers_revocation(self) -> bool:
        """Whether this API takes tokens back (RFC 7009): Ponto Connect does."""
        return self._offers("oauth2", "revoke")

    def revoke_token(self) -> bool:
        """Give the kept token back and forget it. Asks for no other one.

        :return: ``False`` where none is kept, in which case nothing is sent
        :raise NotFound: also where the API takes none back
        """
        return self._gateway.revoke_token()

    def root(self) -> dict[str, Any]:
        """Return the link map of ``GET /`` (no token): URI templates by name."""
        endpoint = Endpoint(template="/", is_public=True)
        return jsonapi.links(self._gateway.get(endpoint))

    # === ACCOUNTS === #

    def accounts(self, *, unreadable: list[str] | None = None) -> Iterator[Account]:
        """Yield all accounts shared with the integration.

        :param unreadable: gets the problem of each entry that cannot be read, and the
            others are yielded; without it the first one raises
        :raise ResponseFormatError: at an entry that cannot be read
        :raise TooMuch: if there are more than 1,000
        """
        items = self._gateway.items(Endpoint(template="/accounts"), most=MAX_ACCOUNTS)
        return readable(items, Account.from_api, unreadable)

    def account(self, id: str) -> Account:
        """Return one account.

        :raise NotFound: if it is unknown or no longer shared
        """
        return Account.from_api(self._get_one("/accounts/{id}", id))

    def offers_reauthorization_requests(self) -> bool:
        """Whether this API makes links that lead a person straight to the bank."""
        return self._offers("account", "reauthorizationRequests")

    def request_reauthorization(
        self, account_id: str, redirect_uri: str
    ) -> ReauthorizationRequest:
        """Ask for a link with which a person renews the bank's consent.

        Nothing changes before that person agrees at the bank. Never retried.

        :param redirect_uri: where that person comes back to
        :raise NotFound: also where the API offers no such requests
        """
        attributes = {"redirectUri": redirect_uri}
        template = "/accounts/{id}/reauthorization-requests"
        endpoint = Endpoint(template=template, ids=(account_id,))
        value = self._gateway.add(endpoint, "reauthorizationRequest", attributes)
        return ReauthorizationRequest.from_api(value)

    # === TRANSACTIONS === #

    def transaction_page(
        self, account_id: str, *, after: str | None = None, limit: int = MAX_PAGE
    ) -> TransactionPage:
        """Return one page of booked transactions, newest arrived first: one request.

        :param after: ``next_cursor`` of the page before, ``None`` for the first
        :param limit: most rows to return, 1 to 100
        :raise InvalidCursor: if Ponto says that it does not know ``after`` any more
        """
        endpoint = Endpoint(template="/accounts/{id}/transactions", ids=(account_id,))
        value, cursor = self._gateway.page(endpoint, after, limit)
        return TransactionPage.from_answer(value, cursor)

    def transactions(
        self, account_id: str, *, after: str | None = None, limit: int = MAX_PAGE
    ) -> Iterator[Transaction]:
        """Yield booked transactions, newest arrived first, page by page as needed.

        :param after: where to begin; ``None`` for the first page
        :param limit: most rows per page, 1 to 100
        :raise ResponseFormatError: at the first row that cannot be read; use
            :meth:`transaction_page` to get the others
        """
        endpoint = Endpoint(template="/accounts/{id}/transactions", ids=(account_id,))
        for item, path in self._gateway.items(endpoint, after, limit):
            yield Transaction.from_api(item, path)

    def pending_transactions(
        self, account_id: str, *, unreadable: list[str] | None = None
    ) -> Iterator[PendingTransaction]:
        """Yield what the bank announces but has not booked.

        :param unreadable: see :meth:`accounts`
        """
        template = "/accounts/{id}/pending-transactions"
        return self._pending(template, account_id, unreadable)

    # === SYNCHRONIZATIONS === #

    def synchronize(
        self, account_id: str, subtype: str, customer_ip: str
    ) -> Synchronization:
        """Ask the bank for fresh data. Only while a person is present.

        Never retried: the caller cannot know whether a lost answer meant success.

        :param subtype: see :class:`~ponto_client.SynchronizationSubtype`
        :param customer_ip: public IPv4 or IPv6 address of that person
        :raise RecentlySynchronized: if the same was asked a moment ago
        :raise BadRequest: also if ``customer_ip`` is not an address (nothing sent)
        """
        attributes = {
            "resourceType": "account",
            "resourceId": account_id,
            "subtype": subtype,
            "customerIpAddress": checked_ip(customer_ip),
        }
        endpoint = Endpoint(template="/synchronizations")
        value = self._gateway.add(endpoint, "synchronization", attributes)
        return Synchronization.from_api(value)

    def synchronization(self, id: str) -> Synchronization:
        """Return the present state of a synchronization."""
        return Synchronization.from_api(self._get_one("/synchronizations/{id}", id))

    def updated_transactions(
        self, id: str, *, unreadable: list[str] | None = None
    ) -> Iterator[Transaction]:
        """Yield the booked transactions that a synchronization changed.

        :param unreadable: see :meth:`accounts`
        """
        template = "/synchronizations/{id}/updated-transactions"
        items = self._gateway.items(Endpoint(template=template, ids=(id,)))
        return readable(items, Transaction.from_api, unreadable)

    def updated_pending_transactions(
        self, id: str, *, unreadable: list[str] | None = None
    ) -> Iterator[PendingTransaction]:
        """Yield the pending transactions that a synchronization changed.

        For Ponto Connect (roadmap, step 3), whose webhooks name the synchronization.

        :param unreadable: see :meth:`accounts`
        """
        template = "/synchronizations/{id}/updated-pending-transactions"
        return self._pending(template, id, unreadable)

    # === FINANCIAL INSTITUTIONS === #

    def financial_institutions(
        self,
        *,
        name: str | None = None,
        country: str | None = None,
        limit: int = MAX_PAGE,
        authenticated: bool = False,
        unreadable: list[str] | None = None,
    ) -> Iterator[FinancialInstitution]:
        """Yield institutions, deprecated ones too.

        :param name: part of the name
        :param country: ISO 3166-1 alpha-2
        :param limit: most per page, 1 to 100
        :param authenticated: ``True`` for those of the authorized accounts only;
            ``False`` for the whole public list, which needs no credentials
        :param unreadable: see :meth:`accounts`
        """
        filters = {"filter[name][contains]": name, "filter[country][eq]": country}
        endpoint = Endpoint(
            template="/financial-institutions",
            is_public=not authenticated,
            params={key: value for key, value in filters.items() if value},
        )
        items = self._gateway.items(endpoint, limit=limit, most=MAX_INSTITUTIONS)
        return readable(items, FinancialInstitution.from_api, unreadable)

    def financial_institution(self, id: str) -> FinancialInstitution:
        """Return one institution; needs no credentials."""
        found = self._get_one("/financial-institutions/{id}", id, is_public=True)
        return FinancialInstitution.from_api(found)

    # === HELPERS === #

    def _offers(self, resource: str, link: str) -> bool:
        links = self.root().get(resource)
        return isinstance(links, dict) and link in links

    def _get_one(self, template: str, id: str, *, is_public: bool = False) -> object:
        endpoint = Endpoint(template=template, ids=(id,), is_public=is_public)
        return jsonapi.resource(self._gateway.get(endpoint))

    def _pending(
        self, template: str, id: str, unreadable: list[str] | None
    ) -> Iterator[PendingTransaction]:
        endpoint = Endpoint(template=template, ids=(id,))
        items = self._gateway.items(endpoint, most=MAX_PENDING)
        return readable(items, PendingTransaction.from_api, unreadable)
