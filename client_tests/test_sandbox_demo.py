"""The demo world: balances add up, numbers are valid, the oddities are there."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from sandbox.belgian import iban, structured_communication
from sandbox.demo_world import CLIENT_ID, CLIENT_SECRET, HOLDER, account_id, demo_seed
from sandbox.store import Account, World, total
from sandbox.testing import LocalSandbox

MAIN_ACCOUNTS = ("main", "shop")


@pytest.fixture(scope="module")
def sandbox() -> LocalSandbox:
    local = LocalSandbox()
    local.authorize()
    return local


@pytest.fixture(scope="module")
def world(sandbox: LocalSandbox) -> World:
    return sandbox.application.world


def texts(world: World, name: str) -> list[Any]:
    lines = [line for account in world.accounts.values() for line in account.lines]
    return [line.attributes[name] for line in lines]


def valid_iban(text: str) -> bool:
    rotated = text[4:] + text[:4]
    return int("".join(str(int(letter, 36)) for letter in rotated)) % 97 == 1


def test_credentials_are_always_the_same(sandbox: LocalSandbox) -> None:
    assert sandbox.credentials() == (CLIENT_ID, CLIENT_SECRET)


def test_accounts(world: World) -> None:
    accounts = list(world.accounts.values())
    assert len(accounts) == 6
    assert {item.attributes["holderName"] for item in accounts} == {HOLDER}
    kinds = sorted(item.attributes["subtype"] for item in accounts)
    assert kinds == ["card", "checking", "checking", "checking", "checking", "savings"]
    euro, dollar = (world.account(account_id(key)) for key in ("euro", "dollar"))
    assert euro.attributes["reference"] == dollar.attributes["reference"]
    assert {euro.attributes["currency"], dollar.attributes["currency"]} == {
        "EUR",
        "USD",
    }
    card = world.account(account_id("card"))
    assert card.attributes["referenceType"] == "MASKEDPAN"


def test_balances_add_up(world: World) -> None:
    for account in world.accounts.values():
        shown = account.attributes["currentBalance"]
        assert account.opening_balance + total(account.lines) == shown
        assert shown > 0 or account.attributes["subtype"] == "card"
        assert shown + total(account.lines_at_bank) == account.bank_balance
        assert account.id == str(account.id)


@pytest.mark.parametrize("key", MAIN_ACCOUNTS)
def test_main_accounts_have_fourteen_months(world: World, key: str) -> None:
    account = world.account(account_id(key))
    assert 300 < len(account.lines) < 1500
    days = [
        line.attributes["executionDate"]
        for line in account.lines
        if line.attributes["executionDate"]
    ]
    assert timedelta(days=400) < max(days) - min(days) < timedelta(days=430)
    assert account.lines_at_bank


def test_creation_follows_the_order_of_arrival(world: World) -> None:
    now = world.clock.now()
    for account in world.accounts.values():
        moments = [line.created_at for line in account.lines]
        assert moments == sorted(moments)
        assert moments[-1] <= now
        assert len({line.id for line in account.lines}) == len(account.lines)


def test_account_numbers_and_communications_are_valid(world: World) -> None:
    references = [
        item.attributes["reference"]
        for item in world.accounts.values()
        if item.attributes["referenceType"] == "IBAN"
    ]
    references += [text for text in texts(world, "counterpartReference") if text]
    assert len(references) > 500
    assert all(map(valid_iban, references))
    communications = [
        text for text in texts(world, "remittanceInformation") if text and "+++" in text
    ]
    assert len(communications) > 100
    for text in communications:
        digits = re.sub(r"\D", "", text)
        assert int(digits[:10]) % 97 in {int(digits[10:]), int(digits[10:]) - 97}
    assert iban("5390075470") == "BE68539007547034"
    assert structured_communication(909337554) == "+++090/9337/55493+++"


def test_oddities_are_there(world: World) -> None:
    main = world.account(account_id("main"))
    digests = texts(world, "digest")
    assert len(set(digests)) < len(digests)
    assert 0 in [line.amount for line in main.lines]
    assert any(
        line.attributes["valueDate"] > world.clock.now()
        for line in main.lines
        if line.attributes["valueDate"]
    )
    assert None in texts(world, "executionDate")
    remittances = [text for text in texts(world, "remittanceInformation") if text]
    assert any("<br>" in text for text in remittances)
    assert any(not text.isascii() for text in remittances)
    assert any(len(text) == 300 for text in remittances)
    assert any(texts(world, "fee"))
    late = [line for line in main.lines if _delay(line) > timedelta(days=5)]
    assert late


def _delay(line: Any) -> timedelta:
    day = line.attributes["executionDate"]
    return line.created_at - day if day else timedelta()


def test_transfers_between_own_accounts_have_both_sides(world: World) -> None:
    def movements(account: Account, sign: int) -> set[Any]:
        return {
            (line.attributes["executionDate"], sign * line.amount)
            for line in [*account.lines, *account.lines_at_bank]
            if line.attributes["remittanceInformation"] == "spaarplan"
        }

    main, savings = (world.account(account_id(key)) for key in ("main", "savings"))
    assert movements(main, -1) == movements(savings, 1)
    assert len(movements(main, 1)) >= 13


def test_institutions(world: World, sandbox: LocalSandbox) -> None:
    items = [item.attributes for item in world.institutions.values()]
    assert len(items) > 40
    assert {item["status"] for item in items} == {"stable", "beta", "experimental"}
    assert {item["expectedAuthorizationLifetime"] for item in items} == {90, 180}
    assert any(item["deprecated"] for item in items)
    assert None in {item["country"] for item in items}
    assert len({item["country"] for item in items}) > 8
    assert len({item["name"] for item in items}) == len(items)
    found = sandbox.get("/financial-institutions")["data"]
    statuses = {
        item["attributes"]["name"]: item["attributes"]["status"] for item in found
    }
    assert statuses == {
        "Vlinderbank": "stable",
        "Sint-Michiels Krediet": "beta",
        "Kempische Spaarbank": "stable",
    }


def test_one_authorization_ends_in_nine_days(world: World) -> None:
    ends = sorted(
        (item.attributes["authorizationExpirationExpectedAt"] - world.clock.now()).days
        for item in world.accounts.values()
    )
    assert ends[0] in {8, 9}
    assert ends[1] > 30


def test_pending_lines_are_at_the_institution_that_offers_them(world: World) -> None:
    pending = [item for item in world.accounts.values() if item.pending]
    assert [item.id for item in pending] == [account_id("euro")]


def test_world_is_the_same_for_the_same_day() -> None:
    morning = datetime(2026, 3, 2, 8, tzinfo=timezone.utc)
    evening = datetime(2026, 3, 2, 20, tzinfo=timezone.utc)
    first, second = (
        [part["transactions"] for part in demo_seed(moment)["accounts"]]
        for moment in (morning, evening)
    )
    assert first == second
    assert all(first)


def test_a_fetch_brings_new_lines(sandbox: LocalSandbox) -> None:
    main = account_id("main")
    before = sandbox.get(f"/accounts/{main}/transactions?limit=1")["data"][0]["id"]
    assert sandbox.finish(main, "accountTransactions")["status"] == "success"
    after = sandbox.get(f"/accounts/{main}/transactions?limit=1")["data"][0]["id"]
    assert before != after
