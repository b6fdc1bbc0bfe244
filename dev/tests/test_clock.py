"""The shifted clock of the calendar proof."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from dev import clock, prepare_system
from dev.clock import Clock
from dev.layout import clean_environment

LEAP_DAY = datetime(2028, 2, 29, 22, 30, tzinfo=timezone.utc)

#: What programs ask a clock for, and the ways in which they wait.
PROGRAM = """
import ctypes, datetime, os, signal, subprocess, tempfile, threading, time

libc = ctypes.CDLL(None)

def by_time():
    return libc.time(None) & 0xFFFFFFFF

def by_date():
    return int(subprocess.check_output(["date", "+%s"]))

def handled(number, frame):
    global in_handler
    in_handler = time.time()

signal.signal(signal.SIGALRM, handled)
signal.setitimer(signal.ITIMER_REAL, 0.05)
signal.pause()

class Timespec(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long)]

# Waits until a time of day, which comes in a moment.
end = ctypes.byref(Timespec(int(time.time()) + 1, 0))
memory = ctypes.create_string_buffer(256)
libc.sem_init(memory, 0, 0)
libc.sem_timedwait(memory, end)
libc.clock_nanosleep(time.CLOCK_REALTIME, 1, end, None)
mutex, condition = (ctypes.create_string_buffer(256) for _ in range(2))
libc.pthread_mutex_init(mutex, None)
libc.pthread_cond_init(condition, None)
libc.pthread_mutex_lock(mutex)
libc.pthread_cond_timedwait(condition, mutex, end)

# Waits for a duration.
time.sleep(0.01)
threading.Event().wait(0.01)

with tempfile.NamedTemporaryFile() as file:
    changed = os.stat(file.name).st_mtime

print(time.time(), by_time(), by_date(), in_handler)
print(time.monotonic(), changed)
"""


def check_every_way_to_ask_and_to_wait(tmp_path: Path) -> None:
    shifted = Clock.at(LEAP_DAY, clock.build(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=shifted.environment(clean_environment()),
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    first, second = done.stdout.splitlines()
    shown = [datetime.fromtimestamp(float(x), timezone.utc) for x in first.split()]
    # A clock begins within half a second; two of these ways show whole seconds.
    begin, end = LEAP_DAY - timedelta(seconds=2), shifted.now() + timedelta(seconds=2)
    assert all(begin <= one <= end for one in shown)
    monotonic, changed = map(float, second.split())
    # As they were: both are of the machine.
    assert monotonic < shifted.ahead
    assert datetime.fromtimestamp(changed, timezone.utc) < LEAP_DAY


# A machine that builds no C need not: the proof, which does, compares the clocks, too.
if not clock.missing_packages():
    test_every_way_to_ask_and_to_wait = check_every_way_to_ask_and_to_wait


def test_the_machines_own_clock_shifts_nothing() -> None:
    assert Clock().environment({"A": "b"}) == {"A": "b"}


def test_what_is_missing_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(prepare_system, "install", asked.append)
    monkeypatch.setattr(clock, "COMPILER", "no-such-compiler")
    assert shutil.which(clock.COMPILER) is None
    prepare_system.prepare_clock()
    assert asked == [list(clock.PACKAGES)]
