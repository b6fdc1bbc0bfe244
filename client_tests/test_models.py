"""Value objects: dates, amounts, missing and unknown attributes."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import date, datetime, timezone
from decimal import Decimal

import pytest
from doubles import IBAN, SECRET, Answer, make_client, page, raw_transaction
from hypothesis import given
from hypothesis import strategies as st

from ponto_client import (
    Account,
    FinancialInstitution,
    PendingTransaction,
    ReauthorizationRequest,
    ResponseFormatError,
    Synchronization,
    SynchronizationStatus,
    SynchronizationSubtype,
    Transaction,
    UserInfo,
)
from ponto_client.parsing import Fields, as_date, as_decimal, as_moment

UTC = timezone.utc


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-31T00:00:00.000Z", date(2026, 3, 31)),
        ("2026-03-31T21:30:00.000Z", date(2026, 3, 31)),
        ("2026-03-31T23:59:59.999999+14:00", date(2026, 3, 31)),
        ("2026-03-31T00:00:00-12:00", date(2026, 3, 31)),
        ("2026-03-31T00:00:00Z", date(2026, 3, 31)),
        ("2026-03-31", date(2026, 3, 31)),
        (" 2026-03-31 ", date(2026, 3, 31)),
        ("2026-03-31Z", date(2026, 3, 31)),
        ("2024-02-29", date(2024, 2, 29)),
        ("2026-02-29", None),
        ("2026-W13-2", None),
        ("20260331", None),
        ("2026-03-311", None),
        ("２０２６-03-31", None),
        ("", None),
        (None, None),
        (20260331, None),
    ],
)
def test_dates_are_the_first_ten_characters(text, expected):
    assert as_date(text) == expected


@given(st.dates(), st.times(), st.sampled_from(["Z", "+14:00", "-12:00", ""]))
def test_a_date_never_moves(day, time, zone):
    assert as_date(f"{day.isoformat()}T{time.isoformat()}{zone}") == day


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-02T06:00:44.502Z", datetime(2026, 3, 2, 6, 0, 44, 502000, UTC)),
        (
            "2022-11-23T23:10:13.953328Z",
            datetime(2022, 11, 23, 23, 10, 13, 953328, UTC),
        ),
        ("2020-05-22T00:00:00Z", datetime(2020, 5, 22, tzinfo=UTC)),
        (
            "2020-05-22T00:00:00.1234567890Z",
            datetime(2020, 5, 22, 0, 0, 0, 123456, UTC),
        ),
        ("2020-05-22T01:00:00+02:00", datetime(2020, 5, 21, 23, tzinfo=UTC)),
        ("2020-05-22T01:00:00-0130", datetime(2020, 5, 22, 2, 30, tzinfo=UTC)),
        ("2020-05-22T01:00:00+02", datetime(2020, 5, 21, 23, tzinfo=UTC)),
        ("2020-05-22t01:00:00z", datetime(2020, 5, 22, 1, tzinfo=UTC)),
        ("2020-05-22 01:00", datetime(2020, 5, 22, 1, tzinfo=UTC)),
        ("2020-05-22T23:59:60Z", datetime(2020, 5, 22, 23, 59, 59, tzinfo=UTC)),
        ("2020-05-22", datetime(2020, 5, 22, tzinfo=UTC)),
        ("2020-05-22T25:00:00Z", None),
        ("2020-13-22T00:00:00Z", None),
        ("0001-01-01T00:00:00+10:00", None),
        ("2020-05-22T00:00:00+99:00", None),
        ("today", None),
        ("", None),
        (5, None),
    ],
)
def test_moments(text, expected):
    found = as_moment(text)
    assert found == expected
    assert found is None or found.utcoffset().total_seconds() == 0


@given(st.datetimes(timezones=st.just(UTC)))
def test_every_iso_moment_is_read(moment):
    assert as_moment(moment.isoformat()) == moment


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("1.10"), "1.10"),
        (5, "5"),
        (0, "0"),
        (Decimal("-0.0"), "-0.0"),
        ("-12.50", "-12.50"),
        (" 12 ", "12"),
        ("+1E+2", "1E+2"),
        ("1e-7", "1E-7"),
        (Decimal("1e29"), "1E+29"),
        (Decimal("1e30"), None),
        (Decimal("1e-31"), None),
        (Decimal("NaN"), None),
        (Decimal("sNaN"), None),
        (Decimal("-Infinity"), None),
        (1.5, None),
        (True, None),
        ("", None),
        (None, None),
        ("1 000", None),
    ],
)
def test_decimals(value, expected):
    found = as_decimal(value)
    assert (None if found is None else str(found)) == expected


def test_digits_of_an_amount_are_kept():
    body = b'{"data": [{"id": "1", "attributes": {"currency": "eur", "amount": '
    body += b"-1234567890123456.70}}]}"
    client, _session, _clock = make_client(Answer(200, body))
    item = client.transaction_page("a1").items[0]
    assert str(item.amount) == "-1234567890123456.70"
    assert item.currency == "EUR"
    assert item.raw["attributes"]["amount"] == item.amount


def test_minimal_transaction():
    item = Transaction.from_api(
        {"id": " t1 ", "attributes": {"amount": 1, "currency": "EUR"}}
    )
    assert (item.id, item.amount) == ("t1", Decimal(1))
    assert (
        item.execution_date is item.description is item.fee is item.created_at is None
    )
    assert item.account_id is None


def test_blank_and_null_texts_are_absent_and_others_untouched():
    item = Transaction.from_api(
        raw_transaction(
            description="", counterpartName="  ", remittanceInformation=" a\0<br>b "
        )
    )
    assert item.description is None
    assert item.counterpart_name is None
    assert item.remittance_information == " a\0<br>b "


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (486, "486"),
        (Decimal("4.5"), "4.5"),
        (["a", "b", 5], "a\nb"),
        ([], None),
        ({"a": 1}, None),
        (True, None),
    ],
)
def test_odd_texts_do_not_cost_the_row(value, expected):
    item = Transaction.from_api(raw_transaction(mandateId=value))
    assert item.mandate_id == expected


def test_odd_extras_do_not_cost_the_row():
    raw = {
        "id": "t1",
        "type": "somethingNew",
        "attributes": {
            "amount": "1.5",
            "currency": "EUR",
            "fee": "much",
            "createdAt": "today",
            "updatedAt": 5,
            "remittanceInformationType": "quantum",
            "details": ["Donneur : X"],
        },
        "relationships": {"account": {"data": None}},
    }
    item = Transaction.from_api(raw)
    assert (item.fee, item.created_at, item.updated_at) == (None, None, None)
    assert item.remittance_information_type == "quantum"
    assert item.raw is raw


def test_fallback_id():
    item = Transaction.from_api(raw_transaction(" "), fallback_id="v1:x#0")
    assert item.id == "v1:x#0"


def test_booked_among_pending_is_refused():
    raw = {"type": "transaction", "id": "1", "attributes": {}}
    with pytest.raises(ResponseFormatError, match=r"data\.type"):
        PendingTransaction.from_api(raw)


def test_objects_are_frozen_and_show_nothing_personal():
    raw = {"id": "t1", "attributes": {"amount": 1, "currency": "EUR"}}
    raw["attributes"]["counterpartReference"] = IBAN
    item = Transaction.from_api(raw)
    assert repr(item) == "Transaction(id='t1')"
    assert item == Transaction.from_api(dict(raw))
    with pytest.raises(FrozenInstanceError):
        item.amount = Decimal(2)


@pytest.mark.parametrize(
    ("read", "good", "bad"),
    [
        (
            lambda client, problems: client.pending_transactions(
                "a1", unreadable=problems
            ),
            {**raw_transaction("p1"), "type": "pendingTransaction"},
            {**raw_transaction("p2", amount=None), "type": "pendingTransaction"},
        ),
        (
            lambda client, problems: client.updated_transactions(
                "s1", unreadable=problems
            ),
            raw_transaction("t1"),
            raw_transaction("t2", amount="NaN"),
        ),
        (
            lambda client, problems: client.updated_pending_transactions(
                "s1", unreadable=problems
            ),
            {**raw_transaction("p1"), "type": "pendingTransaction"},
            raw_transaction("t1"),
        ),
        (
            lambda client, problems: client.accounts(unreadable=problems),
            {"type": "account", "id": "a1"},
            {"type": "account", "id": " "},
        ),
        (
            lambda client, problems: client.financial_institutions(unreadable=problems),
            {"type": "financialInstitution", "id": "b1"},
            None,
        ),
    ],
)
def test_one_entry_that_cannot_be_read_costs_itself_only(read, good, bad):
    problems = []
    client, _session, _clock = make_client(page(bad, good, bad))
    assert [item.id for item in read(client, problems)] == [good["id"]]
    assert len(problems) == 2
    assert problems[1].startswith("data[2]")
    client, _session, _clock = make_client(page(bad, good))
    with pytest.raises(ResponseFormatError):
        list(read(client, None))


def test_list_that_cannot_be_read_is_no_entry():
    client, _session, _clock = make_client(Answer(200, {"data": None}))
    with pytest.raises(ResponseFormatError):
        list(client.accounts(unreadable=[]))


def test_pending_and_updated():
    raw = {**raw_transaction("p1"), "type": "pendingTransaction"}
    client, session, _clock = make_client(page(raw), page(raw_transaction()), page(raw))
    assert [item.id for item in client.pending_transactions("a1")] == ["p1"]
    assert [item.id for item in client.updated_transactions("s1")] == ["t1"]
    assert [item.id for item in client.updated_pending_transactions("s1")] == ["p1"]
    assert [call.path_url.partition("?")[0] for call in session.calls] == [
        "/accounts/a1/pending-transactions",
        "/synchronizations/s1/updated-transactions",
        "/synchronizations/s1/updated-pending-transactions",
    ]


# === SYNCHRONIZATION === #


def sync(status="success", **attributes):
    return {"id": "s1", "attributes": {"status": status, **attributes}}


def test_synchronize_sends_what_ponto_wants():
    client, session, _clock = make_client(Answer(201, {"data": sync("pending")}))
    found = client.synchronize(
        "a1", SynchronizationSubtype.ACCOUNT_TRANSACTIONS, "203.0.113.24"
    )
    assert not found.is_finished
    call = session.calls[0]
    assert (call.method, call.path_url) == ("POST", "/synchronizations")
    assert call.headers["Content-Type"] == "application/vnd.api+json"
    assert call.body == (
        b'{"data": {"type": "synchronization", "attributes": {"resourceType": "account",'
        b' "resourceId": "a1", "subtype": "accountTransactions",'
        b' "customerIpAddress": "203.0.113.24"}}}'
    )


@pytest.mark.parametrize(
    ("status", "finished", "success", "failed"),
    [
        (SynchronizationStatus.PENDING, False, False, False),
        (SynchronizationStatus.RUNNING, False, False, False),
        (SynchronizationStatus.SUCCESS, True, True, False),
        (SynchronizationStatus.ERROR, True, False, True),
        ("dreaming", False, False, False),
        (None, False, False, False),
    ],
)
def test_synchronization_status(status, finished, success, failed):
    client, _session, _clock = make_client(Answer(200, {"data": sync(status)}))
    found = client.synchronization("s1")
    assert (found.is_finished, found.is_success, found.is_failed) == (
        finished,
        success,
        failed,
    )


@pytest.mark.parametrize(
    ("errors", "codes", "is_authorization"),
    [
        ([{"code": "authorizationInvalid", "detail": SECRET}], [True], True),
        ([{"code": "x"}, {"code": "authorizationExpired"}], [False, True], True),
        ([{"detail": "x"}, None, 5], [False, False, False], False),
        (None, [], False),
        ("x", [], False),
    ],
)
def test_synchronization_errors(errors, codes, is_authorization):
    found = Synchronization.from_api(sync("error", errors=errors, customerOnline=True))
    assert [error.is_authorization for error in found.errors] == codes
    assert found.is_authorization_problem is is_authorization
    assert found.customer_online is True
    assert SECRET not in repr(found.errors)


# === ACCOUNT, INSTITUTION AND SMALL ONES === #


def test_minimal_account_and_odd_attributes():
    account = Account.from_api(
        {
            "id": "a1",
            "attributes": {
                "currentBalance": "x",
                "authorizedAt": 5,
                "currentBalanceReferenceDate": "x",
                "deprecated": "yes",
            },
            "meta": {"availability": "readonly", "latestSynchronization": 5},
        }
    )
    assert account.current_balance is account.authorized_at is None
    assert account.current_balance_reference_date is None
    assert account.deprecated is False
    assert account.availability == "readonly"
    assert account.latest_synchronization is account.currency is None
    assert repr(account) == "Account(id='a1')"


def test_institution():
    found = FinancialInstitution.from_api(
        {
            "id": "f1",
            "attributes": {
                "status": "beta",
                "expectedAuthorizationLifetime": 180,
                "maintenanceFrom": "2026-03-02T06:00:00Z",
                "paymentsProductTypes": ["sepaCreditTransfer", 5],
                "pendingTransactionsAvailable": True,
                "timeZone": "Europe/Brussels",
            },
        }
    )
    assert found.expected_authorization_lifetime == 180
    assert found.payments_product_types == ("sepaCreditTransfer",)
    assert found.bulk_payments_product_types == ()
    assert found.maintenance_from == datetime(2026, 3, 2, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(5, 5), ("5", 5), (Decimal("5.0"), 5), (5.5, None), ("x", None)],
)
def test_integers(value, expected):
    assert Fields({"a": value}, "x").integer("a") == expected


def test_fraction_is_no_integer():
    assert Fields({"a": Decimal("5.5")}, "x").integer("a") is None


@pytest.mark.parametrize(
    "kind", [Account, FinancialInstitution, Synchronization, PendingTransaction]
)
@pytest.mark.parametrize("raw", [None, [], "x", {}, {"id": ""}])
def test_resources_need_an_id(kind, raw):
    with pytest.raises(ResponseFormatError):
        kind.from_api(raw)


def test_other_mandatory_values():
    with pytest.raises(ResponseFormatError, match=r"data\.links\.redirect"):
        ReauthorizationRequest.from_api({"id": "1"})
    with pytest.raises(ResponseFormatError, match=r"userinfo\.sub"):
        UserInfo.from_api({})


def test_ids_can_be_stored_and_sent():
    """They are keys of a database and parts of a path, and neither takes NUL."""
    bank = {"financialInstitution": {"data": {"id": "b\0\udfff"}}}
    account = Account.from_api({"id": "a\0\ud800", "relationships": bank})
    assert (account.id, account.financial_institution_id) == (
        "a\ufffd\ufffd",
        "b\ufffd\ufffd",
    )
    one, other = (Account.from_api({"id": "x" * 10_000 + end}).id for end in "ab")
    assert one != other
    assert len(one) == len(other) < 100
