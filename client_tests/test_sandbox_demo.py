"""The demo world: balances add up, numbers are valid, the oddities are there."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from sandbox.belgian import iban, structured_communication, vat_number_of
from sandbox.demo.accounts import ACCOUNTS, account_id, opening_balance
from sandbox.demo.calendar import (
    ONE_DAY,
    add_months,
    bank_day,
    bank_day_before,
    days_between,
    first_day,
    is_bank_day,
    monthly,
    switch_day,
    yearly,
)
from sandbox.demo.documents import documents
from sandbox.demo.dues import opening_dues, payroll, unpaid_wages, vat_return
from sandbox.demo.lines import movements
from sandbox.demo.parties import COCOA, HOLDER, WAFFLES, account_number
from sandbox.demo.specials import special_documents
from sandbox.demo.tills import TILLS, net_of, takings_between
from sandbox.demo.world import CLIENT_ID, CLIENT_SECRET, demo_day, demo_seed
from sandbox.store import Account, World, total
from sandbox.testing import LocalSandbox

MAIN_ACCOUNTS = ("main", "shop")
ANCHOR = date(2026, 11, 23)
#: a leap day, ends of a year and of a long month, a Saturday and a Sunday, Wednesdays,
#: and books that begin with wages of February still to be paid
ANCHORS = (
    ANCHOR,
    date(2024, 2, 29),
    date(2025, 12, 31),
    date(2026, 1, 1),
    date(2027, 3, 31),
    date(2026, 8, 2),
    date(2026, 11, 28),
    date(2029, 3, 14),
)


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
        coming = [line for line in account.lines_at_bank if not line.when_asked]
        assert shown + total(coming) == account.bank_balance
        assert account.id == str(account.id)


@pytest.mark.parametrize("key", MAIN_ACCOUNTS)
def test_main_accounts_have_two_years(world: World, key: str) -> None:
    account = world.account(account_id(key))
    assert 300 < len(account.lines) < 1500
    days = [
        line.attributes["executionDate"]
        for line in account.lines
        if line.attributes["executionDate"]
    ]
    assert timedelta(days=720) < max(days) - min(days) < timedelta(days=765)
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
    american = {account_number(COCOA), account_number(WAFFLES)}
    assert american < set(references)
    references = [text for text in references if text not in american]
    assert {text[:2] for text in references} == {"BE", "FR", "NL"}
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


SAVING_TEXTS = {"opening spaarrekening", "spaarplan"}


def test_transfers_between_own_accounts_have_both_sides(world: World) -> None:
    def movements(account: Account, sign: int) -> set[Any]:
        return {
            (line.attributes["executionDate"], sign * line.amount)
            for line in [*account.lines, *account.lines_at_bank]
            if line.attributes["remittanceInformation"] in SAVING_TEXTS
        }

    main, savings = (world.account(account_id(key)) for key in ("main", "savings"))
    assert movements(main, -1) == movements(savings, 1)
    assert len(movements(main, 1)) >= 2


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


# === THE STORY === #


def test_days_go_on_where_the_seed_ends() -> None:
    seed = demo_seed(datetime(2026, 11, 23, 12, tzinfo=timezone.utc))
    assert seed["story"] == {"anchor": "2026-11-23", "told_until": "2026-11-23"}
    told: dict[str, list[dict[str, Any]]] = {}
    for day in days_between(first_day(ANCHOR), ANCHOR):
        for key, parts in demo_day(ANCHOR, day).items():
            told.setdefault(key, []).extend(parts)
    for account in seed["accounts"]:
        whole = account["transactions"] + account["at_bank"]
        assert whole == told[account["id"]]
        assert len({part["id"] for part in whole}) == len(whole)


def test_ordinary_days_do_not_depend_on_the_anchor() -> None:
    days = list(days_between(date(2031, 4, 1), date(2031, 6, 30)))
    told = [demo_day(ANCHOR, day) for day in days]
    assert told == [demo_day(date(2026, 6, 3), day) for day in days]
    assert len([parts for parts in told if parts]) > len(days) / 2


STORY = "3fd614896285fcf586f9466ef8a9a93c28e8c69a8739e011909dace8e6ad48ba"


def test_story_is_the_one_that_living_demos_were_told() -> None:
    told = [
        demo_day(anchor, day)
        for anchor in ANCHORS[:4]
        for day in days_between(
            anchor - timedelta(days=60), anchor + timedelta(days=59)
        )
    ]
    text = json.dumps(told, sort_keys=True, default=str)
    assert hashlib.sha256(text.encode()).hexdigest() == STORY, (
        "The story changed, so demos that are alive get lines that do not agree with"
        " their books. If that is wanted, set STORY anew and say in the changelog that"
        " they need `make demo-reset`."
    )


def test_nothing_happens_before_the_books_begin() -> None:
    assert demo_day(ANCHOR, first_day(ANCHOR) - ONE_DAY) == {}


@pytest.mark.parametrize("anchor", ANCHORS)
def test_accounts_stay_in_credit_for_years(anchor: date) -> None:
    balances = {row[0]: opening_balance(row[0]) for row in ACCOUNTS}
    for movement in movements(anchor, add_months(anchor, 36)):
        balances[movement.account] += movement.amount
        if movement.account == "card":
            assert -2500 < balances["card"] <= 0, movement
        else:
            assert balances[movement.account] >= 0, movement


@pytest.mark.parametrize("anchor", ANCHORS)
def test_one_line_of_the_closed_period_comes_late(anchor: date) -> None:
    closed = switch_day(anchor)
    assert timedelta(days=58) < anchor - closed < timedelta(days=93)
    late = [
        item for item in movements(anchor, anchor) if item.day < closed <= item.arrives
    ]
    assert [(item.account, item.arrives) for item in late] == [("main", anchor)]


@pytest.mark.parametrize("anchor", ANCHORS)
def test_payments_name_documents_that_exist(anchor: date) -> None:
    known = {document.key: document for document in documents(anchor)}
    assert len(known) > 500
    paid: dict[str, Decimal] = {}
    for movement in movements(anchor, anchor):
        for share in movement.shares:
            if share.document:
                paid.setdefault(share.document, Decimal(0))
                paid[share.document] += share.amount
    assert paid.keys() <= known.keys()
    unusual = {key for key, sum_ in paid.items() if sum_ != known[key].due_amount}
    assert all(key.startswith("special/") for key in unusual)
    assert len(unusual) == 2  # paid short, and collected and given back
    before = anchor - timedelta(days=62)
    old = {key for key, document in known.items() if document.issued < before}
    assert old <= paid.keys()


def test_communications_of_documents_are_unique() -> None:
    texts = [
        item.communication for item in documents(ANCHOR) if "+++" in item.communication
    ]
    assert len(texts) > 400
    assert len(set(texts)) == len(texts)


def test_pay_outs_name_gross_and_fee() -> None:
    found = [
        (movement, movement.shares)
        for movement in movements(ANCHOR, ANCHOR)
        if movement.shares[0].ledger == "takings"
    ]
    assert len(found) > 500
    for movement, (gross, fee) in found:
        assert movement.amount == gross.amount + fee.amount
        assert fee.amount < 0 < movement.amount
        amounts = re.findall(r"(?:BRUTO|KOST) ([\d.,]+)", movement.text or "")
        told = [Decimal(text.replace(".", "").replace(",", ".")) for text in amounts]
        assert told == [gross.amount, -fee.amount]


def test_takings_have_tax_in_whole_cents() -> None:
    for till in TILLS:
        gross = takings_between(till, date(2026, 10, 1), date(2026, 10, 31))
        net = net_of(gross)
        assert net * 100 == int(net * 100)
        assert net * Decimal("1.06") == gross


def test_state_gets_what_is_due() -> None:
    month = date(2026, 9, 1)
    paid = {
        share.ledger: share.amount
        for movement in movements(ANCHOR, ANCHOR)
        if movement.day >= date(2026, 10, 12) and movement.day < date(2026, 10, 25)
        for share in movement.shares
    }
    assert paid["vat"] == -vat_return(ANCHOR, month).balance
    assert paid["withholding_tax"] == -payroll(month).withheld


def test_calendar() -> None:
    saturday, monday = date(2026, 11, 28), date(2026, 11, 30)
    assert bank_day(saturday) == monday
    assert bank_day(monday) == monday
    assert bank_day_before(saturday) == date(2026, 11, 27)
    on_28th = monthly(28)
    days = days_between(date(2026, 11, 1), date(2026, 12, 31))
    assert [day for day in days if on_28th(day)] == [monday, date(2026, 12, 28)]
    may = yearly((5, 1))
    assert may(date(2027, 5, 3))
    assert not may(date(2027, 5, 1))
    assert not may(date(2027, 6, 1))


def test_banks_are_closed_at_easter() -> None:
    sundays = ("2024-03-31", "2025-04-20", "2026-04-05", "2038-04-25", "2049-04-18")
    for easter in map(date.fromisoformat, sundays):
        thursday, tuesday = easter - 3 * ONE_DAY, easter + 2 * ONE_DAY
        closed = list(days_between(thursday + ONE_DAY, tuesday - ONE_DAY))
        assert {bank_day(day) for day in closed} == {tuesday}
        assert {bank_day_before(day) for day in closed} == {thursday}


@pytest.mark.parametrize("anchor", ANCHORS)
def test_banks_book_on_bank_days(anchor: date) -> None:
    every_day = {"unknown", "card_purchases", "fuel"}
    for movement in movements(anchor, anchor):
        if movement.shares[0].ledger not in every_day:
            assert is_bank_day(movement.day), movement


def test_stories_of_documents_take_days() -> None:
    """Also where weekends and holidays move all of it."""
    for number in range(800):
        anchor = ANCHOR + number * ONE_DAY
        for document in special_documents(anchor):
            days = [payment.day for payment in document.payments]
            days = [document.issued, *filter(None, [document.registered]), *days]
            assert days == sorted(set(days)), (anchor, document.key)
            assert days[0] >= switch_day(anchor)
            assert days[-1] <= anchor


@pytest.mark.parametrize("anchor", ANCHORS)
def test_debts_are_paid_when_due(anchor: date) -> None:
    """At the end of a month: all but that month's, and of wages none but late ones."""
    debts = opening_dues(anchor)
    paid = list(movements(anchor, add_months(anchor, 13)))
    for number in range(36):
        month = add_months(first_day(anchor), number)
        wages = payroll(month)
        debts["withholding_tax"] += wages.withheld
        debts["vat"] += vat_return(anchor, month).balance
        debts["social_security"] += wages.contributions
        debts["net_wages"] += sum(wages.net.values())
        for movement in paid:
            if add_months(movement.day, 0) == month:
                for share in movement.shares:
                    if share.ledger in debts:
                        debts[share.ledger] += share.amount
        assert debts["withholding_tax"] == wages.withheld
        assert debts["vat"] == vat_return(anchor, month).balance
        quarter = [add_months(month, -age) for age in range((month.month - 1) % 3 + 1)]
        due = sum(payroll(item).contributions for item in quarter)
        assert debts["social_security"] == due
        assert debts["net_wages"] == unpaid_wages(add_months(month, 1))


def test_vat_numbers_are_valid() -> None:
    number = vat_number_of(HOLDER)
    assert re.fullmatch(r"BE0\d{9}", number)
    assert (int(number[2:10]) + int(number[10:])) % 97 == 0
