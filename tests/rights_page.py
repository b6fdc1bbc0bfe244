"""The tables of docs/rights.md, as the tests of rights read them."""

from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "rights.md"
NOTHING = "–"


@dataclass(frozen=True)
class RightsPage:
    """What the page says; ``cells`` are ``{user: letters}``, without empty ones.

    ``users``: ``{user: external ids of groups}``; ``seen``: ``{model: who sees it}``;
    ``models``: ``{model: cells}``; ``fields``: ``{"model.field": cells}``; ``methods``:
    ``{"model.method": cells}``, with ``Branch`` as one more user.
    """

    users: dict
    seen: dict
    models: dict
    fields: dict
    methods: dict


def read_page(text):
    """:raise ValueError: where something stands in a table twice"""
    tables = {
        section.partition("\n")[0].strip(): _table(section)
        for section in text.split("\n## ")[1:]
    }
    models = tables["Models"]
    return RightsPage(
        users=_unique((row["User"], row["Groups"]) for row in tables["Users"]),
        seen=_unique((row["Model"], row["Seen"]) for row in models),
        models=_unique((row["Model"], _cells(row)) for row in models),
        fields=_unique(_one_by_one(tables["Fields"], "Fields")),
        methods=_unique(_one_by_one(tables["Methods"], "Methods")),
    )


def _table(section):
    """The rows of a section's table: ``[{head: cell}]``."""
    lines = [line for line in section.splitlines() if line.startswith("|")]
    heads, _rule, *rows = (
        [cell.strip().replace("`", "") for cell in line.strip("|").split("|")]
        for line in lines
    )
    return [dict(zip(heads, row, strict=True)) for row in rows]


def _one_by_one(rows, head):
    """A row may name several fields or methods of a model."""
    for row in rows:
        for name in row[head].split(","):
            yield f"{row['Model']}.{name.strip()}", _cells(row)


def _cells(row):
    named = ("Model", "Seen", "Fields", "Methods")
    return {
        head: cell
        for head, cell in row.items()
        if head not in named and cell != NOTHING
    }


def _unique(pairs):
    found = {}
    for key, value in pairs:
        if key in found:
            message = f"{key} stands there twice"
            raise ValueError(message)
        found[key] = value
    return found
