"""The form of the tables that long runs print."""

from __future__ import annotations

from collections.abc import Iterable


def markdown(rows: Iterable[tuple[str, ...]]) -> str:
    """A table that reads well as plain text, too; the first row is its head."""
    head, *body = rows
    widths = [max(map(len, column)) for column in zip(head, *body)]
    lines = [head, tuple("-" * width for width in widths), *body]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |"
        for line in lines
    )
