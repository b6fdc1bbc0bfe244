"""The bakery's invoices and bills, and when each is paid."""

from __future__ import annotations

import random
import zlib
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from ..belgian import communication_of, structured_communication
from .calendar import bank_day, days_between, days_of_month, first_day
from .model import Document, Movement, Payment, Share
from .specials import special_documents
from .trades import LONGEST_DAYS, TRADES, Trade

if TYPE_CHECKING:
    from collections.abc import Iterator


@lru_cache(maxsize=4096)
def ordinary_documents(day: date) -> tuple[Document, ...]:
    """What is issued on that day in an ordinary year."""
    return tuple(_document(trade, day) for trade in TRADES if trade.days(day))


def documents(anchor: date, last: date | None = None) -> list[Document]:
    """Everything issued from the first day of the books on, oldest first.

    :param last: by default the anchor, the day on which the books were made
    """
    found = [
        document
        for day in days_between(first_day(anchor), last or anchor)
        for document in ordinary_documents(day)
    ]
    found += special_documents(anchor)
    return sorted(found, key=lambda document: document.issued)


def documents_of_month(anchor: date, month: date) -> list[Document]:
    """Everything issued in a month, also before the first day of the books."""
    days = days_of_month(month)
    found = [document for day in days for document in ordinary_documents(day)]
    specials = special_documents(anchor)
    return found + [item for item in specials if item.issued.replace(day=1) == month]


def payments_on(anchor: date, day: date) -> Iterator[Movement]:
    """The lines of that day at the banks that pay ordinary documents."""
    oldest = max(first_day(anchor), day - timedelta(days=LONGEST_DAYS))
    for issued in days_between(oldest, day):
        for document in ordinary_documents(issued):
            for payment in document.payments:
                if payment.day == day:
                    yield payment_movement(document, payment)


def payment_movement(document: Document, payment: Payment) -> Movement:
    """What the bank books for a payment."""
    return Movement(
        payment.account,
        payment.day,
        payment.description,
        payment.code,
        (Share(document.ledger, payment.amount, document.key),),
        name=document.party,
        text=payment.text or document.communication,
        value_day=payment.value_day,
        late=payment.late,
        attributes=payment.attributes,
    )


def _document(trade: Trade, day: date) -> Document:
    source = random.Random(f"Bakkerij Peeters, {trade.key} {day}")
    net = trade.step * source.randint(trade.low, trade.high)
    vat = net * trade.vat_rate / 100
    amount = net + vat if trade.is_sale else -net - vat
    paid_on = bank_day(day + timedelta(days=source.randint(*trade.paid_after)))
    payment = Payment(
        trade.account,
        paid_on,
        amount,
        trade.description,
        trade.code,
        attributes=_mandate(trade),
    )
    return Document(
        key=f"{trade.key}/{day}",
        kind=trade.kind,
        party=trade.party,
        issued=day,
        due=day + timedelta(days=trade.terms),
        label=_filled(trade.label, day),
        use=trade.use,
        net=net,
        vat=vat,
        currency=trade.currency,
        number=f"{day:%y%m%d}-{_series(trade)}",
        communication=_communication(trade, day),
        payments=(payment,),
    )


def _series(trade: Trade) -> str:
    """Four digits that tell the documents of one day from each other."""
    return f"{zlib.crc32(trade.key.encode()) % 10000:04}"


def _communication(trade: Trade, day: date) -> str:
    if trade.text:
        return _filled(trade.text, day)
    if trade.is_sale:
        return structured_communication(int(f"{day:%y%m%d}{_series(trade)}"))
    return communication_of(trade.key, day)


def _mandate(trade: Trade) -> dict[str, str]:
    if not trade.mandate:
        return {}
    return {"mandateId": trade.mandate, "creditorId": "BE69ZZZ050D000000008"}


def _filled(text: str, day: date) -> str:
    return text.format(day=f"{day:%d/%m}", month=f"{day:%m/%Y}")
