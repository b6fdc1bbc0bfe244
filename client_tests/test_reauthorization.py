"""A link that leads a person straight to the bank, where the API makes such links."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
from doubles import Answer, make_client
from sandbox_world import BANK, SEED, A

from ponto_client import NotFound, ResponseFormatError
from sandbox.testing import LOCAL_URL, LocalSandbox

BACK = "https://odoo.example/ponto/reauthorized?state=s1"
OFFERED = {"links": {"account": {"reauthorizationRequests": "https://x/{accountId}"}}}
REQUEST = {
    "data": {
        "type": "reauthorizationRequest",
        "id": "r1",
        "attributes": {},
        "links": {"redirect": "https://authorize.ponto.test/r1"},
    }
}


@pytest.fixture
def world() -> LocalSandbox:
    world = LocalSandbox(SEED)
    world.authorize()
    return world


def ask(world: LocalSandbox, target: object = BACK):
    attributes = {"redirectUri": target}
    body = {"data": {"type": "reauthorizationRequest", "attributes": attributes}}
    return world.call("POST", f"/accounts/{A}/reauthorization-requests", body)


@pytest.mark.parametrize(
    ("root", "offered"),
    [
        (OFFERED, True),
        ({"links": {"account": {"transactions": "https://x"}}}, False),
        ({"links": {"account": "https://x"}}, False),
        ({"links": {}}, False),
    ],
)
def test_what_the_root_document_names_is_offered(root, offered):
    client, session, _clock = make_client(Answer(200, root))
    assert client.offers_reauthorization_requests() is offered
    assert "Authorization" not in session.sent[-1].headers


def test_request_is_posted_once_with_the_way_back():
    client, session, _clock = make_client(Answer(201, REQUEST))
    link = client.request_reauthorization("a/1", BACK)
    assert link.redirect_url == "https://authorize.ponto.test/r1"
    sent = session.sent[-1]
    assert (sent.method, urlsplit(sent.url).path) == (
        "POST",
        "/accounts/a%2F1/reauthorization-requests",
    )
    document = json.loads(sent.body)["data"]
    assert document["type"] == "reauthorizationRequest"
    assert document["attributes"] == {"redirectUri": BACK}


def test_request_without_a_link_is_no_answer():
    broken = {"data": {"type": "reauthorizationRequest", "id": "r1"}}
    client, _session, _clock = make_client(Answer(201, broken))
    with pytest.raises(ResponseFormatError):
        client.request_reauthorization("a1", BACK)


def test_where_it_is_not_offered():
    client, _session, _clock = make_client(Answer(404, {"errors": []}))
    with pytest.raises(NotFound):
        client.request_reauthorization("a1", BACK)


def test_sandbox_offers_none_unless_switched_on(world: LocalSandbox) -> None:
    assert "reauthorizationRequests" not in world.get("/")["links"]["account"]
    assert ask(world).status_code == 404


def test_sandbox_leads_to_the_bank_and_back(world: LocalSandbox) -> None:
    world.control("POST", "switches", {"reauthorization_requests": True})
    assert "reauthorizationRequests" in world.get("/")["links"]["account"]
    world.control("POST", f"accounts/{A}/expire")
    answer = ask(world)
    assert answer.status_code == 201
    data = answer.get_json()["data"]
    assert (data["type"], data["attributes"]) == ("reauthorizationRequest", {})
    parts = urlsplit(data["links"]["redirect"])
    page = f"{parts.path}?{parts.query}"
    assert parts.path == f"/_dashboard/institutions/{BANK}/reauthorize"
    question = world.http.get(page, base_url=LOCAL_URL).get_data(as_text=True)
    assert f'href="{BACK}">Cancel' in question
    expired = world.get(f"/accounts/{A}")["data"]["attributes"]
    answer = world.http.post(page, base_url=LOCAL_URL, headers={"Origin": LOCAL_URL})
    assert answer.status_code == 303
    renewed = world.get(f"/accounts/{A}")["data"]["attributes"]
    name = "authorizationExpirationExpectedAt"
    assert renewed[name] > expired[name]
    done = world.http.get(answer.headers["Location"], base_url=LOCAL_URL)
    assert f'href="{BACK}"' in done.get_data(as_text=True)


@pytest.mark.parametrize("target", [None, 7, "", "javascript:alert(1)", "/odoo"])
def test_sandbox_refuses_what_is_no_way_back(
    world: LocalSandbox, target: object
) -> None:
    world.control("POST", "switches", {"reauthorization_requests": True})
    answer = ask(world, target)
    assert answer.status_code == 400
    assert answer.get_json()["errors"][0]["code"] == "invalidAttribute"


def test_sandbox_forgets_old_requests(world: LocalSandbox) -> None:
    world.control("POST", "switches", {"reauthorization_requests": True})
    for number in range(120):
        ask(world, f"{BACK}{number}")
    kept = list(world.application.world.reauthorizations.values())
    assert len(kept) == 100
    assert kept[-1] == f"{BACK}119"
