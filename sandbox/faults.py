"""Planned trouble: for chosen requests, something else than the right answer."""

from __future__ import annotations

import re
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from .formats import dump_json, load_json
from .problems import Problem, bad_request

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

KINDS = (
    "status",
    "html",
    "empty",
    "truncated",
    "short_body",
    "reset",
    "timeout",
    "slow",
    "repeat_page",
    "empty_page_with_next",
    "self_next",
    "foreign_next",
    "long_next",
    "flood",
    "endless",
    "drip",
    "big_header",
    "deep",
    "redirect",
    "control",
)
#: what takes the place of the answer; the other kinds change it, or come before it
REPLACING = ("status", "html", "empty", "deep")
#: what changes where a page says that the next one is
PAGE_KINDS = ("empty_page_with_next", "self_next", "foreign_next", "long_next")
#: paths whose last answer is remembered
PREVIOUS = 100
#: levels of a document that is nested too deeply, bytes of a header and of a cursor
DEEP = 100_000
BIG_HEADER = 70_000
LONG_CURSOR = 100_000
FOREIGN_HOST = "https://api.elsewhere.example"
JSON_API = "application/vnd.api+json"
HTML = "<!DOCTYPE html><html><body><h1>Service temporarily unavailable</h1></body>"
CODES = {429: "tooManyRequests", 503: "serviceUnavailable", 403: "forbidden"}


@dataclass
class Fault:
    """One plan: which requests, how often, and what happens to them."""

    path: re.Pattern[str]
    kind: str = "status"
    method: str | None = None
    query: re.Pattern[str] = re.compile("")
    skip: int = 0
    times: int | None = 1
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    seconds: float = 1.0
    rows: int | None = None
    call: dict[str, Any] = field(default_factory=dict)

    def take(self, request: Request) -> bool:
        """Whether this request is to suffer; counts it if it is meant."""
        query = request.query_string.decode("utf-8", "replace")
        if self.times == 0 or self.method not in {None, request.method}:
            return False
        if not self.path.search(request.path) or not self.query.search(query):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True

    def document(self) -> dict[str, Any]:
        """The plan with what is left of its counters."""
        return {
            "method": self.method,
            "path": self.path.pattern,
            "query": self.query.pattern,
            "kind": self.kind,
            "skip": self.skip,
            "times": self.times,
        }

    def replacement(self, request_id: str) -> Response:
        """The answer of a fault that needs no right answer."""
        status = self.status or (200 if self.kind == "empty" else 503)
        if self.kind == "deep":
            levels = "[" * DEEP + "]" * DEEP
            return Response(levels, self.status or 200, self.headers, JSON_API)
        if self.kind == "html":
            return Response(self.body or HTML, status, self.headers, "text/html")
        if self.kind == "empty":
            return Response("", status, self.headers)
        body = self.body
        if body is None:
            code = CODES.get(status, "internalServerError" if status > 499 else "fault")
            body = Problem(status, code, "A planned fault.").document(request_id)
        text = body if isinstance(body, str) else dump_json(body)
        mimetype = JSON_API
        if isinstance(body, str) and not body.lstrip().startswith(("{", "[")):
            mimetype = "text/plain"
        return Response(text, status, self.headers, mimetype)


@dataclass
class FaultPlan:
    """All plans, in the order in which they were made."""

    faults: list[Fault] = field(default_factory=list)
    #: the last answer for each of the latest paths, for the page that comes twice
    previous: dict[str, str] = field(default_factory=dict)

    def add(self, documents: Sequence[Mapping[str, Any]]) -> None:
        """Plan faults as they stand in the control API's request.

        :raise Problem: if one of them makes no sense
        """
        new = [_read(document) for document in documents]
        self.faults = [*self.left(), *new]

    def left(self) -> list[Fault]:
        """The plans that are not used up."""
        return [fault for fault in self.faults if fault.times != 0]

    def take(self, request: Request) -> Fault | None:
        """The first plan that is meant for this request."""
        return next((fault for fault in self.faults if fault.take(request)), None)

    def spoil(self, fault: Fault | None, request: Request, response: Response) -> None:
        """Change the right answer as the fault wants it, and remember it."""
        text = response.get_data(as_text=True)
        is_right = request.method == "GET" and response.status_code == 200
        if fault:
            _spoil(fault, request, response, self.previous.get(request.path))
        if is_right:
            self.previous.pop(request.path, None)
            self.previous[request.path] = text
            if len(self.previous) > PREVIOUS:
                del self.previous[next(iter(self.previous))]


def _read(document: Mapping[str, Any]) -> Fault:
    values = dict(document)
    if "path" not in values:
        msg = "A fault needs a path"
        raise bad_request(msg)
    try:
        for name in ("path", "query"):
            if name in values:
                values[name] = re.compile(values[name])
        fault = Fault(**values)
    except (TypeError, re.error) as error:
        msg = f"Not a fault: {error}"
        raise bad_request(msg) from error
    if fault.kind not in KINDS:
        msg = f"There is no fault of kind {fault.kind}"
        raise bad_request(msg)
    fault.method = fault.method and fault.method.upper()
    fault.seconds = float(fault.seconds)
    if fault.rows is not None:
        fault.rows = int(fault.rows)
    return fault


def _spoil(
    fault: Fault, request: Request, response: Response, previous: str | None
) -> None:
    response.headers.update(fault.headers)
    text = response.get_data(as_text=True)
    if fault.kind == "truncated":
        response.set_data(text[: len(text) // 2])
    elif fault.kind == "short_body":
        length = len(response.get_data())
        response.set_data(text[: len(text) // 2])
        response.headers["Content-Length"] = str(length)
    elif fault.kind == "repeat_page":
        response.set_data(previous or text)
    elif fault.kind == "big_header":
        response.headers["X-Big"] = "a" * BIG_HEADER
    elif fault.kind == "redirect":
        response.status_code = fault.status or 302
        response.headers["Location"] = request.url
    elif fault.kind == "drip":
        body = response.get_data()
        response.response = _drip(body, fault.seconds)
        response.headers["Content-Length"] = str(len(body))
    elif fault.kind in {"flood", "endless"}:
        if response.status_code != 200 and previous:
            # The right answer to a cursor that only this list has.
            text, response.status_code = previous, 200
        document = _many(load_json(text), fault, request)
        response.set_data(dump_json(document))
    elif fault.kind in PAGE_KINDS:
        response.set_data(dump_json(_spoil_page(fault.kind, request, load_json(text))))


def _drip(body: bytes, pause: float) -> Iterator[bytes]:
    for place in range(len(body)):
        time.sleep(pause)
        yield body[place : place + 1]


def _many(document: dict[str, Any], fault: Fault, request: Request) -> Any:
    """The page with rows that are like its first one, each with an id of its own.

    ``flood`` keeps the link to the next page; of an ``endless`` list there is always
    one, with a cursor that nobody has seen.
    """
    rows = document.get("data") or []
    if not isinstance(rows, list):
        return document
    count = fault.rows if fault.rows is not None else len(rows)
    sample = rows[0] if rows else {}
    document["data"] = [{**sample, "id": str(uuid.uuid4())} for _row in range(count)]
    if fault.kind == "endless":
        link = f"{request.base_url}?page[after]={uuid.uuid4()}"
        document.setdefault("links", {})["next"] = link
    return document


def _spoil_page(kind: str, request: Request, document: dict[str, Any]) -> Any:
    links = document.setdefault("links", {})
    if kind == "self_next":
        links["next"] = request.url
    elif kind == "foreign_next":
        foreign = links.get("next") or links.get("first") or request.url
        links["next"] = foreign.replace(request.host_url.rstrip("/"), FOREIGN_HOST)
    elif kind == "long_next":
        links["next"] = f"{request.base_url}?page[after]={'x' * LONG_CURSOR}"
    else:
        document["data"] = []
        links.setdefault("next", request.url)
    return document
