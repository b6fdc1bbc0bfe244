"""Reading Odoo's log: what was logged, what it counted, what nobody expected.

Pure functions; ``dev/tests`` proves that a WARNING fails a run.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence

_HEAD = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ (?P<level>[A-Z]+) (?P<database>\S+) "
    r"(?P<logger>[\w.\-]+): (?P<message>.*)"
)
_COUNTS = re.compile(
    r"(?P<failed>\d+) failed, (?P<errors>\d+) error\(s\) of (?P<tests>\d+) tests"
    r" when loading database"
)
_SKIP = re.compile(r"skipped (?P<test>.+?) : (?P<reason>.*)", re.S)
_LEVELS = ("WARNING", "ERROR", "CRITICAL")


@dataclasses.dataclass(frozen=True)
class Entry:
    """One log record with the lines that follow it."""

    line: int
    """Where it begins in the log, from 0."""
    level: str
    logger: str
    message: str
    """With the lines that follow, a traceback for instance."""
    text: str
    """As it stands in the log."""


@dataclasses.dataclass(frozen=True)
class Counts:
    """What a test runner says of itself."""

    passed: int
    failed: int
    skipped: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
        )


@dataclasses.dataclass(frozen=True)
class Allowed:
    """One line of the allow list."""

    pattern: re.Pattern[str]
    reason: str


def parse_log(text: str) -> list[Entry]:
    """Split a log into its entries; lines before the first one form an own entry."""
    entries: list[Entry] = []
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines) if _HEAD.match(line)]
    if lines and (not starts or starts[0] > 0):
        starts.insert(0, 0)
    for start, end in zip(starts, [*starts[1:], len(lines)]):
        entries.append(_entry(start, lines[start:end]))
    return entries


def _entry(start: int, lines: Sequence[str]) -> Entry:
    head = _HEAD.match(lines[0])
    text = "\n".join(lines)
    if head is None:
        level = "ERROR" if "Traceback (most recent call last)" in text else "INFO"
        return Entry(start, level, "", text, text)
    message = "\n".join([head["message"], *lines[1:]])
    return Entry(start, head["level"], head["logger"], message, text)


def serious(entry: Entry) -> bool:
    """Whether an entry means that something did not work."""
    return entry.level in ("ERROR", "CRITICAL")


def unexpected(entries: Iterable[Entry], allowed: Sequence[Allowed]) -> list[Entry]:
    """The warnings and errors that no line of the allow list explains."""
    return [
        entry
        for entry in entries
        if entry.level in _LEVELS
        and not any(line.pattern.search(_signature(entry)) for line in allowed)
    ]


def _signature(entry: Entry) -> str:
    return f"{entry.level} {entry.logger}: {entry.message}"


def read_allow_list(text: str) -> list[Allowed]:
    """Parse ``regular expression  # reason`` lines.

    :raise ValueError: if a line has no reason, or would allow everything.
    """
    allowed = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        pattern, mark, reason = line.rpartition("  # ")
        if not mark or not pattern.strip() or not reason.strip():
            raise ValueError(f"no reason given after two spaces and '# ': {line}")
        compiled = re.compile(pattern.strip(), re.S)
        if compiled.search("") or compiled.search("ERROR odoo.http: anything"):
            raise ValueError(f"would allow too much: {line}")
        allowed.append(Allowed(compiled, reason.strip()))
    return allowed


def skipped(entries: Iterable[Entry]) -> list[str]:
    """The tests that Odoo did not run, each with its reason."""
    found = []
    for entry in entries:
        match = _SKIP.match(entry.message)
        if match and entry.logger.startswith(("odoo.addons.", "odoo.tests")):
            found.append(f"{match['test']}: {match['reason']}")
    return found


def counts(entries: Sequence[Entry]) -> Counts | None:
    """What Odoo counted at its end, or None if it did not get there."""
    last = None
    for entry in entries:
        last = _COUNTS.match(entry.message) or last
    if last is None:
        return None
    failed = int(last["failed"]) + int(last["errors"])
    left_out = len(skipped(entries))
    return Counts(max(0, int(last["tests"]) - failed - left_out), failed, left_out)


def excerpt(text: str, entry: Entry, *, size: int = 60, before: int = 15) -> str:
    """At most ``size`` lines of a log around an entry."""
    lines = text.splitlines()
    first = max(0, entry.line - before)
    last = entry.line + len(entry.text.splitlines())
    if last - first <= size:
        return "\n".join(lines[first:last])
    head, tail = lines[first : entry.line + 5], lines[last - size + 25 : last]
    return "\n".join([*head, "    [...]", *tail])
