"""Who may steer a local Ponto: programs and pages of this machine, no web site.

A page from elsewhere can make a browser send requests to the loopback address. It
gives itself away by its origin, or by a host name that it had resolved to us.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .problems import Problem

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
READING = {"GET", "HEAD"}


def require_loopback(request: Request) -> None:
    """Refuse a request under a name that was only made to lead here.

    :raise Problem: if the ``Host`` is not this machine
    """
    try:
        host = urlsplit(f"//{request.host}").hostname
    except ValueError:
        host = None
    if host not in LOOPBACK:
        raise Problem(403, "foreignHost", "Call 127.0.0.1 or localhost.")


def require_own_origin(request: Request, *, unless_told: bool) -> None:
    """Refuse a change that another site has a browser ask for.

    :param unless_told: what to think of a request that does not tell its origin:
        browsers do with every form, programs do not
    :raise Problem: if the request is, or may be, from elsewhere
    """
    if request.method in READING:
        return
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site")
    if origin is not None:
        own = origin == request.host_url.rstrip("/")
    elif site is not None:
        own = site == "same-origin"
    else:
        own = unless_told
    if not own:
        raise Problem(403, "foreignOrigin", "This request came from another site.")
