"""The journal, and its card on the dashboard."""

# Models that are extended here come first.
from .. import common  # isort: skip
from . import (
    account_journal,
    account_journal_dashboard,
    account_journal_lines,
)
