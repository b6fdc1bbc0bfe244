"""Everything that a sandbox answers, to compare two of them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from sandbox.testing import BASE_URL, LocalSandbox

LISTS = ("transactions", "pending-transactions")
UPDATED = ("", "/updated-transactions", "/updated-pending-transactions")


def answers(sandbox: LocalSandbox, synchronizations: list[str]) -> dict[str, Any]:
    """The documents behind every address that a client may know, by address."""
    sandbox.token = ""
    found = {"public": _walk(sandbox, "/financial-institutions")}
    sandbox.authorize()
    paths = ["/accounts", "/financial-institutions"]
    for item in _items(sandbox, "/accounts"):
        account = f"/accounts/{item['id']}"
        paths += [account, *(f"{account}/{name}" for name in LISTS)]
    for item in _items(sandbox, "/financial-institutions"):
        institution = f"/financial-institutions/{item['id']}"
        bank = f"/sandbox{institution}/financial-institution-accounts"
        lines = [
            f"{bank}/{account['id']}/financial-institution-transactions"
            for account in _items(sandbox, bank)
        ]
        paths += [institution, bank, *lines]
    found |= {path: _walk(sandbox, path) for path in paths}
    for item_id in synchronizations:
        for path in (f"/synchronizations/{item_id}{name}" for name in UPDATED):
            answer = sandbox.call("GET", path)
            found[path] = (answer.status_code, answer.get_json().get("data"))
    state = sandbox.control("GET", "state")
    found["state"] = {**state, "requests": None}
    return found


def _items(sandbox: LocalSandbox, path: str) -> list[dict[str, Any]]:
    return [item for page in _walk(sandbox, path) for item in page["data"]]


def _walk(sandbox: LocalSandbox, path: str) -> list[Any]:
    """All pages of a list; of one resource just that."""
    pages = [sandbox.get(f"{path}?page[limit]=100")]
    while following := pages[-1].get("links", {}).get("next"):
        parts = urlsplit(following.removeprefix(BASE_URL))
        pages.append(sandbox.get(f"{parts.path}?{parts.query}"))
    return pages
