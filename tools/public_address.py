"""The address of a person who asks for news of the bank, as Ponto wants it.

Ponto hands it to the bank as the sign that its customer is there. An address that only
means something inside an office or a computer would be a false one.
"""

from __future__ import annotations

import ipaddress

from .website import is_local

# A script that talks to Odoo comes by other ways, or sends neither of these: browsers
# add them to each request of the web client and let no page take them away.
BROWSER_HEADERS = ("Origin", "Sec-Fetch-Site")
# A proxy on the way tells with these for whom it asks.
FOR_WHOM = "X-Forwarded-For"
PROXY_HEADERS = (FOR_WHOM, "Forwarded")
# What Odoo leaves behind where it took the address from them (proxy mode).
BELIEVED = "werkzeug.proxy_fix.orig"


def plain_address(address: str | bool | None) -> str | bool:
    """An address in its usual form; one that a dual-stack server wrote as IPv6, as
    IPv4. False where it is none."""
    try:
        ip = ipaddress.ip_address((address or "").strip())
    except ValueError:
        return False
    return str(getattr(ip, "ipv4_mapped", None) or ip)


def is_public(address: str) -> bool:
    """Whether an address is one that the whole internet knows."""
    ip = ipaddress.ip_address(address)
    return ip.is_global and not ip.is_multicast


def seen_address(request):
    """Where a request came from; False where that is only a proxy's public address,
    which would be told as the customer's.

    :param request: ``odoo.http.request``
    """
    sent = request.httprequest
    address = plain_address(sent.remote_addr)
    if not address or not is_public(address):
        return address
    if BELIEVED in getattr(sent, "environ", {}):
        is_the_persons = bool(sent.headers.get(FOR_WHOM))
    else:
        is_the_persons = not any(sent.headers.get(name) for name in PROXY_HEADERS)
    return is_the_persons and address


def sendable_address(seen: str | bool | None, api_url: str, office: str | None):
    """The address to tell Ponto, or False where there is none.

    :param seen: of :func:`seen_address`
    :param api_url: which Ponto is asked; a local one may hear of this machine
    :param office: the office's public address, for where Odoo sees none
    """
    address = plain_address(seen)
    if address and ipaddress.ip_address(address).is_loopback and is_local(api_url):
        return address
    if address and is_public(address):
        return address
    office = plain_address(office)
    return office if office and is_public(office) else False


def is_browser(request) -> bool:
    """Whether a person's browser sent the request that is served now: not the
    schedule, not a shell, and no program that calls Odoo's API.

    :param request: ``odoo.http.request``, or None
    """
    if not request:
        return False
    sent = request.httprequest
    return sent.path.startswith("/web/") and any(
        sent.headers.get(name) for name in BROWSER_HEADERS
    )
