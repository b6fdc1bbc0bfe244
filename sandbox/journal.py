"""Every request to the public interface, for tests to look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .formats import format_moment

if TYPE_CHECKING:
    from datetime import datetime

    from werkzeug.wrappers import Request

#: a demonstration may run for months
LIMIT = 10_000


@dataclass
class Journal:
    """The newest requests in the order in which they came."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    _count: int = 0

    def record(self, request: Request, at: datetime) -> dict[str, Any]:
        """Write a request down; its ``status`` is filled in when it is answered."""
        self._count += 1
        entry = {
            "n": self._count,
            "at": format_moment(at),
            "method": request.method,
            "path": request.path,
            "query": request.args.to_dict(flat=False),
            "headers": {name.lower(): value for name, value in request.headers},
            "body": request.get_data(as_text=True),
            "status": None,
        }
        self.entries.append(entry)
        del self.entries[:-LIMIT]
        return entry

    @property
    def dropped(self) -> int:
        """How many older requests have been forgotten to make room."""
        return self._count - len(self.entries)

    def clear(self) -> None:
        """Forget all requests and count from one again."""
        self.entries.clear()
        self._count = 0
