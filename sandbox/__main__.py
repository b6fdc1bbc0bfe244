"""``python -m sandbox``: serve a local Ponto until ended."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .formats import load_json
from .problems import Problem, bad_request
from .server import HOST, Sandbox, listen, serve_on
from .state_file import Keeper, load_state, only_one

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.serving import BaseWSGIServer

HIGHEST_PORT = 65535
ENDINGS = (signal.SIGTERM, signal.SIGINT)


def main(arguments: Sequence[str] | None = None) -> int:
    """Start, tell where, serve.

    :return: the exit code: 1 if it cannot start, or cannot keep its state
    """
    options = _options(arguments)
    try:
        with only_one(options.state):
            # Nothing is written for a sandbox that cannot have its port.
            with listen(options.port) as listener:
                sandbox = _sandbox(options.state, options.seed)
                server = serve_on(listener, sandbox)
            keeper = Keeper(sandbox, options.state) if options.state else None
            _serve(sandbox, server, keeper, with_stdin=options.exit_with_stdin)
    except (OSError, Problem) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=_port, default=0, help="0: any free one")
    parser.add_argument("--seed", type=Path, help="a JSON file; else the demo world")
    parser.add_argument(
        "--state",
        type=Path,
        help="a file to remember everything in; if it is there, --seed is not read",
    )
    parser.add_argument(
        "--exit-with-stdin", action="store_true", help="end when standard input ends"
    )
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= HIGHEST_PORT:
        raise ValueError
    return port


def _sandbox(state: Path | None, seed: Path | None) -> Sandbox:
    if state is not None and state.exists():
        return Sandbox(load_state(state))
    return Sandbox(_read_seed(seed) if seed else None)


def _read_seed(path: Path) -> dict[str, Any]:
    document = load_json(path.read_bytes())
    if not isinstance(document, dict):
        msg = f"{path} does not hold a JSON object"
        raise bad_request(msg)
    return document


def _serve(
    sandbox: Sandbox, server: BaseWSGIServer, keeper: Keeper | None, *, with_stdin: bool
) -> None:
    try:
        if keeper:
            keeper.start()
        for number in ENDINGS:
            signal.signal(number, _leave)
        if with_stdin:
            threading.Thread(target=_leave_with_stdin, daemon=True).start()
        sys.stdout.write(json.dumps(_greeting(sandbox, server.port)) + "\n")
        sys.stdout.flush()
        server.serve_forever()
    except SystemExit:
        # A second signal must not interrupt what is being written.
        for number in ENDINGS:
            signal.signal(number, signal.SIG_IGN)
        if keeper:
            keeper.stop()
    finally:
        server.server_close()


def _greeting(sandbox: Sandbox, port: int) -> dict[str, str | None]:
    first = next(iter(sandbox.world.integrations.values()), None)
    return {
        "url": f"http://{HOST}:{port}",
        "client_id": first.client_id if first else None,
        "client_secret": first.client_secret if first else None,
    }


def _leave(_number: int, _frame: object) -> None:
    sys.exit(0)


def _leave_with_stdin() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
