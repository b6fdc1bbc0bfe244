from . import (
    match_actions,
    match_booking,
    match_candidates,
    match_settings,
    ponto_sync_run_match,
)
