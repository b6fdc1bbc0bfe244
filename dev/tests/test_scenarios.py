"""A hard case without a test, or with one that failed, is told."""

from dev.odoo_log import Entry, parse_log
from dev.scenarios import TABLE, judge, listed

HEAD = "2026-11-23 10:00:00,000 1 {level} base odoo.addons.x.tests.scenarios.y: {text}"


def log(*texts: str, level: str = "INFO") -> list[Entry]:
    return parse_log("\n".join(HEAD.format(level=level, text=text) for text in texts))


def test_all_hold() -> None:
    line, complaints = judge(
        ["P01", "P02"],
        log("Starting TestP01.test_a ...", "Starting TestP02.test_b ..."),
    )
    assert (line, complaints) == ("scenarios: 2 of 2 hold: P01 P02", [])


def test_one_failed_and_one_is_missing() -> None:
    entries = log("Starting TestP01.test_a ...", "FAIL: TestP01.test_a", level="ERROR")
    line, complaints = judge(["P01", "P02"], entries)
    assert line == "scenarios: 0 of 2 hold: "
    assert complaints == [
        "P02: no test of this scenario ran",
        "P01: the scenario does not hold",
    ]


def test_a_set_up_that_fails_counts() -> None:
    entries = log(
        "Starting TestP01.test_a ...",
        "ERROR: setUpClass (odoo.addons.x.tests.scenarios.test_p01.TestP01)",
    )
    assert judge(["P01"], entries)[1] == ["P01: the scenario does not hold"]


def test_a_subtest_that_fails_counts() -> None:
    entries = log("Starting TestP01.test_a ...", "FAIL: Subtest TestP01.test_a (n=1)")
    assert judge(["P01"], entries)[1] == ["P01: the scenario does not hold"]


def test_a_skipped_one_does_not_hold() -> None:
    entries = log("Starting TestP01.test_a ...", "skipped TestP01.test_a : no tool")
    assert judge(["P01"], entries)[1] == ["P01: the scenario does not hold"]


def test_one_that_the_table_does_not_name() -> None:
    _line, complaints = judge([], log("Starting TestP07.test_a ..."))
    assert complaints == ["P07: not in the table of docs/scenarios.md"]


def test_every_id_of_the_table_has_its_file() -> None:
    ids = listed(TABLE.read_text())
    files = (TABLE.parents[1] / "tests" / "scenarios").glob("test_p*.py")
    assert ids == sorted(ids)
    # test_p17_locked_period.py: the id, and what the file proves.
    assert set(ids) == {path.stem.split("_")[1].upper() for path in files}
