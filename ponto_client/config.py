"""How to reach one Ponto integration."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from .const import DEFAULT_API_URL, DEFAULT_USER_AGENT
from .errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientConfig:
    """Address and credentials of one integration.

    Without credentials only the public requests (:meth:`PontoClient.root`,
    :meth:`PontoClient.financial_institutions`) can be made.

    :raise ConfigurationError: on an address or credentials that cannot be used
    """

    api_url: str = DEFAULT_API_URL
    """Base address. ``https`` only, ``http`` to loopback; a trailing ``/`` is cut."""
    client_id: str = ""
    """Client id of the custom integration."""
    client_secret: str = field(default="", repr=False)
    """Client secret; shown nowhere."""
    user_agent: str = DEFAULT_USER_AGENT
    """``User-Agent`` of every request, printable ASCII."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "api_url", checked_api_url(self.api_url))
        if not _is_plain(self.client_id) or ":" in self.client_id:
            msg = "The client id holds a character that cannot be sent."
            raise ConfigurationError(msg)
        if not _is_plain(self.client_secret):
            msg = "The client secret holds a character that cannot be sent."
            raise ConfigurationError(msg)
        if not (self.user_agent.isascii() and _is_plain(self.user_agent)):
            msg = "The user agent must be printable ASCII."
            raise ConfigurationError(msg)

    @property
    def is_loopback(self) -> bool:
        """Whether the address is this machine's own."""
        return is_loopback_host(urlsplit(self.api_url).hostname or "")


def checked_api_url(api_url: str) -> str:
    """Return ``api_url`` without trailing slashes.

    :raise ConfigurationError: unless it is ``https://host[:port][/path]``, or the
        same with ``http`` for 127.0.0.0/8, ``::1`` and ``localhost``; the message
        never repeats the address
    """
    parts = _split(api_url)
    host = parts.hostname or ""
    if parts.username is not None or parts.password is not None:
        msg = "The API address must not hold credentials."
        raise ConfigurationError(msg)
    if "?" in api_url or "#" in api_url:
        msg = "The API address must have neither a query nor a fragment."
        raise ConfigurationError(msg)
    if not host or parts.scheme not in ("http", "https"):
        msg = "The API address must look like https://host."
        raise ConfigurationError(msg)
    if parts.scheme == "http" and not is_loopback_host(host):
        msg = "The API address must begin with https, except on this machine."
        raise ConfigurationError(msg)
    return api_url.rstrip("/")


def _split(api_url: str) -> SplitResult:
    """Split ``api_url`` after refusing what URL parsers disagree about."""
    if _is_plain(api_url) and not set(api_url) & set(' \\"<>'):
        try:
            parts = urlsplit(api_url)
            _ = parts.port
        except ValueError:
            pass
        else:
            return parts
    msg = "The API address is not a URL."
    raise ConfigurationError(msg)


def _is_plain(text: str) -> bool:
    """Whether ``text`` is a string without control characters."""
    return isinstance(text, str) and (not text or text.isprintable())


def is_loopback_host(host: str) -> bool:
    """Whether a host name or address is this machine's own, e.g. ``::1``."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    if address.version == 4:
        return address in ipaddress.ip_network("127.0.0.0/8")
    return address == ipaddress.ip_address("::1")
