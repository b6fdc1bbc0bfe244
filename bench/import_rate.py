"""Lines a second of a first import, beside core's own creation of the same lines."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from statistics import median

from world import START, environment, linked_accounts, seed, transactions

from sandbox.process import SandboxProcess

from .setting import database, in_child

BATCH = 100
DAYS = 80
COPIED = ("date", "amount", "payment_ref", "partner_name", "account_number")


def run(odoo, *, rounds, lines, large, memory):
    """Rows of the table.

    :param rounds: how often ``lines`` transactions are fetched and created, in turns
    :param lines: transactions of a small first import
    :param large: transactions of a large one, for linearity
    :param memory: transactions of the largest one, for growth; 0 leaves it out
    """
    # Small ones: to get warm, and each round with and without bulk booking.
    sizes = [lines] * (2 * rounds + 1) + [large] + ([memory] if memory else [])
    with (
        database(odoo) as name,
        SandboxProcess(seed=_world(sizes)) as sandbox,
    ):
        with environment(name) as env:
            accounts = linked_accounts(env, sandbox).sorted("ponto_ref")
            fed = [(account.id, account.journal_id.id) for account in accounts]
            plain = [accounts[0]._create_journal().id for _turn in range(rounds + 2)]
        place = _Place(odoo, name, fed, plain)
        yield from place.rates(rounds, lines, large)
        if memory:
            yield from place.growth(2 * rounds + 2, large, memory)


def _world(sizes):
    document = seed(accounts=len(sizes), count=0)
    for number, (account, size) in enumerate(zip(document["accounts"], sizes)):
        account["id"] = f"acc-{number:03d}"
        account["transactions"] = _transactions(size)
    return document


def _transactions(count):
    """None after today, however many there are."""
    found = transactions(count)
    for number, row in enumerate(found):
        day = START + timedelta(days=number * DAYS // count)
        row["executionDate"] = row["valueDate"] = f"{day}T00:00:00.000Z"
    return found


class _Place:
    def __init__(self, odoo, name, fed, plain):
        self.odoo, self.name, self.fed, self.plain = odoo, name, fed, plain

    def fetch(self, number):
        account_id, journal_id = self.fed[number]
        cost = in_child(self.odoo, _fetch, self.name, account_id)
        return cost, journal_id

    def create_plainly(self, number, vals_list):
        return in_child(self.odoo, _create, self.name, self.plain[number], vals_list)

    def rates(self, rounds, lines, large):
        """Both ways in turns, so that neither always finds the fuller tables."""
        # In this process, so that every child begins with warm caches.
        _fetch(self.name, self.fed[0][0])
        vals_list = _lines_of(self.name, self.fed[0][1])
        _create(self.name, self.plain[0], vals_list)
        costs = []
        for number in range(1, rounds + 1):
            costs.append(self._one_round(number, rounds + number, vals_list, lines))
        ours, core, one_by_one = ([spent[side] for spent in costs] for side in range(3))
        ratios, cpu = (
            [spent[what] / fetched[what] for fetched, spent, _one in costs]
            for what in ("seconds", "cpu")
        )
        yield f"first import of {lines}, lines/s", _spread(_rates(ours, lines))
        yield (
            f"plain create of {lines} in batches of {BATCH}, lines/s",
            _spread(_rates(core, lines)),
        )
        yield "import to plain create", _spread(ratios)
        yield "the same in CPU time of Odoo alone", _spread(cpu)
        yield (
            "import to plain create, without bulk booking",
            _spread([spent["seconds"] / one["seconds"] for _ours, spent, one in costs]),
        )
        yield "SQL a line, import", _of(ours, "statements", lines)
        yield (
            "SQL a line, import without bulk booking",
            _of(one_by_one, "statements", lines),
        )
        yield "SQL a line, plain create", _of(core, "statements", lines)
        cost, journal_id = self.fetch(2 * rounds + 1)
        self.large = cost
        large_list = _lines_of(self.name, journal_id)
        _check(large_list, large)
        core_large = self.create_plainly(rounds + 1, large_list)
        yield f"first import of {large}, lines/s", f"{large / cost['seconds']:.1f}"
        yield (
            f"import to plain create, {large}",
            f"{core_large['seconds'] / cost['seconds']:.2f}"
            f" (CPU {core_large['cpu'] / cost['cpu']:.2f})",
        )
        small = median(spent["seconds"] for spent in ours) / lines
        small_cpu = median(spent["cpu"] for spent in ours) / lines
        yield (
            f"time a line, {large} to {lines}",
            f"{cost['seconds'] / large / small:.2f}"
            f" (CPU {cost['cpu'] / large / small_cpu:.2f})",
        )
        yield f"SQL a line, import of {large}", f"{cost['statements'] / large:.2f}"

    def _one_round(self, number, other_number, vals_list, lines):
        """Costs of our import, of core's creation, of our import without bulk booking."""
        if number % 2:
            ours, journal_id = self.fetch(number)
            core = self.create_plainly(number, vals_list)
        else:
            core = self.create_plainly(number, vals_list)
            ours, journal_id = self.fetch(number)
        _check(_lines_of(self.name, journal_id), lines)
        _set_bulk_booking(self.name, False)
        one_by_one, journal_id = self.fetch(other_number)
        _set_bulk_booking(self.name, True)
        _check(_lines_of(self.name, journal_id), lines)
        return ours, core, one_by_one

    def growth(self, number, large, memory):
        cost, journal_id = self.fetch(number)
        _check(_lines_of(self.name, journal_id), memory)
        grown = cost["memory"] - self.large["memory"]
        yield f"memory, {memory} beside {large}", f"{grown:+.0f} MB"
        ratio, cpu = (
            cost[what] / memory / (self.large[what] / large)
            for what in ("seconds", "cpu")
        )
        yield f"time a line, {memory} to {large}", f"{ratio:.2f} (CPU {cpu:.2f})"


def _fetch(name, account_id):
    with environment(name) as env:
        env["ponto.online.account"].browse(account_id).fetch_transactions()


def _set_bulk_booking(name, is_on):
    with environment(name) as env:
        parameter = "account_ponto_sync.plain_create"
        env["ir.config_parameter"].set_param(parameter, not is_on)


def _create(name, journal_id, vals_list):
    """Core alone, a transaction for each batch."""
    for start in range(0, len(vals_list), BATCH):
        with environment(name) as env:
            journal = env["account.journal"].browse(journal_id)
            model = env["account.bank.statement.line"].with_company(journal.company_id)
            batch = vals_list[start : start + BATCH]
            model.create([{**vals, "journal_id": journal_id} for vals in batch])


def _lines_of(name, journal_id):
    with environment(name) as env:
        lines = env["account.bank.statement.line"].search_read(
            [("journal_id", "=", journal_id)], COPIED, order="internal_index"
        )
    return [{field: line[field] for field in COPIED} for line in lines]


def _check(found, count):
    """A wrong import is not worth a figure."""
    wanted = Counter(
        (row["executionDate"][:10], row["amount"]) for row in _transactions(count)
    )
    got = Counter((str(line["date"]), f"{line['amount']:.2f}") for line in found)
    if got != wanted:
        message = f"{sum(got.values())} lines of {count} were imported"
        raise RuntimeError(message)


def _rates(costs, lines):
    return [lines / spent["seconds"] for spent in costs]


def _of(costs, what, lines):
    return f"{median(spent[what] for spent in costs) / lines:.2f}"


def _spread(values):
    return f"{median(values):.2f} ({min(values):.2f} to {max(values):.2f})"
