"""Odd but real values: a seed carries them, and the answers show them as they are."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_world import BANK, NOW, A

from sandbox.testing import LocalSandbox

B = "22222222-2222-4222-8222-222222222222"
TWIN = {"amount": "-2.40", "executionDate": "2026-02-20", "description": "koffie"}
LINES: dict[str, dict[str, Any]] = {
    "twin-1": TWIN,
    "twin-2": TWIN,
    "future-value": {
        "amount": 1,
        "executionDate": "2026-03-02",
        "valueDate": "2026-03-05",
    },
    "no-date": {"amount": 1, "executionDate": None, "valueDate": None},
    "structured": {
        "amount": 1,
        "remittanceInformation": "+++090/9337/55493+++",
        "remittanceInformationType": "structured",
    },
    "bare-structured": {
        "amount": 1,
        "remittanceInformation": "090933755493",
        "remittanceInformationType": "structured",
    },
    "breaks": {"amount": 1, "remittanceInformation": "NAAM<br>NL91ABNA0417164300<br>x"},
    "long": {"amount": 1, "remittanceInformation": "ë€漢字🥖 " * 40},
    "card": {
        "amount": "-20.00",
        "fee": "0.35",
        "cardReference": "7788",
        "cardReferenceType": "MASKEDPAN",
    },
}


def sandbox(**account: Any) -> LocalSandbox:
    world = LocalSandbox(
        {
            "now": NOW,
            "institutions": [{"id": BANK, "name": "Linkerbank"}],
            "accounts": [{"id": A, **account}, {"id": B, "currency": "USD"}],
            "integrations": [{}],
        }
    )
    world.authorize()
    return world


@pytest.mark.parametrize(
    ("currency", "amount", "text"),
    [
        ("EUR", "100", "100.0"),
        ("EUR", "-0.10", "-0.1"),
        ("EUR", "0", "0.0"),
        ("JPY", "-1500", "-1500.0"),
        ("BHD", "12.345", "12.345"),
        ("EUR", "0.00001", "1e-05"),
        ("EUR", "123456789012.34", "123456789012.34"),
    ],
)
def test_amounts_are_json_numbers(currency: str, amount: str, text: str) -> None:
    line = {"id": "x", "amount": amount, "fee": amount}
    world = sandbox(currency=currency, transactions=[line])
    line_text = world.call("GET", f"/accounts/{A}/transactions/x").get_data(
        as_text=True
    )
    account_text = world.call("GET", f"/accounts/{A}").get_data(as_text=True)
    assert f'"amount":{text},"currency":"{currency}"' in line_text
    assert f'"fee":{text},' in line_text
    assert f'"currentBalance":{text},' in account_text


@pytest.mark.parametrize("line_id", LINES)
def test_odd_lines(line_id: str) -> None:
    lines = [{"id": name, **values} for name, values in LINES.items()]
    world = sandbox(transactions=lines)
    path = f"/accounts/{A}/transactions/{line_id}"
    shown = world.get(path)["data"]["attributes"]
    for name, value in LINES[line_id].items():
        if name in {"amount", "fee"}:
            assert shown[name] == float(value)
        elif name.endswith("Date"):
            assert shown[name] == (value and f"{value}T00:00:00.000Z")
        else:
            assert shown[name] == value
    twins = [
        item["attributes"] for item in world.get(path[: -len(line_id) - 1])["data"]
    ]
    digests = [item["digest"] for item in twins]
    assert len(set(digests)) == len(LINES) - 1
    assert digests[-1] == digests[-2]


def test_one_account_number_in_two_currencies() -> None:
    first, second = sandbox().get("/accounts")["data"]
    assert first["id"] != second["id"]
    numbers = {item["attributes"]["reference"] for item in (first, second)}
    currencies = [item["attributes"]["currency"] for item in (first, second)]
    assert len(numbers) == 1
    assert currencies == ["EUR", "USD"]


@pytest.mark.parametrize(
    ("reference", "kind"),
    [
        ("540123XXXXXX7788", "MASKEDPAN"),
        ("winkel@example.com", "email"),
        ("0012345", "BBAN"),
    ],
)
def test_account_numbers_that_are_no_iban(reference: str, kind: str) -> None:
    world = sandbox(reference=reference, referenceType=kind)
    shown = world.get(f"/accounts/{A}")["data"]["attributes"]
    assert (shown["reference"], shown["referenceType"]) == (reference, kind)
