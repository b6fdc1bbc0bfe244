"""Runs: kinds, stages, driver, ending, and the page of progress."""

# Models that are extended here come first.
from .. import online_account  # isort: skip
from . import (
    fetch_driver,
    ponto_online_account,
    ponto_sync_run,
    ponto_sync_run_ending,
    ponto_sync_run_page,
    ponto_sync_run_steps,
    ponto_sync_run_stop,
    ponto_sync_run_walk,
    run_kinds,
)
