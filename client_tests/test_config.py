"""What the client accepts as address and credentials."""

from __future__ import annotations

import pytest

from ponto_client import ClientConfig, ConfigurationError, PontoClient


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://api.myponto.com", "https://api.myponto.com"),
        ("https://api.myponto.com/", "https://api.myponto.com"),
        ("https://api.ibanity.com/ponto-connect/", None),
        ("https://api.example:8443", None),
        ("http://127.0.0.1:8080", None),
        ("http://127.8.9.1", None),
        ("http://localhost:1", None),
        ("http://[::1]:9000", None),
    ],
)
def test_accepted_address(url, expected):
    assert ClientConfig(api_url=url).api_url == (expected or url.rstrip("/"))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.myponto.com",
        "ftp://api.myponto.com",
        "https://",
        "http://api.myponto.com",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "http://127.1",
        "http://[::ffff:127.0.0.1]",
        "http://192.168.1.1",
        "http://0.0.0.0",
        "https://user:pass@api.myponto.com",
        "https://user@api.myponto.com",
        "https://@api.myponto.com",
        "https://api.myponto.com?x=1",
        "https://api.myponto.com/#x",
        "https://api.myponto.com:port",
        "https://[::1",
        "https://api.myponto.com\n",
        "https://api myponto.com",
        "http://127.0.0.1\\@evil.example",
        None,
    ],
)
def test_refused_address(url):
    with pytest.raises(ConfigurationError) as caught:
        ClientConfig(api_url=url)
    assert "evil" not in str(caught.value)
    assert "pass" not in str(caught.value)


@pytest.mark.parametrize(
    "values",
    [
        {"client_id": "a:b"},
        {"client_id": "a\nb"},
        {"client_secret": "a\r\nX: y"},
        {"user_agent": "é"},
        {"user_agent": "a\nb"},
    ],
)
def test_refused_values(values):
    with pytest.raises(ConfigurationError):
        ClientConfig(**values)


def test_loopback_is_known():
    assert ClientConfig(api_url="http://127.0.0.1").is_loopback
    assert ClientConfig(api_url="https://localhost").is_loopback
    assert not ClientConfig().is_loopback


def test_secret_is_not_shown():
    config = ClientConfig(client_id="x", client_secret="hidden-secret")
    assert "hidden-secret" not in repr(config)


@pytest.mark.parametrize("missing", ["client_id", "client_secret"])
def test_missing_credentials_are_told_before_any_request(missing):
    values = {"client_id": "x", "client_secret": "y", missing: ""}
    with pytest.raises(ConfigurationError, match="missing"):
        PontoClient(ClientConfig(**values)).check_credentials()
