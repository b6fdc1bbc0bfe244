"""Against a real server on this machine: what really goes over the wire."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import requests
from doubles import ACCESS_TOKEN, IBAN, SECRET
from local_server import PAGE, TOKEN, send

from ponto_client import (
    ClientConfig,
    ConnectionFailed,
    NotFound,
    OutOfTime,
    PontoClient,
    PontoError,
    RateLimited,
    RequestTimeout,
    ResponseFormatError,
    ServerError,
)


def test_a_page(server):
    with server.client() as client:
        page = client.transaction_page("a1")
    assert str(page.items[0].amount) == "10.10"
    method, path, headers = server.seen[1]
    assert (method, path) == (
        "GET",
        "/accounts/a1/transactions?page%5Blimit%5D=100",
    )
    assert headers["Authorization"] == f"Bearer {ACCESS_TOKEN}"
    assert headers["Accept"] == "application/vnd.api+json"


def test_netrc_adds_nothing(server, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login stolen password stolen\n")
    monkeypatch.setenv("NETRC", str(netrc))
    assert requests.utils.get_netrc_auth(server.url) == ("stolen", "stolen")
    with server.client() as client:
        client.transaction_page("a1")
        list(client.financial_institutions())
    token, page, public = (headers for _method, _path, headers in server.seen)
    assert token["Authorization"].startswith("Basic ")
    assert page["Authorization"] == f"Bearer {ACCESS_TOKEN}"
    assert "Authorization" not in public


def test_loopback_never_goes_through_a_proxy(server, other_server, monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, other_server.url)
        monkeypatch.setenv(name.upper(), other_server.url)
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("NO_PROXY", "")
    with server.client() as client:
        client.transaction_page("a1")
    assert len(server.seen) == 2
    assert other_server.seen == []


def test_other_hosts_go_through_the_proxy_of_the_environment(other_server, monkeypatch):
    monkeypatch.setenv("https_proxy", other_server.url)
    monkeypatch.setenv("no_proxy", "")
    config = ClientConfig(api_url="https://ponto.invalid")
    client = PontoClient(config, sleep=lambda seconds: None)
    with pytest.raises(PontoError) as caught, client:
        client.root()
    assert type(caught.value) is ConnectionFailed
    assert {method for method, _path, _headers in other_server.seen} == {"CONNECT"}


def test_redirect_is_not_followed(server, other_server):
    server.answer = lambda handler: send(handler, 302, Location=other_server.url)
    with server.client() as client, pytest.raises(ResponseFormatError) as caught:
        client.root()
    assert caught.value.status == 302
    assert len(server.seen) == 1
    assert other_server.seen == []


def test_foreign_links_are_never_asked(server, other_server):
    link = f'"links": {{"next": "{other_server.url}/x?page[after]=t1"}}'.encode()

    def answer(handler):
        if handler.path == "/oauth2/token":
            return send(handler, body=TOKEN)
        body = b'{"data": []}' if "after" in handler.path else PAGE[:-1] + b"," + link
        return send(handler, body=body if body.endswith(b"]}") else body + b"}")

    server.answer = answer
    with server.client() as client:
        assert len(list(client.transactions("a1"))) == 1
    assert len(server.seen) == 3
    assert other_server.seen == []


def test_own_session_keeps_no_cookies(server):
    server.answer = lambda handler: send(
        handler, body=b'{"links": {}}', Set_Cookie="a=b; Path=/"
    )
    with server.client() as client:
        client.root()
        client.root()
    assert all("Cookie" not in headers for _method, _path, headers in server.seen)


@pytest.mark.parametrize("declared", [True, False])
def test_too_large_answer_is_cut_off(server, declared, monkeypatch):
    monkeypatch.setattr("ponto_client.transport.MAX_BODY_BYTES", 100_000)

    def answer(handler):
        handler.send_response(200)
        if declared:
            handler.send_header("Content-Length", "100000000")
        handler.end_headers()
        try:
            for _ in range(5 if declared else 200):
                handler.wfile.write(b"[" * 10_000)
        except OSError:
            pass

    server.answer = answer
    with server.client() as client, pytest.raises(ResponseFormatError) as caught:
        client.root()
    assert "too large" in str(caught.value)


@pytest.mark.parametrize(
    ("depth", "fits"), [(50, True), (70, False), (900, False), (200_000, False)]
)
def test_depth_limit(server, depth, fits):
    nested = b'{"links": ' + b'{"a": ' * depth + b"1" + b"}" * depth + b"}"
    server.answer = lambda handler: send(handler, body=nested)
    with server.client() as client:
        if fits:
            assert client.root()
        else:
            with pytest.raises(ResponseFormatError, match="nested"):
                client.root()


def test_truncated_answer(server):
    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "5000")
        handler.end_headers()
        handler.wfile.write(b'{"links": {')

    server.answer = answer
    with server.client() as client, pytest.raises(ConnectionFailed):
        client.root()
    assert len(server.seen) == 3


def test_silent_server(server, monkeypatch):
    monkeypatch.setattr("ponto_client.transport.READ_TIMEOUT", 0.05)
    release = threading.Event()
    server.answer = lambda handler: release.wait(5) and None
    try:
        with server.client() as client, pytest.raises(RequestTimeout):
            client.root()
    finally:
        release.set()
    assert len(server.seen) == 3


def test_server_that_stops_in_the_middle(server, monkeypatch):
    monkeypatch.setattr("ponto_client.transport.READ_TIMEOUT", 0.05)
    release = threading.Event()

    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "5000")
        handler.end_headers()
        handler.wfile.write(b"x" * 50)
        release.wait(5)

    server.answer = answer
    try:
        with server.client() as client, pytest.raises(RequestTimeout):
            client.root()
    finally:
        release.set()


def test_caller_without_time(server):
    """Nothing is even sent, and the password does not go out for nothing."""
    with (
        server.client(deadline=time.monotonic()) as client,
        pytest.raises(OutOfTime),
    ):
        client.root()
    assert server.seen == []


def test_silent_server_and_a_caller_with_little_time(server):
    release = threading.Event()
    server.answer = lambda handler: release.wait(5) and None
    try:
        with (
            server.client(deadline=time.monotonic() + 0.3) as client,
            pytest.raises(OutOfTime),
        ):
            client.root()
    finally:
        release.set()
    assert len(server.seen) == 1


def test_no_time_to_try_again(server):
    """What was answered is told: who has more time would be answered the same."""
    server.answer = lambda handler: send(handler, 503)
    with (
        server.client(deadline=time.monotonic() + 0.4) as client,
        pytest.raises(ServerError),
    ):
        client.root()
    assert len(server.seen) == 1


def test_no_time_to_wait_as_long_as_told(server):
    server.answer = lambda handler: send(handler, 429, Retry_After="4")
    with (
        server.client(deadline=time.monotonic() + 2) as client,
        pytest.raises(RateLimited) as caught,
    ):
        client.root()
    assert caught.value.retry_after == 4
    assert len(server.seen) == 1


def test_connection_that_breaks_and_a_caller_with_little_time(server):
    server.answer = lambda handler: handler.connection.close()
    with (
        server.client(deadline=time.monotonic() + 0.4) as client,
        pytest.raises(ConnectionFailed),
    ):
        client.root()
    assert len(server.seen) == 1


def test_a_failure_that_passes_in_time(server):
    answers = iter([503])
    server.answer = lambda handler: send(handler, next(answers, 200), b'{"links": {}}')
    with server.client(deadline=time.monotonic() + 5) as client:
        assert client.root() == {}
    assert len(server.seen) == 2


@pytest.fixture
def silent_address() -> Iterator[int]:
    """A port of this machine that takes no connection and refuses none: its queue of
    connections to take is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        for _place in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                waiting.connect(("127.0.0.1", port))
        yield port


def test_second_address_when_the_first_is_silent(server, silent_address, monkeypatch):
    """One address of several that is down costs a hurried caller no answer."""
    real = int(server.url.rpartition(":")[2])

    def both(_host, _port, family=0, kind=0, *_args, **_options):
        return [
            (socket.AF_INET, kind, 6, "", ("127.0.0.1", port))
            for port in (silent_address, real)
        ]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with server.client(deadline=time.monotonic() + 4.8) as client:
        assert str(client.transaction_page("a1").items[0].amount) == "10.10"


def test_a_refusal_is_told_although_the_time_is_short(server):
    server.answer = lambda handler: send(handler, 404)
    with (
        server.client(deadline=time.monotonic() + 0.4) as client,
        pytest.raises(NotFound),
    ):
        client.root()


def test_byte_order_mark_is_no_problem(server):
    server.answer = lambda handler: send(handler, body=b'\xef\xbb\xbf{"links": {}}')
    with server.client() as client:
        assert client.root() == {}


def test_nothing_secret_in_any_log_or_error(server, caplog):
    """At DEBUG, urllib3 included, on success, refusal, trouble and nonsense."""
    secret_body = f'{{"errors": [{{"code": "x", "detail": "{IBAN} {SECRET}"}}]}}'
    script = {
        "/accounts": (401, secret_body.encode()),
        "/accounts/gone": (404, secret_body.encode()),
        "/accounts/down": (503, secret_body.encode()),
        "/accounts/odd": (200, f"<p>{SECRET} {IBAN}".encode()),
    }

    def answer(handler):
        path = handler.path.partition("?")[0]
        status, body = script.get(path, (200, PAGE))
        if path == "/oauth2/token":
            status, body = 200, TOKEN
        send(handler, status, body, ibanity_request_id=f"{IBAN}")

    server.answer = answer
    texts = []
    with caplog.at_level(logging.DEBUG), server.client() as client:
        client.transaction_page("a1")
        for call in (
            lambda: list(client.accounts()),
            lambda: client.account("gone"),
            lambda: client.account("down"),
            lambda: client.account("odd"),
        ):
            with pytest.raises(PontoError) as caught:
                call()
            error = caught.value
            texts += [str(error), repr(error), repr(error.errors), repr(error.args)]
            assert error.__cause__ is None
            assert error.__context__ is None
    assert isinstance(error, ResponseFormatError)
    assert {record.name.partition(".")[0] for record in caplog.records} >= {
        "ponto_client",
        "urllib3",
    }
    texts += [f"{record.getMessage()} {record.args}" for record in caplog.records]
    texts.append(caplog.text)
    for text in texts:
        for marker in (SECRET, ACCESS_TOKEN, IBAN, "Basic ", "Bearer ", "counterpart"):
            assert marker not in text


def test_a_path_below_the_host_is_kept(server):
    server.answer = lambda handler: send(handler, 404)
    config = ClientConfig(api_url=f"{server.url}/ponto-connect/")
    with PontoClient(config) as client, pytest.raises(NotFound):
        client.financial_institution("f1")
    assert server.seen[0][1] == "/ponto-connect/financial-institutions/f1"


def test_missing_ca_bundle_is_a_tls_error(monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/bundle.pem")
    client = PontoClient(ClientConfig(api_url="https://127.0.0.1:9"))
    with pytest.raises(PontoError) as caught, client:
        client.root()
    assert "CA bundle" in str(caught.value)
    assert "nowhere" not in str(caught.value)
