"""Filters of the list of institutions: ``filter[country][eq]=BE`` and the like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .problems import invalid_parameter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.datastructures import MultiDict

    from .store import Institution

FILTER = re.compile(r"filter\[(\w+)\]\[(\w+)\]")
OPERATORS = {"name": ("eq", "contains"), "country": ("eq", "in")}

Filters = list[tuple[str, str]]


def institution_filters(query: MultiDict[str, str]) -> Filters:
    """The filters in a query.

    :raise Problem: if Ponto knows no such filter
    """
    filters = [item for item in query.items(multi=True) if item[0].startswith("filter")]
    for name, _value in filters:
        match = FILTER.fullmatch(name)
        if not match or match[2] not in OPERATORS.get(match[1], ()):
            raise invalid_parameter(name, "The filter is unknown.")
    return filters


def select_institutions(
    institutions: Sequence[Institution], filters: Filters
) -> list[Institution]:
    """The institutions that pass every filter."""
    return [
        institution
        for institution in institutions
        if all(_passes(institution, name, value) for name, value in filters)
    ]


def _passes(institution: Institution, name: str, wanted: str) -> bool:
    field, operator = FILTER.findall(name)[0]
    value = str(institution.attributes.get(field) or "").casefold()
    wanted = wanted.casefold()
    if operator == "contains":
        return wanted in value
    if operator == "in":
        return value in wanted.split(",")
    return value == wanted
