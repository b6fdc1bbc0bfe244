"""Giving a token back, where the API takes it."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import parse_qs

import pytest
from doubles import (
    CLIENT_ID,
    SECRET,
    START,
    Answer,
    errors,
    make_client,
    page,
)
from sandbox_world import SEED

from ponto_client import (
    InvalidCredentials,
    MemoryTokenStore,
    NotFound,
    ResponseFormatError,
    Token,
)
from sandbox.testing import BASE_URL, LocalSandbox

OFFERED = {"links": {"oauth2": {"token": "https://x", "revoke": "https://y"}}}


def kept(**values):
    store = MemoryTokenStore()
    store.save(Token(access_token="access-1", expires_at=START, **values))
    return store


@pytest.mark.parametrize(
    ("root", "offered"),
    [
        (OFFERED, True),
        ({"links": {"oauth2": {"token": "https://x"}}}, False),
        ({"links": {"oauth2": "https://x"}}, False),
        ({"links": {}}, False),
    ],
)
def test_what_the_root_document_names_is_offered(root, offered):
    client, session, _clock = make_client(Answer(200, root))
    assert client.offers_revocation() is offered
    assert "Authorization" not in session.sent[-1].headers


@pytest.mark.parametrize(
    ("values", "text"),
    [({}, "access-1"), ({"refresh_token": "refresh/1"}, "refresh/1")],
)
def test_the_kept_token_is_given_back_once(values, text):
    store = kept(**values)
    client, session, _clock = make_client(Answer(200, b""), token_store=store)
    assert client.revoke_token() is True
    [sent] = session.sent
    assert (sent.method, sent.url) == ("POST", "https://ponto.test/oauth2/revoke")
    assert parse_qs(sent.body.decode()) == {"token": [text]}
    pair = b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
    assert sent.headers["Authorization"] == f"Basic {pair}"
    assert store.load() is None
    assert client.revoke_token() is False
    assert len(session.sent) == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(404, errors("resourceNotFound")), NotFound),
        (Answer(401, {"error": "invalid_client"}), InvalidCredentials),
        (Answer(200, b"<html>"), ResponseFormatError),
    ],
)
def test_a_refusal_is_told(answer, error):
    client, _session, _clock = make_client(answer, token_store=kept())
    with pytest.raises(error):
        client.revoke_token()


def test_nothing_else_may_be_empty():
    client, _session, _clock = make_client(Answer(200, b""))
    with pytest.raises(ResponseFormatError):
        client.transaction_page("a1")
    client, _session, _clock = make_client(page())
    assert client.transaction_page("a1").items == ()


# === THE SANDBOX === #


@pytest.fixture
def world() -> LocalSandbox:
    world = LocalSandbox(SEED)
    world.authorize()
    return world


def revoke(world: LocalSandbox, token: str, pair: tuple[str, str] | None = None):
    encoded = b64encode(":".join(pair or world.credentials()).encode()).decode()
    return world.http.post(
        "/oauth2/revoke",
        base_url=BASE_URL,
        data={"token": token} if token else {},
        headers={"Authorization": f"Basic {encoded}"},
    )


def test_sandbox_takes_none_back_unless_switched_on(world: LocalSandbox) -> None:
    assert "revoke" not in world.get("/")["links"]["oauth2"]
    assert revoke(world, world.token).status_code == 404
    assert world.call("GET", "/accounts").status_code == 200


def test_sandbox_takes_it_back(world: LocalSandbox) -> None:
    world.control("POST", "switches", {"token_revocation": True})
    assert "revoke" in world.get("/")["links"]["oauth2"]
    answer = revoke(world, world.token)
    assert (answer.status_code, answer.get_data()) == (200, b"")
    assert world.call("GET", "/accounts").status_code == 401
    # Once more is as well, and the integration goes on.
    assert revoke(world, world.token).status_code == 200
    assert world.authorize().status_code == 200
    assert world.call("GET", "/accounts").status_code == 200


def test_sandbox_takes_only_ones_own_back(world: LocalSandbox) -> None:
    world.control("POST", "switches", {"token_revocation": True})
    other = {"client_id": "other", "client_secret": "s", "accounts": "all"}
    world.control("POST", "integrations", other)
    assert revoke(world, world.token, ("other", "s")).status_code == 200
    assert world.call("GET", "/accounts").status_code == 200
    assert revoke(world, world.token, ("other", "wrong")).status_code == 401
    answer = revoke(world, "")
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_request")
