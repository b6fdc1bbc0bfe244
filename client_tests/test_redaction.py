"""The net under the logging rules."""

from __future__ import annotations

import logging

import pytest
from doubles import IBAN, SECRET
from hypothesis import given
from hypothesis import strategies as st

from ponto_client import RedactingFilter, redact
from ponto_client.error_response import plain_word


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain text", "plain text"),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer ***"),
        ("authorization: basic dXNlcjpwYXNz==", "authorization: basic ***"),
        ("{'Authorization': 'Bearer abc'}", "{'Authorization': 'Bearer ***'}"),
        ("{'Authorization': 'abc'}", "{'Authorization': '***'}"),
        ("Authorization=abc, x", "Authorization=***, x"),
        ('{"access_token": "abc", "a": 1}', '{"access_token": "***", "a": 1}'),
        ("client_secret=abc&x=1", "client_secret=***&x=1"),
        ("refresh_token='abc'", "refresh_token='***'"),
        ("https://user:pass@host/x", "https://***@host/x"),
        (f"from {IBAN} to", "from *** to"),
        ("BE68 5390 0754 7034", "***"),
        ("iban be68539007547034.", "iban ***."),
        ("be68-5390-0754-7034", "***"),
        ("NL91ABNA0417164300,FR7630006000011234567890189", "***,***"),
        ("BE00539007547034", "***"),
        ("BE68 5390 0754 7034 from me", "*** from me"),
        ("BE68 5390 0754 7034 betaling", "*** betaling"),
        ("BE69 5390 0754 7034", None),
        ("be00539007547034", None),
        ("c9a1f3d2-7b64-4e0a-9a54-8f2d6b1e3a77", None),
        ("2acc87e558b508f7b4bd21829adee7aaace14eedde2b65ec8459201ea7a76050", None),
        ("request 00077F000001D3A87F0000011F4066E43AFD1900051", None),
        ("It is a basic truth", "It is a basic ***"),
    ],
)
def test_redact(text, expected):
    assert redact(text) == (text if expected is None else expected)


def test_known_secrets():
    assert redact(f"a {SECRET} b abcd", [SECRET, "abc", ""]) == "a *** b abcd"
    assert redact("secret-long secret", ["secret", "secret-long"]) == "*** ***"


@given(st.text(), st.text())
def test_an_iban_never_passes(before, after):
    text = f"{before} BE68539007547034 {after}"
    assert "BE68539007547034" not in redact(text)


@given(st.uuids(), st.sampled_from(["AB12", "be68", ""]))
def test_the_id_of_a_request_passes(uuid, start):
    """One in eighteen begins like an IBAN: two letters, two digits."""
    for text in (uuid.hex.upper(), uuid.hex):
        text = (start + text)[:32]
        for written in (text.upper(), text.lower()):
            assert redact(f"request {written}, 503") == f"request {written}, 503"
            assert plain_word(written) == written


@given(st.text(st.characters(codec="ascii")))
def test_any_text_is_taken(text):
    assert isinstance(redact(text), str)


def test_filter(caplog):
    logger = logging.getLogger("redaction-test")
    net = RedactingFilter([SECRET])
    logger.addFilter(net)
    with caplog.at_level(logging.DEBUG):
        logger.warning("%s and %s: %d", SECRET, IBAN, 5)
        logger.warning("untouched %s", 5)
    logger.removeFilter(net)
    assert [record.getMessage() for record in caplog.records] == [
        "*** and ***: 5",
        "untouched 5",
    ]
    assert caplog.records[0].args == ()
    assert caplog.records[1].args == (5,)
