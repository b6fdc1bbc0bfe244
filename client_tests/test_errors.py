"""Which answer becomes which error, and what an error tells."""

from __future__ import annotations

import pytest
import requests
import urllib3
from doubles import IBAN, SECRET, Answer, errors, make_client, page

from ponto_client import (
    AuthenticationError,
    BadRequest,
    ConfigurationError,
    Conflict,
    ConnectionFailed,
    InvalidAccessToken,
    InvalidCredentials,
    InvalidCursor,
    NotFound,
    PermissionDenied,
    PontoError,
    RateLimited,
    RecentlySynchronized,
    RequestTimeout,
    ResponseFormatError,
    ServerError,
    TlsError,
    TransportError,
)

SYNC = ("a1", "accountTransactions", "203.0.113.24")


def failure(answer):
    """The error of a POST, which is neither retried nor about a cursor."""
    client, _session, _clock = make_client(answer, answer)
    with pytest.raises(PontoError) as caught:
        client.synchronize(*SYNC)
    return caught.value


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, BadRequest),
        (401, InvalidAccessToken),
        (402, PontoError),
        (403, PermissionDenied),
        (404, NotFound),
        (405, PontoError),
        (408, RequestTimeout),
        (409, Conflict),
        (410, NotFound),
        (418, PontoError),
        (422, BadRequest),
        (429, RateLimited),
        (500, ServerError),
        (501, ServerError),
        (502, ServerError),
        (503, ServerError),
        (504, ServerError),
        (599, ServerError),
    ],
)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>busy</html>",
        b"[]",
        b"null",
        b'"text"',
        b'{"errors": []}',
        b'{"errors": [null, 3, "x"]}',
        b'{"errors": "text"}',
        b'{"error": {"a": 1}}',
        b'{"error": ["a"]}',
        b'{"errors": [{"code": "somethingNew"}]}',
        b'{"errors": [{"code": {"odd": []}}]}',
        b'{"errors": [{"code": ["odd"], "meta": 5, "source": "x"}]}',
        b'{"errors": {"code": "somethingNew"}}',
        b'{"error": "something_new", "error_description": 5}',
        b"\xff\xfe\x00",
        b"{" * 5000,
        b"[" * 5000 + b"]" * 5000,
    ],
)
def test_class_by_status_whatever_the_body(status, expected, body):
    error = failure(Answer(status, body))
    assert type(error) is expected
    assert error.status == status
    assert f"HTTP {status}" in str(error)
    assert error.code in (None, "somethingNew", "something_new")


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, "accountRecentlySynchronized", RecentlySynchronized),
        (409, "AccountRecentlySynchronized", RecentlySynchronized),
        (400, "invalidAccessToken", InvalidAccessToken),
        (403, "invalidAccessToken", InvalidAccessToken),
        (401, "invalid_client", InvalidCredentials),
        (400, "invalid_client", InvalidCredentials),
        (400, "invalid_grant", AuthenticationError),
        (400, "resourceNotFound", NotFound),
        (403, "resourceNotFound", NotFound),
        (400, "tooManyRequests", RateLimited),
        (400, "rateLimitExceeded", RateLimited),
        (400, "insufficient_scope", PermissionDenied),
        (429, "accountRecentlySynchronized", RateLimited),
        (503, "resourceNotFound", ServerError),
        (200, "resourceNotFound", NotFound),
        (201, "accountRecentlySynchronized", RecentlySynchronized),
        (200, "somethingNew", ResponseFormatError),
    ],
)
@pytest.mark.parametrize("shape", ["jsonapi", "oauth"])
def test_class_by_code(status, code, expected, shape):
    body = errors(code) if shape == "jsonapi" else {"error": code}
    error = failure(Answer(status, body))
    assert type(error) is expected
    assert error.code == code
    assert f"code {code}" in str(error)


def test_a_known_code_among_several_decides():
    error = failure(Answer(400, errors("odd", "accountRecentlySynchronized")))
    assert type(error) is RecentlySynchronized
    assert error.code == "accountRecentlySynchronized"
    assert [item.code for item in error.errors] == [
        "odd",
        "accountRecentlySynchronized",
    ]


def test_details_are_kept_apart_from_the_text():
    body = errors("odd", requestId="R-1", resource="account", attribute="subtype")
    body["errors"][0]["detail"] = f"{IBAN} of Peeters"
    error = failure(Answer(400, body))
    item = error.errors[0]
    assert (item.resource, item.attribute) == ("account", "subtype")
    assert item.detail == f"{IBAN} of Peeters"
    assert str(error) == (
        "Ponto refused the request. (HTTP 400, code odd, request R-1)"
    )
    for text in (repr(error), repr(error.errors), repr(item)):
        assert IBAN not in text
        assert "Peeters" not in text


@pytest.mark.parametrize(
    "source", [{"parameter": "x"}, {"pointer": "x"}, {"parameter": "x", "pointer": "y"}]
)
def test_source_names_the_attribute(source):
    error = failure(Answer(400, {"errors": [{"source": source}]}))
    assert error.errors[0].attribute == "x"


def test_request_id_of_the_header_wins():
    body = errors("odd", requestId="body-id")
    error = failure(Answer(400, body, {"Ibanity-Request-Id": "header-id"}))
    assert error.request_id == "header-id"


@pytest.mark.parametrize("odd", [5, None, "", "a b", IBAN, "x" * 200, "a\nb", ["a"]])
def test_odd_codes_and_request_ids_are_dropped(odd):
    body = {"errors": [{"code": odd, "meta": {"requestId": odd}}]}
    error = failure(Answer(400, body))
    assert type(error) is BadRequest
    assert str(error) == "Ponto refused the request. (HTTP 400)"


def test_errors_beside_data_are_a_failure():
    error = failure(Answer(200, {"data": {"id": "1"}, "errors": [{"code": "x"}]}))
    assert type(error) is ResponseFormatError


@pytest.mark.parametrize("status", [301, 302, 303, 304, 307, 308])
def test_redirects_are_errors(status):
    headers = {"Location": "https://evil.example/?token=x"}
    error = failure(Answer(status, b"", headers))
    assert type(error) is ResponseFormatError
    assert error.status == status
    assert "evil" not in str(error)


@pytest.mark.parametrize(
    ("problem", "expected", "retryable"),
    [
        (requests.exceptions.SSLError, TlsError, False),
        (requests.exceptions.ConnectTimeout, RequestTimeout, True),
        (requests.exceptions.ReadTimeout, RequestTimeout, True),
        (requests.exceptions.ConnectionError, ConnectionFailed, True),
        (requests.exceptions.ProxyError, ConnectionFailed, True),
        (requests.exceptions.ChunkedEncodingError, ConnectionFailed, True),
        (requests.exceptions.ContentDecodingError, ConnectionFailed, True),
        (urllib3.exceptions.ProtocolError, ConnectionFailed, True),
        (requests.exceptions.InvalidURL, ConfigurationError, False),
        (requests.exceptions.InvalidHeader, TransportError, False),
        (requests.exceptions.TooManyRedirects, TransportError, False),
        (UnicodeError, TransportError, False),
        (TimeoutError, RequestTimeout, True),
        (ConnectionResetError, ConnectionFailed, True),
        (OSError, TlsError, False),
    ],
)
def test_library_errors_are_translated_without_their_text(problem, expected, retryable):
    error = failure(problem(f"https://x/?secret={SECRET}"))
    assert type(error) is expected
    assert error.retryable is retryable
    assert error.status is None
    seen = error
    while seen is not None:
        assert SECRET not in f"{seen} {seen!r}"
        assert seen.__cause__ is None
        seen = seen.__context__


def test_timeout_hidden_in_a_connection_error():
    hidden = urllib3.exceptions.ReadTimeoutError(None, "/", "Read timed out.")
    error = failure(requests.exceptions.ConnectionError(hidden))
    assert type(error) is RequestTimeout


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, errors("invalidCursor")),
        (400, {"errors": [{"source": {"parameter": "page[after]"}}]}),
        (422, errors("invalidParameter", attribute="after")),
        (404, errors("resourceNotFound", resource="transaction")),
        (404, errors("resourceNotFound", resource="Cursor")),
    ],
)
def test_a_lost_cursor_is_recognised(status, body):
    client, _session, _clock = make_client(Answer(status, body))
    with pytest.raises(InvalidCursor):
        client.transaction_page("a1", after="gone")


@pytest.mark.parametrize(
    ("after", "status", "body", "expected"),
    [
        ("c", 404, errors("resourceNotFound", resource="account"), NotFound),
        ("c", 400, errors("invalidParameter", attribute="limit"), BadRequest),
        (None, 404, errors("resourceNotFound", resource="transaction"), NotFound),
    ],
)
def test_other_errors_are_not_about_the_cursor(after, status, body, expected):
    client, _session, _clock = make_client(Answer(status, body))
    with pytest.raises(PontoError) as caught:
        client.transaction_page("a1", after=after)
    assert type(caught.value) is expected


@pytest.mark.parametrize("id", ["", " ", ".", "..", " . ", None, 5])
def test_ids_that_would_change_the_path_are_not_sent(id):
    client, session, _clock = make_client()
    with pytest.raises(BadRequest):
        client.account(id)
    assert not session.sent


@pytest.mark.parametrize("ip", ["", "localhost", "203.0.113", "1.2.3.4, 5.6.7.8", None])
def test_what_is_no_address_is_not_sent(ip):
    client, session, _clock = make_client()
    with pytest.raises(BadRequest):
        client.synchronize("a1", "accountDetails", ip)
    assert not session.sent


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html></html>",
        b"{}",
        b"[]",
        b"null",
        b'{"data": null}',
        b'{"data": {}}',
        b'{"data": "x"}',
        b'{"meta": {}, "links": {}}',
        b'{"data": [',
        b"\xff",
    ],
)
def test_success_without_a_list_is_a_failure(body):
    client, _session, _clock = make_client(Answer(200, body))
    with pytest.raises(ResponseFormatError) as caught:
        client.transaction_page("a1")
    assert caught.value.retryable is False


def test_empty_list_is_a_success():
    client, _session, _clock = make_client(page())
    assert client.transaction_page("a1").items == ()


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"links": []}'])
def test_root_without_links(body):
    client, _session, _clock = make_client(Answer(200, body))
    with pytest.raises(ResponseFormatError):
        client.root()


@pytest.mark.parametrize("body", [b"{}", b'{"data": []}', b'{"data": {"id": " "}}'])
def test_one_resource_must_be_there(body):
    client, _session, _clock = make_client(Answer(200, body))
    with pytest.raises(ResponseFormatError):
        client.account("a1")
