"""The public interface: what ``api.myponto.com`` offers for account information."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from . import synchronization
from .auth import authenticate, issue_token, revoke_token
from .documents import Document, Shaper, root
from .filters import institution_filters, select_institutions
from .formats import is_web_address, load_json
from .paging import PARAMETERS, Item, Page, cut, read_page_request
from .problems import Problem, invalid_attribute, invalid_parameter, not_found
from .store import (
    SUBTYPES,
    Account,
    Integration,
    Line,
    Synchronization,
    SynchronizationClock,
    World,
    find_line,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from werkzeug.wrappers import Request

PAGING = {*PARAMETERS, *(f"page[{name}]" for name in PARAMETERS)}
Answer = tuple[int, Document]
#: a success without a body
EmptyAnswer = tuple[int, None]


class PublicApi:
    """Answers one request; every method is the handler of one route."""

    def __init__(self, world: World, request: Request) -> None:
        self.world = world
        self.request = request
        base = f"{request.scheme}://{request.host}"
        self.shaper = Shaper(world, base)

    # === ROOT AND TOKEN === #

    def root(self) -> Answer:
        """``GET /``: readable without a token."""
        return 200, root(self.shaper.base, self.world.switches)

    def token(self) -> Answer:
        """``POST /oauth2/token``."""
        return 200, issue_token(self.world, self.request)

    def revoke(self) -> EmptyAnswer:
        """``POST /oauth2/revoke``, where it is switched on."""
        if not self.world.switches.token_revocation:
            msg = "route"
            raise not_found(msg)
        revoke_token(self.world, self.request)
        return 200, None

    # === ACCOUNTS === #

    def accounts(self) -> Answer:
        """``GET /accounts``."""
        visible = list(self.world.visible_accounts(self.integration()))
        page = self.cut(visible)
        data = [self.shaper.account(account) for account in page.items]
        return 200, self.shaper.page(page, data, self.path())

    def account(self, account_id: str) -> Answer:
        """``GET /accounts/{id}``."""
        account = self.visible_account(account_id)
        return 200, {"data": self.shaper.account(account)}

    def create_reauthorization_request(self, account_id: str) -> Answer:
        """``POST /accounts/{id}/reauthorization-requests``, where it is switched on."""
        if not self.world.switches.reauthorization_requests:
            msg = "route"
            raise not_found(msg)
        account = self.visible_account(account_id)
        target = self.attributes("reauthorizationRequest").get("redirectUri")
        if not isinstance(target, str) or not is_web_address(target):
            msg = "redirectUri"
            raise invalid_attribute(msg, "redirectUri is missing or no address.")
        request_id = self.world.remember_reauthorization(target)
        page = f"/_dashboard/institutions/{quote(account.institution_id, safe='')}"
        link = f"{self.shaper.base}{page}/reauthorize?request={request_id}"
        data = {
            "type": "reauthorizationRequest",
            "id": request_id,
            "attributes": {},
            "links": {"redirect": link},
        }
        return 201, {"data": data}

    # === TRANSACTIONS === #

    def transactions(self, account_id: str) -> Answer:
        """``GET /accounts/{id}/transactions``: newest arrival first."""
        account = self.visible_account(account_id)
        return self._lines(account, account.lines[::-1], "transaction")

    def transaction(self, account_id: str, line_id: str) -> Answer:
        """``GET /accounts/{id}/transactions/{id}``."""
        account = self.visible_account(account_id)
        line = find_line(account.lines, line_id, "transaction")
        return 200, {"data": self.shaper.line(line, account, "transaction")}

    def pending_transactions(self, account_id: str) -> Answer:
        """``GET /accounts/{id}/pending-transactions``."""
        account = self.visible_account(account_id)
        return self._lines(account, account.pending[::-1], "pendingTransaction")

    def pending_transaction(self, account_id: str, line_id: str) -> Answer:
        """``GET /accounts/{id}/pending-transactions/{id}``."""
        account = self.visible_account(account_id)
        line = find_line(account.pending, line_id, "pendingTransaction")
        return 200, {"data": self.shaper.line(line, account, "pendingTransaction")}

    def _lines(
        self,
        account: Account,
        lines: Sequence[Line],
        kind: str,
        clock: SynchronizationClock | None = None,
    ) -> Answer:
        page = self.cut(lines)
        data = [self.shaper.line(line, account, kind) for line in page.items]
        clock = clock or account.lines_clock
        return 200, self.shaper.page(page, data, self.path(), clock=clock)

    # === SYNCHRONIZATIONS === #

    def create_synchronization(self) -> Answer:
        """``POST /synchronizations``; the same idempotency key acts only once."""
        integration = self.integration()
        key = self.request.headers.get("Ibanity-Idempotency-Key")
        known = self.world.idempotent.get((integration.client_id, key or ""))
        item = known or self._new_synchronization(integration)
        if key:
            self.world.idempotent[integration.client_id, key] = item
        return 201, {"data": self.shaper.synchronization(item, created=True)}

    def _new_synchronization(self, integration: Integration) -> Synchronization:
        values = self.attributes("synchronization")
        required = ["resourceType", "resourceId", "subtype"]
        if self.world.switches.require_customer_ip:
            required.append("customerIpAddress")
        for name in required:
            if not isinstance(values.get(name), str) or not values[name]:
                raise invalid_attribute(name, f"{name} is missing.")
        if values["resourceType"] != "account":
            msg = "resourceType"
            raise invalid_attribute(msg, "resourceType must be account.")
        if values["subtype"] not in SUBTYPES:
            msg = "subtype"
            raise invalid_attribute(msg, "subtype is unknown.")
        account = self.world.account(values["resourceId"])
        if not integration.sees(account):
            msg = "account"
            raise not_found(msg)
        return synchronization.request(self.world, account, values["subtype"])

    def synchronization(self, synchronization_id: str) -> Answer:
        """``GET /synchronizations/{id}``: looking may move it on."""
        item, _account = self._visible_synchronization(synchronization_id)
        synchronization.poll(self.world, item)
        return 200, {"data": self.shaper.synchronization(item, created=False)}

    def updated_transactions(self, synchronization_id: str) -> Answer:
        """``GET /synchronizations/{id}/updated-transactions``."""
        item, account = self._visible_synchronization(synchronization_id)
        return self._lines(account, item.updated[::-1], "transaction")

    def updated_pending_transactions(self, synchronization_id: str) -> Answer:
        """``GET /synchronizations/{id}/updated-pending-transactions``."""
        item, account = self._visible_synchronization(synchronization_id)
        lines = item.updated_pending[::-1]
        return self._lines(account, lines, "pendingTransaction")

    def _visible_synchronization(
        self, synchronization_id: str
    ) -> tuple[Synchronization, Account]:
        integration = self.integration()
        item = self.world.synchronizations.get(synchronization_id)
        account = self.world.accounts.get(item.account_id) if item else None
        if item is None or account is None or not integration.sees(account):
            msg = "synchronization"
            raise not_found(msg)
        return item, account

    # === INSTITUTIONS === #

    def institutions(self) -> Answer:
        """``GET /financial-institutions``: all, or those of the caller's accounts."""
        filters = institution_filters(self.request.args)
        visible = [
            institution
            for institution in self.world.institutions.values()
            if self._may_see_institution(institution.id)
        ]
        chosen = select_institutions(visible, filters)
        page = self.cut(chosen, also={name for name, _value in filters})
        data = [self.shaper.institution(item) for item in page.items]
        return 200, self.shaper.page(page, data, self.path(), filters=filters)

    def institution(self, institution_id: str) -> Answer:
        """``GET /financial-institutions/{id}``."""
        institution = self.world.institution(institution_id)
        if not self._may_see_institution(institution_id):
            msg = "financialInstitution"
            raise not_found(msg)
        return 200, {"data": self.shaper.institution(institution)}

    def _may_see_institution(self, institution_id: str) -> bool:
        if "Authorization" not in self.request.headers:
            return True
        accounts = self.world.visible_accounts(self.integration())
        return any(account.institution_id == institution_id for account in accounts)

    # === SHARED === #

    def integration(self) -> Integration:
        """The caller.

        :raise Problem: if there is no valid token
        """
        return authenticate(self.world, self.request)

    def visible_account(self, account_id: str) -> Account:
        """An account that the caller may see.

        :raise Problem: if there is no such account in the caller's integration
        """
        integration = self.integration()
        account = self.world.account(account_id)
        if not integration.sees(account):
            msg = "account"
            raise not_found(msg)
        return account

    def attributes(self, kind: str) -> dict[str, Any]:
        """The attributes of the JSON:API document in the request's body.

        :raise Problem: if the body is no such document
        """
        document = load_json(self.request.get_data())
        data = document.get("data") if isinstance(document, dict) else None
        data = data if isinstance(data, dict) else {}
        values = data.get("attributes")
        if not isinstance(values, dict) or data.get("type") != kind:
            detail = f"The body must be a document with one resource of type {kind}."
            raise Problem(400, "invalidDocument", detail, source={"pointer": "/data"})
        return values

    def cut(
        self,
        items: Sequence[Item],
        *,
        cursor: str = "id",
        also: Collection[str] = (),
    ) -> Page[Item]:
        """The page that the query asks for.

        :param cursor: the attribute that serves as cursor
        :param also: the other query parameters that this list knows
        :raise Problem: if the query makes no sense
        """
        query, switches = self.request.args, self.world.switches
        if switches.unknown_query == "400":
            for name in query.keys() - PAGING - set(also):
                raise invalid_parameter(name, "The parameter is unknown.")
        wanted = read_page_request(query, switches)
        return cut(items, wanted, switches, attrgetter(cursor))

    def path(self) -> str:
        """The path that was asked for, without the slash that some clients add."""
        return self.request.path.rstrip("/")
