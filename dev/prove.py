"""``make prove``: the long proofs one after the other, and a table of what they show.

A proof is a suite of ``make test`` repeated far more often, all suites on other days, or
one file of ``proofs/``: drop ``proofs/test_something.py`` in, and it runs. The first line of its docstring says
what it shows, and what it records with ``record_property`` stands in the table.
"""

from __future__ import annotations

import ast
import dataclasses
import os
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from . import calendar_proof
from .layout import DEV, ROOT, Failure, clean_environment, relative, say
from .suites import Outcome, Run
from .table import markdown

PROOFS = ROOT / "proofs"
HEAD = ("proof", "what it shows", "figures", "result", "seconds")
#: Read by conftest.py of client_tests and process_tests: more examples, more rounds.
LONGER = {"PONTO_PROVE": "1"}
#: What the caller may say of the random histories, and how their test is told.
PASSED_ON = {"HISTORIES": "PONTO_HISTORIES", "SEED": "PONTO_SEED"}
TIMEOUT = 14400  # seconds for one proof


@dataclasses.dataclass(frozen=True)
class Proof:
    """One row of the table."""

    name: str
    shows: str
    path: Path
    """What pytest is told: a folder or a file."""
    environment: Callable[[Run], dict[str, str]] = lambda _run: clean_environment()
    runner: Callable[[Run], Outcome] | None = None
    """Instead of one run of pytest."""


SUITES = (
    Proof(
        "client",
        "what is said of texts, amounts and answers holds for made-up ones",
        ROOT / "client_tests",
    ),
    Proof(
        "processes",
        "workers side by side, killed anywhere, book every transaction once",
        ROOT / "process_tests",
        Run.process_environment,
    ),
    Proof(
        "histories",
        "after random histories the books are what really happened at the bank",
        ROOT / "process_tests" / "test_histories.py",
        Run.process_environment,
    ),
    Proof(
        "calendar",
        "every suite holds on days that calendars and clocks stumble over",
        DEV / "calendar_proof.py",
        runner=calendar_proof.run_days,
    ),
)


def prove(run: Run) -> bool:
    """Run every proof, each whatever became of those before it.

    :return: whether all hold.
    """
    rows: list[tuple[str, ...]] = [HEAD]
    good = True
    proofs = chosen((*SUITES, *found(PROOFS)), os.environ.get("PROOFS", ""))
    try:
        for proof in proofs:
            runner = proof.runner or partial(_run, proof=proof)
            outcome = run.carry_out(proof.name, partial(runner, run))
            good = good and outcome.good
            rows.append(row(proof, outcome))
    finally:
        run.tidy()
    table = markdown(rows)
    file = run.logs / "prove.md"
    file.write_text(f"{table}\n")
    say(f"\n{table}\n\nThe same in {relative(file)}.")
    return good


def _run(run: Run, proof: Proof) -> Outcome:
    wishes = {
        name: os.environ[wish] for wish, name in PASSED_ON.items() if wish in os.environ
    }
    env = {**proof.environment(run), **LONGER, **wishes}
    return run.pytest(f"prove-{proof.name}", proof.path, env, timeout=TIMEOUT)


def chosen(proofs: Iterable[Proof], names: str) -> list[Proof]:
    """The proofs of these names, separated by commas; all of them if none is named.

    :raise Failure: for a name that no proof has
    """
    by_name = {proof.name: proof for proof in proofs}
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    unknown = ", ".join(name for name in wanted if name not in by_name)
    if unknown:
        there = ", ".join(by_name)
        raise Failure(f"There is no proof named {unknown}; choose from {there}.")
    return [by_name[name] for name in wanted or by_name]


def found(folder: Path) -> list[Proof]:
    """One proof for each file of a folder."""
    return [
        Proof(
            path.stem.removeprefix("test_").replace("_", "-"),
            (ast.get_docstring(ast.parse(path.read_text())) or "?").splitlines()[0],
            path,
            Run.process_environment,
        )
        for path in sorted(folder.glob("test_*.py"))
    ]


def row(proof: Proof, outcome: Outcome) -> tuple[str, ...]:
    """What the table says about one proof."""
    return (
        proof.name,
        proof.shows.rstrip("."),
        "; ".join([f"tests {outcome.counts.passed}", *figures(outcome.figures)]),
        "holds" if outcome.good else "FAILS",
        f"{outcome.seconds:.0f}",
    )


def figures(recorded: Iterable[tuple[str, str]]) -> list[str]:
    """Whole numbers of one name are added up; other values stand as they are."""
    values: dict[str, list[str]] = {}
    for name, value in recorded:
        values.setdefault(name, []).append(value)
    return [
        f"{name} {sum(map(int, found))}"
        if all(value.isdigit() for value in found)
        else f"{name} {', '.join(found)}"
        for name, found in values.items()
    ]
