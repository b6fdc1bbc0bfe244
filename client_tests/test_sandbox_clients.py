"""The sandbox under a client that works as Ponto's official public clients do.

They read ``GET /`` and know nothing but the names of its templates and of the places
in them. A collection's address is the template with nothing in its last place, hence
a slash at the end. Whether the parameters of a page stand in brackets depends on the
client and its age.
"""

from __future__ import annotations

import re
from base64 import b64encode
from typing import Any

import pytest
from sandbox_world import SEED, A
from werkzeug.test import Client

from sandbox.server import Sandbox

PLACE = re.compile(r"\{\w+\}")
#: Where the clients look for the addresses of what they do for account information.
#: ``account.payments``, ``.bulkPayments`` and ``.paymentRequests`` they look up only
#: to pay; ``account.reauthorizationRequests`` (which can be switched on here),
#: ``oauth2.revoke`` and ``userinfo`` only in Ponto Connect; ``me``, ``organizationAccounts``, ``users`` and the like only for
#: the dashboard's own API. The sandbox serves none of these and names none of them.
KEYS = {
    "oauth2.token": [],
    "accounts": ["accountId"],
    "account.transactions": ["accountId", "transactionId"],
    "account.pendingTransactions": ["accountId", "pendingTransactionId"],
    "synchronizations": ["synchronizationId"],
    "synchronization.updatedTransactions": ["synchronizationId"],
    "synchronization.updatedPendingTransactions": ["synchronizationId"],
    "financialInstitutions": ["financialInstitutionId"],
    "sandbox.financialInstitutions": ["financialInstitutionId"],
    "sandbox.financialInstitution.financialInstitutionAccounts": [
        "financialInstitutionId",
        "financialInstitutionAccountId",
    ],
    "sandbox.financialInstitution.financialInstitutionAccount"
    ".financialInstitutionTransactions": [
        "financialInstitutionId",
        "financialInstitutionAccountId",
        "financialInstitutionTransactionId",
    ],
}
BASES = ["http://127.0.0.1:8070", "http://localhost", "https://ponto.test"]
COMING = {
    **SEED,
    "accounts": [
        {
            **SEED["accounts"][0],
            "transactions": [
                {"id": f"line-{n:02}", "amount": "1.10"} for n in range(1, 8)
            ],
        },
        {"id": "22222222-2222-4222-8222-222222222222"},
    ],
}
NEWEST_FIRST = [f"line-{n:02}" for n in range(7, 0, -1)]


class TemplateClient:
    """Knows the base and the names in the root document, no path at all."""

    def __init__(self, base: str, style: str = "page[{}]") -> None:
        self._http = Client(Sandbox(COMING))
        self._base = base
        self._style = style
        self._token = ""
        self.links: dict[str, Any] = self.call("GET", f"{base}/")["links"]

    def call(
        self, method: str, url: str, json: object = None, **values: Any
    ) -> dict[str, Any]:
        """An answer, in which every absolute link must lead to where we came from."""
        assert url.startswith(self._base)
        headers = {"Accept": "application/vnd.api+json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        headers |= values.pop("headers", {})
        answer = self._http.open(
            url.removeprefix(self._base),
            base_url=self._base,
            method=method,
            json=json,
            headers=headers,
            **values,
        )
        assert answer.status_code in {200, 201}, answer.get_data(as_text=True)
        document: dict[str, Any] = answer.get_json()
        for link in _links(document):
            assert link.startswith(f"{self._base}/")
            assert "/ponto-connect" not in link
        return document

    def template(self, key: str) -> str:
        found: Any = self.links
        for name in key.split("."):
            found = found[name]
        return str(found)

    def url(self, key: str, *ids: str) -> str:
        """The address of a resource, or of a collection if an id is missing."""
        url = self.template(key)
        for value in ids:
            url = PLACE.sub(value, url, count=1)
        assert len(PLACE.findall(url)) <= 1
        return PLACE.sub("", url)

    def authenticate(self) -> None:
        pair = b64encode(b"c:s").decode()
        answer = self.call(
            "POST",
            self.url("oauth2.token"),
            data={"grant_type": "client_credentials"},
            headers={"Authorization": f"Basic {pair}", "Accept": "application/json"},
        )
        self._token = answer["access_token"]

    def list(self, key: str, *ids: str, **paging: Any) -> dict[str, Any]:
        """One page of a collection."""
        query = {self._style.format(name): value for name, value in paging.items()}
        return self.call("GET", self.url(key, *ids), query_string=query)

    def find(self, key: str, *ids: str) -> dict[str, Any]:
        resource: dict[str, Any] = self.call("GET", self.url(key, *ids))["data"]
        return resource

    def create_synchronization(self, subtype: str) -> dict[str, Any]:
        attributes = {
            "resourceType": "account",
            "resourceId": A,
            "subtype": subtype,
            "customerIpAddress": "203.0.113.24",
        }
        body = {"data": {"type": "synchronization", "attributes": attributes}}
        url = self.url("synchronizations")
        made: dict[str, Any] = self.call("POST", url, body)["data"]
        return made


def _links(value: Any) -> list[str]:
    """All texts in a document that are addresses."""
    if isinstance(value, dict):
        return [link for item in value.values() for link in _links(item)]
    if isinstance(value, list):
        return [link for item in value for link in _links(item)]
    is_link = isinstance(value, str) and re.match(r"https?://", value)
    return [value] if is_link else []


def ids(page: dict[str, Any]) -> list[str]:
    return [item["id"] for item in page["data"]]


@pytest.fixture(params=BASES)
def base(request: pytest.FixtureRequest) -> str:
    value: str = request.param
    return value


@pytest.fixture(params=["page[{}]", "{}"], ids=["bracketed", "bare"])
def client(request: pytest.FixtureRequest, base: str) -> TemplateClient:
    made = TemplateClient(base, request.param)
    made.authenticate()
    return made


@pytest.mark.parametrize("key", KEYS)
def test_root_document_has_what_clients_look_up(base: str, key: str) -> None:
    """Without a token, and on the address under which it was asked."""
    template = TemplateClient(base).template(key)
    assert template.startswith(f"{base}/")
    assert PLACE.findall(template) == [f"{{{name}}}" for name in KEYS[key]]


def test_root_document_names_nothing_that_is_not_served() -> None:
    def names(links: dict[str, Any], above: str = "") -> set[str]:
        found = set()
        for name, value in links.items():
            key = f"{above}{name}"
            found |= names(value, f"{key}.") if isinstance(value, dict) else {key}
        return found

    assert names(TemplateClient(BASES[0]).links) == KEYS.keys()


def test_accounts_and_institutions(client: TemplateClient) -> None:
    assert client.url("accounts").endswith("/accounts/")
    first = client.list("accounts", limit=1)
    assert ids(first) == [A]
    second = client.list("accounts", limit=1, after=A)
    assert ids(second) == [COMING["accounts"][1]["id"]]
    account = client.find("accounts", A)
    assert account == first["data"][0]
    relation = account["relationships"]["financialInstitution"]
    institution = client.find("financialInstitutions", relation["data"]["id"])
    assert institution["attributes"]["name"] == "Linkerbank"
    assert client.call("GET", relation["links"]["related"])["data"] == institution
    assert ids(client.list("financialInstitutions")) == [institution["id"]]


def test_transactions_page_by_page(client: TemplateClient) -> None:
    key = "account.transactions"
    assert client.url(key, A).endswith(f"/accounts/{A}/transactions/")
    first = client.list(key, A, limit=3)
    second = client.list(key, A, limit=3, after=ids(first)[-1])
    last = client.list(key, A, limit=3, after=ids(second)[-1])
    assert ids(first) + ids(second) + ids(last) == NEWEST_FIRST
    assert "next" not in last["links"]
    back = client.list(key, A, limit=3, before=ids(second)[0])
    assert ids(back) == ids(first)
    assert client.find(key, A, "line-03") == second["data"][1]


def test_transactions_by_their_links(client: TemplateClient) -> None:
    page = client.list("account.transactions", A, limit=3)
    seen = ids(page)
    while "next" in page["links"]:
        assert "//transactions" not in page["links"]["next"]
        page = client.call("GET", page["links"]["next"])
        seen += ids(page)
    assert seen == NEWEST_FIRST
    related = client.find("accounts", A)["relationships"]["transactions"]["links"]
    assert ids(client.call("GET", related["related"])) == NEWEST_FIRST


def test_synchronization_from_creation_to_what_it_updated(
    client: TemplateClient,
) -> None:
    made = client.create_synchronization("accountTransactionsWithUnsettled")
    states = [made["attributes"]["status"]]
    while states[-1] in {"pending", "running"}:
        done = client.find("synchronizations", made["id"])
        states.append(done["attributes"]["status"])
    assert states == ["pending", "running", "success"]
    assert ids(client.list("account.transactions", A, limit=1)) == ["second"]
    for name, key in (
        ("updatedTransactions", "synchronization.updatedTransactions"),
        ("updatedPendingTransactions", "synchronization.updatedPendingTransactions"),
    ):
        page = client.list(key, made["id"], limit=5)
        assert page["data"] == []
        related = done["relationships"][name]["links"]["related"]
        assert related == client.url(key, made["id"])
        assert ids(client.call("GET", f"{related}/")) == []


def test_pending_transactions(client: TemplateClient) -> None:
    key = "account.pendingTransactions"
    assert client.list(key, A)["data"] == []
    made = client.create_synchronization("accountTransactionsWithUnsettled")
    for _poll in range(2):
        client.find("synchronizations", made["id"])
    (pending,) = client.list(key, A, limit=5)["data"]
    assert pending["type"] == "pendingTransaction"
    assert client.find(key, A, pending["id"]) == pending


def test_sandbox_bank(client: TemplateClient) -> None:
    (bank,) = ids(client.list("sandbox.financialInstitutions"))
    key = "sandbox.financialInstitution.financialInstitutionAccounts"
    account, _other = ids(client.list(key, bank))
    assert client.find(key, bank, account)["id"] == account
    key = (
        "sandbox.financialInstitution.financialInstitutionAccount"
        ".financialInstitutionTransactions"
    )
    page = client.list(key, bank, account, limit=2)
    assert len(page["data"]) == 2
    assert client.find(key, bank, account, ids(page)[0]) == page["data"][0]
