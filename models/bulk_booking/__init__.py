"""Numbering and posting many lines at once."""

from . import (
    account_move,
    account_move_numbering,
)
