"""The programs that the machine itself must have."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from . import clock, postgres, process
from .layout import Failure, clean_environment, say

#: The names under which Odoo's tests look for a browser.
BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
PYTHON_VERSIONS = ((3, 10), (3, 13))


def prepare_system(*, need_odoo_package: bool, need_browser: bool = True) -> None:
    """Install what is missing, or say in one sentence what to install."""
    packages = missing_packages(
        need_odoo_package=need_odoo_package, need_browser=need_browser
    )
    if packages:
        install(packages)


def prepare_clock() -> None:
    """Install what shifts a clock, which only one proof needs."""
    if packages := clock.missing_packages():
        install(packages)


def missing_packages(*, need_odoo_package: bool, need_browser: bool) -> list[str]:
    """Debian's names for what this machine lacks."""
    missing = []
    if postgres.binaries() is None:
        missing.append("postgresql")
    if need_browser and not any(shutil.which(name) for name in BROWSERS):
        missing.append("chromium")
    if base_python() is None:
        missing.append("python3-venv")
    if (
        need_odoo_package
        and not Path("/usr/share/keyrings/debian-archive-keyring.gpg").exists()
    ):
        missing.append("debian-archive-keyring")
    if not Path("/etc/ssl/certs/ca-certificates.crt").exists():
        missing.append("ca-certificates")
    return missing


def install(packages: list[str]) -> None:
    """Install Debian packages as root; everybody else is told to."""
    names = " ".join(packages)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Failure(
            f"Install {names} (on Debian, as root: apt-get update &&"
            f" apt-get install {names}), then run the same command again."
        )
    say(f"installing {names}")
    update_package_lists()
    process.run(
        ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages],
        env={**clean_environment(), "DEBIAN_FRONTEND": "noninteractive"},
        attempts=process.ATTEMPTS,
        advice=f"Install {names} by hand, then run the same command again.",
    )


def update_package_lists() -> None:
    """Let apt know what there is; only root may."""
    process.run(
        ["apt-get", "update", "-q"],
        attempts=process.ATTEMPTS,
        advice="Make `apt-get update` work as root, then run the same command again.",
    )


def base_python() -> str | None:
    """A Python that Odoo 19 runs on and that can make virtual environments."""
    for candidate in (sys.executable, "/usr/bin/python3"):
        if candidate and _can_make_venvs(candidate):
            return candidate
    return None


def _can_make_venvs(python: str) -> bool:
    lowest, highest = PYTHON_VERSIONS
    check = (
        "import sys, venv, ensurepip;"
        f"sys.exit(not {lowest} <= sys.version_info[:2] <= {highest})"
    )
    try:
        done = subprocess.run(
            [python, "-c", check],
            env=clean_environment(),
            capture_output=True,
            check=False,
        )
    except OSError:
        return False
    return done.returncode == 0
