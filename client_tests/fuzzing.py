"""Made-up answers: any JSON, real answers with something wrong, any bytes."""

from __future__ import annotations

import json
import re
from typing import Any

from contract import samples
from hypothesis import strategies as st
from sandbox_world import SEED, A

from sandbox.testing import LocalSandbox

#: Tokens that JSON allows and ``json.dumps`` does not write; in a text they stand for
#: themselves.
TOKENS = (
    "1e999999999",
    "-1e-999999999",
    "0." + "1" * 500,
    "9" * 5000,
    "NaN",
    "-Infinity",
    "1E400",
    "-0",
)
_TOKEN = re.compile(r'"\\u0001token ([0-9]+)"')
ODD_TEXTS = (
    "",
    " ",
    "\0",
    "\ud800",
    "\u202eabc",
    "=1+1",
    "9999-12-31T23:59:59+14:00",
    "0001-01-01T00:00:00-23:59",
    "2026-02-30",
    "2026-03-01T24:61:61Z",
    "\u0661\u0662",
    "1" * 400,
    "https://[::1",
    "https://ponto.test/?page[after]=\0",
    "EUR",
    "a" * 5000,
)


def local_answers() -> list[Any]:
    """Answers by the local Ponto."""
    local = LocalSandbox(SEED)
    local.authorize()
    paths = ("", "/transactions", "/pending-transactions")
    found = [local.get(f"/accounts/{A}{path}") for path in paths]
    found += [local.get("/accounts"), local.get("/financial-institutions")]
    made = local.synchronize(A, "accountTransactions").get_json()
    found.append(made)
    token = {"access_token": "a", "expires_in": 1799, "scope": "ai"}
    return [*found, token, {"errors": [{"code": "x", "detail": "y", "meta": {}}]}]


SAMPLES = samples() + local_answers()


def keys_of(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(keys_of, value.values()))
    return set().union(*map(keys_of, value)) if isinstance(value, list) else set()


TOKEN_MARKS = [f"\1token {number}" for number in range(len(TOKENS))]
leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from([*ODD_TEXTS, *TOKEN_MARKS])
    | st.text(st.characters(exclude_categories=()), max_size=40)
)
keys = st.sampled_from(sorted(keys_of(SAMPLES))) | st.text(max_size=5)
anything = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6)
    ),
    max_leaves=12,
)


def resource_of(attributes: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Has an id and attributes, so that readers get beyond the first of them."""
    return st.fixed_dictionaries(
        {"id": leaves, "attributes": st.dictionaries(keys, attributes, max_size=12)},
        optional={"type": leaves, "relationships": anything, "meta": anything},
    )


documents = (
    anything
    | st.fixed_dictionaries({"data": resource_of(leaves)}, optional={"meta": anything})
    | st.fixed_dictionaries(
        {"data": st.lists(resource_of(anything), max_size=3)},
        optional={"meta": anything, "links": anything, "errors": anything},
    )
)


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something can be put into a document instead of what is there."""
    found = [path]
    if isinstance(value, dict):
        for key, item in value.items():
            found += places(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += places(item, (*path, index))
    return found


def replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    if not path:
        return by
    copied = value.copy()
    copied[path[0]] = replaced(value[path[0]], path[1:], by)
    return copied


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A real answer with one to four values replaced by others of any kind."""
    value = draw(st.sampled_from(SAMPLES))
    for _change in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(places(value)[1:] or [()]))
        value = replaced(value, path, draw(leaves | anything))
    return value


def encoded(value: object) -> bytes:
    """JSON of ``value``, the special tokens in it bare."""
    text = json.dumps(value)
    return _TOKEN.sub(lambda match: TOKENS[int(match[1])], text).encode()
