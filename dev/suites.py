"""The suites of ``make test``, each with a summary line."""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

from . import (
    databases,
    lint,
    odoo_log,
    process,
    pytest_report,
    scenarios,
    server,
)
from .clock import Clock
from .coverage_report import Coverage
from .layout import (
    ADDON,
    DEV,
    LOGS,
    ODOO_BIN,
    OFFICIAL_DOCUMENTS,
    ROOT,
    VENV_PYTHON,
    Failure,
    clean_environment,
    official_documents,
    relative,
    say,
)
from .odoo_log import Counts
from .postgres import MACHINE_CLOCK, Cluster
from .prepare_odoo import Odoo
from .prepare_system import BROWSERS

TOUR_TAG = "ponto_tour"
#: Two years of books in one transaction: in a database of its own, as after hundreds
#: of tests PostgreSQL knows too little of its tables to plan for them.
DEMO_TAG = "ponto_demo"
TIMEOUT = 7200  # seconds for one suite: it hangs; a slow machine is no failure
KEPT_LOGS = 10
EXCERPTS = 3
#: Longest first: whoever is free takes the next, and the short ones fill what is left.
ALL = (
    "odoo",
    "processes",
    "scenarios",
    "tours",
    "lint",
    "demo",
    "client",
    "dev",
    "official",
)
SIDE_BY_SIDE = 2  # two cores are enough


@dataclasses.dataclass
class Outcome:
    """What one suite did."""

    counts: Counts
    complaints: list[str]
    """What to show; a suite with complaints has failed."""
    figures: tuple[tuple[str, str], ...] = ()
    """Names and values that its tests recorded, in their order."""
    seconds: float = 0.0

    @property
    def good(self) -> bool:
        """Whether something ran and nothing is wrong."""
        return not self.complaints and not self.counts.failed and self.counts.passed > 0


@dataclasses.dataclass(frozen=True)
class Day:
    """A run that lives by another clock."""

    clock: Clock
    place: server.Place
    logs: Path
    """A folder that is there; its name tells this run's databases from others."""


class Run:
    """One run of some suites."""

    def __init__(
        self,
        odoo: Odoo,
        cluster: Cluster,
        *,
        coverage: bool,
        keep: bool,
        day: Day | None = None,
    ) -> None:
        self.odoo = odoo
        self.cluster = cluster
        self.coverage = Coverage(active=coverage)
        self.keep = keep
        self.outcomes: dict[str, Outcome] = {}
        self.clock = day.clock if day else MACHINE_CLOCK
        self.place = day.place if day else server.TESTS
        self.logs = day.logs if day else _new_log_folder()
        self._prefix = f"{day.logs.name}_" if day else ""
        self.test_tags = os.environ.get("TEST_TAGS", "")
        self._databases: list[str] = []
        self._interrupted = False
        self._creating = threading.Lock()
        self._installing = threading.Lock()
        self._telling = threading.Lock()

    def suites(self, names: tuple[str, ...]) -> bool:
        """Run suites, each whatever became of the others.

        :return: whether all are good.
        """
        wanted = [name for name in ALL if name in names and _exists(name)]
        try:
            with ThreadPoolExecutor(SIDE_BY_SIDE) as runner:
                try:
                    # Every suite runs, so that one look shows all that is wrong.
                    good = list(runner.map(self._suite, wanted))
                except BaseException:
                    self._interrupted = True
                    process.end_all()
                    raise
        finally:
            self.tidy()
        self.coverage.report()
        return bool(good) and all(good)

    def _suite(self, name: str) -> bool:
        if self._interrupted:
            return False
        return self.carry_out(name, getattr(self, f"_run_{name}")).good

    def carry_out(self, name: str, runner: Callable[[], Outcome]) -> Outcome:
        """Run one thing and tell how it went."""
        started = time.monotonic()
        try:
            outcome = runner()
        except Failure as failure:
            outcome = Outcome(Counts(0, 0), [str(failure)])
        if not outcome.complaints and not outcome.counts.passed:
            outcome.complaints.append("No test ran: add one, or correct TEST_TAGS.")
        outcome.seconds = time.monotonic() - started
        self.outcomes[name] = outcome
        with self._telling:
            for complaint in outcome.complaints:
                say(complaint)
            _summary(name, outcome)
        return outcome

    def tidy(self) -> None:
        """Remove the databases of this run, or keep them for a day."""
        for name in self._databases:
            if self.keep:
                databases.keep(name)
            else:
                databases.drop(self.cluster, name)

    # --- pytest ---------------------------------------------------------------------

    def _run_dev(self) -> Outcome:
        return self.pytest("dev", DEV / "tests", clean_environment())

    def _run_client(self) -> Outcome:
        return self.pytest("client", ROOT / "client_tests", clean_environment())

    def _run_official(self) -> Outcome:
        documents = str(official_documents())
        env = {**clean_environment(), OFFICIAL_DOCUMENTS: documents}
        return self.pytest("official", ROOT / "official_tests", env)

    def _run_processes(self) -> Outcome:
        env = self.process_environment()
        return self.pytest("processes", ROOT / "process_tests", env, forks=True)

    def process_environment(self) -> dict[str, str]:
        """What tests with processes of their own need; makes their database."""
        return {
            **server.environment(self.odoo, self.cluster, self.place),
            "PONTO_TEST_DB_TEMPLATE": self.addon_database,
            "PONTO_TEST_ODOO": str(ODOO_BIN),
            "PONTO_TEST_PYTHON": str(VENV_PYTHON),
            "PONTO_TEST_FILESTORE": str(server.filestore(self.addon_database)),
        }

    def pytest(
        self,
        name: str,
        path: Path,
        env: dict[str, str],
        *,
        forks: bool = False,
        timeout: int | None = None,
    ) -> Outcome:
        """Run pytest on a folder with a ``pytest.ini``, or on one file in it."""
        folder = path if path.is_dir() else path.parent
        if not (folder / "pytest.ini").exists():
            raise Failure(f"Add {relative(folder)}/pytest.ini: see dev/README.md.")
        timeout = timeout or TIMEOUT
        log = self.logs / f"{name}.log"
        report = self.logs / f"{name}.xml"
        arguments = ["-c", folder / "pytest.ini", path, f"--junitxml={report}"]
        prefix = self.coverage.prefix(forks=forks) if name != "dev" else []
        status = process.run_logged(
            [VENV_PYTHON, *prefix, "-m", "pytest", "-q", "-ra", *arguments],
            log,
            env=self.clock.environment({**env, "PONTO_TEST_LOGS": str(self.logs)}),
            cwd=ROOT,
            timeout=timeout,
        )
        return _judge_pytest(status, log, report, timeout)

    # --- Odoo -----------------------------------------------------------------------

    def _run_odoo(self) -> Outcome:
        others = f"-{TOUR_TAG},-{DEMO_TAG},-{scenarios.TAG}"
        tags = self.test_tags or f"/{ADDON},{others}"
        return self._odoo("odoo", self._base, ["-i", ADDON, "--test-tags", tags])

    def _run_scenarios(self) -> Outcome:
        tags = f"{scenarios.TAG}/{ADDON}"
        outcome = self._odoo("scenarios", self.addon_database, ["--test-tags", tags])
        log = (self.logs / "scenarios.log").read_text(errors="replace")
        ids = scenarios.listed(scenarios.TABLE.read_text())
        line, complaints = scenarios.judge(ids, odoo_log.parse_log(log))
        say(line)
        outcome.complaints += complaints
        return outcome

    def _run_demo(self) -> Outcome:
        tags = f"{DEMO_TAG}/{ADDON}"
        return self._odoo("demo", self.addon_database, ["--test-tags", tags])

    def _run_tours(self) -> Outcome:
        _require_browser()
        tags = self.test_tags if TOUR_TAG in self.test_tags else f"{TOUR_TAG}/{ADDON}"
        # An update instead of a mere start: it, too, has to pass without a warning.
        return self._odoo(
            "tours", self.addon_database, ["-u", ADDON, "--test-tags", tags]
        )

    def _odoo(self, name: str, template: str, options: list[object]) -> Outcome:
        database = self._database(name, template)
        log = self.logs / f"{name}.log"
        status = process.run_logged(
            server.command(
                "server",
                database,
                "--test-enable",
                *options,
                *server.batch_options(),
                prefix=self.coverage.prefix(),
                place=self.place,
            ),
            log,
            env=self.clock.environment(
                server.environment(self.odoo, self.cluster, self.place)
            ),
            cwd=ROOT,
            timeout=TIMEOUT,
        )
        return judge_odoo(status, log, TIMEOUT)

    @cached_property
    def _base(self) -> str:
        return databases.base_template(self.odoo, self.cluster)

    @property
    def addon_database(self) -> str:
        """A database with the addon installed and nothing else done to it."""
        with self._installing:
            return self._installed

    @cached_property
    def _installed(self) -> str:
        database = self._database("addon", self._base)
        log = self.logs / "install.log"
        databases.install(
            self.odoo,
            self.cluster,
            database,
            ADDON,
            log,
            place=self.place,
            clock=self.clock,
        )
        return database

    def new_database(self, purpose: str) -> str:
        """A database with the modules that the addon needs, and no addon."""
        return self._database(purpose, self._base)

    def _database(self, purpose: str, template: str) -> str:
        name = databases.run_name(f"{self._prefix}{purpose}")
        self._databases.append(name)
        with self._creating:
            databases.create(self.cluster, name, template)
        return name

    # --- checks ---------------------------------------------------------------------

    def _run_lint(self) -> Outcome:
        return Outcome(*lint.run(self.logs))


def _exists(name: str) -> bool:
    """Whether a suite that a checkout need not have is there."""
    if name == "processes":
        return (ROOT / "process_tests").is_dir()
    if name == "official" and official_documents() is None:
        say(
            "official: left out, as the official documents are not here (dev/README.md)"
        )
        return False
    if name == "tours":
        tests = (ROOT / "tests").glob("**/*.py")
        if not any(TOUR_TAG in path.read_text() for path in tests):
            say(f"tours: no test in tests/ is tagged {TOUR_TAG}")
            return False
    return True


def _require_browser() -> None:
    if not any(shutil.which(name) for name in BROWSERS):
        raise Failure("Install chromium: without a browser Odoo skips every tour.")
    if not process.succeeds([VENV_PYTHON, "-c", "import websocket"]):
        raise Failure(
            "Run `make clean`: without websocket-client Odoo skips every tour."
        )


def judge_odoo(status: int | None, log: Path, timeout: int = TIMEOUT) -> Outcome:
    """Decide from Odoo's log whether a run is good."""
    text = log.read_text(errors="replace")
    entries = odoo_log.parse_log(text)
    allowed = odoo_log.read_allow_list((DEV / "log_allowlist.txt").read_text())
    counts = odoo_log.counts(entries)
    complaints = []
    wrong = odoo_log.unexpected(entries, allowed)
    for entry in wrong[:EXCERPTS]:
        complaints.append(
            f"--- {relative(log)}:{entry.line + 1}\n{odoo_log.excerpt(text, entry)}"
        )
    if wrong:
        complaints.append(
            f"{len(wrong)} unexpected WARNING, ERROR or CRITICAL entries: read"
            f" {relative(log)}, and mend the cause or mute it in the test that provokes it."
        )
    complaints += [f"skipped: {line}" for line in odoo_log.skipped(entries)]
    if status is None:
        complaints.append(
            f"Odoo took over {timeout} s and was ended: read {relative(log)}."
        )
    elif counts is None or (status and not wrong):
        complaints.append(
            f"{_tail(log)}\nOdoo ended early with status {status}: read {relative(log)}."
        )
    return Outcome(counts or Counts(0, 0), complaints)


def _judge_pytest(status: int | None, log: Path, report: Path, timeout: int) -> Outcome:
    if status is None:
        text = f"pytest took over {timeout} s and was ended: read {relative(log)}."
        return Outcome(Counts(0, 0), [f"{_tail(log)}\n{text}"])
    if not report.exists():
        text = f"pytest could not run: read {relative(log)}."
        return Outcome(Counts(0, 0), [f"{_tail(log)}\n{text}"])
    read = pytest_report.read_report(report.read_text())
    complaints = list(read.complaints)
    if status and status != 5:
        complaints.insert(0, f"{_tail(log)}\nRead {relative(log)}.")
    return Outcome(read.counts, complaints, read.figures)


def _tail(log: Path, size: int = 60) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-size:])


def _summary(name: str, outcome: Outcome) -> None:
    counts = outcome.counts
    # Something other than a test went wrong: it counts as one failure, so that nobody
    # reads a failed suite as a good one.
    failed = counts.failed or (0 if outcome.good else 1)
    left_out = f", {counts.skipped} skipped" if counts.skipped else ""
    say(f"{name}: {counts.passed} passed, {failed} failed{left_out}")
    say(f"    in {outcome.seconds:.0f} s")


def _new_log_folder() -> Path:
    """A folder for this run's logs; those of the last runs are kept."""
    LOGS.mkdir(parents=True, exist_ok=True)
    older = sorted(path for path in LOGS.iterdir() if re.match(r"\d{8}-", path.name))
    for path in older[: max(0, len(older) - KEPT_LOGS + 1)]:
        shutil.rmtree(path, ignore_errors=True)
    folder = LOGS / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
    folder.mkdir()
    link = LOGS / "last"
    link.unlink(missing_ok=True)
    link.symlink_to(folder.name)
    return folder
