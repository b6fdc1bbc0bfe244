"""What a bank line may pay: open items of exactly its amount, and why each."""

from collections import Counter

from odoo import models
from odoo.fields import Domain
from odoo.tools.sql import escape_psql

from ...mapping.dates import shifted
from ...mapping.reference import sanitize
from ...rules.open_items import Counterpart, OpenItem, certain_item, rank_candidates

#: Two banks need as long for one transfer, a long weekend included.
TRANSFER_DAYS = 5
#: A document is paid through whatever bank.
ANY_JOURNAL = 0


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
        described = self._ponto_describe(self._ponto_open_items())
        counterpart = self._ponto_counterparts()[self]
        return rank_candidates(*self._ponto_spoken(), described.values(), counterpart)

    def _ponto_certain(self):
        """What needs no second look: ``{line: item}``.

        An item that two lines name may have been paid twice: it is left to a person,
        also where only one of the two lines is looked at.
        """
        items = self.env["account.move.line"]
        by_line = (self | self._ponto_rivals())._ponto_items_by_line()
        every = items.browse({key for keys in by_line.values() for key in keys})
        described = self._ponto_describe(every)
        counterparts = self.browse().union(*by_line)._ponto_counterparts()
        found = {
            line: certain_item(
                *line._ponto_spoken(), map(described.get, keys), counterparts[line]
            )
            for line, keys in by_line.items()
        }
        named = Counter(found.values())
        return {
            line: items.browse(key)
            for line, key in found.items()
            if key and named[key] == 1 and line in self
        }

    def _ponto_rivals(self):
        """Other lines of the company that wait and have the amount of one of these:
        they may name the same item."""
        return self.search(
            [
                ("company_id", "in", self.company_id.ids),
                ("is_reconciled", "=", False),
                ("amount", "in", list(set(self.mapped("amount")))),
                ("id", "not in", self.ids),
            ]
        )

    def _ponto_spoken(self):
        """What the bank wrote, and whose the line is, as far as that is known."""
        self.ensure_one()
        remote = (self.transaction_details or {}).get("ponto") or {}
        communication = remote.get("remittance_information")
        texts = [
            self.payment_ref or "",
            communication if isinstance(communication, str) else "",
        ]
        return texts, self.partner_id.commercial_partner_id.id or None

    # === THE OTHER SIDE === #

    def _ponto_counterparts(self):
        """Whom the bank names as the other side, and whose that name and number are.

        :return: ``{line: Counterpart}``
        """
        spoken = {line: line._ponto_name_and_number() for line in self}
        names = {name.casefold(): name for name, _number in spoken.values() if name}
        numbers = {sanitize(number) for _name, number in spoken.values()} - {""}
        companies = (False, *self.company_id.ids)
        partners = self.env["res.partner"].with_context(active_test=False)
        banks = self.env["res.partner.bank"].with_context(active_test=False)
        owners = banks.search(
            [
                ("sanitized_acc_number", "in", list(numbers)),
                ("company_id", "in", companies),
                ("partner_id.company_id", "in", companies),
            ]
        ).grouped("sanitized_acc_number")
        alike = Domain.OR(
            Domain("name", "=ilike", escape_psql(name)) for name in names.values()
        )
        namesakes = partners.search(
            alike & Domain("company_id", "in", companies)
        ).grouped(lambda partner: partner.name.casefold())
        found = {}
        for line, (name, number) in spoken.items():
            owner = owners.get(sanitize(number), banks.browse()).partner_id
            namesake = namesakes.get(name.casefold(), partners.browse())
            found[line] = Counterpart(
                name=name,
                number=number,
                owners=frozenset(owner.commercial_partner_id.ids),
                namesakes=frozenset(namesake.commercial_partner_id.ids),
            )
        return found

    def _ponto_name_and_number(self):
        """Of the other side, as the bank gives them; a bank that gives the account
        holder says nothing of the other side."""
        self.ensure_one()
        name, number = (self.partner_name or "").strip(), self.account_number or ""
        accounts = self.journal_id.sudo().ponto_online_account_ids
        holders = [self.company_id.sudo().name, *accounts.mapped("holder_name")]
        if self.journal_id._ponto_has_number(number):
            return "", ""
        is_holder = name.casefold() in [(one or "").casefold() for one in holders]
        return ("" if is_holder else name), number

    # === OPEN ITEMS === #

    def _ponto_open_items(self, among=None):
        """Posted and open, of the line's company, worth what the line is worth in its
        currency and in the company's: nothing is ever left over, and no exchange
        difference is booked.

        :param among: items, where only these are asked for
        """
        self.ensure_one()
        keys = self._ponto_items_by_line(among).get(self, ())
        return self.env["account.move.line"].browse(keys)

    def _ponto_items_by_line(self, among=None):
        """Of all lines at once, because each look goes through all open items.

        :return: ``{line: ids of open items}``; lines without any are left out
        """
        waiting = {
            line: suspense
            for line in self
            if line.amount and line.move_id.state == "posted"
            if (suspense := line._ponto_suspense())
        }
        found = {}
        for item in self._ponto_search_open(waiting.values(), among):
            worth = _worth(item, item.amount_residual_currency, item.amount_residual)
            for_journal = self._ponto_journal_of(item)
            if for_journal is not None:
                found.setdefault((*worth, for_journal), []).append(item.id)
        by_line = {}
        for line, suspense in waiting.items():
            worth = _worth(suspense, -suspense.amount_currency, -suspense.balance)
            keys = [
                *found.get((*worth, line.journal_id.id), ()),
                *found.get((*worth, ANY_JOURNAL), ()),
            ]
            if keys:
                by_line[line] = keys
        return by_line

    def _ponto_search_open(self, suspense, among):
        """:param suspense: the items that look for their counterpart"""
        items = self.env["account.move.line"]
        if not suspense:
            return items
        amounts = {-one.amount_currency for one in suspense}
        domain = Domain(
            [
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("account_id.reconcile", "=", True),
                ("company_id", "in", self.company_id.ids),
                ("currency_id", "in", [one.currency_id.id for one in suspense]),
                ("amount_residual_currency", "in", list(amounts)),
            ]
        )
        if among is not None:
            domain &= Domain("id", "in", among.ids)
        domain &= self._ponto_outstanding_domain() | self._ponto_document_domain()
        return items.search(domain)

    def _ponto_journal_of(self, item):
        """For the lines of which bank journal an open item is.

        :return: its id; ``ANY_JOURNAL``; None for what is a bank's own account
        """
        if item.move_id.is_invoice(include_receipts=True):
            return ANY_JOURNAL
        journal = item.payment_id.journal_id
        banks = journal.default_account_id | journal.suspense_account_id
        return None if item.account_id in banks else journal.id

    def _ponto_outstanding_domain(self):
        """What was registered as paid through these journals, and waits for the bank."""
        payable = ("asset_receivable", "liability_payable")
        return Domain(
            [
                ("payment_id.journal_id", "in", self.journal_id.ids),
                ("account_id.account_type", "not in", payable),
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

    def _ponto_describe(self, items):
        """:return: ``{id: OpenItem}``"""
        partners = self.env["res.partner"].with_context(active_test=False)
        owners = items.partner_id.commercial_partner_id
        family = partners.search([("id", "child_of", owners.ids)]) if owners else owners
        banks = self.env["res.partner.bank"].with_context(active_test=False)
        numbers = banks.search([("partner_id", "in", family.ids)]).grouped("partner_id")
        known = {}
        for partner in family:
            own = numbers.get(partner, banks.browse()).mapped("acc_number")
            above = partner
            while above:
                its_names, its_numbers = known.setdefault(above.id, ([], []))
                its_names.append(partner.name or "")
                its_numbers.extend(own)
                above = above.parent_id
        nothing = ((), ())
        return {
            item.id: self._ponto_as_open(
                item, *known.get(item.partner_id.commercial_partner_id.id, nothing)
            )
            for item in items
        }

    def _ponto_as_open(self, item, names, numbers):
        """:param names: of its partner and of those below
        :param numbers: of the same ones"""
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
            names=tuple(filter(None, names)),
            # Where the document itself says that a factor is paid, or collects.
            numbers=(
                *numbers,
                *(payment.partner_bank_id | documents.partner_bank_id).mapped(
                    "acc_number"
                ),
            ),
        )

    # === TRANSFERS === #

    def _ponto_transfer_lines(self):
        """The other half of a transfer between two accounts that Ponto feeds, the
        nearest day first."""
        suspense = self._ponto_suspense()
        if not suspense or not self.journal_id.ponto_online_account_ids:
            return self.browse()
        domain = Domain(
            [
                ("company_id", "=", self.company_id.id),
                ("journal_id", "!=", self.journal_id.id),
                ("journal_id.ponto_online_account_ids", "!=", False),
                ("is_reconciled", "=", False),
                ("move_id.state", "=", "posted"),
                ("date", ">=", shifted(self.date, -TRANSFER_DAYS)),
                ("date", "<=", shifted(self.date, TRANSFER_DAYS)),
            ]
        ) & _near("amount", -self.amount, self.currency_id)
        lines = self.search(domain).filtered(
            lambda line: _cancel_out(suspense, line._ponto_suspense())
        )
        return lines.sorted(lambda line: (abs(line.date - self.date), line.id))


def _worth(item, amount, balance):
    """Equal for what cancels out with nothing left over, in its company and in both
    currencies."""
    currency, own = item.currency_id, item.company_currency_id
    return (
        item.company_id.id,
        currency.id,
        f"{currency.round(amount) + 0:.{currency.decimal_places}f}",
        f"{own.round(balance) + 0:.{own.decimal_places}f}",
    )


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
