"""Where people go at Ponto: its website, or the pages of a local Ponto.

Source: Ponto's dashboard takes a name for a new integration in the address.
"""

from urllib.parse import quote, urlencode, urlsplit

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


def api_origin(api_url):
    """Scheme, host and port of an API address: whom a secret is sent to."""
    try:
        parts = urlsplit(api_url or "")
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}".lower()


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


def renewal_url(api_url, institution_ref):
    """Where a bank's permission is renewed without a link made by Ponto: its
    dashboard, or the bank's own page of a local Ponto."""
    if not is_local(api_url) or not institution_ref:
        return dashboard_url(api_url)
    key = quote(institution_ref, safe="")
    return dashboard_url(api_url, f"_dashboard/institutions/{key}/reauthorize")


def is_safe_page(api_url, page):
    """Whether a page that Ponto names may be opened: over https, or on this machine
    where Ponto is local, too."""
    try:
        parts = urlsplit(page or "")
    except ValueError:
        return False
    if parts.scheme == "https" and parts.hostname:
        return True
    return is_local(api_url) and is_local(page)
