"""Invoices, bills and credit notes."""

from odoo import Command
from odoo.tools import split_every

from ..sandbox.demo.documents import documents

#: Core gets slower with more at once, and also with less.
BATCH = 80
MOVE_TYPES = {
    "invoice": "out_invoice",
    "credit_note": "out_refund",
    "bill": "in_invoice",
    "refund": "in_refund",
}


def make(env, chart, parties, anchor):
    """Make and post everything that was issued until the anchor.

    :return: journal entry by key of the document
    :rtype: dict[str, ~odoo.models.BaseModel]
    """
    moves = {}
    for part in split_every(BATCH, documents(anchor), list):
        batch = env["account.move"].create(
            [_values(env, chart, parties, document) for document in part]
        )
        batch.action_post()
        moves |= {
            document.key: move for document, move in zip(part, batch, strict=True)
        }
    return moves


def register_payments(env, banks, moves, anchor):
    """What *Register Payment* does, where somebody was ahead of the bank."""
    for document in documents(anchor):
        if document.registered:
            wizard = env["account.payment.register"].with_context(
                active_model="account.move", active_ids=moves[document.key].ids
            )
            wizard.create(
                {
                    "payment_date": document.registered,
                    "journal_id": banks[document.payments[0].account].id,
                }
            ).action_create_payments()


def _values(env, chart, parties, document):
    account, tax = chart.use(document.use)
    is_theirs = document.kind in ("bill", "refund")
    return {
        "move_type": MOVE_TYPES[document.kind],
        "partner_id": parties[document.party].id,
        "invoice_date": document.issued,
        "date": document.issued,
        "invoice_date_due": document.due,
        "invoice_payment_term_id": False,
        "currency_id": env.ref(f"base.{document.currency}").id,
        "payment_reference": document.communication,
        "ref": document.number if is_theirs else False,
        "invoice_line_ids": [
            Command.create(
                {
                    "name": document.label,
                    "quantity": 1,
                    "price_unit": float(document.net),
                    "account_id": account.id,
                    "tax_ids": [Command.set(tax.ids)],
                }
            )
        ],
    }
