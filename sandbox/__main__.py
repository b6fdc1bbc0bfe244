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
from .problems import Problem
from .server import HOST, Sandbox, bind

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Start, tell where, serve."""
    options = _options(arguments)
    try:
        sandbox = Sandbox(_read_seed(options.seed))
        server = bind(sandbox, options.port)
    except (OSError, Problem) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    if options.exit_with_stdin:
        threading.Thread(target=_leave_with_stdin, daemon=True).start()
    sys.stdout.write(json.dumps(_greeting(sandbox, server.port)) + "\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except SystemExit:
        return 0
    finally:
        server.server_close()
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--seed", type=Path, help="a JSON file; else the demo world")
    parser.add_argument(
        "--exit-with-stdin", action="store_true", help="end when standard input ends"
    )
    return parser.parse_args(arguments)


def _read_seed(path: Path | None) -> dict[str, Any] | None:
    if path is None:
        return None
    seed: dict[str, Any] = load_json(path.read_bytes())
    return seed


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
