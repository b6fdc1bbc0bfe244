"""Which suites there are, and how they share the machine."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, cast

import pytest

from dev import layout, suites
from dev.layout import OFFICIAL_DOCUMENTS, Failure
from dev.odoo_log import Counts
from dev.suites import Outcome

BROKEN = "lint"


class Recorder(suites.Run):
    """Notes which suites ran, and how many at once."""

    def __init__(self) -> None:
        nothing = cast("Any", None)
        super().__init__(nothing, nothing, coverage=False, keep=False)
        self.ran: list[str] = []
        self.most = 0
        self._now = 0
        self._both = threading.Barrier(suites.SIDE_BY_SIDE)

    def note(self, name: str) -> Outcome:
        with self._telling:
            self._now += 1
            self.most = max(self.most, self._now)
            self.ran.append(name)
            first_ones = len(self.ran) <= suites.SIDE_BY_SIDE
        if first_ones:
            # Passes only if as many as may do run at the same time.
            self._both.wait(timeout=60)
        with self._telling:
            self._now -= 1
        return Outcome(Counts(1, 0), ["broken"] if name == BROKEN else [])


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    monkeypatch.setattr(suites, "LOGS", tmp_path / "logs")
    (tmp_path / "openapi.json").write_text("{}")
    monkeypatch.setenv(OFFICIAL_DOCUMENTS, str(tmp_path))
    for name in suites.ALL:
        noted = lambda run, name=name: run.note(name)  # noqa: E731
        monkeypatch.setattr(suites.Run, f"_run_{name}", noted)
    return Recorder()


def test_every_suite_is_listed() -> None:
    found = {name.removeprefix("_run_") for name in vars(suites.Run) if "_run_" in name}
    assert sorted(suites.ALL) == sorted(found)


def test_all_run_two_at_once(run: Recorder) -> None:
    assert not run.suites(suites.ALL)
    assert sorted(run.ran) == sorted(suites.ALL)
    assert run.most == suites.SIDE_BY_SIDE == 2


def test_a_choice(run: Recorder) -> None:
    wanted = ("dev", "client")
    assert run.suites(wanted)
    assert sorted(run.ran) == ["client", "dev"]


def test_official_documents_beside_the_checkout(
    run: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(OFFICIAL_DOCUMENTS)
    monkeypatch.setattr(layout, "BESIDE", tmp_path)
    assert run.suites(("official", "dev"))
    assert sorted(run.ran) == ["dev", "official"]


def test_without_the_official_documents(
    run: Recorder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One line says that the suite is left out; no test counts as skipped."""
    monkeypatch.delenv(OFFICIAL_DOCUMENTS)
    monkeypatch.setattr(layout, "BESIDE", tmp_path / "nothing")
    assert run.suites(("client", "official", "dev"))
    assert sorted(run.ran) == ["client", "dev"]
    told = capsys.readouterr().out
    assert "skipped" not in told
    assert [line for line in told.splitlines() if "official" in line] == [
        "official: left out, as the official documents are not here (dev/README.md)"
    ]
    # Whoever asks for it alone is not told that all is well.
    assert not run.suites(("official",))


def test_official_documents_that_are_not_where_they_should_be(
    run: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(OFFICIAL_DOCUMENTS, str(tmp_path / "nothing"))
    with pytest.raises(Failure, match=r"openapi\.json"):
        run.suites(("official",))
