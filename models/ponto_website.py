"""Where people go at Ponto: its website, or the pages of a local Ponto.

Source: Ponto's dashboard takes a name for a new integration in the address.
"""

from urllib.parse import urlencode, urlsplit

from ..ponto_client import is_loopback_host

DASHBOARD_URL = "https://dashboard.myponto.com"


def is_local(api_url):
    """Whether a Ponto on this machine answers: nothing in it is real."""
    try:
        parts = urlsplit(api_url or "")
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and is_loopback_host(host)


def dashboard_url(api_url, path="", **query):
    """A page of the dashboard that belongs to an API address.

    :param path: e.g. ``new-custom-integration``
    :param query: what the page is to be filled with
    """
    if is_local(api_url):
        base = api_url.rstrip("/")
        path = path or "_dashboard"
    else:
        base = DASHBOARD_URL
    query_text = f"?{urlencode(query)}" if query else ""
    return f"{base}/{path}{query_text}"
