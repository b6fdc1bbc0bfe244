"""The environment given to programs, Odoo's layouts and PostgreSQL's lock file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dev import coverage_report, layout, postgres, prepare_odoo
from dev.layout import Failure


def test_confusing_variables_are_left_out() -> None:
    given = {"PGHOST": "x", "PYTHONPATH": "y", "PATH": "/bin", "ODOO_RC": "z"}
    kept = layout.clean_environment(given)
    assert kept["PATH"] == "/bin"
    assert not {"PGHOST", "PYTHONPATH", "ODOO_RC"} & set(kept)
    assert kept["NO_PROXY"] == "127.0.0.1,localhost"


@pytest.mark.parametrize("below", ["", "usr/lib/python3/dist-packages"])
def test_odoo_is_recognised(tmp_path: Path, below: str) -> None:
    folder = tmp_path / below
    (folder / "odoo").mkdir(parents=True)
    (folder / "odoo/release.py").write_text("version_info = (19, 0, 0, FINAL, 0, '')\n")
    found = prepare_odoo.locate(tmp_path)
    assert found.path == folder
    assert found.addons == (folder / "odoo/addons",)
    (folder / "addons/account").mkdir(parents=True)
    assert prepare_odoo.locate(tmp_path).addons[0] == folder / "addons"


def test_another_series_is_refused(tmp_path: Path) -> None:
    (tmp_path / "odoo").mkdir()
    (tmp_path / "odoo/release.py").write_text(
        "version_info = (18, 0, 0, FINAL, 0, '')\n"
    )
    with pytest.raises(Failure, match=r"is 18\.0"):
        prepare_odoo.locate(tmp_path)
    with pytest.raises(Failure, match="is none"):
        prepare_odoo.locate(tmp_path / "odoo")


def test_a_stale_lock_file_is_removed(tmp_path: Path) -> None:
    lock = tmp_path / "postmaster.pid"
    # Process 1 lives, but does not work in this folder: its number was used again.
    lock.write_text(f"1\n{tmp_path}\n1700000000\n5432\n/tmp\n")
    assert postgres.running(tmp_path) is None
    assert not lock.exists()


def test_a_living_server_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lock = tmp_path / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{tmp_path}\n1700000000\n5433\n/run/x\n")
    assert postgres.running(tmp_path) == postgres.Cluster("/run/x", 5433)


def test_coverage_is_added_up_per_package() -> None:
    summary = {"summary": {"num_statements": 4, "covered_lines": 3}}
    files = {"models/a.py": summary, "models/b.py": summary, "hooks.py": summary}
    table = coverage_report.per_package(files)
    assert table == {"models": (8, 6)}
    assert "75.0 %" in coverage_report.format_table(table).splitlines()[-1]
