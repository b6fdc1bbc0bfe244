"""The HTTP session of a client: always one of its own."""

from __future__ import annotations

import time
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter

from .const import CONNECT_TIMEOUT, HURRIED_CONNECT_TIMEOUT, HURRY
from .limits import POOLS, tls_context

if TYPE_CHECKING:
    from requests import PreparedRequest, Response


class QuickConnectAdapter(HTTPAdapter):
    """Gives up early on a server that cannot be reached, and in time on any other.

    The time-out of a request is one number here: how long to wait for the answer.
    Programs that stand between a session and its adapters (Odoo's tests do) expect a
    number; connecting gets a part of it, each address of the server anew.

    :param connect_timeout: seconds for one address at most
    """

    def __init__(self, connect_timeout: float = CONNECT_TIMEOUT) -> None:
        self._connect_timeout = connect_timeout
        super().__init__()

    def init_poolmanager(  # pylint: disable=missing-return
        self, *args: Any, **options: Any
    ) -> None:
        """Connect by sockets that know how long a request may take."""
        options = {"ssl_context": tls_context(), **options}
        super().init_poolmanager(*args, **options)  # type: ignore[no-untyped-call]
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy: Any, **options: Any) -> Any:
        """The same through a proxy."""
        options = {"ssl_context": tls_context(), **options}
        manager = super().proxy_manager_for(proxy, **options)  # type: ignore[no-untyped-call]
        manager.pool_classes_by_scheme = POOLS
        return manager

    def send(self, request: PreparedRequest, **options: Any) -> Response:  # type: ignore[override]
        """Send with a time-out of its own for connecting."""
        timeout = options.get("timeout")
        if isinstance(timeout, (int, float)):
            options["timeout"] = (min(self._connect_timeout, timeout), timeout)
        return super().send(request, **options)


class PlainSession(requests.Session):
    """Looks at no redirect: by default its target is read, and its body in one piece."""

    def get_redirect_target(self, resp: Response) -> None:
        """Nowhere."""


def new_session(connect_timeout: float = CONNECT_TIMEOUT) -> requests.Session:
    """Return a session that keeps no cookies and connects quickly or not at all.

    :param connect_timeout: seconds for one address at most
    """
    session = PlainSession()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for prefix in ("https://", "http://"):
        session.mount(prefix, QuickConnectAdapter(connect_timeout))
    return session


def own_session(given: Any, deadline: float | None) -> tuple[Any, bool]:
    """Return the session of a client, and whether the client has to close it.

    :param given: a caller's session; a test double, which is used as it is
    :param deadline: moment of ``time.monotonic()`` at which the caller's time is over
    """
    if given is not None and not isinstance(given, requests.Session):
        return given, False
    session = new_session(connect_patience(deadline))
    if given is not None:
        take_over(session, given)
    return session, True


def connect_patience(deadline: float | None) -> float:
    """Return how long to wait for one address of a host.

    :param deadline: moment of ``time.monotonic()`` at which the caller's time is over
    """
    if deadline is None or deadline - time.monotonic() > HURRY:
        return CONNECT_TIMEOUT
    return HURRIED_CONNECT_TIMEOUT


def take_over(session: requests.Session, given: requests.Session) -> None:
    """Let ``session`` reach Ponto the way a caller's session would.

    Its CA bundle, client certificate and proxies are taken over. What could send
    credentials along, turn off a certificate check or wait for ever is not: headers,
    ``auth``, cookies, hooks, adapters, ``verify=False``.
    """
    session.verify = ca_bundle(given)
    session.cert = given.cert
    session.proxies = dict(given.proxies)
    session.trust_env = given.trust_env


def ca_bundle(session: object) -> str | bool:
    """Return the path of the CA bundle of a session, else ``True``: never ``False``."""
    verify = getattr(session, "verify", True)
    return verify if verify and isinstance(verify, str) else True
