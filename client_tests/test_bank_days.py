"""What is a day of a bank's, and what stands for none, wherever Ponto gives one."""

from __future__ import annotations

from datetime import date, datetime, timezone

import pytest
from account_ponto_sync.rules.compared_payment import Entry
from account_ponto_sync.rules.periods import period_of
from account_ponto_sync.rules.recognition import match_lines

from mapping import (
    absurd_date,
    booking_date,
    fingerprint,
    prepare_account_vals,
    prepare_inbox_vals,
    shifted,
    today_in,
)
from ponto_client import (
    Account,
    FinancialInstitution,
    Synchronization,
    Transaction,
    bank_days,
    is_bank_day,
)

ABSURD = (
    "0001-01-01",
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "0099-06-30",
    "1899-12-31",
    "1970-01-01T00:00:00Z",
    "2999-12-31",
    "9999-12-31",
    "9999-12-31T23:59:59.999Z",
    "9999-12-31T23:59:59-12:00",
)
UNREADABLE = ("0000-00-00", "10000-01-01T00:00:00Z", "2026-02-30", "never", 5, True)
MOMENTS = (
    "authorizedAt",
    "authorizationExpirationExpectedAt",
    "availableBalanceChangedAt",
    "availableBalanceReferenceDate",
    "availableBalanceVariationObservedAt",
    "currentBalanceChangedAt",
    "currentBalanceReferenceDate",
    "currentBalanceVariationObservedAt",
)


def transaction(**attributes):
    values = {"amount": "-3.21", "currency": "EUR", **attributes}
    return Transaction.from_api({"id": "t1", "attributes": values})


def test_bounds():
    first, last = bank_days()
    assert first == date(1990, 1, 1)
    assert last.year >= datetime.now(timezone.utc).year + 10
    assert is_bank_day(first)
    assert is_bank_day(last)
    assert not is_bank_day(shifted(first, -1))
    assert not is_bank_day(shifted(last, 1))


@pytest.mark.parametrize("text", ABSURD)
def test_absurd_day_of_booking(text):
    found = transaction(executionDate=text, valueDate="2026-03-05")
    assert found.execution_date is None
    assert found.absurd_dates == {"execution_date": date.fromisoformat(text[:10])}
    assert booking_date(found) is None
    assert absurd_date(found) == date.fromisoformat(text[:10])
    assert booking_date(found, "value") == date(2026, 3, 5)
    assert absurd_date(found, "value") is None
    assert prepare_inbox_vals(found)["execution_date"] is None
    assert fingerprint(found).startswith("v1:")


@pytest.mark.parametrize("text", ABSURD)
def test_absurd_date_that_stands_in_for_another(text):
    found = transaction(executionDate=None, valueDate=text)
    assert booking_date(found) is None
    assert absurd_date(found)


@pytest.mark.parametrize("text", ABSURD + UNREADABLE)
def test_moments_are_unknown(text):
    found = transaction(executionDate="2026-03-05", createdAt=text, updatedAt=text)
    assert found.created_at is None
    assert found.updated_at is None
    raw = {"id": "a1", "attributes": dict.fromkeys(MOMENTS, text)}
    raw["meta"] = {
        "synchronizedAt": text,
        "latestSynchronization": {
            "id": "s1",
            "attributes": {
                "createdAt": text,
                "updatedAt": text,
                "subtype": "accountDetails",
                "status": "success",
            },
        },
    }
    vals = prepare_account_vals(Account.from_api(raw))
    has_no_end = vals.pop("authorization_has_no_end", False)
    assert has_no_end == (str(text)[:5] in ("9999-", "2999-", "10000"))
    known = {name for name, value in vals.items() if value}
    assert known == {"ponto_ref", "synchronization_ref"}
    values = {"maintenanceFrom": text, "maintenanceTo": text}
    bank = FinancialInstitution.from_api({"id": "b1", "attributes": values})
    assert bank.maintenance_from is None
    assert bank.maintenance_to is None
    item = Synchronization.from_api({"id": "s1", "attributes": {"createdAt": text}})
    assert item.created_at is None


@pytest.mark.parametrize("day", [date.min, date.max])
def test_nothing_overflows(day):
    assert shifted(day, -400) <= day <= shifted(day, 400)
    for grouping in ("day", "week", "month"):
        period = period_of(day, grouping)
        assert period.first <= day <= period.last
    matched = match_lines([Entry(key=1, day=day)], [Entry(key=2, day=day)])
    assert matched.pairs == {1: (2, "same_day")}
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", None):
        edge = datetime.combine(
            day, datetime.max.time() if day.year > 1 else datetime.min.time()
        )
        assert today_in(zone, edge) in {day, shifted(day, 1), shifted(day, -1)}
