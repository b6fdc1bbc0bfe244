"""The WSGI application and the server around it."""

from __future__ import annotations

import errno
import socket
import threading
import time
import uuid
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from .control import PREFIX, Control
from .dashboard import Dashboard, is_dashboard
from .demo.world import demo_seed
from .fake_bank import FakeBankApi
from .faults import REPLACING, Fault
from .formats import dump_json, load_json
from .origin import READING, require_loopback, require_own_origin
from .problems import Problem, bad_request, not_found
from .seed import build_world
from .store import World
from .synchronization import catch_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HOST = "127.0.0.1"
BACKLOG = 128
FAKE = "/sandbox/financial-institutions"
FAKE_ACCOUNTS = f"{FAKE}/<institution_id>/financial-institution-accounts"
FAKE_LINES = f"{FAKE_ACCOUNTS}/<account_id>/financial-institution-transactions"
ROUTES = (
    ("GET", "/", "root"),
    ("POST", "/oauth2/token", "token"),
    ("POST", "/oauth2/revoke", "revoke"),
    ("GET", "/accounts", "accounts"),
    ("GET", "/accounts/<account_id>", "account"),
    ("GET", "/accounts/<account_id>/transactions", "transactions"),
    ("GET", "/accounts/<account_id>/transactions/<line_id>", "transaction"),
    ("GET", "/accounts/<account_id>/pending-transactions", "pending_transactions"),
    (
        "GET",
        "/accounts/<account_id>/pending-transactions/<line_id>",
        "pending_transaction",
    ),
    (
        "POST",
        "/accounts/<account_id>/reauthorization-requests",
        "create_reauthorization_request",
    ),
    ("POST", "/synchronizations", "create_synchronization"),
    ("GET", "/synchronizations/<synchronization_id>", "synchronization"),
    (
        "GET",
        "/synchronizations/<synchronization_id>/updated-transactions",
        "updated_transactions",
    ),
    (
        "GET",
        "/synchronizations/<synchronization_id>/updated-pending-transactions",
        "updated_pending_transactions",
    ),
    ("GET", "/financial-institutions", "institutions"),
    ("GET", "/financial-institutions/<institution_id>", "institution"),
    ("GET", FAKE, "institutions"),
    ("GET", f"{FAKE}/<institution_id>", "institution"),
    ("GET", FAKE_ACCOUNTS, "sandbox_accounts"),
    ("GET", f"{FAKE_ACCOUNTS}/<account_id>", "sandbox_account"),
    ("GET", FAKE_LINES, "sandbox_transactions"),
    ("POST", FAKE_LINES, "create_sandbox_transaction"),
    ("GET", f"{FAKE_LINES}/<line_id>", "sandbox_transaction"),
    ("PATCH", f"{FAKE_LINES}/<line_id>", "change_sandbox_transaction"),
)
URLS = Map(
    [Rule(path, methods=[method], endpoint=name) for method, path, name in ROUTES],
    strict_slashes=False,
    merge_slashes=False,
)
JSON_API = "application/vnd.api+json"


class Sandbox:
    """The application: one world, one lock, requests answered one at a time.

    :param source: a seed document or a world; without it the demo world
    """

    def __init__(self, source: Mapping[str, Any] | World | None = None) -> None:
        #: who reads or changes the world holds it
        self.lock = threading.RLock()
        self.world = source if isinstance(source, World) else self._build(source)

    def _build(self, seed: Mapping[str, Any] | None) -> World:
        return build_world(demo_seed() if seed is None else seed)

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        request = Request(environ)
        if request.path.startswith(f"{PREFIX}/"):
            response = self._control(request)
        elif is_dashboard(request.path):
            response = self._dashboard(request)
        else:
            response = self._public(request)
        return response(environ, start_response)

    # === CONTROL API === #

    def _control(self, request: Request) -> Response:
        try:
            require_loopback(request)
            require_own_origin(request, unless_told=True)
            body = load_json(request.get_data() or b"{}")
            if body is not None and not isinstance(body, dict):
                msg = "The body must be an object"
                raise bad_request(msg)
            with self.lock:
                document = self._carry_out(request.method, request.path, body)
                return _json_response(document, 200, "application/json")
        except Problem as problem:
            document = {"error": problem.code, "detail": problem.detail}
            return _json_response(document, problem.status, "application/json")

    def _carry_out(
        self, method: str, path: str, body: dict[str, Any] | None
    ) -> dict[str, Any]:
        if (method, path.rstrip("/")) == ("POST", f"{PREFIX}/reset"):
            self.world = self._build(body or None)
            path, method = f"{PREFIX}/state", "GET"
        catch_up(self.world)
        document = Control(self.world).handle(method, path, body or {})
        if method != "GET":
            self.world.changed()
        return document

    # === DASHBOARD === #

    def _dashboard(self, request: Request) -> Response:
        with self.lock:
            catch_up(self.world)
            return Dashboard(self.world, request).answer()

    # === PUBLIC API === #

    def _public(self, request: Request) -> Response:
        request_id = uuid.uuid4().hex.upper()
        with self.lock:
            world = self.world
            catch_up(world)
            entry = world.journal.record(request, world.clock.now())
            fault = world.faults.take(request)
        self._wait(fault, request)
        with self.lock:
            if fault and fault.kind in REPLACING:
                response = fault.replacement(request_id)
            else:
                response = self._answer(request, request_id)
                world.faults.spoil(fault, request, response)
                if request.method not in READING:
                    world.changed()
            entry["status"] = response.status_code
        response.headers["ibanity-request-id"] = request_id
        return response

    def _wait(self, fault: Fault | None, request: Request) -> None:
        """What a fault does before the answer, without holding up the others."""
        if fault is None:
            return
        if fault.kind in {"slow", "timeout"}:
            time.sleep(fault.seconds)
        if fault.kind in {"reset", "timeout"}:
            _hang_up(request)
        if fault.kind == "control":
            with self.lock:
                call = fault.call
                path = f"{PREFIX}/{call['path'].removeprefix(PREFIX).lstrip('/')}"
                self._carry_out(call.get("method", "POST"), path, call.get("json"))

    def _answer(self, request: Request, request_id: str) -> Response:
        try:
            handler = self._route(request)
            status, document = handler()
            if document is None:
                return Response(status=status)
            kind = "application/json" if "access_token" in document else JSON_API
            return _json_response(document, status, kind)
        except Problem as problem:
            document = problem.document(request_id)
            response = _json_response(document, problem.status, JSON_API)
            if problem.status == 401:
                response.headers["WWW-Authenticate"] = "Bearer"
            return response

    def _route(self, request: Request) -> Callable[[], tuple[int, Any]]:
        path = request.path.rstrip("/") or "/"
        try:
            name, arguments = URLS.bind(request.host).match(path, request.method)
        except HTTPException as error:
            if error.code == 405:
                detail = "The method is not allowed here."
                raise Problem(405, "methodNotAllowed", detail) from error
            msg = "route"
            raise not_found(msg) from error
        handler = getattr(FakeBankApi(self.world, request), name)
        return lambda: handler(**arguments)


def _hang_up(request: Request) -> None:
    """End the connection without an answer; the server only drops the handler."""
    connection = request.environ.get("werkzeug.socket")
    if connection is not None:
        connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionResetError


def _json_response(document: object, status: int, mimetype: str) -> Response:
    return Response(dump_json(document), status, mimetype=mimetype)


class QuietHandler(WSGIRequestHandler):
    """Writes no access log, and really drops a connection that is to be dropped."""

    def connection_dropped(
        self, error: BaseException, environ: WSGIEnvironment | None = None
    ) -> None:
        """Close it: kept alive, it would look like a server that never answers."""
        self.close_connection = True

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""


def listen(port: int = 0) -> socket.socket:
    """A socket on the loopback address that takes connections.

    :param port: 0 for any that is free
    :raise OSError: if the port is taken or not allowed, in one sentence
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        reason = "is taken by another program"
        if error.errno != errno.EADDRINUSE:
            reason = f"cannot be used ({error.strerror})"
        msg = f"Port {port} {reason}: choose another one, or 0 for any that is free."
        raise OSError(msg) from error
    return listener


def serve_on(listener: socket.socket, application: Sandbox) -> BaseWSGIServer:
    """A threaded server on a copy of the socket, not yet serving."""
    port = listener.getsockname()[1]
    return make_server(
        HOST,
        port,
        application,
        threaded=True,
        request_handler=QuietHandler,
        fd=listener.fileno(),
    )


def bind(application: Sandbox, port: int = 0) -> BaseWSGIServer:
    """A server on the loopback address, threaded, not yet serving.

    :raise OSError: if the port is taken
    """
    with listen(port) as listener:
        return serve_on(listener, application)
