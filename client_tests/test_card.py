"""The headline of a status on a journal's card."""

import pytest
from account_ponto_sync.wording.card import LONGEST, split_status


@pytest.mark.parametrize(
    ("text", "headline", "rest"),
    [
        ("", "", ""),
        ("Up to date as of Jun 15 9:00 AM.", "Up to date as of Jun 15 9:00 AM.", ""),
        (
            "Stopped: no bank data since Jun 1 6:00 AM. Reason: it ended.",
            "Stopped: no bank data since Jun 1 6:00 AM.",
            "Reason: it ended.",
        ),
        # A full stop within a date ends no sentence.
        ("Bijgewerkt tot 15 jun. 9:00.", "Bijgewerkt tot 15 jun. 9:00.", ""),
        ("Зупинено. Причина: …", "Зупинено.", "Причина: …"),
    ],
)
def test_first_sentence(text: str, headline: str, rest: str) -> None:
    assert split_status(text) == (headline, rest)


def test_long_first_sentence() -> None:
    text = (
        f"The bank's permission has ended: {'it is renewed at Ponto ' * 3}now. Do it."
    )
    assert split_status(text) == ("The bank's permission has ended.", text)


@pytest.mark.parametrize("text", ["word " * 40, "x" * 200, "a: " + "word " * 40])
def test_no_clause_to_cut_at(text: str) -> None:
    headline, rest = split_status(text)
    assert 0 < len(headline) <= LONGEST
    assert headline.endswith("…")
    assert rest == text
