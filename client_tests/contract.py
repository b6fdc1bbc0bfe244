"""What Ponto's API is taken for: documents are held against it, and made of it.

``contract.json`` has the names, kinds and made-up values. What stands for a value there
is ``[kind, example]``, the name of a part or resource, or an object of such. A kind with
``?`` may be null, one with ``*`` is a list; a member whose name has ``?`` may be absent.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

CONTRACT: dict[str, Any] = json.loads(
    Path(__file__).with_name("contract.json").read_text(encoding="utf-8")
)
RESOURCES: dict[str, Any] = CONTRACT["resources"]
ENDPOINTS: dict[str, str] = CONTRACT["endpoints"]
LEFT_OUT: dict[str, str] = CONTRACT["left out"]
ID = "11111111-aaaa-4aaa-8aaa-000000000009"
LINK = ["text", "https://ponto.example/somewhere"]
CLOCK = {
    "synchronizedAt": ["moment?", "2026-03-03T05:10:05.500Z"],
    "latestSynchronization": "synchronization?",
}


def attributes_of(resource: str) -> dict[str, Any]:
    """Its attributes; those of another resource where they are the same."""
    found = RESOURCES[resource].get("attributes", {})
    return attributes_of(found) if isinstance(found, str) else found


def answer_of(endpoint: str) -> tuple[int, Any]:
    """Status and form of the successful answer; the form is None of an empty one."""
    status, _blank, kind = ENDPOINTS[endpoint].partition(" ")
    return int(status), _document(kind) if kind else None


def _document(kind: str) -> Any:
    kind, _of, owner = kind.partition(" of ")
    if kind.endswith("*"):
        links = {"first": LINK, "next?": LINK, "prev?": LINK}
        meta = {"paging": "paging", **(CLOCK if owner else {})}
        return {"data": kind, "links": links, "meta": meta}
    return {"data": kind} if kind in RESOURCES else kind


def _form(kind: str) -> dict[str, Any] | None:
    """The form of a part, a relationship or a resource; None of a plain value."""
    if kind in CONTRACT["parts"]:
        return CONTRACT["parts"][kind]
    number, _blank, target = kind.partition(" ")
    if number == "one":
        data = {"type": [f"={target}", target], "id": ["uuid", ID]}
        return {"data": data, "links?": {"related": LINK}}
    if number == "many":
        meta = {"type": [f"={target}", target]}
        return {"links": {"related": LINK, "meta": meta}}
    if kind not in RESOURCES:
        return None
    described = {"id": ["uuid", ID], **RESOURCES[kind]}
    if "attributes" in described:
        described["attributes"] = attributes_of(kind)
    return {"type": [f"={kind}", kind], **described}


# === HOLDING AGAINST IT === #


def problems(form: Any, value: object, *, sparse: bool = False) -> list[str]:
    """Where a value differs from its form.

    :param sparse: whether any member may be absent
    """
    return list(_problems(form, value, "", sparse))


def _problems(form: Any, value: object, path: str, sparse: bool) -> Iterator[str]:
    if isinstance(form, dict):
        yield from _members(form, value, path, sparse)
        return
    kind = form if isinstance(form, str) else form[0]
    if value is None:
        if not kind.endswith("?"):
            yield f"{path} is null"
        return
    kind = kind.removesuffix("?")
    if kind.endswith("*"):
        if not isinstance(value, list):
            yield f"{path} is no list"
            return
        for index, item in enumerate(value):
            yield from _problems(kind[:-1], item, f"{path}/{index}", sparse)
    elif (inner := _form(kind)) is not None:
        yield from _members(inner, value, path, sparse)
    elif not _is(kind, value):
        yield f"{path} is not {kind}"


def _members(
    form: dict[str, Any], value: object, path: str, sparse: bool
) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path} is no object"
        return
    known = {name.removesuffix("?"): name for name in form}
    for name in value.keys() - known.keys():
        yield f"{path}/{name} is unknown"
    for name, full in known.items():
        if name in value:
            yield from _problems(form[full], value[name], f"{path}/{name}", sparse)
        elif name == full and not sparse:
            yield f"{path}/{name} is absent"


def _is(kind: str, value: object) -> bool:
    if kind.startswith("="):
        return value == kind[1:]
    if kind == "flag":
        return isinstance(value, bool)
    if kind == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind == "links":
        return isinstance(value, dict) and "links" in value and _is_map(value["links"])
    if not isinstance(value, str):
        return False
    try:
        if kind == "uuid":
            uuid.UUID(value)
        if kind in {"day", "moment"}:
            if datetime.fromisoformat(value.replace("Z", "+00:00")).tzinfo is None:
                return False
            return kind == "moment" or bool(re.search("T00:00:00(.000)?Z$", value))
    except ValueError:
        return False
    return kind in {"uuid", "text"}


def _is_map(value: object) -> bool:
    """A map of addresses, and of such maps."""
    if isinstance(value, dict):
        return all(map(_is_map, value.values()))
    return isinstance(value, str)


# === MADE OF IT === #


def sample(form: Any, *, nulls: bool = False) -> Any:
    """A made-up value of a form.

    :param nulls: null where there may be null, and nothing where there may be nothing
    """
    if isinstance(form, dict):
        return {
            name.removesuffix("?"): sample(inner, nulls=nulls)
            for name, inner in form.items()
            if not (nulls and name.endswith("?"))
        }
    kind, *example = [form] if isinstance(form, str) else form
    if nulls and kind.endswith("?"):
        return None
    if example:
        return example[0]
    if kind == "links":
        return {"links": {"accounts": LINK[1], "oauth2": {"token": LINK[1]}}}
    name = kind.removesuffix("?").removesuffix("*")
    made = sample(_form(name), nulls=nulls)
    return [made] if "*" in kind else made


def samples(*, nulls: bool = False) -> list[Any]:
    """An answer of each endpoint that has one, and each other kind of document."""
    forms = [form for _status, form in map(answer_of, ENDPOINTS) if form is not None]
    forms += [{"data": resource} for resource in RESOURCES]
    forms += ["errors", "tokenError", "userInfo"]
    return [sample(form, nulls=nulls) for form in forms]
