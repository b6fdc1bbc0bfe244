"""Ponto's dashboard, played for one organisation: pages that work without scripts.

A person renews authorizations and makes integrations here, and plays the bank.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from .control import Control
from .dashboard_view import (
    account_view,
    clock_view,
    institution_view,
    institution_views,
    integration_view,
    line_views,
)
from .origin import require_loopback, require_own_origin
from .problems import Problem, not_found

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from .store import Account, Integration, World

PREFIX = "/_dashboard"
#: the address with which vendors send customers to the real dashboard
PREFILLED = "/new-custom-integration"
NAME = "customIntegrationName"
INSTITUTION = f"{PREFIX}/institutions/<key>"
ACCOUNT = f"{PREFIX}/accounts/<key>"
REAUTHORIZED = f"{PREFIX}/reauthorized"
INTEGRATIONS = f"{PREFIX}/integrations"
INTEGRATION = f"{INTEGRATIONS}/<key>"
ROUTES = (
    ("GET", PREFIX, "home"),
    ("GET", PREFILLED, "prefilled"),
    ("GET", f"{INSTITUTION}/reauthorize", "ask_bank"),
    ("POST", f"{INSTITUTION}/reauthorize", "reauthorize"),
    ("GET", REAUTHORIZED, "reauthorized"),
    ("POST", f"{INSTITUTION}/expire", "expire"),
    ("POST", f"{INSTITUTION}/synchronize", "synchronize"),
    ("GET", ACCOUNT, "account"),
    ("POST", f"{ACCOUNT}/payments", "book_payment"),
    ("POST", f"{ACCOUNT}/synchronize", "synchronize_account"),
    ("GET", INTEGRATIONS, "integrations"),
    ("GET", f"{INTEGRATIONS}/new", "integration_form"),
    ("POST", f"{INTEGRATIONS}/new", "add_integration"),
    ("GET", INTEGRATION, "integration"),
    ("POST", f"{INTEGRATION}/accounts", "share"),
    ("GET", f"{INTEGRATION}/revoke", "ask_revoke"),
    ("POST", f"{INTEGRATION}/revoke", "revoke"),
)
URLS = Map(
    [Rule(path, methods=[method], endpoint=name) for method, path, name in ROUTES],
    strict_slashes=False,
)
#: what has just been done, by the code that stands in the address
NOTICES = {
    "reauthorized": "Re-authorized. Ponto fetches what it has missed.",
    "expired": "The authorization has ended. Synchronizations fail until you renew it.",
    "booked": "Booked at the bank. Ponto sees it with the next synchronization.",
    "synchronized": "Ponto has asked the bank, as it does four times a day.",
    "created": "The integration is ready. Copy its id and secret to your software.",
    "shared": "The integration now sees these accounts.",
    "revoked": "The integration is revoked: its id and secret open nothing any more.",
}
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline';"
    " img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    # Not "no-referrer": with it browsers hide the origin of our own forms.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
AMOUNT = re.compile(r"[+-]?[0-9]{1,12}([.,][0-9]{1,3})?")
STRUCTURED = re.compile(r"\+\+\+[0-9]{3}/[0-9]{4}/[0-9]{5}\+\+\+")


def is_dashboard(path: str) -> bool:
    """Whether a path belongs to the dashboard."""
    return path == PREFILLED or f"{path}/".startswith(f"{PREFIX}/")


class Dashboard:
    """Answers one browser request; every method below handles one route."""

    def __init__(self, world: World, request: Request) -> None:
        self.world = world
        self.request = request
        self.control = Control(world)

    def answer(self) -> Response:
        """The page, or the way to the page after a change."""
        try:
            require_loopback(self.request)
            require_own_origin(self.request, unless_told=False)
            response = self._handle()
        except Problem as problem:
            response = self._page("problem", problem.status, detail=problem.detail)
        response.headers.update(HEADERS)
        return response

    def _handle(self) -> Response:
        try:
            adapter = URLS.bind(self.request.host)
            name, arguments = adapter.match(self.request.path, self.request.method)
        except HTTPException as error:
            detail = error.description or error.name
            raise Problem(error.code or 404, "unknownPage", detail) from error
        response: Response = getattr(self, name)(**arguments)
        if self.request.method == "POST":
            self.world.changed()
        return response

    # === BANKS === #

    def home(self) -> Response:
        """Institutions and their accounts."""
        return self._page("home", institutions=institution_views(self.world))

    def ask_bank(self, key: str) -> Response:
        """The bank's page, on which the customer agrees or turns back."""
        institution = institution_view(self.world, self.world.institution(key))
        request_id = self.request.args.get("request", "")
        back = self.world.reauthorizations.get(request_id, PREFIX)
        return self._page("reauthorize", institution=institution, back=back)

    def reauthorize(self, key: str) -> Response:
        """Renew the authorization of one login: of all accounts at an institution."""
        for account in self._accounts_at(key):
            self.control.reauthorize({}, account.id)
        request_id = self.request.args.get("request", "")
        if request_id in self.world.reauthorizations:
            return redirect(f"{REAUTHORIZED}?{urlencode({'request': request_id})}", 303)
        return _go(PREFIX, "reauthorized")

    def reauthorized(self) -> Response:
        """The way back to the software that asked for the renewal."""
        request_id = self.request.args.get("request", "")
        back = self.world.reauthorizations.get(request_id, PREFIX)
        return self._page("reauthorized", back=back)

    def expire(self, key: str) -> Response:
        """The bank ends the authorization now."""
        for account in self._accounts_at(key):
            self.control.expire({}, account.id)
        return _go(PREFIX, "expired")

    def synchronize(self, key: str) -> Response:
        """Fetch all accounts at an institution, as in the background."""
        for account in self._accounts_at(key):
            self.control.synchronize({}, account.id)
        return _go(PREFIX, "synchronized")

    def _accounts_at(self, key: str) -> list[Account]:
        institution = self.world.institution(key)
        accounts = self.world.accounts.values()
        return [item for item in accounts if item.institution_id == institution.id]

    # === ONE ACCOUNT === #

    def account(self, key: str) -> Response:
        """An account, its latest transactions, and the bank to play."""
        return self._account_page(key)

    def book_payment(self, key: str) -> Response:
        """The bank books a payment; Ponto does not know of it yet."""
        form = self.request.form
        amount = form.get("amount", "").strip()
        if not AMOUNT.fullmatch(amount):
            wrong = "The amount must be a number such as -12.50; a minus sign for money that leaves."
            return self._account_page(key, 400, wrong=wrong)
        text = form.get("communication", "").strip()
        kind = "structured" if STRUCTURED.fullmatch(text) else "unstructured"
        line = {
            "amount": amount.replace(",", "."),
            "counterpartName": form.get("counterparty", "").strip() or None,
            "remittanceInformation": text or None,
            "remittanceInformationType": kind if text else None,
        }
        self.control.add_lines({"transactions": [line], "where": "bank"}, key)
        return _go(_account_url(key), "booked")

    def synchronize_account(self, key: str) -> Response:
        """Fetch one account, as in the background."""
        self.control.synchronize({}, key)
        return _go(_account_url(key), "synchronized")

    def _account_page(self, key: str, status: int = 200, wrong: str = "") -> Response:
        account = self.world.account(key)
        return self._page(
            "account",
            status,
            account=account_view(self.world, account),
            lines=line_views(account),
            form=self.request.form,
            wrong=wrong,
        )

    # === INTEGRATIONS === #

    def integrations(self) -> Response:
        """All integrations."""
        views = [self._view(item) for item in self.world.integrations.values()]
        return self._page("integrations", integrations=views)

    def prefilled(self) -> Response:
        """The real dashboard's address for a new integration with a given name."""
        query = urlencode({NAME: self.request.args.get(NAME, "")})
        return redirect(f"{INTEGRATIONS}/new?{query}", 303)

    def integration_form(self) -> Response:
        """The form for a new integration."""
        name = self.request.args.get(NAME, "")
        return self._page("new_integration", name=name, accounts=self._accounts())

    def add_integration(self) -> Response:
        """Make a new integration and show its id and secret."""
        name = self.request.form.get("name", "").strip() or "Custom integration"
        made = self.control.add_integration({"name": name, **self._shared()})
        return _go(_integration_url(made["client_id"]), "created")

    def integration(self, key: str) -> Response:
        """One integration: id, secret, accounts."""
        return self._integration_page("integration", key)

    def share(self, key: str) -> Response:
        """Choose which accounts an integration sees."""
        self.control.change_integration(self._shared(), key)
        return _go(_integration_url(key), "shared")

    def ask_revoke(self, key: str) -> Response:
        """Ask before an integration is revoked."""
        return self._integration_page("revoke", key)

    def revoke(self, key: str) -> Response:
        """Revoke an integration; it stays in the list."""
        self.control.change_integration({"revoked": True}, key)
        return _go(INTEGRATIONS, "revoked")

    def _integration_page(self, template: str, key: str) -> Response:
        integration = self.world.integrations.get(key)
        if integration is None:
            msg = "integration"
            raise not_found(msg)
        view = self._view(integration)
        return self._page(template, integration=view, accounts=self._accounts())

    def _view(self, integration: Integration) -> dict[str, Any]:
        return integration_view(integration, list(self.world.accounts.values()))

    def _accounts(self) -> list[dict[str, Any]]:
        return [account_view(self.world, item) for item in self.world.accounts.values()]

    def _shared(self) -> dict[str, Any]:
        """The accounts that are ticked, or all of them and those to come."""
        if self.request.form.get("shared") == "all":
            return {"accounts": "all"}
        return {"accounts": self.request.form.getlist("account")}

    # === PAGES === #

    def _page(self, template: str, status: int = 200, **values: Any) -> Response:
        notice = NOTICES.get(self.request.args.get("done", ""), "")
        text = (
            _templates()
            .get_template(f"{template}.html")
            .render(
                clock=clock_view(self.world),
                notice=notice,
                prefix=PREFIX,
                **values,
            )
        )
        return Response(text, status, mimetype="text/html")


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).resolve().parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _go(path: str, done: str) -> Response:
    """The page that shows what has been done; reloading it does nothing again."""
    return redirect(f"{path}?done={done}", 303)


def _account_url(key: str) -> str:
    return f"{PREFIX}/accounts/{quote(key, safe='')}"


def _integration_url(key: str) -> str:
    return f"{INTEGRATIONS}/{quote(key, safe='')}"
