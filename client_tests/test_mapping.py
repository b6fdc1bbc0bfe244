"""From value objects to plain values."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from account_ponto_sync.rules.holder import shares_a_word
from doubles import IBAN, raw_transaction
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st

from mapping import (
    booking_date,
    clean,
    estimate_authorization_end,
    fallback_ref,
    fingerprint,
    is_number_of_digest,
    label,
    naive_utc,
    number_digest,
    prepare_account_vals,
    prepare_inbox_vals,
    prepare_institution_vals,
    prepare_statement_line_vals,
    sanitize,
    storable,
    today_in,
)
from ponto_client import Account, FinancialInstitution, PendingTransaction, Transaction

UTC = timezone.utc


def make(id="t1", **attributes):
    return Transaction.from_api(raw_transaction(id, **attributes))


# === DATES === #


@pytest.mark.parametrize(
    ("execution", "value", "by_execution", "by_value"),
    [
        ("2026-06-16", "2026-08-01", date(2026, 6, 16), date(2026, 8, 1)),
        ("2026-06-16", None, date(2026, 6, 16), date(2026, 6, 16)),
        (None, "2026-06-17", date(2026, 6, 17), date(2026, 6, 17)),
        (None, None, None, None),
    ],
)
def test_booking_date(execution, value, by_execution, by_value):
    item = make(executionDate=execution, valueDate=value)
    assert booking_date(item, "execution") == by_execution
    assert booking_date(item, "value") == by_value


@pytest.mark.parametrize(
    ("time_zone", "expected"),
    [
        (None, date(2026, 4, 1)),
        ("Europe/Brussels", date(2026, 4, 1)),
        ("Europe/London", date(2026, 3, 31)),
        ("America/New_York", date(2026, 3, 31)),
        ("Mars/Olympus", date(2026, 4, 1)),
        ("../../etc/passwd", date(2026, 4, 1)),
        ("Europe", date(2026, 4, 1)),
        ("", date(2026, 4, 1)),
    ],
)
def test_last_resort_is_the_arrival_in_the_zone_of_the_bank(time_zone, expected):
    item = make(
        executionDate=None, valueDate=None, createdAt="2026-03-31T22:30:00.123456Z"
    )
    assert booking_date(item, "execution", time_zone) == expected
    assert today_in(time_zone, datetime(2026, 3, 31, 22, 30)) == expected
    assert today_in(time_zone, datetime(2026, 3, 31, 22, 30, tzinfo=UTC)) == expected


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Europe/Brussels"])
@pytest.mark.parametrize(
    "text",
    [
        "2026-03-31T00:00:00.000Z",
        "2026-03-31T21:30:00.000Z",
        "2026-03-31",
        "2026-03-31T00:00:00Z",
    ],
)
@pytest.mark.parametrize("moment", ["2026-03-28 23:30", "2026-04-01 00:10"])
def test_a_day_never_shifts(zone, text, moment, monkeypatch):
    monkeypatch.setenv("TZ", zone)
    with freeze_time(moment):
        item = make(executionDate=text, valueDate=text)
        assert booking_date(item, "execution", zone) == date(2026, 3, 31)
        assert booking_date(item, "value", zone) == date(2026, 3, 31)


def test_naive_utc():
    moment = datetime(2026, 3, 2, 1, 0, 0, 5, tzinfo=timezone(timedelta(hours=2)))
    assert naive_utc(moment) == datetime(2026, 3, 1, 23)
    assert naive_utc(None) is None


# === TEXT === #


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, ""),
        ("", ""),
        (" a\n\t b\r\n", "a b"),
        ("a\0b\x07c\x1bd", "abcd"),
        ("a<br>b<br/>c<BR />d</br>e< br >f", "a b c d e f"),
        ("<b>x</b> & <script>", "<b>x</b> & <script>"),
        ("\u200b", ""),
        ("\ufeff\u00a0\u00ad \u2060", ""),
        ("\u3164 \u2800\ufe0f", ""),
        ("\u200b a \u200b b \ufeff", "a b"),
        ("\u00adFlu\u00advius\u200b", "Flu\u00advius"),
        # joiners, selectors and tags of emoji
        (
            "\U0001f468\u200d\U0001f469 \u2764\ufe0f",
            "\U0001f468\u200d\U0001f469 \u2764\ufe0f",
        ),
        ("\U0001f3f4\U000e0067\U000e007f", "\U0001f3f4\U000e0067\U000e007f"),
        ("\u202eabc\u202c \u200fd\u2066e\u2069\u061c", "abc de"),
        ("x\u00a0y\u2028z", "x y z"),
        ("👩‍👩‍👧 café", "👩‍👩‍👧 café"),
        ("\ud83d", "\ufffd"),
        ("a\x85b\x9fc", "a bc"),
        ("שלום", "שלום"),
        ("Müller  Straße", "Müller Straße"),
    ],
)
def test_clean(text, expected):
    assert clean(text) == expected


@given(st.text())
def test_clean_text_fits_everywhere(text):
    found = clean(text)
    found.encode()
    assert "\0" not in found
    assert "\n" not in found
    assert found == found.strip()
    assert "  " not in found


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"remittanceInformation": "VIR SEPA X", "description": "d"}, "VIR SEPA X"),
        ({"additionalInformation": "a", "description": "d"}, "a"),
        ({"description": "d", "counterpartName": "c"}, "d"),
        ({"counterpartName": "c", "endToEndId": "e"}, "c"),
        ({"endToEndId": "e"}, "e"),
        ({}, "Bank transaction"),
        ({"remittanceInformation": "\0<br>", "description": " \u202e "}, None),
        ({"remittanceInformation": "\u200b", "description": "Fee"}, "Fee"),
        ({"remittanceInformation": "\u3164\ufe0f", "counterpartName": "c"}, "c"),
        ({"additionalInformation": " \ufeff\u00a0", "endToEndId": "\u2060"}, None),
    ],
)
def test_label(attributes, expected):
    assert label(make(**attributes)) == (expected or "Bank transaction")


FORMED = "+++090/9337/55493+++"


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("090933755493", "structured", FORMED),
        ("090/9337/55493", "structured", FORMED),
        ("090 9337 55493", "Structured", FORMED),
        (FORMED, "structured", FORMED),
        (FORMED, "unstructured", FORMED),
        ("***090/9337/55493***", None, FORMED),
        ("+++090933755493+++", None, FORMED),
        ("+++ 090/9337/55493 +++", None, FORMED),
        ("000000000097", "structured", "+++000/0000/00097+++"),
        # what must stay as it is
        ("090933755493", "unstructured", "090933755493"),
        ("090933755493", None, "090933755493"),
        ("090933755494", "structured", "090933755494"),
        ("000000000000", "structured", "000000000000"),
        ("+++090/9337/55493***", "structured", "+++090/9337/55493***"),
        ("+++090/9337/55493", "structured", "+++090/9337/55493"),
        ("0909337554931", "structured", "0909337554931"),
        ("RF18539007547034", "structured", "RF18539007547034"),
        (f"{FORMED} thanks", None, f"{FORMED} thanks"),
        # characters that show nothing
        ("+++090/\u200b9337/55493+++", None, FORMED),
        ("\ufeff090933755493\u2060", "structured", FORMED),
        ("0909\u00ad3375\u200d5493", "structured", FORMED),
        ("09093375\u200b5494", "structured", "09093375\u200b5494"),
        ("٠٩٠٩٣٣٧٥٥٤٩٣", "structured", "٠٩٠٩٣٣٧٥٥٤٩٣"),
    ],
)
def test_structured_communication(text, kind, expected):
    item = make(remittanceInformation=text, remittanceInformationType=kind)
    assert label(item) == expected


@given(st.integers(min_value=0, max_value=10**10 - 1))
def test_every_right_communication_is_formed(number):
    digits = f"{number:010}{number % 97 or 97:02}"
    item = make(remittanceInformation=digits, remittanceInformationType="structured")
    assert label(item) == f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++"


def test_label_of_a_pending_one():
    raw = raw_transaction(description="Card reservation")
    item = PendingTransaction.from_api({**raw, "type": "pendingTransaction"})
    assert label(item) == "Card reservation"


ODD = "😀\0<b>x</b>\u202e" + "é" * 5000


def test_long_and_odd_text():
    item = make(remittanceInformation=ODD, counterpartName="A\0B\u202e")
    short = label(item)
    assert len(short) == 500
    assert short.startswith("😀<b>x</b>éé")
    assert short.endswith("é…")
    vals = prepare_statement_line_vals(item, date=date(2026, 3, 1), account_ref="a1")
    assert vals["payment_ref"] == short
    assert vals["partner_name"] == "AB"
    kept = vals["transaction_details"]["ponto"]["remittance_information"]
    assert kept == ODD.replace("\0", "\ufffd")
    json.dumps(vals["transaction_details"]).encode()


@pytest.mark.parametrize("length", [499, 500, 501])
def test_label_is_cut_at_500(length):
    found = label(make(remittanceInformation="x" * length))
    assert found == ("x" * length if length <= 500 else "x" * 499 + "…")


# === STATEMENT LINE === #


def test_statement_line():
    item = make(
        amount="-12.50",
        remittanceInformation="VIR SEPA X",
        counterpartName="Molens  Van Damme NV",
        counterpartReference=IBAN,
        bankTransactionCode="PMNT-IRCT-ESCT",
        description="Wire",
        endToEndId="",
        purposeCode=None,
        fee=Decimal("0.42"),
        details=["Donneur : X", "Réf : Y"],
        empty=[],
        exchangeRate=Decimal("1.0810"),
        newFlag=False,
        account="own",
        IBANOfUltimateDebtor="x",
    )
    vals = prepare_statement_line_vals(item, date=date(2026, 3, 5), account_ref="a1")
    assert vals == {
        "date": date(2026, 3, 5),
        "payment_ref": "VIR SEPA X",
        "partner_name": "Molens Van Damme NV",
        "account_number": IBAN,
        "amount": Decimal("-12.50"),
        "transaction_type": "PMNT-IRCT-ESCT",
        "transaction_details": {
            "ponto": {
                "account": "a1",
                "transaction": "t1",
                "amount": "-12.50",
                "currency": "EUR",
                "execution_date": "2026-03-01",
                "value_date": "2026-03-02",
                "remittance_information": "VIR SEPA X",
                "counterpart_name": "Molens  Van Damme NV",
                "counterpart_reference": IBAN,
                "bank_transaction_code": "PMNT-IRCT-ESCT",
                "description": "Wire",
                "fee": "0.42",
                "details": ["Donneur : X", "Réf : Y"],
                "exchange_rate": "1.0810",
                "new_flag": False,
                "bank_account": "own",
                "iban_of_ultimate_debtor": "x",
            }
        },
    }
    assert isinstance(vals["amount"], Decimal)
    json.dumps(vals["transaction_details"])


def test_bare_statement_line():
    item = Transaction.from_api(
        {"id": "t1", "attributes": {"amount": 0, "currency": "EUR"}}
    )
    vals = prepare_statement_line_vals(item, date=date(2026, 3, 5), account_ref="a1")
    assert vals["payment_ref"] == "Bank transaction"
    assert vals["partner_name"] is vals["account_number"] is None
    assert vals["transaction_type"] is None
    assert vals["transaction_details"]["ponto"] == {
        "account": "a1",
        "transaction": "t1",
        "amount": "0",
        "currency": "EUR",
    }


def test_type_falls_back_to_the_words_of_the_bank():
    item = make(description=" Card \n payment ")
    vals = prepare_statement_line_vals(item, date=date(2026, 3, 5), account_ref="a1")
    assert vals["transaction_type"] == "Card payment"


# === INBOX, STORAGE, FINGERPRINT === #


def test_inbox():
    item = make(
        amount=Decimal("10.10"),
        currency="eur",
        counterpartName=" Molens\0 ",
        createdAt="2026-03-02T06:00:44.310Z",
        description="d",
    )
    vals = prepare_inbox_vals(item)
    assert vals["raw"]["attributes"]["amount"] == "10.10"
    raw = vals.pop("raw")
    assert vals.pop("fingerprint") == fingerprint(item)
    assert vals == {
        "ponto_ref": "t1",
        "execution_date": date(2026, 3, 1),
        "value_date": date(2026, 3, 2),
        "amount": Decimal("10.10"),
        "currency": "EUR",
        "counterpart_name": "Molens",
        "label": "d",
        "ponto_created_at": datetime(2026, 3, 2, 6, 0, 44),
        "ponto_updated_at": None,
    }
    assert fingerprint(Transaction.from_api(raw)) == fingerprint(item)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False)
    | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
AMOUNTS = st.decimals(
    min_value=-(10**15),
    max_value=10**15,
    allow_nan=False,
    allow_infinity=False,
    places=4,
)


@given(JSON)
def test_storable_is_json_without_floats_and_nul(value):
    found = storable(value)
    text = json.dumps(found, ensure_ascii=False)
    text.encode()
    assert "\\u0000" not in text
    assert json.loads(text) == found
    assert "float" not in {type(item).__name__ for item in flat(found)}


def flat(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [leaf for item in value for leaf in flat(item)]
    return [value]


@given(
    amount=AMOUNTS | st.integers(-(10**15), 10**15),
    fee=st.none() | AMOUNTS,
    text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    day=st.dates(),
    extra=JSON,
)
def test_storage_and_back(amount, fee, text, day, extra):
    raw = raw_transaction(
        amount=amount,
        fee=fee,
        remittanceInformation=text,
        executionDate=f"{day.isoformat()}T00:00:00.000Z",
        createdAt="2026-03-02T06:00:44.310Z",
        unknown=extra,
    )
    item = Transaction.from_api(raw)
    stored = json.loads(json.dumps(prepare_inbox_vals(item)["raw"]))
    back = Transaction.from_api(stored)
    assert back == item
    assert str(back.amount) == str(item.amount)
    assert fingerprint(back) == fingerprint(item)
    assert isinstance(stored["attributes"]["amount"], str)


@given(st.text(st.characters() | st.sampled_from("\0\ud800<br> ")))
def test_fingerprint_survives_storage(text):
    item = make(remittanceInformation=text, counterpartReference=text)
    back = Transaction.from_api(prepare_inbox_vals(item)["raw"])
    assert fingerprint(back) == fingerprint(item)


def test_odd_values_are_storable():
    assert storable({"a\0": (1, "\ud800x", date(2026, 3, 1))}) == {
        "a\ufffd": [1, "\ufffdx", "2026-03-01"]
    }


SAME = [
    ({"amount": Decimal("10.10")}, {"amount": "10.1000"}),
    ({"amount": Decimal("1E+2")}, {"amount": 100}),
    ({"amount": Decimal("-0.00")}, {"amount": 0}),
    ({"counterpartReference": IBAN}, {"counterpartReference": "be68 5390 0754 7034"}),
    ({"counterpartName": "ACME  nv"}, {"counterpartName": "Acme NV"}),
    (
        {"counterpartReference": IBAN, "counterpartName": "a"},
        {"counterpartReference": IBAN, "counterpartName": "b"},
    ),
    ({"remittanceInformation": "a<br>b"}, {"remittanceInformation": " a b "}),
    ({"digest": "x"}, {"digest": "y"}),
    ({"currency": "eur"}, {"currency": "EUR"}),
    ({"executionDate": None, "valueDate": "2026-03-01"}, {}),
    ({"createdAt": "2026-03-01T00:00:00Z"}, {}),
]
DIFFERENT = [
    {"amount": 12},
    {"currency": "USD"},
    {"executionDate": "2026-03-02"},
    {"counterpartReference": IBAN},
    {"counterpartName": "x"},
    {"remittanceInformation": "x"},
    {"internalReference": "x"},
    {"endToEndId": "x"},
]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_same_fingerprint(first, second):
    assert fingerprint(make(**first)) == fingerprint(make("t2", **second))


def test_different_fingerprints():
    found = {fingerprint(make(**change)) for change in [{}, *DIFFERENT]}
    assert len(found) == len(DIFFERENT) + 1


def test_form_of_a_fingerprint():
    found = fingerprint(make(executionDate=None, valueDate=None, endToEndId="\ud800"))
    assert found.startswith("v1:")
    assert len(found) == 67
    # Kept for ever: a change of the rule needs a new version.
    assert fingerprint(make()) == (
        "v1:76d81dc673300ce951bc08dbdfa6b216f7a79527b504c8ad46b7bd4af35b87cf"
    )


@pytest.mark.parametrize(
    ("changes", "digest"),
    [
        (
            {"remittanceInformation": "\u200bInvoice\u200b 7\ufeff"},
            "ef70da4866cc5cef9fe4e21eb44c387cb0372690f4900dfb905e7607750e1343",
        ),
        (
            {"remittanceInformation": "\u200b", "description": "Fee"},
            "f6b2cea3e778bf6493bea295608c87c63240fc8f96fb931f73cb53bcd59e37d1",
        ),
        (
            {"counterpartReference": "a\u200b@b.example\u2060"},
            "e3576b3c875cdb66460ffafba7aaaab53a4b42cc151091b8742a0ff942dede00",
        ),
        (
            {"counterpartName": "\u00adFlu\u200dvius\u3164"},
            "6da4fa0b6f5c3eb4d8be0cf0f236eaea230bee2b3623f22539dc8037af1114ed",
        ),
        (
            {"internalReference": "\u2800", "endToEndId": "\U000e0067x\u034f"},
            "e88dc6e5e05cad75e862efe56f5e0945a010942754f5ced4612f4c7bd8efc799",
        ),
        (
            {
                "remittanceInformation": "+++090/\u200b9337/55493+++",
                "currency": "EUR\u200b",
            },
            "a86ad21108f1bfbcf3fd88c93c8829d569cb8ff338c4e457d4bc676737882409",
        ),
    ],
)
def test_fingerprints_of_rows_that_are_known_do_not_change(changes, digest):
    """As 19.0.4.0.0 made them: what shows nothing counted as a character then."""
    assert fingerprint(make(**changes)) == f"v1:{digest}"


def test_fallback_ref_tells_equal_ones_apart():
    value = fingerprint(make())
    assert len({fallback_ref(value, 0), fallback_ref(value, 1)}) == 2


@given(AMOUNTS, AMOUNTS)
def test_fingerprint_tells_amounts_apart(first, second):
    same = fingerprint(make(amount=first)) == fingerprint(make(amount=second))
    assert same is (first == second)


# === ACCOUNT AND INSTITUTION === #


def test_account_vals():
    account = Account.from_api(
        {
            "id": "a1",
            "attributes": {
                "reference": IBAN,
                "referenceType": "IBAN",
                "currency": "eur",
                "holderName": "Bakkerij  Peeters BV",
                "product": None,
                "subtype": "checking",
                "currentBalance": Decimal("10432.17"),
                "currentBalanceReferenceDate": "2026-03-01T00:00:00.000Z",
                "availableBalance": 5,
                "authorizedAt": "2025-12-11T09:14:02.480Z",
                "authorizationExpirationExpectedAt": "2026-06-09T09:14:02+02:00",
            },
            "meta": {
                "availability": "available",
                "synchronizedAt": "2026-03-02T06:00:41.201Z",
                "latestSynchronization": {"id": "s1", "attributes": {}},
            },
            "relationships": {"financialInstitution": {"data": {"id": "f1"}}},
        }
    )
    assert prepare_account_vals(account) == {
        "ponto_ref": "a1",
        "reference": IBAN,
        "reference_type": "IBAN",
        "currency": "EUR",
        "holder_name": "Bakkerij Peeters BV",
        "description": None,
        "product": None,
        "subtype": "checking",
        "internal_reference": None,
        "balance": Decimal("10432.17"),
        "balance_date": date(2026, 3, 1),
        "balance_seen_at": None,
        "available_balance": Decimal(5),
        "authorized_at": datetime(2025, 12, 11, 9, 14, 2),
        "authorization_expires_at": datetime(2026, 6, 9, 7, 14, 2),
        "deprecated": False,
        "availability": "available",
        "institution_ref": "f1",
        "synchronized_at": datetime(2026, 3, 2, 6, 0, 41),
        "synchronization_ref": "s1",
    }


@pytest.mark.parametrize(
    ("subtype", "status", "expected"),
    [
        ("accountDetails", "success", datetime(2026, 3, 4, 6, 0, 41)),
        # Neither read the balance: Ponto noticed the last change before.
        ("accountDetails", "error", datetime(2026, 3, 2, 6)),
        ("accountTransactions", "success", datetime(2026, 3, 2, 6)),
    ],
)
def test_when_the_balance_was_seen(subtype, status, expected):
    values = {"subtype": subtype, "status": status}
    values["updatedAt"] = "2026-03-04T06:00:41.201Z"
    latest = {"id": "s1", "attributes": values}
    observed = {"currentBalanceVariationObservedAt": "2026-03-02T06:00:00Z"}
    document = {"id": "a1", "attributes": observed}
    document["meta"] = {"latestSynchronization": latest}
    found = prepare_account_vals(Account.from_api(document))
    assert (found["balance_date"], found["balance_seen_at"]) == (None, expected)


def test_bare_account_vals():
    vals = prepare_account_vals(Account.from_api({"id": "a1"}))
    assert vals.pop("ponto_ref") == "a1"
    assert vals.pop("deprecated") is False
    assert set(vals.values()) == {None}


@pytest.mark.parametrize(
    ("logo", "color", "expected"),
    [
        ("https://x/y.svg", "#aBc123", ("https://x/y.svg", "#aBc123")),
        ("http://x/y.svg", "#abc", (None, "#abc")),
        ("javascript:alert(1)", "red;x", (None, None)),
        (None, None, (None, None)),
    ],
)
def test_institution_vals(logo, color, expected):
    raw = {
        "id": "f1",
        "attributes": {
            "name": "Example\tBank",
            "bic": "EXAMBEBB",
            "country": "be",
            "status": "beta",
            "deprecated": True,
            "logoUrl": logo,
            "primaryColor": color,
            "timeZone": "Europe/Brussels",
            "expectedAuthorizationLifetime": 180,
            "maintenanceTo": "2026-03-02T06:00:41.201Z",
            "maintenanceType": "internal",
        },
    }
    vals = prepare_institution_vals(FinancialInstitution.from_api(raw))
    assert (vals.pop("logo_url"), vals.pop("color")) == expected
    assert vals == {
        "institution_ref": "f1",
        "name": "Example Bank",
        "bic": "EXAMBEBB",
        "country": "BE",
        "institution_status": "beta",
        "deprecated": True,
        "time_zone": "Europe/Brussels",
        "authorization_lifetime_days": 180,
        "pending_available": False,
        "maintenance_from": None,
        "maintenance_to": datetime(2026, 3, 2, 6, 0, 41),
        "maintenance_type": "internal",
    }


# === NAMES AND NUMBERS === #


@pytest.mark.parametrize(
    ("holder", "company", "expected"),
    [
        ("Bakkerij Peeters BV", "BAKKERIJ PEETERS", True),
        ("PEETERS-JANSSENS", "Jan Peeters", True),
        ("Société Générale", "societe x", True),
        ("Łódź Øresund", "LODZ", True),
        ("Straße AG", "STRASSE", True),
        ("Molens NV", "Bakkerij NV", False),
        ("A.B. BVBA", "C.D. BVBA", False),
        ("Acme S.A.R.L.", "Widget SARL", False),
        ("Müller GmbH", "Meier GmbH", False),
        ("3M", "3M Belgium", False),
        ("Piet van der Berg", "Jan van der Meer", False),
        ("Foo Ltd", "Bar Limited Ltd", False),
        ("", "Acme", False),
        (None, None, False),
    ],
)
def test_shares_a_word(holder, company, expected):
    assert shares_a_word(holder, company) is expected
    assert shares_a_word(company, holder) is expected


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("be68 5390-0754.7034", IBAN),
        (IBAN, IBAN),
        ("**** **** **** 6666", "************6666"),
        (" Jan.Peeters@Example.COM ", "jan.peeters@example.com"),
        ("\u202eBE68\0", "BE68"),
        (None, ""),
        ("", ""),
    ],
)
def test_sanitize(reference, expected):
    assert sanitize(reference) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (90, date(2026, 4, 1)),
        (None, date(2026, 6, 30)),
        (0, date(2026, 6, 30)),
        (10**9, date(2026, 6, 30)),
    ],
)
def test_estimated_end_of_an_authorization(days, expected):
    since = datetime(2026, 1, 1, 9, 30)
    end = estimate_authorization_end(since, days)
    assert end == datetime.combine(expected, since.time())
    assert estimate_authorization_end(None, days) is None


def test_number_digest():
    digest = number_digest(IBAN)
    assert IBAN not in digest
    assert digest != number_digest(IBAN), "salted"
    assert is_number_of_digest("be68 5390 0754 7034", digest)
    assert not is_number_of_digest("BE71096123456769", digest)
    assert not is_number_of_digest("", number_digest(""))
    assert not is_number_of_digest(IBAN, "other")
