"""Nobody but the configured host gets the credentials, and no setting opens a gap."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import pytest
import requests
from doubles import CLIENT_ID, SECRET
from raw_server import RawServer, certificate
from requests.adapters import HTTPAdapter
from urllib3.util.ssl_ import create_urllib3_context

from ponto_client import ClientConfig, PontoClient, PontoError, TlsError

ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{"links": {}}'
BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


class Careless(HTTPAdapter):
    """Every way an adapter has to look away."""

    def init_poolmanager(self, *args, **options):
        context = create_urllib3_context(cert_reqs=ssl.CERT_NONE)
        context.check_hostname = False
        options |= {
            "ssl_context": context,
            "cert_reqs": "CERT_NONE",
            "assert_hostname": False,
        }
        super().init_poolmanager(*args, **options)

    def cert_verify(self, conn, url, verify, cert):
        conn.cert_reqs = "CERT_NONE"


def careless_session(url: str) -> requests.Session:
    session = requests.Session()
    session.verify = False
    for prefix in ("https://", url, f"{url}/"):
        session.mount(prefix, Careless())
    return session


@pytest.fixture(autouse=True)
def no_bundles(monkeypatch) -> None:
    for name in BUNDLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def secure(tmp_path) -> Iterator[tuple[RawServer, str]]:
    """A server that no public authority vouches for, and the file that does."""
    context, trusted = certificate(tmp_path, "127.0.0.1")
    server = RawServer(lambda: [ANSWER], context=context)
    yield server, trusted
    server.stop()


def ask(server: RawServer, session: requests.Session | None = None) -> None:
    config = ClientConfig(api_url=server.url, client_id=CLIENT_ID, client_secret=SECRET)
    with PontoClient(config, session=session, sleep=lambda _seconds: None) as client:
        client.root()


def test_a_trusted_certificate(secure, monkeypatch):
    """Of a company's own authority, named in either way; else the rest shows nothing."""
    server, trusted = secure
    session = requests.Session()
    session.verify = trusted
    ask(server, session)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", trusted)
    ask(server)
    assert len(server.requests) == 2


def test_careless_session_is_careless_elsewhere(secure):
    """The session of the next tests does reach that server by itself."""
    server, _trusted = secure
    with pytest.warns(Warning, match="certificate verification"):
        careless_session(server.url).get(server.url, timeout=5)
    assert len(server.requests) == 1


@pytest.mark.parametrize("bundle", [None, "", "0", "false"])
@pytest.mark.parametrize("way", ["own", "verify", "empty verify", "adapter"])
def test_unknown_certificate(secure, bundle, way, monkeypatch):
    """Nothing was sent before the refusal, neither path nor credentials."""
    server, _trusted = secure
    if bundle is not None:
        for name in BUNDLES:
            monkeypatch.setenv(name, bundle)
    session = None if way == "own" else requests.Session()
    if way == "verify":
        session.verify = False
    elif way == "empty verify":
        session.verify = ""
    elif way == "adapter":
        session = careless_session(server.url)
    with pytest.raises(TlsError):
        ask(server, session)
    server.stop()
    assert server.requests == []


def test_verify_of_a_caller_who_changes_it_later(secure):
    server, _trusted = secure
    config = ClientConfig(api_url=server.url)
    client = PontoClient(config, sleep=lambda _seconds: None)
    client._transport._session.verify = False
    with client, pytest.raises(TlsError):
        client.root()
    assert server.requests == []


def test_certificate_for_another_host(tmp_path, monkeypatch):
    context, trusted = certificate(tmp_path, "api.myponto.com")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", trusted)
    server = RawServer(lambda: [ANSWER], context=context)
    with pytest.raises(TlsError):
        ask(server)
    server.stop()
    assert server.requests == []


def test_what_a_session_carries_stays_behind(server):
    """Of a caller's session: how to get there, and nothing to show there."""
    session = requests.Session()
    session.auth = ("stolen", "stolen")
    session.headers["Authorization"] = "Basic stolen"
    session.headers["X-Api-Key"] = "stolen"
    session.cookies.set("session", "stolen")
    session.params = {"key": "stolen"}
    session.hooks["response"].append(lambda answer, **_options: answer.url / 0)
    session.proxies = {server.url: "http://127.0.0.1:9"}
    with server.client(session=session) as client:
        list(client.financial_institutions())
    assert len(server.seen) == 1
    assert "stolen" not in str(server.seen)
    session.close()


def test_proxies_of_a_session_are_honoured(other_server):
    session = requests.Session()
    session.proxies = {"https": other_server.url}
    config = ClientConfig(api_url="https://ponto.invalid")
    client = PontoClient(config, session=session, sleep=lambda _seconds: None)
    with pytest.raises(PontoError), client:
        client.root()
    assert {method for method, _path, _headers in other_server.seen} == {"CONNECT"}
