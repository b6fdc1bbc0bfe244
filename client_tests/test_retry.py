"""When a request is repeated, and how long the client waits."""

from __future__ import annotations

import logging
from datetime import timedelta
from email.utils import format_datetime
from random import Random

import pytest
import requests
from doubles import START, Answer, errors, make_client, page, raw_transaction
from requests.adapters import HTTPAdapter

from ponto_client import (
    ConnectionFailed,
    InvalidCredentials,
    PontoError,
    RateLimited,
    RequestTimeout,
    ServerError,
)
from ponto_client.retry import RetryPolicy, parse_retry_after
from ponto_client.session import new_session

DOWN = Answer(503, b"<html>")
LOST = requests.exceptions.ConnectionError("x")


def test_two_failures_then_success():
    client, session, clock = make_client(DOWN, DOWN, page(raw_transaction()))
    assert len(client.transaction_page("a1").items) == 1
    assert len(session.calls) == 3
    assert len(clock.waits) == 2


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(500), ServerError),
        (Answer(502), ServerError),
        (Answer(503), ServerError),
        (Answer(504), ServerError),
        (LOST, ConnectionFailed),
        (requests.exceptions.ReadTimeout("x"), RequestTimeout),
        (Answer(408), RequestTimeout),
        (Answer(429, b"", {"Retry-After": "2"}), RateLimited),
    ],
)
def test_three_tries_at_most(answer, expected):
    client, session, clock = make_client(*[answer] * 4)
    with pytest.raises(PontoError) as caught:
        client.transaction_page("a1")
    assert type(caught.value) is expected
    assert caught.value.retryable
    assert len(session.calls) == 3
    assert all(0.5 <= wait <= 5 for wait in clock.waits)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(400),
        Answer(403),
        Answer(404),
        Answer(409),
        Answer(501),
        Answer(200, b"<html>"),
        Answer(302),
        Answer(429),
        Answer(429, b"", {"Retry-After": "-5"}),
        Answer(429, b"", {"Retry-After": "soon"}),
        Answer(429, b"", {"Retry-After": "6"}),
        Answer(503, b"", {"Retry-After": "3600"}),
        requests.exceptions.SSLError("x"),
    ],
)
def test_what_does_not_pass_is_asked_once(answer):
    client, session, clock = make_client(answer)
    with pytest.raises(PontoError):
        client.transaction_page("a1")
    assert len(session.calls) == 1
    assert clock.waits == []


@pytest.mark.parametrize("answer", [DOWN, LOST, Answer(429, b"", {"Retry-After": "1"})])
def test_a_synchronization_is_never_asked_twice(answer):
    client, session, clock = make_client(answer)
    with pytest.raises(PontoError):
        client.synchronize("a1", "accountDetails", "203.0.113.24")
    assert len(session.calls) == 1
    assert clock.waits == []


def test_a_token_is_asked_again():
    client, session, _clock = make_client(page())
    session.tokens = [DOWN, LOST]
    assert client.transaction_page("a1").items == ()
    assert len(session.token_calls) == 3


def test_wrong_credentials_are_sent_once():
    client, session, _clock = make_client()
    session.tokens = [Answer(401, {"error": "invalid_client"})]
    with pytest.raises(InvalidCredentials):
        client.transaction_page("a1")
    assert len(session.token_calls) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_short_retry_after_is_waited_for(status):
    client, _session, clock = make_client(
        Answer(status, b"", {"Retry-After": "4"}), page()
    )
    client.transaction_page("a1")
    assert clock.waits == [4]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(("told", "expected"), [("85092", 85092), ("999999", 86400)])
def test_long_retry_after_is_reported(status, told, expected):
    client, _session, _clock = make_client(Answer(status, b"", {"retry-after": told}))
    with pytest.raises((RateLimited, ServerError)) as caught:
        client.transaction_page("a1")
    assert caught.value.retry_after == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("", None),
        ("0", 0),
        (" 7 ", 7),
        ("86401", 86400),
        ("9" * 400, 86400),
        ("-1", None),
        ("1.5", None),
        ("²", None),
        ("soon", None),
        ("Mon", None),
        (format_datetime(START + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(START - timedelta(seconds=1), usegmt=True), None),
        (format_datetime(START + timedelta(days=30), usegmt=True), 86400),
        ("Mon, 02 Mar 2026 06:00:30 -0000", 30),
        ("Mon, 99 Mar 2026 06:00:30 GMT", None),
        ("Mon, 02 Mar 99999 06:00:30 GMT", None),
    ],
)
def test_retry_after(value, expected):
    assert parse_retry_after(value, START) == expected


def test_waits_grow_and_carry_jitter():
    policy = RetryPolicy(rng=Random(1))
    error = ServerError("x", status=503)
    first = {policy.wait(error, 1, 0) for _ in range(50)}
    second = {policy.wait(error, 2, 0) for _ in range(50)}
    assert len(first) > 40
    assert 0.5 <= min(first) <= max(first) <= 1 <= min(second) <= max(second) <= 2


def test_own_rng_is_used():
    waits = []
    for _ in range(2):
        client, _session, clock = make_client(DOWN, page(), rng=Random(3))
        client.transaction_page("a1")
        waits.append(clock.waits)
    assert waits[0] == waits[1]


def test_all_tries_together_end_within_a_minute():
    class SlowSession:
        """Never answers: each try lasts as long as its time-outs allow."""

        timeouts: list[float] = []

        def request(self, method, url, *, timeout, **options):
            self.timeouts.append(timeout)
            clock.move(5 + timeout)
            raise requests.exceptions.ReadTimeout

    client, _session, clock = make_client()
    client._gateway._transport._session = SlowSession()
    with pytest.raises(RequestTimeout):
        client.check_credentials()
    assert SlowSession.timeouts[0] == 30
    assert (clock.now - START).total_seconds() <= 60


def test_a_dripping_answer_is_given_up():
    client, session, clock = make_client()

    class Dripping:
        status_code = 200
        headers: dict[str, str] = {}
        raw = object()
        closed = False

        def iter_content(self, size):
            while True:
                clock.move(20)
                yield b" "

        def close(self):
            Dripping.closed = True

    session.request = lambda *args, **options: Dripping()
    with pytest.raises(RequestTimeout):
        client.root()
    assert Dripping.closed


def test_a_prepared_response_without_a_stream_is_read():
    client, session, _clock = make_client()
    response = requests.Response()
    response.status_code = 200
    response._content = b'{"links": {"accounts": "x"}}'
    session.request = lambda *args, **options: response
    assert client.root() == {"accounts": "x"}


def test_log_line_names_the_template_only(caplog):
    client, _session, _clock = make_client(
        Answer(503, b"", {"ibanity-request-id": "R-1"}), page()
    )
    with caplog.at_level(logging.DEBUG, "ponto_client"):
        client.transaction_page("secret-account-id", after="secret-cursor")
    lines = [record.getMessage() for record in caplog.records]
    assert lines[1:] == [
        "GET /accounts/{id}/transactions: status 503 in 0 ms, request R-1, attempt 1",
        "GET /accounts/{id}/transactions: status 200 in 0 ms, request None, attempt 2",
        "GET /accounts/{id}/transactions: sent again after 503",
    ]
    assert lines[0].startswith("POST /oauth2/token: status 200")


def test_retries_are_told_where_they_helped(caplog):
    client, _session, _clock = make_client(Answer(503, b""), Answer(503, b""), page())
    with caplog.at_level(logging.INFO, "ponto_client"):
        client.transaction_page("a1")
    told = [record.getMessage() for record in caplog.records]
    assert told == ["GET /accounts/{id}/transactions: sent again after 503"] * 2


def test_an_outage_is_not_told_by_the_client(caplog):
    client, _session, _clock = make_client(*[Answer(503, b"")] * 3)
    with caplog.at_level(logging.INFO, "ponto_client"), pytest.raises(ServerError):
        client.transaction_page("a1")
    assert not caplog.records


def test_every_request_has_the_same_safe_options():
    client, session, _clock = make_client(page(), Answer(201, errors("x")))
    client.transaction_page("a1")
    with pytest.raises(PontoError):
        client.synchronize("a1", "accountDetails", "203.0.113.24")
    assert len(session.options) == 3
    for options in session.options:
        assert options["timeout"] == 30
        assert options["allow_redirects"] is False
        assert options["stream"] is True
        assert options["verify"] is True
        assert options["proxies"] is None
    for sent in session.sent:
        assert sent.headers["User-Agent"] == "tests/1"
        assert sent.headers["Accept-Encoding"] == "gzip"


def test_connecting_gets_five_seconds_of_the_time_out(monkeypatch):
    seen = []
    monkeypatch.setattr(
        HTTPAdapter,
        "send",
        lambda self, request, **options: seen.append(options["timeout"]),
    )
    adapter = new_session().get_adapter("https://api.myponto.com")
    for timeout in (30.0, 1.0, (2, 3)):
        adapter.send(None, timeout=timeout)
    assert seen == [(5, 30), (1, 1), (2, 3)]
