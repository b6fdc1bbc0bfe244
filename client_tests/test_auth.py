"""Tokens: asked, kept, renewed, refused; and which header goes where."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from doubles import (
    ACCESS_TOKEN,
    CLIENT_ID,
    SECRET,
    START,
    Answer,
    errors,
    make_client,
    page,
    token_answer,
)

from ponto_client import (
    InvalidAccessToken,
    InvalidCredentials,
    MemoryTokenStore,
    ResponseFormatError,
    Token,
)

REFUSED = Answer(401, errors("invalidAccessToken"))


def bearers(session):
    return [call.headers["Authorization"] for call in session.calls]


def test_token_request():
    client, session, _clock = make_client()
    session.tokens = [token_answer(scope="ai pi")]
    token = client.check_credentials()
    assert token.scope == "ai pi"
    assert token.expires_at == START + timedelta(seconds=1799)
    sent = session.sent[0]
    assert (sent.method, sent.url) == ("POST", "https://ponto.test/oauth2/token")
    assert sent.body == b"grant_type=client_credentials"
    assert sent.headers["Content-Type"] == "application/x-www-form-urlencoded"
    pair = base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
    assert sent.headers["Authorization"] == f"Basic {pair}"


def test_one_token_serves_many_requests():
    client, session, _clock = make_client(page(), page())
    client.transaction_page("a1")
    client.transaction_page("a1")
    assert len(session.token_calls) == 1
    assert bearers(session) == [f"Bearer {ACCESS_TOKEN}-1"] * 2


@pytest.mark.parametrize(("seconds", "tokens"), [(1738, 1), (1739, 2), (1800, 2)])
def test_token_is_renewed_a_minute_early(seconds, tokens):
    client, session, clock = make_client(page(), page())
    client.transaction_page("a1")
    clock.move(seconds)
    client.transaction_page("a1")
    assert len(session.token_calls) == tokens


def test_check_credentials_always_asks():
    store = MemoryTokenStore()
    client, session, _clock = make_client(page(), token_store=store)
    client.check_credentials()
    token = client.check_credentials()
    assert len(session.token_calls) == 2
    assert store.load() == token
    client.transaction_page("a1")
    assert len(session.token_calls) == 2


def test_refused_token_is_replaced_once():
    store = MemoryTokenStore()
    client, session, _clock = make_client(REFUSED, page(), token_store=store)
    assert client.transaction_page("a1").items == ()
    assert bearers(session) == [f"Bearer {ACCESS_TOKEN}-1", f"Bearer {ACCESS_TOKEN}-2"]
    assert store.load().access_token == f"{ACCESS_TOKEN}-2"


def test_second_refusal_is_an_error_and_forgets_the_token():
    store = MemoryTokenStore()
    client, session, _clock = make_client(REFUSED, REFUSED, token_store=store)
    with pytest.raises(InvalidAccessToken):
        client.transaction_page("a1")
    assert len(session.calls) == 2
    assert store.load() is None


def test_refused_token_and_withdrawn_credentials():
    client, session, _clock = make_client(REFUSED)
    session.tokens = [token_answer(), Answer(401, {"error": "invalid_client"})]
    with pytest.raises(InvalidCredentials):
        client.transaction_page("a1")
    assert len(session.calls) == 1


def test_synchronization_is_repeated_after_a_refusal_with_the_same_key():
    raw = {"id": "s1", "type": "synchronization", "attributes": {"status": "pending"}}
    client, session, _clock = make_client(REFUSED, Answer(201, {"data": raw}))
    assert client.synchronize("a1", "accountDetails", "2001:db8::1").id == "s1"
    keys = {call.headers["Ibanity-Idempotency-Key"] for call in session.calls}
    assert len(session.calls) == 2
    assert len(keys) == 1
    assert session.calls[0].body == session.calls[1].body


@pytest.mark.parametrize(
    "answer",
    [
        Answer(401, {"error": "invalid_client"}),
        Answer(401, errors("invalidAccessToken")),
        Answer(401, b""),
        Answer(400, {"error": "invalid_client"}),
    ],
)
def test_token_refused_in_either_shape(answer):
    client, session, _clock = make_client()
    session.tokens = [answer]
    with pytest.raises(InvalidCredentials):
        client.check_credentials()


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"access_token": ""},
        {"access_token": 5.5},
        {"access_token": "a b"},
        {"access_token": "a\r\nX-Evil: 1"},
        {"access_token": "é"},
        {"access_token": "x", "token_type": "mac"},
    ],
)
def test_answer_without_a_token(body):
    if body == {"access_token": 5.5}:
        body = {"access_token": None}
    client, session, _clock = make_client()
    session.tokens = [Answer(200, body)]
    with pytest.raises(ResponseFormatError):
        client.check_credentials()


@pytest.mark.parametrize(
    ("told", "life"),
    [(None, 300), (0, 300), (-5, 300), ("x", 300), ("1799", 1799), (10**9, 86400)],
)
def test_life_of_a_token(told, life):
    client, session, _clock = make_client()
    session.tokens = [token_answer(expires_in=told)]
    assert client.check_credentials().expires_at == START + timedelta(seconds=life)


def test_public_requests_carry_no_credentials():
    client, session, _clock = make_client(
        page(), Answer(200, {"data": {"id": "f1"}}), Answer(200, {"links": {}})
    )
    assert list(client.financial_institutions(name="KBC & co", country="BE")) == []
    assert client.financial_institution("f1").id == "f1"
    assert client.root() == {}
    assert session.token_calls == []
    assert all("Authorization" not in call.headers for call in session.sent)
    assert session.calls[0].url == (
        "https://ponto.test/financial-institutions?filter%5Bname%5D%5Bcontains%5D="
        "KBC+%26+co&filter%5Bcountry%5D%5Beq%5D=BE&page%5Blimit%5D=100"
    )
    assert session.calls[2].url == "https://ponto.test/"


def test_own_institutions_need_a_token():
    client, session, _clock = make_client(page())
    assert list(client.financial_institutions(authenticated=True)) == []
    assert bearers(session) == [f"Bearer {ACCESS_TOKEN}-1"]


def test_token_survives_storage():
    token = Token.from_api(token_answer(refresh_token="r").body, now=START)
    assert Token.from_storage(token.to_storage()) == token
    assert token.refresh_token == "r"


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"access_token": "x"},
        {"access_token": "", "expires_at": START.isoformat()},
        {"access_token": "x", "expires_at": "soon"},
    ],
)
def test_unusable_stored_token(stored):
    assert Token.from_storage(stored) is None


def test_token_is_not_shown():
    token = Token.from_api(token_answer(refresh_token="R-T").body, now=START)
    assert ACCESS_TOKEN not in repr(token)
    assert "R-T" not in repr(token)


def test_only_an_own_session_is_closed():
    client, session, _clock = make_client()
    with client:
        pass
    assert not session.closed
