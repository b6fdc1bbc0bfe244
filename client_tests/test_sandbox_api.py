"""The sandbox's public interface: tokens, visibility, values, institutions."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest

from sandbox.testing import BASE_URL, LocalSandbox

NOW = "2026-03-02T12:00:00Z"
A, B = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
BANK, OTHER_BANK = "33333333-3333-4333-8333-333333333333", "4" * 8 + "-4444-4444-8444-4"
SEED: dict[str, Any] = {
    "now": NOW,
    "institutions": [
        {"id": BANK, "name": "Linkerbank", "country": "BE"},
        {"id": OTHER_BANK, "name": "Rechterbank", "country": "NL"},
        {"name": "Wereldbankje", "country": None},
    ],
    "accounts": [
        {
            "id": A,
            "institution": BANK,
            "opening_balance": "100.00",
            "transactions": [
                {
                    "id": f"line-{n:02}",
                    "amount": "1.10",
                    "executionDate": f"2026-02-{n:02}",
                }
                for n in range(1, 24)
            ],
        },
        {"id": B, "institution": OTHER_BANK},
    ],
    "integrations": [
        {"client_id": "both", "client_secret": "s1"},
        {"client_id": "one", "client_secret": "s2", "accounts": [A]},
        {"client_id": "payer", "client_secret": "s3", "scope": "pi"},
    ],
}
LINES = f"/accounts/{A}/transactions"


@pytest.fixture
def world() -> LocalSandbox:
    sandbox = LocalSandbox(SEED)
    sandbox.authorize()
    return sandbox


def ids(document: dict[str, Any]) -> list[str]:
    return [item["id"] for item in document["data"]]


def problem(world: LocalSandbox, path: str, method: str = "GET") -> tuple[int, str]:
    """Status and code of a refusal, which must have the JSON:API shape."""
    answer = world.call(method, path)
    (error,) = answer.get_json()["errors"]
    assert error["meta"]["requestId"] == answer.headers["ibanity-request-id"]
    assert answer.mimetype == "application/vnd.api+json"
    return answer.status_code, error["code"]


# === TOKENS === #


def test_root_is_public_and_carries_the_callers_base(world: LocalSandbox) -> None:
    world.token = ""
    links = world.get("/")["links"]
    assert links["oauth2"]["token"] == f"{BASE_URL}/oauth2/token"
    assert links["accounts"] == f"{BASE_URL}/accounts/{{accountId}}"
    assert links["account"]["transactions"].endswith("/transactions/{transactionId}")


def test_token_has_the_documented_members(world: LocalSandbox) -> None:
    token = world.authorize().get_json()
    assert token.pop("access_token")
    assert token == {"expires_in": 1799, "scope": "ai", "token_type": "bearer"}


def test_grant_type_may_stand_in_the_query(world: LocalSandbox) -> None:
    headers = {"Authorization": "Basic " + b64encode(b"both:s1").decode()}
    url = "/oauth2/token?grant_type=client_credentials"
    assert world.call("POST", url, headers=headers).status_code == 200
    answer = world.call("POST", "/oauth2/token", headers=headers)
    assert answer.status_code == 400
    assert answer.get_json()["error"] == "unsupported_grant_type"


@pytest.mark.parametrize("pair", [("both", "wrong"), ("nobody", "s1"), ("both", "")])
def test_wrong_credentials_are_refused(
    world: LocalSandbox, pair: tuple[str, str]
) -> None:
    answer = world.authorize(pair)
    assert answer.status_code == 401
    assert answer.get_json()["error"] == "invalid_client"
    world.control("POST", "switches", {"oauth_error_shape": "jsonapi"})
    answer = world.authorize(pair)
    assert answer.get_json()["errors"][0]["code"] == "invalid_client"


def test_token_lives_1799_seconds_of_the_sandbox_clock(world: LocalSandbox) -> None:
    world.control("POST", "clock", {"advance_seconds": 1798})
    assert world.get("/accounts")["data"]
    world.control("POST", "clock", {"advance_seconds": 1})
    assert problem(world, "/accounts") == (401, "invalidAccessToken")
    world.authorize()
    assert world.get("/accounts")["data"]


@pytest.mark.parametrize("token", ["", "unknown"])
def test_no_token_and_unknown_token(world: LocalSandbox, token: str) -> None:
    world.token = token
    assert problem(world, "/accounts") == (401, "invalidAccessToken")


def test_revoked_integration_and_missing_scope(world: LocalSandbox) -> None:
    world.authorize(("payer", "s3"))
    assert problem(world, "/accounts") == (403, "insufficientScope")
    world.authorize(("one", "s2"))
    world.control("PATCH", "integrations/one", {"revoked": True})
    assert problem(world, "/accounts") == (401, "invalidAccessToken")
    assert world.authorize(("one", "s2")).status_code == 401


# === VISIBILITY === #


def test_integration_sees_its_own_accounts_only(world: LocalSandbox) -> None:
    assert ids(world.get("/accounts")) == [A, B]
    world.authorize(("one", "s2"))
    assert ids(world.get("/accounts")) == [A]
    for path in ("", "/transactions", "/pending-transactions"):
        found = problem(world, f"/accounts/{B}{path}")
        assert found == (404, "resourceNotFound")
    answer = world.synchronize(B, "accountDetails")
    assert answer.status_code == 404
    assert answer.get_json()["errors"][0]["meta"]["resource"] == "account"


def test_accounts_can_be_taken_away_and_given_back(world: LocalSandbox) -> None:
    item = world.synchronize(B, "accountDetails").get_json()["data"]["id"]
    world.control("PATCH", "integrations/both", {"accounts": [A]})
    assert ids(world.get("/accounts")) == [A]
    assert problem(world, f"/synchronizations/{item}")[0] == 404
    world.control("PATCH", "integrations/both", {"accounts": "all"})
    assert ids(world.get("/accounts")) == [A, B]


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/unknown",
        f"/accounts/{A}/transactions/unknown",
        f"/accounts/{A}/pending-transactions/unknown",
        "/synchronizations/unknown",
        "/financial-institutions/unknown",
        f"/accounts/{A}/synchronizations",
        "/nothing",
    ],
)
def test_unknown_resources(world: LocalSandbox, path: str) -> None:
    assert problem(world, path) == (404, "resourceNotFound")


def test_wrong_method(world: LocalSandbox) -> None:
    assert problem(world, "/accounts", "POST") == (405, "methodNotAllowed")


# === VALUES === #


def test_values_of_a_line(world: LocalSandbox) -> None:
    document = world.get(f"{LINES}/line-23")["data"]
    values = document["attributes"]
    assert values["amount"] == 1.1
    assert values["executionDate"] == "2026-02-23T00:00:00.000Z"
    assert values["valueDate"] == values["executionDate"]
    assert values["counterpartName"] is None
    assert values["createdAt"] == "2026-02-24T06:00:00.000Z"
    assert len(values["digest"]) == 64
    account = {"data": {"type": "account", "id": A}}
    account["links"] = {"related": f"{BASE_URL}/accounts/{A}"}
    assert document["relationships"] == {"account": account}


def test_amounts_are_exact_json_numbers(world: LocalSandbox) -> None:
    assert world.get(f"/accounts/{A}")["data"]["attributes"]["currentBalance"] == 125.3
    text = world.call("GET", f"{LINES}/line-01").get_data(as_text=True)
    assert '"amount":1.1,' in text
    body = {"transactions": [{"id": "z", "amount": "-100"}]}
    world.control("POST", f"accounts/{A}/transactions", body)
    assert '"amount":-100.0,' in world.call("GET", f"{LINES}/z").get_data(as_text=True)


@pytest.mark.parametrize(
    ("date_format", "text"),
    [
        ("ms", "2026-02-23T00:00:00.000Z"),
        ("us", "2026-02-23T00:00:00.000000Z"),
        ("none", "2026-02-23T00:00:00Z"),
    ],
)
def test_date_formats(world: LocalSandbox, date_format: str, text: str) -> None:
    world.control("POST", "switches", {"date_format": date_format})
    attributes = world.get(f"{LINES}/line-23")["data"]["attributes"]
    assert attributes["executionDate"] == text


def test_absent_instead_of_null(world: LocalSandbox) -> None:
    world.control("POST", "switches", {"null_vs_absent": "absent"})
    absent = world.get(f"{LINES}/line-23")["data"]["attributes"]
    assert None not in absent.values()
    world.control("POST", "switches", {"null_vs_absent": "mixed"})
    mixed = world.get(f"{LINES}/line-23")["data"]["attributes"]
    assert None in mixed.values()
    assert len(absent) < len(mixed) < 23


def test_unknown_attributes_and_malformed_dates(world: LocalSandbox) -> None:
    world.control("POST", "switches", {"unknown_attributes": True})
    for path in (f"{LINES}/line-23", f"/accounts/{A}"):
        assert "sandboxUnknown" in world.get(path)["data"]["attributes"]
    line = {"id": "odd", "amount": 1, "executionDate": "31/12/2026", "details": [1]}
    world.control("POST", f"accounts/{A}/transactions", {"transactions": [line]})
    attributes = world.get(f"{LINES}/odd")["data"]["attributes"]
    assert attributes["executionDate"] == "31/12/2026"
    assert attributes["details"] == [1]


# === INSTITUTIONS === #


def test_institutions_without_token_are_all(world: LocalSandbox) -> None:
    world.token = ""
    found = world.get("/financial-institutions")["data"]
    names = [item["attributes"]["name"] for item in found]
    assert names == ["Linkerbank", "Rechterbank", "Wereldbankje"]
    assert world.get(f"/financial-institutions/{OTHER_BANK}")["data"]


def test_institutions_with_token_are_those_of_the_accounts(world: LocalSandbox) -> None:
    assert ids(world.get("/financial-institutions")) == [BANK, OTHER_BANK]
    world.authorize(("one", "s2"))
    assert ids(world.get("/financial-institutions")) == [BANK]
    assert problem(world, f"/financial-institutions/{OTHER_BANK}")[0] == 404
    world.token = "unknown"
    assert problem(world, "/financial-institutions")[0] == 401


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("filter[name][contains]=LINK", ["Linkerbank"]),
        ("filter[name][eq]=rechterbank", ["Rechterbank"]),
        ("filter[country][eq]=BE", ["Linkerbank"]),
        ("filter[country][in]=BE,NL", ["Linkerbank", "Rechterbank"]),
        ("filter[country][in]=BE,NL&filter[name][contains]=r&limit=1", ["Linkerbank"]),
    ],
)
def test_institution_filters(world: LocalSandbox, query: str, names: list[str]) -> None:
    world.token = ""
    world.control("POST", "switches", {"unknown_query": "400"})
    page = world.get(f"/financial-institutions?{query}")
    assert [item["attributes"]["name"] for item in page["data"]] == names
    for name, value in [part.split("=") for part in query.split("&")]:
        if name.startswith("filter"):
            assert f"{name}={value}" in page["links"]["first"]


def test_unknown_filter(world: LocalSandbox) -> None:
    path = "/financial-institutions?filter[bic][eq]=X"
    assert problem(world, path) == (400, "invalidParameter")


# === BODIES === #


def test_body_that_is_no_document(world: LocalSandbox) -> None:
    for body in ("{", "[]", '{"data": []}', '{"data": {"type": "other"}}'):
        answer = world.http.post(
            "/synchronizations",
            data=body,
            headers={"Authorization": f"Bearer {world.token}"},
        )
        assert answer.status_code == 400
        assert json.loads(answer.get_data())["errors"]
