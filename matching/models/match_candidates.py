"""What a bank line may pay: open items of exactly its amount, and why each."""

from datetime import timedelta

from odoo import models
from odoo.fields import Domain

from ...mapping.open_items import OpenItem, rank_candidates

#: Two banks need as long for one transfer, a long weekend included.
TRANSFER_DAYS = 5


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    def _ponto_suspense(self):
        """The item that waits for its counterpart; empty where part is matched."""
        self.ensure_one()
        liquidity, suspense, others = self._seek_for_lines()
        whole = len(liquidity) == len(suspense) == 1 and not others
        return suspense if whole else suspense.browse()

    def _ponto_candidates(self):
        """What may be matched, the likeliest first.

        :return: ``[Candidate]``, keys are ids of ``account.move.line``
        """
        items = self._ponto_open_items()
        remote = (self.transaction_details or {}).get("ponto") or {}
        communication = remote.get("remittance_information")
        texts = [
            self.payment_ref or "",
            communication if isinstance(communication, str) else "",
        ]
        partner = self.partner_id.commercial_partner_id.id or None
        return rank_candidates(texts, partner, [self._ponto_as_open(i) for i in items])

    def _ponto_certain(self):
        """What needs no second look: ``{line: item}``.

        An item that two lines name may have been paid twice: it is left to a person.
        """
        certain = {}
        for line in self:
            keys = [one.key for one in line._ponto_candidates() if one.certain]
            if keys:
                certain[line] = self.env["account.move.line"].browse(keys)
        items = list(certain.values())
        return {line: item for line, item in certain.items() if items.count(item) == 1}

    # === OPEN ITEMS === #

    def _ponto_open_items(self):
        """Posted and open, of the line's company, worth what the line is worth in its
        currency and in the company's: nothing is ever left over, and no exchange
        difference is booked."""
        suspense = self._ponto_suspense()
        if not suspense or self.move_id.state != "posted" or not self.amount:
            return self.env["account.move.line"]
        domain = Domain(
            [
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("account_id.reconcile", "=", True),
                ("company_id", "=", self.company_id.id),
                ("currency_id", "=", suspense.currency_id.id),
                ("move_id", "!=", self.move_id.id),
            ]
        )
        domain &= _near(
            "amount_residual_currency", -suspense.amount_currency, suspense.currency_id
        )
        domain &= _near(
            "amount_residual", -suspense.balance, suspense.company_currency_id
        )
        domain &= self._ponto_outstanding_domain() | self._ponto_document_domain()
        return (
            self.env["account.move.line"]
            .search(domain)
            .filtered(
                lambda item: _opposite(
                    suspense, item.amount_residual_currency, item.amount_residual
                )
            )
        )

    def _ponto_outstanding_domain(self):
        """What was registered as paid through this journal, and waits for the bank."""
        payable = ("asset_receivable", "liability_payable")
        journal = self.journal_id
        banks = journal.default_account_id | journal.suspense_account_id
        return Domain(
            [
                ("payment_id.journal_id", "=", journal.id),
                ("account_id.account_type", "not in", payable),
                ("account_id", "not in", banks.ids),
            ]
        )

    def _ponto_document_domain(self):
        kinds = self.env["account.move"].get_invoice_types(include_receipts=True)
        payable = ("asset_receivable", "liability_payable")
        return Domain(
            [
                ("move_id.move_type", "in", kinds),
                ("account_id.account_type", "in", payable),
            ]
        )

    def _ponto_as_open(self, item):
        payment = item.payment_id
        documents = item.move_id
        references = []
        if payment:
            documents = payment.reconciled_invoice_ids | payment.reconciled_bill_ids
            references = [payment.name, payment.memo, payment.payment_reference]
        for document in documents:
            references += [document.name, document.payment_reference]
            # A supplier's own number; what stands there for a customer is their order.
            references += [document.ref] if document.is_purchase_document(True) else []
        return OpenItem(
            key=item.id,
            place=0 if payment else 1,
            references=tuple(filter(None, references)),
            partner=item.partner_id.commercial_partner_id.id or None,
            day=str(item.date_maturity or item.date),
        )

    # === TRANSFERS === #

    def _ponto_transfer_lines(self):
        """The other half of a transfer between two accounts that Ponto feeds, the
        nearest day first."""
        suspense = self._ponto_suspense()
        if not suspense or not self.journal_id.ponto_online_account_ids:
            return self.browse()
        near = timedelta(days=TRANSFER_DAYS)
        domain = Domain(
            [
                ("company_id", "=", self.company_id.id),
                ("journal_id", "!=", self.journal_id.id),
                ("journal_id.ponto_online_account_ids", "!=", False),
                ("is_reconciled", "=", False),
                ("move_id.state", "=", "posted"),
                ("date", ">=", self.date - near),
                ("date", "<=", self.date + near),
            ]
        ) & _near("amount", -self.amount, self.currency_id)
        lines = self.search(domain).filtered(
            lambda line: _cancel_out(suspense, line._ponto_suspense())
        )
        return lines.sorted(lambda line: (abs(line.date - self.date), line.id))


def _near(field, amount, currency):
    """What may be equal money; compared exactly by :func:`_opposite`.

    Odoo rounds what a domain asks for, so a bound between two cents is none.
    """
    unit = currency.rounding
    return Domain(field, ">=", amount - unit) & Domain(field, "<=", amount + unit)


def _opposite(suspense, amount, balance):
    """Whether that cancels an item out, in its currency and in the company's."""
    return suspense.currency_id.is_zero(
        suspense.amount_currency + amount
    ) and suspense.company_currency_id.is_zero(suspense.balance + balance)


def _cancel_out(suspense, other):
    return (
        len(other) == 1
        and other.currency_id == suspense.currency_id
        and _opposite(suspense, other.amount_currency, other.balance)
    )
