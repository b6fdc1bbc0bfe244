"""Nobody who merely has a client, or what it is made of, gets a secret by attributes."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from doubles import ACCESS_TOKEN, SECRET, Answer, make_client, token_answer

from ponto_client import ClientConfig, MemoryTokenStore, PontoClient, Token

SKIPPED = (ModuleType, type)


def reached(value: Any, seen: dict[int, Any]) -> None:
    """All that attributes, items and the cells of closures lead to."""
    if id(value) in seen or isinstance(value, SKIPPED) or len(seen) > 200_000:
        return
    seen[id(value)] = value
    if isinstance(value, (str, bytes, int, float)):
        return
    if isinstance(value, dict):
        for pair in list(value.items()):
            reached(pair, seen)
        return
    if isinstance(value, (list, tuple, set, frozenset)):
        for one in value:
            reached(one, seen)
        return
    for name in dir(value):
        if name in ("__globals__", "__builtins__", "__class__"):
            continue
        try:
            part = getattr(value, name)
        except Exception:
            continue
        if name.startswith("__") and name not in (
            "__closure__",
            "__self__",
            "__func__",
            "__dict__",
            "__wrapped__",
        ):
            continue
        reached(part, seen)


def texts(value: Any) -> list[str]:
    seen: dict[int, Any] = {}
    reached(value, seen)
    return [repr(one) for one in seen.values()]


def assert_hidden(value: Any) -> None:
    found = texts(value)
    assert len(found) > 10
    for secret in (SECRET, ACCESS_TOKEN):
        assert not [text for text in found if secret in text]


def test_client() -> None:
    client, session, _clock = make_client(Answer(200, {"data": []}))
    assert list(client.accounts()) == []
    sent = session.sent[-1].headers["Authorization"]
    assert ACCESS_TOKEN in sent
    # What the double keeps of what was sent is the double's.
    session.sent.clear()
    session.options.clear()
    assert_hidden(client)


def test_client_with_a_kept_token() -> None:
    config = ClientConfig(client_id="x", client_secret=SECRET)
    store = MemoryTokenStore()
    _client, _session, clock = make_client()
    store.save(Token.from_api(token_answer().body, now=clock()))
    client = PontoClient(config, token_store=store)
    assert_hidden(client)
    kept = store.load()
    assert kept is not None
    assert kept.access_token == ACCESS_TOKEN
    client.close()
