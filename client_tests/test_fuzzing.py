"""Whatever comes from outside, only the documented errors come out.

A document goes through every entry: each public function of ``jsonapi`` and
``error_response``, each class with ``from_api``, each method of the client, and what
``mapping`` makes of what could be read. ``make prove`` takes ten times as many.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from account_ponto_sync.rules import evidence
from account_ponto_sync.rules.holder import shares_a_word
from conftest import PROVING
from doubles import START, Answer, make_client
from fuzzing import documents, encoded, mutated
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mapping
from ponto_client import (
    Account,
    FinancialInstitution,
    PendingTransaction,
    PontoClient,
    PontoError,
    ResponseFormatError,
    Token,
    Transaction,
    error_response,
    jsonapi,
    models,
)
from ponto_client.models.transaction import read_transaction
from ponto_client.parsing import Fields
from ponto_client.retry import parse_retry_after

TIMES = 10 if PROVING else 1
CLASSES = [
    found
    for name in models.__all__
    if hasattr(found := getattr(models, name), "from_api")
]
Count = Callable[[str, object], None]


def few(count: int) -> settings:
    """That many documents; what they are is decided anew when proving."""
    return settings(
        max_examples=count * TIMES,
        deadline=None,
        database=None,
        derandomize=not PROVING,
        suppress_health_check=list(HealthCheck),
    )


# === ENTRIES === #


def from_api(kind: Any, raw: object) -> Any:
    """Return what a class reads, ``None`` where it refuses in the documented way."""
    more = {"now": START} if kind is Token else {}
    try:
        return kind.from_api(raw, **more)
    except ResponseFormatError as error:
        assert_plain(error)
        return None


def assert_plain(error: PontoError) -> None:
    """Nothing of the answer but plain words is in the sentence."""
    text = str(error)
    assert text.isascii()
    assert text.isprintable()
    assert len(text) < 500


def resources(value: object) -> list[object]:
    """What a list or a single resource has in it, and the document itself."""
    data = value.get("data") if isinstance(value, dict) else None
    return [value, data, *(data if isinstance(data, list) else [])]


def read_document(value: object) -> None:
    """Every function that takes a parsed document."""
    for read in (
        jsonapi.document,
        jsonapi.resource,
        jsonapi.collection,
        jsonapi.links,
        lambda document: jsonapi.next_cursor(document, None),
    ):
        try:
            read(value)
        except ResponseFormatError as error:
            assert_plain(error)
    error_response.has_errors(value)
    error_response.error_items(value)
    for status in (200, 400, 401, 429, 503):
        assert_plain(error_response.build_error(status, value))
    for raw in resources(value):
        for kind in CLASSES:
            map_all(from_api(kind, raw))
        read_transaction(raw, "data")
        if isinstance(raw, dict):
            Token.from_storage(raw)
            read_fields(Fields(raw, "x"))


def read_fields(fields: Fields) -> None:
    """Every reader on every key, the lenient ones without any error at all."""
    strict = ("amount", "date", "identifier")
    names = [name for name in dir(Fields) if not name.startswith("_")]
    for name in sorted(set(names) - {"path", "values", *strict}):
        for key in fields.values:
            getattr(fields, name)(key)
    for name in strict:
        for key in fields.values:
            with contextlib.suppress(ResponseFormatError):
                getattr(fields, name)(key)


def assert_storable(value: object) -> None:
    """PostgreSQL takes every text in it: neither NUL nor a lone surrogate."""
    if isinstance(value, dict):
        for key, item in value.items():
            assert_storable(key)
            assert_storable(item)
    elif isinstance(value, list):
        for item in value:
            assert_storable(item)
    elif isinstance(value, str):
        assert "\0" not in value
        value.encode()


def map_all(item: Any) -> None:
    """What could be read can be mapped: there is no error to expect any more."""
    if isinstance(item, (Transaction, PendingTransaction)):
        mapping.label(item)
    if isinstance(item, Transaction):
        vals = mapping.prepare_inbox_vals(item)
        assert Transaction.from_api(vals["raw"], fallback_id=item.id).amount is not None
        assert_storable(vals)
        assert_storable(
            mapping.prepare_statement_line_vals(
                item, date=date(2026, 3, 2), account_ref=item.account_id or ""
            )
        )
        for field in ("execution", "value"):
            mapping.booking_date(item, field, item.description)
        mapping.fingerprint(item)
        texts = (item.remittance_information, item.counterpart_reference)
        evidence.numbers_agree(*texts)
        evidence.numbers_contradict(*texts)
        evidence.texts_agree(*texts)
        evidence.texts_contradict(*texts)
        shares_a_word(*texts)
        mapping.sanitize(item.counterpart_reference)
    elif isinstance(item, Account):
        vals = mapping.prepare_account_vals(item)
        assert_storable(vals)
        mapping.estimate_authorization_end(vals["authorized_at"], 180)
    elif isinstance(item, FinancialInstitution):
        vals = mapping.prepare_institution_vals(item)
        assert_storable(vals)
        mapping.estimate_authorization_end(START, vals["authorization_lifetime_days"])
        mapping.today_in(vals["time_zone"], START)


# === CALLS === #

CALLS: dict[str, Callable[[PontoClient], Any]] = {
    "account": lambda client: client.account("a"),
    "accounts": lambda client: list(client.accounts()),
    "check_credentials": lambda client: client.check_credentials(),
    "financial_institution": lambda client: client.financial_institution("f"),
    "financial_institutions": lambda client: list(client.financial_institutions()),
    "offers_reauthorization_requests": (
        lambda client: client.offers_reauthorization_requests()
    ),
    "offers_revocation": lambda client: client.offers_revocation(),
    "pending_transactions": lambda client: list(client.pending_transactions("a")),
    "request_reauthorization": (
        lambda client: client.request_reauthorization("a", "https://odoo.test")
    ),
    "revoke_token": lambda client: (client.check_credentials(), client.revoke_token()),
    "root": lambda client: client.root(),
    "synchronization": lambda client: client.synchronization("s"),
    "synchronize": (
        lambda client: client.synchronize("a", "accountDetails", "203.0.113.24")
    ),
    "transaction_page": lambda client: client.transaction_page("a", after="t"),
    "transactions": lambda client: list(client.transactions("a")),
    "updated_pending_transactions": (
        lambda client: list(client.updated_pending_transactions("s"))
    ),
    "updated_transactions": lambda client: list(client.updated_transactions("s")),
}


def test_every_call_is_driven():
    public = {
        name
        for name, _value in inspect.getmembers(PontoClient, inspect.isfunction)
        if not name.startswith("_")
    }
    assert set(CALLS) == public - {"close"}


def drive(name: str, answer: Answer) -> None:
    """One call of the client, answered like that as often as it asks."""
    client, session, _clock = make_client(*[answer] * 4)
    if name == "check_credentials":
        session.tokens = [answer] * 4
    try:
        CALLS[name](client)
    except PontoError as error:
        assert_plain(error)
    except IndexError:  # it asks for page after page: no more are scripted
        assert not session.script


headers = st.dictionaries(
    st.sampled_from(["Retry-After", "ibanity-request-id", "Content-Length", "X-Odd"]),
    st.text(max_size=30) | st.sampled_from(["0", "-1", "9" * 50, "Wed, 31 Dec 9999"]),
)
answers = st.builds(
    Answer,
    status=st.sampled_from(
        [200, 201, 204, 302, 400, 401, 403, 404, 429, 500, 503, 999]
    ),
    headers=headers,
)


# === TESTS === #


@pytest.fixture
def count(record_property: Count) -> Count:
    return record_property


def test_any_json(count):
    taken: list[object] = []

    @few(800)
    @given(documents)
    def run(value):
        taken.append(value)
        read_document(jsonapi.load(encoded(value)))

    run()
    count("fuzzed documents", len(taken))


def test_real_answers_with_something_wrong(count):
    taken: list[object] = []

    @few(800)
    @given(mutated())
    def run(value):
        taken.append(value)
        read_document(jsonapi.load(encoded(value)))

    run()
    count("fuzzed documents", len(taken))


def test_any_bytes(count):
    """Bytes that are mostly no JSON, some with a piece of it."""
    taken: list[object] = []
    pieces = st.lists(
        st.binary(max_size=20)
        | st.sampled_from([b'{"data":', b"[", b"]", b"}", b'"', b"1e5", b"\\ud800"])
    )

    @few(200)
    @given(pieces.map(b"".join), st.none() | st.text(max_size=40))
    def run(body, text):
        taken.append(body)
        try:
            read_document(jsonapi.load(body))
        except ResponseFormatError as error:
            assert_plain(error)
        parse_retry_after(text, START)
        error_response.plain_word(text)
        mapping.clean(text)
        mapping.storable(body.decode("utf-8", "surrogateescape"))

    run()
    count("fuzzed documents", len(taken))


def test_whole_calls(count):
    """Status, headers and body by chance, through every call of the client."""
    taken: list[object] = []
    bodies = (mutated() | documents).map(encoded) | st.binary(max_size=30)

    @few(200)
    @given(answers, bodies)
    def run(answer, body):
        taken.append(body)
        answer.body = body
        for name in CALLS:
            drive(name, answer)

    run()
    count("fuzzed documents", len(taken))
