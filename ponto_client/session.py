"""The HTTP session of a client that brings none of its own."""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter

from .const import CONNECT_TIMEOUT

if TYPE_CHECKING:
    from requests import PreparedRequest, Response


class QuickConnectAdapter(HTTPAdapter):
    """Gives up early on a server that cannot be reached.

    The time-out of a request is one number here: how long to wait for the answer.
    Programs that stand between a session and its adapters (Odoo's tests do) expect a
    number; connecting gets a part of it, each address of the server anew.

    :param connect_timeout: seconds for one address at most
    """

    def __init__(self, connect_timeout: float = CONNECT_TIMEOUT) -> None:
        self._connect_timeout = connect_timeout
        super().__init__()

    def send(self, request: PreparedRequest, **options: Any) -> Response:  # type: ignore[override]
        """Send with a time-out of its own for connecting."""
        timeout = options.get("timeout")
        if isinstance(timeout, (int, float)):
            options["timeout"] = (min(self._connect_timeout, timeout), timeout)
        return super().send(request, **options)


def new_session(connect_timeout: float = CONNECT_TIMEOUT) -> requests.Session:
    """Return a session that keeps no cookies and connects quickly or not at all.

    :param connect_timeout: seconds for one address at most
    """
    session = requests.Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for prefix in ("https://", "http://"):
        session.mount(prefix, QuickConnectAdapter(connect_timeout))
    return session
