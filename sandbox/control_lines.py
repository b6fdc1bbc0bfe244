"""The part of the control API that makes, changes and removes lines."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .clock import midnight
from .defaults import LINE_PARTS
from .parts import make_line, read_attributes, records
from .problems import Problem, bad_request
from .store import Account, Line, Synchronization, World, find_line, total
from .synchronization import STEP, lines_subtype

if TYPE_CHECKING:
    from datetime import datetime


class LineControl:
    """Lines of one world."""

    def __init__(self, world: World) -> None:
        self.world = world

    def add_lines(self, body: dict[str, Any], key: str) -> dict[str, Any]:
        """New lines, in Ponto at once or at the bank, oldest arrival first."""
        account = self.world.account(key)
        lines = self._make(account, body)
        if _where(body) == "bank":
            account.lines_at_bank += lines
        else:
            place = _place(account, body.get("position", "top"))
            account.lines[place:place] = lines
            self._show(account, total(lines), touch=body.get("touch", True))
        return {"ids": [line.id for line in lines]}

    def _make(self, account: Account, body: dict[str, Any]) -> list[Line]:
        now = self.world.clock.now()
        known = {line.id for line in [*account.lines, *account.lines_at_bank]}
        parts = records(body, "transactions")
        lines = [make_line(account, part, now) for part in parts]
        for line in lines:
            if line.id in known:
                raise Problem(409, "alreadyExists", f"{line.id} is there already")
        return lines

    def _show(self, account: Account, change: Decimal, *, touch: bool) -> None:
        """Let the shown balance follow the lines, and both clocks if wished."""
        shown = account.attributes
        now = self.world.clock.now()
        for name in ("currentBalance", "availableBalance"):
            if change and shown.get(name) is not None:
                shown[name] += change
                shown[f"{name}ChangedAt"] = now
                shown[f"{name}VariationObservedAt"] = now
                shown[f"{name}ReferenceDate"] = midnight(now)
        if touch:
            self._touch(account, now)

    def _touch(self, account: Account, at: datetime) -> None:
        """As if a background synchronization had just succeeded."""
        for subtype in ("accountDetails", lines_subtype(self.world, account)):
            clock = account.clock(subtype)
            if clock.latest:
                at = max(at, clock.latest.updated_at + STEP)
            item = Synchronization(account.id, subtype, at, customer_online=False)
            item.status = "success"
            clock.latest, clock.synchronized_at = item, at
            self.world.remember(item)

    def change_line(
        self, body: dict[str, Any], key: str, line_id: str
    ) -> dict[str, Any]:
        """Change a line, in Ponto at once or at the bank."""
        account = self.world.account(key)
        line = find_line(account.lines, line_id, "transaction")
        values = read_attributes(body, {*LINE_PARTS, "where", "touch"})
        if _where(body) == "bank":
            line.changes.update(values)
            return {"id": line_id}
        before = line.amount
        line.attributes.update(values)
        line.updated_at = values.pop("updatedAt", None) or self.world.clock.now()
        line.attributes.pop("updatedAt", None)
        line.created_at = line.attributes.pop("createdAt", None) or line.created_at
        self._show(account, line.amount - before, touch=body.get("touch", True))
        return {"id": line_id}

    def remove_line(
        self, body: dict[str, Any], key: str, line_id: str
    ) -> dict[str, Any]:
        """Let a booked line vanish, and its amount with it."""
        account = self.world.account(key)
        line = find_line(account.lines, line_id, "transaction")
        account.lines.remove(line)
        self._show(account, -line.amount, touch=body.get("touch", True))
        return {"id": line_id}

    def add_pending(self, body: dict[str, Any], key: str) -> dict[str, Any]:
        """New pending lines, in Ponto at once or at the bank."""
        account = self.world.account(key)
        lines = self._make(account, body)
        account.pending_at_bank += lines
        if _where(body) == "ponto":
            account.pending += lines
            self._show(account, Decimal(0), touch=body.get("touch", True))
        return {"ids": [line.id for line in lines]}

    def remove_pending(
        self, _body: dict[str, Any], key: str, line_id: str
    ) -> dict[str, Any]:
        """The bank drops a pending line; Ponto learns it with the next fetch."""
        account = self.world.account(key)
        line = find_line(account.pending_at_bank, line_id, "pendingTransaction")
        account.pending_at_bank.remove(line)
        return {"id": line_id}

    def book_pending(
        self, body: dict[str, Any], key: str, line_id: str
    ) -> dict[str, Any]:
        """The bank books a pending line; in Ponto it comes back with a new id."""
        account = self.world.account(key)
        line = find_line(account.pending_at_bank, line_id, "pendingTransaction")
        account.pending_at_bank.remove(line)
        values = {**line.at_bank(), **read_attributes(body, LINE_PARTS)}
        booked = make_line(account, values, self.world.clock.now())
        account.lines_at_bank.append(booked)
        return {"id": booked.id}


def _where(body: dict[str, Any]) -> str:
    where = body.get("where", "ponto")
    if where not in {"ponto", "bank"}:
        msg = "where must be ponto or bank"
        raise bad_request(msg)
    return str(where)


def _place(account: Account, position: Any) -> int:
    """Where new lines go in the list, which has its oldest arrival first."""
    if position == "top":
        return len(account.lines)
    if not isinstance(position, dict) or set(position) != {"below"}:
        msg = 'position must be "top" or {"below": id}'
        raise bad_request(msg)
    neighbour = find_line(account.lines, position["below"], "transaction")
    return account.lines.index(neighbour)
