"""The table of ``make prove``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, cast

import pytest

from dev import prove, suites, table
from dev.layout import Failure
from dev.odoo_log import Counts
from dev.pytest_report import read_report
from dev.suites import Outcome

REPORT = """\
<testsuites><testsuite>
<properties><property name="examples" value="500"/>
<property name="hypothesis-statistics-a" value="ZGF0YQ=="/></properties>
<testcase name="a"><properties><property name="kills" value="3"/></properties></testcase>
<testcase name="b"><properties><property name="kills" value="4"/>
<property name="rate" value="0.9 of core's"/></properties></testcase>
</testsuite></testsuites>
"""


def test_figures_are_collected_and_added_up() -> None:
    read = read_report(REPORT)
    assert read.counts == Counts(2, 0)
    assert prove.figures(read.figures) == [
        "examples 500",
        "kills 7",
        "rate 0.9 of core's",
    ]


def test_every_file_is_a_proof(tmp_path: Path) -> None:
    (tmp_path / "test_two_words.py").write_text('"""What it shows.\n\nMore."""\n')
    (tmp_path / "conftest.py").write_text('"""No proof."""\n')
    [proof] = prove.found(tmp_path)
    assert (proof.name, proof.shows) == ("two-words", "What it shows.")
    assert proof.path == tmp_path / "test_two_words.py"


def test_our_own_proofs_say_what_they_show() -> None:
    proofs = [*prove.SUITES, *prove.found(prove.PROOFS)]
    assert len(proofs) > len(prove.SUITES)
    assert all(proof.path.exists() and len(proof.shows) > 20 for proof in proofs)


def test_some_of_them_by_name() -> None:
    proofs = prove.SUITES
    everything = [proof.name for proof in proofs]
    assert [proof.name for proof in prove.chosen(proofs, "")] == everything
    assert [proof.name for proof in prove.chosen(proofs, " processes,")] == [
        "processes"
    ]
    with pytest.raises(Failure, match="client, processes"):
        prove.chosen(proofs, "processes,novels")


def test_one_failure_fails_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suites, "LOGS", tmp_path / "logs")
    monkeypatch.setattr(prove, "SUITES", ())
    monkeypatch.setattr(prove, "PROOFS", tmp_path)
    monkeypatch.setattr(
        suites.Run, "process_environment", lambda _run: dict(os.environ)
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    monkeypatch.setenv("SEED", "0x7")
    seed = "import os\nassert os.environ['PONTO_SEED'] == '0x7'"
    for name, claim in (("right", "True"), ("wrong", "False")):
        text = f'"""It is {name}."""\n{seed}\ndef test_it():\n    assert {claim}\n'
        (tmp_path / f"test_{name}.py").write_text(text)
    nothing = cast("Any", None)
    run = suites.Run(nothing, nothing, coverage=False, keep=False)
    assert not prove.prove(run)
    lines = (run.logs / "prove.md").read_text().splitlines()
    assert ["holds" in line for line in lines[2:]] == [True, False]
    (tmp_path / "test_wrong.py").unlink()
    assert prove.prove(run)


def test_the_table_tells_a_failure() -> None:
    good = Outcome(Counts(2, 0), [], (("kills", "3"),), 12.3)
    bad = Outcome(Counts(1, 1), ["failed: m.t"])
    rows = [prove.row(prove.SUITES[0], outcome) for outcome in (good, bad)]
    assert rows[0][2:] == ("tests 2; kills 3", "holds", "12")
    assert rows[1][2:] == ("tests 1", "FAILS", "0")
    lines = table.markdown([prove.HEAD, *rows]).splitlines()
    assert len(lines) == 4
    assert len({len(line) for line in lines}) == 1
