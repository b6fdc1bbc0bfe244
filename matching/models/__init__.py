from . import match_actions, match_booking, match_candidates
