"""The sandbox's dashboard: pages, buttons, escaping, and who may press them."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from sandbox_world import BANK, SEED, A, balance, clocks, line_ids
from werkzeug.test import TestResponse, create_environ
from werkzeug.wrappers import Request

from sandbox.dashboard import NOTICES, ROUTES
from sandbox.origin import require_loopback
from sandbox.problems import Problem
from sandbox.testing import LOCAL_URL, LocalSandbox

EVIL = "<script>alert('\"&')</script>"
OWN = {"Origin": LOCAL_URL}
HOME = "/_dashboard"
ACCOUNT = f"{HOME}/accounts/{A}"
INSTITUTION = f"{HOME}/institutions/{BANK}"
INTEGRATIONS = f"{HOME}/integrations"
NEW = f"{INTEGRATIONS}/new"


def get(world: LocalSandbox, path: str, status: int = 200) -> str:
    answer = world.http.get(path, base_url=LOCAL_URL)
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    return answer.get_data(as_text=True)


def post(world: LocalSandbox, path: str, **form: Any) -> str:
    """Press a button; the page that the browser then shows."""
    answer = world.http.post(path, base_url=LOCAL_URL, data=form, headers=OWN)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return get(world, answer.headers["Location"])


def fields(page: str) -> dict[str, str]:
    """The text fields of a page, by name, or by label where they have none."""
    found = re.findall(r'<label[^>]*>([^<]*)<input type="text"([^>]*)>', page)
    return {
        (_attribute(tag, "name") or label.strip()): _attribute(tag, "value") or ""
        for label, tag in found
    }


def _attribute(tag: str, name: str) -> str | None:
    match = re.search(rf'\b{name}="([^"]*)"', tag)
    return html.unescape(match[1]) if match else None


def ticked(page: str) -> list[str]:
    return re.findall(r'value="([^"]*)"\s+checked', page)


# === ACCOUNTS === #


def test_home_shows_institutions_and_accounts(world: LocalSandbox) -> None:
    look = {"primaryColor": "#0a7d5c", "status": "beta"}
    world.control("PATCH", f"institutions/{BANK}", look)
    change = {"holderName": "Bakkerij", "description": "Zichtrekening"}
    world.control("PATCH", f"accounts/{A}", change)
    page = get(world, HOME)
    for text in (
        "This is the local Ponto.",
        "stands still at",
        "02/03/2026 13:00",
        "Linkerbank",
        "background: #0a7d5c",
        "beta",
        "Bakkerij",
        "Zichtrekening",
        "BE68 5390 0754 7034",
        "110.00 EUR",
        "02/03/2026 08:00",
        "until 10/03/2026, 8 days left",
        "1 waiting at the bank",
    ):
        assert text in page


@pytest.mark.parametrize(
    ("end", "tone", "text"),
    [
        ("2026-08-29T12:00:00Z", "good", "until 29/08/2026, 180 days left"),
        ("2026-03-17T12:00:00Z", "good", "15 days left"),
        ("2026-03-16T12:00:00Z", "soon", "14 days left"),
        ("2026-03-03T12:00:00Z", "soon", "1 day left"),
        ("2026-03-02T18:00:00Z", "soon", "less than a day left"),
        ("2026-03-02T12:00:00Z", "ended", "ended on 02/03/2026 13:00"),
        (None, "unknown", "without a known end"),
    ],
)
def test_authorization_has_a_colour(
    world: LocalSandbox, end: str | None, tone: str, text: str
) -> None:
    change = {"authorizationExpirationExpectedAt": end}
    world.control("PATCH", f"accounts/{A}", change)
    page = get(world, HOME)
    assert re.search(
        rf'class="{tone}">\s*(Authorization )?[^<]*{re.escape(text)}', page
    )


def test_worst_account_colours_the_login(world: LocalSandbox) -> None:
    world.control("POST", "accounts", {"description": "Spaar"})
    world.control("POST", f"accounts/{A}/expire", {"early": True})
    assert re.search(r'class="ended">\s*Authorization ended', get(world, HOME))


def test_world_without_accounts() -> None:
    empty = LocalSandbox({"now": "2026-03-02T12:00:00Z"})
    assert "There are no accounts." in get(empty, HOME)
    assert "There are no integrations." in get(empty, INTEGRATIONS)


def test_account_page_shows_ponto_and_bank(world: LocalSandbox) -> None:
    page = get(world, ACCOUNT)
    assert "110.00 EUR" in page
    assert "115.50 EUR" in page
    assert "10.00 EUR" in page
    world.control("PATCH", f"accounts/{A}", {"availability": "readonly"})
    assert "maintenance" in get(world, HOME)


def test_card_that_was_never_synchronized(world: LocalSandbox) -> None:
    card = {"reference": "540123XXXXXX7788", "referenceType": "MASKEDPAN"}
    world.control("POST", "accounts", {**card, "synchronized": False})
    page = get(world, HOME)
    assert "540123XXXXXX7788" in page
    assert "never" in page


# === PLAYING THE BANK === #


def test_authorization_ends_and_is_renewed_for_the_whole_login(
    world: LocalSandbox,
) -> None:
    other = world.control("POST", "accounts", {"at_bank": [{"amount": 1}]})["id"]
    page = post(world, f"{INSTITUTION}/expire")
    assert NOTICES["expired"] in page
    page = post(world, f"{INSTITUTION}/synchronize")
    assert "authorizationInvalid" in page
    assert line_ids(world) == ["first"]
    question = get(world, f"{INSTITUTION}/reauthorize")
    for text in ("Confirm", "Cancel", "180 days", "log in"):
        assert text in question
    assert get(world, HOME).count("ended on") == 3
    page = post(world, f"{INSTITUTION}/reauthorize")
    assert NOTICES["reauthorized"] in page
    assert page.count("until 29/08/2026, 180 days left") == 3
    assert "authorizationInvalid" not in page
    assert (balance(world), line_ids(world)) == (115.5, ["second", "first"])
    assert world.get(f"/accounts/{other}/transactions")["data"]
    details, lines = clocks(world)
    for meta in (details, lines):
        latest = meta["latestSynchronization"]["attributes"]
        assert (latest["status"], latest["customerOnline"]) == ("success", False)


def test_bank_books_a_payment_that_the_next_synchronization_brings(
    world: LocalSandbox,
) -> None:
    form = {"amount": " -12,50", "counterparty": "Molen", "communication": "meel"}
    page = post(world, f"{ACCOUNT}/payments", **form)
    assert NOTICES["booked"] in page
    assert "2 waiting" in page
    assert line_ids(world) == ["first"]
    page = post(world, f"{ACCOUNT}/synchronize")
    assert NOTICES["synchronized"] in page
    assert "0 waiting" in page
    assert page.index("Molen") < page.index("5.50 EUR")
    line = world.get(f"/accounts/{A}/transactions")["data"][0]["attributes"]
    assert line["amount"] == -12.5
    assert line["counterpartName"] == "Molen"
    assert line["remittanceInformation"] == "meel"
    assert line["remittanceInformationType"] == "unstructured"
    assert line["executionDate"] == "2026-03-02T00:00:00.000Z"
    assert balance(world) == 103.0


def test_payment_with_a_structured_communication(world: LocalSandbox) -> None:
    form = {"amount": "1", "communication": "+++090/9337/55493+++"}
    post(world, f"{ACCOUNT}/payments", **form)
    post(world, f"{ACCOUNT}/synchronize")
    line = world.get(f"/accounts/{A}/transactions")["data"][0]["attributes"]
    assert line["remittanceInformationType"] == "structured"
    assert line["counterpartName"] is None


@pytest.mark.parametrize("amount", ["", "much", "1.234,50", "1e9", "NaN", EVIL])
def test_payment_with_a_senseless_amount(world: LocalSandbox, amount: str) -> None:
    answer = world.http.post(
        f"{ACCOUNT}/payments",
        base_url=LOCAL_URL,
        data={"amount": amount, "counterparty": EVIL},
        headers=OWN,
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "The amount must be a number" in page
    assert fields(page)["counterparty"] == EVIL
    assert "<script>" not in page
    assert "1 waiting" in get(world, ACCOUNT)


# === INTEGRATIONS === #


def test_new_integration_opens_what_was_ticked(world: LocalSandbox) -> None:
    other = world.control("POST", "accounts", {})["id"]
    address = "/new-custom-integration?customIntegrationName=Odoo%20%26%20Co"
    answer = world.http.get(address, base_url=LOCAL_URL)
    assert answer.status_code == 303
    form = get(world, answer.headers["Location"])
    assert fields(form)["name"] == "Odoo & Co"
    assert ticked(form) == ["all"]
    page = post(world, NEW, name="Odoo & Co", shared="chosen", account=[other])
    assert NOTICES["created"] in page
    shown = fields(page)
    assert ticked(page) == ["chosen", other]
    world.authorize((shown["Client id"], shown["Client secret"]))
    assert [item["id"] for item in world.get("/accounts")["data"]] == [other]
    assert "Odoo &amp; Co" in get(world, INTEGRATIONS)


def test_shared_accounts_can_be_changed(world: LocalSandbox) -> None:
    page = get(world, f"{INTEGRATIONS}/c")
    assert fields(page) == {"Client id": "c", "Client secret": "s"}
    assert "local fake" in page
    page = post(world, f"{INTEGRATIONS}/c/accounts", shared="chosen")
    assert NOTICES["shared"] in page
    assert world.get("/accounts")["data"] == []
    post(world, f"{INTEGRATIONS}/c/accounts", shared="chosen", account=A)
    assert line_ids(world) == ["first"]
    page = post(world, f"{INTEGRATIONS}/c/accounts", shared="all")
    assert ticked(page)[0] == "all"
    assert world.control("GET", "state")["integrations"][0]["accounts"] == "all"


def test_revoked_integration_opens_nothing(world: LocalSandbox) -> None:
    assert "loses its access" in get(world, f"{INTEGRATIONS}/c/revoke")
    page = post(world, f"{INTEGRATIONS}/c/revoke")
    assert NOTICES["revoked"] in page
    assert "badge" in page
    assert world.call("GET", "/accounts").status_code == 401
    assert world.authorize(("c", "s")).status_code == 401
    page = get(world, f"{INTEGRATIONS}/c")
    assert "is revoked" in page
    assert fields(page) == {}


def test_new_integration_needs_no_name(world: LocalSandbox) -> None:
    page = post(world, NEW, name=" ", shared="all")
    assert "<h1>Custom integration</h1>" in page


# === SAFETY === #


def test_texts_of_banks_are_escaped() -> None:
    names = ("holderName", "description", "product")
    line = {"counterpartName": EVIL, "remittanceInformation": EVIL, "amount": 1}
    evil = LocalSandbox(
        {
            **SEED,
            "institutions": [{"id": BANK, "name": EVIL, "primaryColor": EVIL}],
            "accounts": [
                {
                    "id": A,
                    **dict.fromkeys(names, EVIL),
                    "reference": EVIL,
                    "currency": EVIL,
                    "sync_errors": {"accountDetails": {"code": EVIL}},
                    "transactions": [{**line, "executionDate": EVIL}],
                }
            ],
            "integrations": [{"client_id": "c", "client_secret": EVIL, "name": EVIL}],
        }
    )
    pages = (
        HOME,
        ACCOUNT,
        f"{INSTITUTION}/reauthorize",
        INTEGRATIONS,
        f"{INTEGRATIONS}/c",
        f"{INTEGRATIONS}/c/revoke",
        f"{NEW}?customIntegrationName=%3Cscript%3E",
        f"{HOME}?done=%3Cscript%3E",
    )
    for path in pages:
        page = get(evil, path)
        assert "<script" not in page.lower()
        assert re.search(r"style=\"background: (?!#)", page) is None
    assert html.escape(EVIL, quote=False).split("'")[0] in get(evil, ACCOUNT)
    assert "<script" not in get(evil, f"{HOME}/accounts/%3Cscript%3E", 404)


def test_pages_carry_headers_that_keep_others_out(world: LocalSandbox) -> None:
    for path, status in ((HOME, 200), (f"{HOME}/nothing", 404)):
        answer = world.http.get(path, base_url=LOCAL_URL)
        assert answer.status_code == status
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cache-Control"] == "no-store"


FORMS = [
    path.replace("<key>", {"institutions": BANK, "accounts": A}.get(kind, "c"))
    for method, path, _name in ROUTES
    if method == "POST"
    for kind in [path.split("/")[2]]
]


def press(
    world: LocalSandbox, path: str, headers: dict[str, str], base: str = LOCAL_URL
) -> TestResponse:
    return world.http.post(path, base_url=base, data={"amount": "1"}, headers=headers)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:8069"},
        {"Origin": "http://127.0.0.1:8070.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    ],
)
@pytest.mark.parametrize("path", FORMS)
def test_form_from_elsewhere_changes_nothing(
    world: LocalSandbox, path: str, headers: dict[str, str]
) -> None:
    before = world.control("GET", "state")
    assert press(world, path, headers).status_code == 403
    assert world.control("GET", "state") == before


@pytest.mark.parametrize("headers", [OWN, {"Sec-Fetch-Site": "same-origin"}])
@pytest.mark.parametrize("path", FORMS)
def test_own_form_is_heard(
    world: LocalSandbox, path: str, headers: dict[str, str]
) -> None:
    version = world.application.world.version
    assert press(world, path, headers).status_code == 303
    assert world.application.world.version > version


@pytest.mark.parametrize(
    "base", ["http://evil.example", "http://127.0.0.1.evil.example:8070"]
)
@pytest.mark.parametrize("path", [HOME, "/new-custom-integration", f"{INTEGRATIONS}/c"])
def test_name_that_only_leads_here_is_refused(
    world: LocalSandbox, path: str, base: str
) -> None:
    answer = world.http.get(path, base_url=base)
    assert answer.status_code == 403
    assert "Client secret" not in answer.get_data(as_text=True)
    assert press(world, NEW, {"Origin": base}, base).status_code == 403


@pytest.mark.parametrize(
    "base", ["http://localhost:8070", "http://[::1]:8070", "http://127.0.0.1"]
)
def test_names_of_this_machine(world: LocalSandbox, base: str) -> None:
    assert world.http.get(HOME, base_url=base).status_code == 200
    assert press(world, NEW, {"Origin": base}, base).status_code == 303


def test_control_api_hears_programs_but_no_web_sites(world: LocalSandbox) -> None:
    def ask(method: str, base: str = LOCAL_URL, **headers: str) -> tuple[int, object]:
        answer = world.http.open(
            "/_control/switches", method=method, base_url=base, headers=headers
        )
        return answer.status_code, answer.get_json().get("error")

    assert ask("POST") == ask("POST", Origin=LOCAL_URL) == (200, None)
    assert ask("POST", Origin="https://evil.example") == (403, "foreignOrigin")
    assert ask("GET", base="http://evil.example:8070") == (403, "foreignHost")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"{HOME}/accounts/unknown", 404),
        ("GET", f"{HOME}/institutions/unknown/reauthorize", 404),
        ("GET", f"{INTEGRATIONS}/unknown", 404),
        ("POST", f"{INTEGRATIONS}/unknown/revoke", 404),
        ("POST", f"{INSTITUTION}/unknown", 404),
        ("GET", f"{INSTITUTION}/expire", 405),
        ("POST", HOME, 405),
    ],
)
def test_ways_that_lead_nowhere(
    world: LocalSandbox, method: str, path: str, status: int
) -> None:
    answer = world.http.open(path, method=method, base_url=LOCAL_URL, headers=OWN)
    assert answer.status_code == status
    assert "Back to the accounts" in answer.get_data(as_text=True)


def test_dashboard_is_not_in_the_request_journal(world: LocalSandbox) -> None:
    world.control("DELETE", "requests")
    get(world, HOME)
    get(world, f"{HOME}/")
    post(world, f"{INSTITUTION}/synchronize")
    world.http.get("/new-custom-integration", base_url=LOCAL_URL)
    assert world.control("GET", "requests")["requests"] == []
    assert world.call("GET", "/_dashboards").status_code == 404
    assert len(world.control("GET", "requests")["requests"]) == 1


def test_host_that_is_no_host_is_refused() -> None:
    environ = {**create_environ(HOME), "HTTP_HOST": "[::1"}
    with pytest.raises(Problem, match=r"Call 127\.0\.0\.1"):
        require_loopback(Request(environ))
