"""Behaviour of Ponto that nobody outside knows for sure, or that varies."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from .problems import bad_request

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass
class Switches:
    """Each switch with its default. Documented in ``README.md``."""

    page_limit_over_max: Literal["clamp", "400"] = "clamp"
    unknown_cursor: Literal["400", "404", "empty"] = "400"
    unknown_query: Literal["ignore", "400"] = "ignore"
    short_pages: bool = False
    rate_seconds: int = 300
    rate_counts_background: bool = False
    require_customer_ip: bool = True
    sync_driver: Literal["polls", "clock"] = "polls"
    sync_polls: int = 2
    sync_seconds: int = 3
    sync_timeout_seconds: int = 60
    background: bool = True
    failed_moves_clock: bool = False
    background_order: Literal["details_first", "transactions_first"] = "details_first"
    reauthorization_days: int = 0
    reauthorization_requests: bool = False
    expired_code: str = "authorizationInvalid"
    readonly_code: str = "accountNotAvailable"
    updated_includes_created: bool = False
    token_seconds: int = 1799
    token_revocation: bool = False
    oauth_error_shape: Literal["oauth", "jsonapi"] = "oauth"
    date_format: Literal["ms", "us", "none"] = "ms"
    null_vs_absent: Literal["null", "absent", "mixed"] = "null"
    unknown_attributes: bool = False
    foreign_related_links: bool = False

    def update(self, values: Mapping[str, Any]) -> None:
        """Turn some switches, all or none of them.

        :raise Problem: if there is no such switch or it has no such position
        """
        hints = get_type_hints(Switches)
        checked = {
            name: _check(name, hints.get(name), value) for name, value in values.items()
        }
        for name, value in checked.items():
            setattr(self, name, value)

    def document(self) -> dict[str, Any]:
        """Every switch with its position."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def _check(name: str, hint: Any, value: Any) -> Any:
    if hint is None:
        detail = f"There is no switch {name}"
        raise bad_request(detail)
    if get_origin(hint) is Literal:
        if str(value) in get_args(hint):
            return str(value)
    elif type(value) is hint:
        return value
    detail = f"Switch {name} cannot be {value!r}"
    raise bad_request(detail)
