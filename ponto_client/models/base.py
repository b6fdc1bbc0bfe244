"""What all resources share."""

from __future__ import annotations


class Resource:
    """A thing with an id.

    Its ``repr`` shows the id alone: names and account numbers must not reach a log
    because somebody printed an object.
    """

    __slots__ = ()
    id: str

    def __repr__(self) -> str:
        return f"{type(self).__name__}(id={self.id!r})"
