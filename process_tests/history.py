"""One account lives through a history: bank, local Ponto, addon and oracle side by side.

Every operation changes the real thing (over the control API's HTTP, or in Odoo with a
commit) and the oracle, and writes one line into :attr:`History.story`. After each fetch
that ran to its end everything is compared; a difference shows the whole story.

AVOIDED, because the contract leaves more than one outcome or none can be known:

* Booking an equal day and amount while such a payment has vanished, or has another id
  that was not read yet and once had another text: nobody can tell whether it is the
  same one with another id. (It coming back under another id is an operation of its
  own.) Likewise a payment that vanishes, or gets another id, before an equal new one
  was read.
* Changing, removing or re-issuing what was not read to the end yet, and lifting or
  setting locks, moving the clock, importing files or relinking while a fetch is
  interrupted: how far it got before is nobody's business to know.
* Re-issuing, relinking or vanishing of a payment whose amount was corrected after it
  was booked, or noted as one from before the start: its line or its row has the old
  amount, so nothing says that they are one.
* Re-issuing an announced payment before its day, and relinking while one waits.
* A changed text in a group of vanished payments of one day and amount of which one's
  text is part of another's.
"""

from __future__ import annotations

import os
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from oracle import (
    BEFORE,
    DAY,
    HELD,
    IGNORED,
    LINE,
    PLANNED,
    TIES,
    UNSEEN,
    Line,
    Oracle,
    Payment,
)
from world import database_copy, environment, make_connection, seed

from sandbox.belgian import iban_of
from sandbox.process import SandboxProcess

FIRST_DAY = date(2026, 6, 15)
#: The history's day 0 stands so far behind the oldest reading that looks back.
LONG_AGO = timedelta(days=90)
START = FIRST_DAY - LONG_AGO - timedelta(days=1)
#: What the addon is scaled down to, so that few rows make many pages and batches.
PAGE, KNOWN, BATCH = 4, 6, 3


class Killed(BaseException):
    """The process dies at this place."""


@dataclass
class Bed:
    """What the histories of one test share."""

    database: str
    sandbox: object
    connection_id: int
    counts: Counter
    number: int = 0

    def next_number(self) -> int:
        self.number += 1
        return self.number


@pytest.fixture(scope="module")
def bed(odoo):
    """A company with a connection to a local Ponto that has no account yet."""
    with (
        SandboxProcess(seed=seed(accounts=0)) as sandbox,
        database_copy(odoo) as database,
    ):
        sandbox.control("POST", "switches", json={"background": False})
        with environment(database) as env:
            connection_id = make_connection(env, sandbox).id
        yield Bed(database, sandbox, connection_id, Counter())


@pytest.fixture
def clock(odoo):
    with small_world() as still:
        yield still


class Clock:
    """Stands in for ``tools/clock.py``, which everything in the addon asks."""

    def __init__(self):
        self.moment = datetime.combine(FIRST_DAY, datetime.min.time()).replace(hour=10)

    def now(self) -> datetime:
        return self.moment

    def aware_now(self) -> datetime:
        return self.moment.replace(tzinfo=timezone.utc)


@contextmanager
def small_world():
    """Pages, batches and the streak of known rows small; time stands still."""
    from odoo.addons.account_ponto_sync.models.fetch import (
        fetch_driver,
        ponto_sync_run_walk,
    )
    from odoo.addons.account_ponto_sync.models.inbox import ponto_transaction_import
    from odoo.addons.account_ponto_sync.ponto_client import client
    from odoo.addons.account_ponto_sync.tools import clock, units

    still = Clock()
    quick = SimpleNamespace(sleep=lambda seconds: None)
    inbox = ponto_transaction_import.PontoTransaction
    with (
        patch.object(clock, "now", still.now),
        patch.object(clock, "aware_now", still.aware_now),
        patch.object(fetch_driver, "PAGE_SIZE", PAGE),
        patch.object(ponto_sync_run_walk, "KNOWN_STREAK", KNOWN),
        patch.object(inbox._import_batch, "__defaults__", (BATCH,)),
        patch.object(client, "time", quick),
        patch.object(units.time, "sleep", quick.sleep),
    ):
        yield still


class History:
    """One account and its journal from the first fetch on."""

    def __init__(self, bed: Bed, clock: Clock, *, skip_zero=False, features=()):
        self.bed = bed
        self.clock = clock
        self.features = set(features)
        self.number = bed.next_number()
        self.story: list[str] = []
        #: What the story was made from: arguments of ``operations.relive``.
        self.recipe = ""
        self.payments = 0
        self.issued = 0
        self.relinked = 0
        #: A fetch was interrupted, and whether anything happened since.
        self.interrupted = False
        self.touched = False
        skip_zero = skip_zero and "zero amounts" in self.features
        self.oracle = Oracle(
            start=START,
            today=FIRST_DAY,
            skip_zero=skip_zero,
            adopts="adoption" in self.features,
        )
        #: The bank's list, oldest arrival first.
        self.list: list[Payment] = []
        clock.moment = Clock().moment
        self._set_clock()
        self.account_ref = f"acc-{self.number}-0"
        self._control("POST", "accounts", self._account_seed())
        self._link(new_journal=True, skip_zero=skip_zero)

    # === ACCOUNT === #

    def _account_seed(self, **more):
        return {
            "id": self.account_ref,
            "institution": "bank",
            "reference": iban_of(f"History {self.number}"),
            "referenceType": "IBAN",
            "currency": "EUR",
            "holderName": "Bakkerij Peeters BV",
            "opening_balance": "1000.00",
            **more,
        }

    def _link(self, *, new_journal=False, skip_zero=False, start=None):
        with self.env() as env:
            connection = env["ponto.connection"].browse(self.bed.connection_id)
            account = connection.fetch_accounts().filtered(
                lambda account: account.ponto_ref == self.account_ref
            )
            if new_journal:
                self.company_id = connection.company_id.id
                journal = self._make_journal(connection.company_id)
                self.journal_id = journal.id
                account.link_journal(journal, START)
            else:
                account.link_journal(self.journal_id, start)
            if skip_zero:
                account.skip_zero_amounts = True
            self.account_id = account.id

    def _make_journal(self, company):
        own = {"name": f"History {self.number}", "code": f"H{self.number}"}
        # Left to itself, core tries the numbers of all earlier ones, one by one.
        accounts = company.env["account.account"].with_company(company)
        account = accounts.create({**own, "account_type": "asset_cash"})
        values = {"type": "bank", "company_id": company.id}
        return company.env["account.journal"].create(
            {**own, **values, "default_account_id": account.id}
        )

    def close(self):
        """Leave the world as the next history expects it."""
        self._set_lock(None)
        self._control("DELETE", "faults")
        self._control("DELETE", f"accounts/{self.account_ref}")

    @contextmanager
    def env(self):
        with environment(self.bed.database) as env:
            company = getattr(self, "company_id", None)
            if company:
                env = env(context={"allowed_company_ids": [company]})
            yield env

    def _control(self, method, path, json=None):
        return self.bed.sandbox.control(method, path, json=json)

    def _lines_path(self):
        return f"accounts/{self.account_ref}/transactions"

    def _set_clock(self):
        now = f"{self.clock.moment.isoformat()}Z"
        self._control("POST", "clock", {"now": now, "freeze": True})

    def tell(self, operation: str, text: str = ""):
        self.bed.counts[operation] += 1
        self.story.append(f"{len(self.story) + 1:3}. {operation}: {text}")
        if operation not in ("fetch", "compare"):
            self.touched = True

    # === AT THE BANK === #

    def _new_id(self) -> str:
        self.issued += 1
        return f"{self.number:08d}-0000-4000-8000-{self.issued:012d}"

    def new_payment(self, day, amount, text, **more) -> Payment:
        self.payments += 1
        return Payment(
            f"p{self.payments}", day, Decimal(amount), text, [self._new_id()], **more
        )

    def _part(self, payment):
        moment = f"{payment.day.isoformat()}T00:00:00.000Z"
        part = {
            "id": payment.id,
            "amount": str(payment.amount),
            "executionDate": moment,
            "valueDate": moment,
            "remittanceInformation": payment.text,
        }
        if payment.old:
            arrived = self.oracle.start + timedelta(days=2)
            part["createdAt"] = f"{arrived.isoformat()}T06:00:00.000Z"
        return part

    def _put(self, payments, place=None):
        """Show payments in Ponto: on top, or at a place of the list."""
        place = len(self.list) if place is None else place
        body = {"transactions": [self._part(payment) for payment in payments]}
        if place < len(self.list):
            body["position"] = {"below": self.list[place].id}
        self._control("POST", self._lines_path(), body)
        self.list[place:place] = payments

    def _take_away(self, payment):
        self._control("DELETE", f"{self._lines_path()}/{payment.id}")
        self.list.remove(payment)

    def may_book(self, day, amount) -> bool:
        if self.interrupted and not self.oracle.complete and day < START:
            # Whether the first reading had come to its end decides what it becomes.
            return False
        if self.interrupted and self._is_near_a_free_line(day, Decimal(amount)):
            # AVOIDED: whether it competes for that line depends on whether the
            # interrupted fetch, which goes on, had read the list already.
            return False
        return not any(
            (
                (not payment.listed or (payment.unread and payment.relabelled))
                and payment.key == (day, Decimal(amount))
            )
            or (payment.fate == PLANNED and self.interrupted)
            for payment in self.oracle.payments
        )

    def _is_near_a_free_line(self, day, amount) -> bool:
        return any(
            line.amount == amount and abs(line.day - day) <= timedelta(days=2)
            for line in self.oracle.free_lines()
        )

    def backlog(self, parts):
        """What the bank had before the account was linked."""
        payments = [self.new_payment(*part, old=True) for part in parts]
        if not payments:
            return
        self.oracle.payments += payments
        self._put(payments)
        self.tell("backlog", "; ".join(map(str, payments)))

    def book(self, day, amount, text, operation="book"):
        payment = self.new_payment(day, amount, text)
        self.oracle.payments.append(payment)
        self._put([payment])
        self.tell(operation, str(payment))
        return payment

    def places_below(self):
        """Where the bank may insert a late line: above all that is old."""
        return [place for place, item in enumerate(self.list) if not item.old]

    def book_below(self, day, amount, text, place):
        payment = self.new_payment(day, amount, text)
        above = self.list[place]
        self.oracle.payments.append(payment)
        self._put([payment], place)
        self.tell("book late below", f"{payment}, below {above.name}")

    def settled(self) -> list[Payment]:
        """Listed payments that a reading to the end has given a fate."""
        return [
            payment
            for payment in self.list
            if payment.fate not in (UNSEEN, PLANNED)
            and not payment.changed
            and not payment.unread
        ]

    def vanishable(self):
        return [
            payment
            for payment in self.settled()
            if not payment.other_amount
            and not self._has_unseen_twin(payment)
            and not self._is_taken_for_another(payment, lambda other: other.unread)
            and not self._is_mixed_up_before_the_start(payment)
        ]

    def _is_mixed_up_before_the_start(self, payment):
        """AVOIDED: another one of the day and amount has an id that was not read yet. No
        text is kept of what is before the start, so both may be meant by it."""
        return payment.fate == BEFORE and any(
            other.key == payment.key and other.fate == BEFORE and other.unread
            for other in self.oracle.payments
        )

    def vanish(self, payment):
        self._take_away(payment)
        payment.listed = False
        self.tell("vanish", str(payment))

    def returnable(self):
        return [
            payment
            for payment in self.oracle.payments
            if not payment.listed and payment.fate not in ("gone",)
        ]

    def come_back(self, payment, *, new_id):
        payment.unread = True
        if new_id:
            payment.ids.append(self._new_id())
        self.oracle.come_back(payment)
        self._put([payment])
        self.tell("come back", f"{payment}" + (" with a new id" if new_id else ""))

    def correctable(self):
        return [payment for payment in self.settled() if not payment.old]

    def correct_text(self, payment, suffix="X"):
        payment.text = f"{payment.text} {suffix}"
        payment.relabelled = True
        self._correct(payment, {"remittanceInformation": payment.text})
        self.tell("correct text", str(payment))

    def correct_amount(self, payment, amount):
        before = payment.amount
        payment.amount = Decimal(amount)
        self._correct(payment, {"amount": amount})
        if payment.fate in (LINE, BEFORE):
            payment.other_amount = True
        elif payment.fate == IGNORED and self.oracle.skip_zero and not before:
            # Nobody decided on it; now it is money.
            payment.fate = UNSEEN
        self.tell("correct amount", f"{payment.name} {before} to {payment}")

    def _correct(self, payment, values):
        self._control("PATCH", f"{self._lines_path()}/{payment.id}", values)
        payment.changed = payment.fate == HELD

    # === IDENTITY === #

    def newest(self, count):
        """The newest rows that may be given other ids."""
        rows = []
        for payment in reversed(self.list):
            if len(rows) == count or payment not in self.vanishable():
                break
            rows.append(payment)
        return rows

    def _has_unseen_twin(self, payment):
        return any(
            other.fate == UNSEEN and other.key == payment.key
            for other in self.oracle.payments
        )

    def may_reissue(self, payments) -> bool:
        if any(payment.was_planned and payment.changed for payment in payments):
            # What replaces an announced one with other words is asked about.
            return False
        return not any(
            self._is_taken_for_another(payment, lambda other: not other.listed)
            for payment in payments
        )

    def _is_taken_for_another(self, payment, is_gone) -> bool:
        """Whether an alike one, of another fate, has left the list under its id, too:
        nobody can tell which of the two a new id stands for."""
        return any(
            other.key == payment.key
            and is_gone(other)
            and (other.fate, _is_deleted(other)) != (payment.fate, _is_deleted(payment))
            for other in self.oracle.payments
        )

    def may_prefix(self, payments) -> bool:
        """Whether changed texts still tell which payment is meant."""
        for payment in payments:
            if payment.fate == HELD or payment.was_planned:
                # What replaces an announced one with other words is asked about.
                return False
            if self._has_unseen_twin(payment):
                # A change of what it says has it checked again, or not.
                return False
            group = [
                other
                for other in self.oracle.payments
                if other.key == payment.key and (not other.listed or other in payments)
            ]
            if payment.fate == BEFORE and len(group) > 1:
                # No text is kept of what is before the start.
                return False
            texts = {other.text for other in group}
            if any(a != b and a in b for a in texts for b in texts):
                return False
        return True

    def reissue(self, payments, *, on_top=False, prefix=""):
        """The bank gives the newest payments other ids, newest first in ``payments``."""
        for payment in payments:
            place = self.list.index(payment)
            self._take_away(payment)
            payment.ids.append(self._new_id())
            payment.text = f"{prefix}{payment.text}"
            payment.unread = True
            payment.relabelled = payment.relabelled or bool(prefix)
            if not on_top:
                self._put([payment], place)
        if on_top:
            self._put(list(reversed(payments)))
        names = " ".join(payment.name for payment in payments)
        where = "on top" if on_top else "in their places"
        how = f", texts with {prefix!r} before" if prefix else ""
        self.tell("re-issue", f"{names} {where}{how}")

    def may_relink(self) -> bool:
        return not self.interrupted and not any(
            payment.fate in (UNSEEN, PLANNED)
            or payment.changed
            or payment.other_amount
            or (payment.fate == HELD)
            for payment in self.oracle.payments
        )

    def relink(self, start=None):
        """Ponto shares the same bank account under a new id, all lines' ids new.

        :param start: another first day that a person chooses, not later than before
        """
        self._control("DELETE", f"accounts/{self.account_ref}")
        self.relinked += 1
        self.account_ref = f"acc-{self.number}-{self.relinked}"
        for payment in self.list:
            payment.ids.append(self._new_id())
            payment.unread = True
        parts = [self._part(payment) for payment in self.list]
        self._control("POST", "accounts", self._account_seed(transactions=parts))
        self._link(skip_zero=self.oracle.skip_zero, start=start)
        self.oracle.relink(start)
        self.tell("relink", f"{self.account_ref} {start or ''}".strip())

    # === A PERSON === #

    def deletable(self):
        return [
            payment
            for payment in self.oracle.payments
            if payment.fate == LINE
            and not payment.line.deleted
            and not self.oracle.is_locked(payment.line.day)
        ]

    def delete(self, payment, *, entry):
        with self.env() as env:
            line = self._row(env, payment).statement_line_id
            if entry:
                move = line.move_id
                move.button_draft()
                move.unlink()
            else:
                line.unlink()
        payment.line.deleted = True
        self.tell("delete", f"{'entry' if entry else 'line'} of {payment}")

    def import_file(self, lines):
        """Lines made by hand, as an import of a bank's file makes them."""
        lines = [line for line in lines if not self.oracle.is_locked(line.day)]
        if not lines:
            return False
        with self.env() as env:
            env["account.bank.statement.line"].create(
                [
                    {
                        "journal_id": self.journal_id,
                        "date": line.day,
                        "amount": float(line.amount),
                        "payment_ref": line.text,
                    }
                    for line in lines
                ]
            )
        self.oracle.lines += lines
        self.tell("import a file", "; ".join(f"{li.key} {li.text!r}" for li in lines))
        return True

    def _defuse(self):
        """Remove lines for which the contract names no single outcome."""
        for line in self.oracle.unclear_lines():
            # In a closed period a person would lift the lock for it, too.
            self._set_lock(None)
            with self.env() as env:
                found = env["account.bank.statement.line"].search(
                    [
                        ("journal_id", "=", self.journal_id),
                        ("date", "=", line.day),
                        ("amount", "=", float(line.amount)),
                        ("payment_ref", "=", line.text),
                        ("ponto_transaction_ids", "=", False),
                        ("transaction_details", "=", False),
                    ],
                    order="id",
                )
                found[0].unlink()
            self._set_lock(self.oracle.locked_until)
            line.deleted = True
            self.tell("remove an unclear line", f"{line.key} {line.text!r}")

    def set_lock(self, day):
        self._set_lock(day)
        self.oracle.locked_until = day
        self.tell("lock" if day else "lift the lock", str(day or ""))

    def _set_lock(self, day):
        with self.env() as env:
            # Core would first want every line of the period reconciled.
            env.cr.execute(
                "UPDATE res_company SET fiscalyear_lock_date = %s WHERE id = %s",
                [day, self.company_id],
            )

    def held(self):
        return [payment for payment in self.oracle.payments if payment.fate == HELD]

    def _row(self, env, payment):
        """The row that stands for a payment, whatever ids it has by now."""
        rows = env["ponto.transaction"].search(
            [("ponto_ref", "in", payment.ids)], order="id desc", limit=1
        )
        return self._root(rows)

    def retry(self, payments):
        # Where the list has moved since, a tie may be another one than was read.
        left_alone = ("unreadable", *(TIES if self.touched else ()))
        payments = [item for item in payments if item.code not in left_alone]
        payments = self._with_rivals(payments)
        if len(payments) > 1:
            payments = [
                item
                for item in payments
                if item.code not in ("planned_or_booked", "planned_gone")
            ]
        if not payments:
            return False
        with self.env() as env:
            rows = [self._row(env, payment) for payment in payments]
            env["ponto.transaction"].browse([row.id for row in rows]).action_retry()
        for payment in payments:
            payment.is_asked = True
            if payment.code in ("planned_or_booked", "planned_gone"):
                payment.is_another = True
        self._fetch()
        self.oracle.decide(payments)
        self.tell("retry", " ".join(item.name for item in payments))
        self.compare()
        return True

    def _with_rivals(self, payments):
        """AVOIDED: one of several that may be one line, retried alone. Whether the
        others, which are held, still compete is left open."""
        chosen = list(payments)
        for tie in chosen:
            if tie.code not in TIES:
                continue
            chosen += [
                other
                for other in self.held()
                if other.code in TIES
                and other not in chosen
                and other.amount == tie.amount
                and abs(other.day - tie.day) <= 2 * DAY
            ]
        return chosen

    def ignore(self, payment):
        with self.env() as env:
            self._row(env, payment).action_ignore()
        payment.fate = IGNORED
        self.tell("ignore", str(payment))

    # === TIME === #

    def next_day(self):
        self.clock.moment += timedelta(days=1)
        self.oracle.today += timedelta(days=1)
        self._set_clock()
        self.tell("next day", str(self.oracle.today))

    # === FETCHING === #

    def _fetch(self):
        with self.env() as env:
            account = env["ponto.online.account"].browse(self.account_id)
            run = account.fetch_transactions()
            env.invalidate_all()
            return SimpleNamespace(
                id=run.id, state=run.state, message=run.message, code=run.problem_code
            )

    def fetch(self):
        """To the end, and then everything is compared."""
        self._defuse()
        times = 2 if self.interrupted and self.touched else 1
        for _time in range(times):
            run = self._fetch()
            self.tell("fetch", f"{run.state}: {run.message}")
            if run.state != "done":
                self.fail(f"the fetch ended as {run.state}: {run.message}")
        self.interrupted = self.touched = False
        self.oracle.read()
        self.compare()

    def fetch_with(self, faults, name):
        """A fetch that meets trouble; it may still come to its end."""
        self._defuse()
        path = f"^/accounts/{self.account_ref}/transactions"
        faults = [{"path": path, **fault} for fault in faults]
        self._control("POST", "faults", {"faults": faults})
        run = self._fetch()
        self._control("DELETE", "faults")
        self.tell("fetch", f"with {name}: {run.state}: {run.message}")
        self.bed.counts[f"trouble {name}"] += 1
        self._note_end(run.state == "done")

    def fetch_killed(self, at, *, after_commit):
        """A fetch whose process dies in one of its transactions."""
        self._defuse()
        finished = False
        with killed(at, after_commit=after_commit):
            try:
                finished = self._fetch().state == "done"
            except Killed:
                self.bed.counts["killed"] += 1
        when = "after" if after_commit else "before"
        self.tell("fetch", f"killed {when} commit {at}: {finished or 'killed'}")
        self._note_end(finished)

    def _note_end(self, finished):
        if finished and not (self.interrupted and self.touched):
            self.interrupted = self.touched = False
            self.oracle.read()
            self.compare()
        elif not finished:
            # What happened before an earlier interruption is as unread as ever.
            self.touched = self.interrupted and self.touched
            self.interrupted = True

    def fetch_while_booking(self, day, amount, text):
        """The bank books something while the list is read, between two pages."""
        self._defuse()
        payment = self.new_payment(day, amount, text)
        fault = {
            "path": f"^/accounts/{self.account_ref}/transactions",
            "query": "after",
            "kind": "control",
            "call": {
                "method": "POST",
                "path": f"/{self._lines_path()}",
                "json": {"transactions": [self._part(payment)]},
            },
        }
        self._control("POST", "faults", {"faults": [fault]})
        run = self._fetch()
        if self._control("GET", "faults")["faults"]:
            self._control("DELETE", "faults")
            self._put([payment])
        else:
            self.list.append(payment)
        self.oracle.read()
        self.oracle.payments.append(payment)
        self.tell("book between pages", f"{payment}; {run.state}: {run.message}")
        self.fetch()

    # === COMPARING === #

    def compare(self):
        self.differences = []
        with self.env() as env:
            self._compare(env)
        if self.differences:
            self.fail("\n".join(self.differences))
        self.bed.counts["compared"] += 1

    def _compare(self, env):
        lines = env["account.bank.statement.line"].search(
            [("journal_id", "=", self.journal_id)]
        )
        found = Counter((str(line.date), f"{line.amount:.2f}") for line in lines)
        self.expect("lines", self.oracle.expected_lines(), found)
        rows = env["ponto.transaction"].search(
            [("online_account_id.ponto_ref", "=like", f"acc-{self.number}-%")]
        )
        held = Counter(row.hold_code for row in rows if row.state == "held")
        self.expect("holds", self.oracle.expected_holds(), held)
        self._compare_fates(rows)
        owners = Counter(
            row.statement_line_id.id
            for row in rows
            if row.statement_line_id and row.state != "alias"
        )
        twice = [line for line, count in owners.items() if count > 1]
        self.expect("lines of more than one transaction", [], twice)
        account = env["ponto.online.account"].browse(self.account_id)
        self.expect("open readings", 0, len(account.walk_run_id))
        self.expect("a complete reading", True, bool(account.complete_at))
        self.bed.counts["lines compared"] += len(lines)
        self.bed.counts["holds compared"] += sum(held.values())

    def _compare_fates(self, rows):
        current = {
            row.ponto_ref: row
            for row in rows
            if row.online_account_id.id == self.account_id
        }
        wanted, found = {}, {}
        for payment in self.list:
            if payment.fate == UNSEEN or payment.unread:
                # After a retry, which reads nothing.
                continue
            # Of payments of one day and amount that had several ids, nobody can tell
            # which is which: their fates are compared together.
            several = len(payment.ids) > 1
            name = str(payment.key) if several else payment.name
            row = current.get(payment.id)
            verdict = self._verdict(row) if row else ("not there",)
            if several and payment.is_of_former_account(verdict):
                verdict = payment.verdict
            wanted.setdefault(name, []).append(payment.verdict)
            found.setdefault(name, []).append(verdict)
        wrong = {
            name: {"expected": wanted[name], "found": found[name]}
            for name in wanted
            if Counter(wanted[name]) != Counter(found[name])
        }
        self.expect("fates that differ", {}, wrong)

    @staticmethod
    def _root(row):
        seen = row
        while row.state == "alias" and row.alias_of_id and row.alias_of_id not in seen:
            row = row.alias_of_id
            seen |= row
        return row

    def _verdict(self, row):
        row = self._root(row)
        line = row.statement_line_id
        if row.state in ("imported", "adopted"):
            if not line:
                return ("deleted",)
            return (LINE, str(line.date), f"{line.amount:.2f}")
        if row.state == "held":
            return (HELD, row.hold_code)
        if row.state == "before_cutover":
            return (BEFORE,)
        return (row.state,)

    def expect(self, what, expected, found):
        """Note a difference; :meth:`compare` tells all of them at once."""
        if expected == found:
            return
        if isinstance(expected, Counter):
            text = (
                f"missing {dict(expected - found)}, too many {dict(found - expected)}"
            )
        else:
            text = f"expected {expected}, found {found}"
        self.differences.append(f"{what}: {text}")

    def fail(self, text):
        found = "\n".join([f"{text}", "after", *self.story, self.recipe])
        # Written down at once: the run may be stopped before pytest tells it.
        log(found)
        raise AssertionError(found)


def log(text: str) -> None:
    """Add a paragraph to ``histories.log`` beside the logs of the suites."""
    folder = os.environ.get("PONTO_TEST_LOGS")
    if folder:
        with (Path(folder) / "histories.log").open("a") as file:
            file.write(f"{text}\n\n")


@contextmanager
def killed(at, *, after_commit):
    """Let the process die in its n-th transaction, its work done."""
    from odoo.addons.account_ponto_sync.tools import units

    run_unit = units.run_unit
    number = 0

    def counted(env, work, **options):
        nonlocal number
        number += 1
        if number != at:
            return run_unit(env, work, **options)

        def dying(inner):
            work(inner)
            inner.flush_all()
            raise Killed

        if after_commit:
            run_unit(env, work, **options)
            raise Killed
        return run_unit(env, dying, **options)

    with patch.object(units, "run_unit", counted):
        yield


def line(day, amount, text) -> Line:
    return Line(day, Decimal(amount), text, by_hand=True)


def _is_deleted(payment) -> bool:
    return bool(payment.line and payment.line.deleted)
