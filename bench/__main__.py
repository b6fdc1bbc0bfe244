"""``make bench``: print one table of what the addon costs, from one run."""

from __future__ import annotations

import argparse
from pathlib import Path

from .paths import add_process_tests

add_process_tests()

from dev.table import markdown  # noqa: E402

from . import bank_lines, import_rate, inbox, quiet_run  # noqa: E402
from .setting import load_odoo  # noqa: E402

HEAD = ("what", "figure")


def _numbers(text):
    return [int(number) for number in text.split(",") if number]


def _options():
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--parts", default="import,quiet,inbox,lines")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--lines", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=10_000)
    parser.add_argument("--memory", type=int, default=50_000, help="0: leave it out")
    parser.add_argument("--accounts", type=_numbers, default=[1, 10, 100, 1_000])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--bank-lines", type=int, default=100_000)
    parser.add_argument("--result", type=Path)
    return parser.parse_args()


def _table(options):
    odoo = load_odoo()
    parts = options.parts.split(",")
    if "import" in parts:
        yield from import_rate.run(
            odoo,
            rounds=options.rounds,
            lines=options.lines,
            large=options.large,
            memory=options.memory,
        )
    if "quiet" in parts:
        yield from quiet_run.run(odoo, counts=options.accounts)
    if "inbox" in parts:
        yield from inbox.run(odoo, rows=options.rows)
    if "lines" in parts:
        yield from bank_lines.run(odoo, lines=options.bank_lines)


def main():
    options = _options()
    rows = [HEAD]
    for row in _table(options):
        rows.append(row)
        # A full run takes long: each figure is told when it is there.
        print(": ".join(row), flush=True)
    table = markdown(rows)
    print(f"\n{table}", flush=True)
    if options.result:
        options.result.write_text(f"{table}\n")


main()
