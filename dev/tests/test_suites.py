"""Which suites there are, and how they share the machine."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, cast

import pytest

from dev import suites
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
