"""Durations that several parts of the addon share."""

from datetime import timedelta

#: A run that no browser drives for so long is taken over by the scheduled action.
TAKE_OVER = timedelta(minutes=1)
#: Ponto asks a bank four times a day; bank data older than this is called old.
STALE_AFTER = timedelta(hours=36)
#: What has failed for so long will not pass by itself.
FAILING_FOR = timedelta(hours=24)
