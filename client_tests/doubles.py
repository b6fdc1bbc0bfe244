"""Test doubles: a scripted session, a clock, raw resource objects."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

import requests
from urllib3 import HTTPResponse

from ponto_client import ClientConfig, PontoClient

START = datetime(2026, 3, 2, 6, 0, tzinfo=timezone.utc)
CLIENT_ID = "marker-client-id"
SECRET = "marker-client-secret"
ACCESS_TOKEN = "marker-access-token"
IBAN = "BE68539007547034"
URL = "https://ponto.test"


@dataclass
class Answer:
    """One scripted answer; ``body`` is JSON unless it is bytes."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    def build(self) -> requests.Response:
        content = self.body
        if not isinstance(content, bytes):
            content = json.dumps(content).encode()
        response = requests.Response()
        response.status_code = self.status
        response.headers.update(self.headers)
        response.raw = HTTPResponse(
            io.BytesIO(content), status=self.status, preload_content=False
        )
        return response


def token_answer(access_token: str = ACCESS_TOKEN, **changes: Any) -> Answer:
    body = {
        "access_token": access_token,
        "expires_in": 1799,
        "scope": "ai",
        "token_type": "bearer",
    }
    return Answer(200, {**body, **changes})


class FakeSession:
    """Answers from a script and keeps what was asked.

    Token requests are answered by themselves unless ``tokens`` is scripted.
    """

    def __init__(self, *script: Answer | Exception) -> None:
        self.script = list(script)
        self.tokens: list[Answer | Exception] = []
        self.sent: list[requests.PreparedRequest] = []
        self.options: list[dict[str, Any]] = []
        self.closed = False

    @property
    def calls(self) -> list[requests.PreparedRequest]:
        """The requests that were not for a token."""
        return [sent for sent in self.sent if not sent.url.endswith("/oauth2/token")]

    @property
    def token_calls(self) -> list[requests.PreparedRequest]:
        return [sent for sent in self.sent if sent.url.endswith("/oauth2/token")]

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        parts = {key: options.pop(key) for key in ("params", "data", "headers", "auth")}
        prepared = requests.Request(method, url, **parts).prepare()
        self.sent.append(prepared)
        self.options.append(options)
        if url.endswith("/oauth2/token"):
            number = len(self.token_calls)
            fresh = token_answer(f"{ACCESS_TOKEN}-{number}")
            answer = self.tokens.pop(0) if self.tokens else fresh
        else:
            answer = self.script.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer.build()

    def close(self) -> None:
        self.closed = True


class FakeClock:
    """A clock that moves only when told, or when somebody sleeps."""

    def __init__(self) -> None:
        self.now = START
        self.waits: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.move(seconds)

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def make_client(
    *script: Answer | Exception, **options: Any
) -> tuple[PontoClient, FakeSession, FakeClock]:
    session, clock = FakeSession(*script), FakeClock()
    config = ClientConfig(
        api_url=URL, client_id=CLIENT_ID, client_secret=SECRET, user_agent="tests/1"
    )
    options = {"clock": clock, "sleep": clock.sleep, **options}
    return PontoClient(config, session=session, **options), session, clock


def raw_transaction(id: Any = "t1", **attributes: Any) -> dict[str, Any]:
    values = {
        "amount": -12,
        "currency": "EUR",
        "executionDate": "2026-03-01T00:00:00.000Z",
        "valueDate": "2026-03-02T00:00:00.000Z",
        **attributes,
    }
    return {"type": "transaction", "id": id, "attributes": values}


def page(*items: Any, after: str | None = None, **more: Any) -> Answer:
    body: dict[str, Any] = {"data": list(items), "links": {}, "meta": {}, **more}
    if after:
        body["links"]["next"] = f"{URL}/x?page[after]={after}&page[limit]=100"
    return Answer(200, body)


def errors(*codes: Any, **meta: Any) -> dict[str, Any]:
    return {"errors": [{"code": code, "detail": "…", "meta": meta} for code in codes]}
