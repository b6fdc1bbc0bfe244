"""What a fetched line costs beside core's own batches of 100, in short; see make bench."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = (
    "--rounds=3",
    "--lines=200",
    "--large=300",
    "--memory=0",
    "--accounts=1,3",
    "--rows=20000",
    "--bank-lines=2000",
)


def test_bench(tmp_path, record_property):
    result = tmp_path / "bench.md"
    subprocess.run(
        [sys.executable, "-m", "bench", *OPTIONS, f"--result={result}"],
        cwd=ROOT,
        env=os.environ,
        check=True,
    )
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in result.read_text().splitlines()
    ]
    figures = {what: figure for what, figure, *_rest in cells[2:]}
    for accounts in (1, 3):
        quiet = figures[f"quiet run, {accounts} accounts"]
        assert quiet.startswith("1 HTTP"), quiet
        assert "0 run records" in quiet
    assert "inbox: store a page" in figures
    page, found = figures["list of 2000 lines, with pg_trgm"].split(", ")[1:]
    assert int(page.split()[0]) <= 30, page
    assert found == "2003 found"
    found = figures["searched for a word of every line, with pg_trgm"]
    assert found.endswith("2000 found"), found
    record_property("import to plain create", figures["import to plain create"])
    record_property("SQL a line", figures["SQL a line, import"])
