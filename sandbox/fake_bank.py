"""The sandbox bank: lines made here reach Ponto with the next synchronization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .parts import make_line
from .problems import invalid_attribute, not_found
from .public import Answer, PublicApi

if TYPE_CHECKING:
    from .formats import Attributes
    from .store import Account, Line

REQUIRED = (
    "valueDate",
    "executionDate",
    "amount",
    "currency",
    "description",
    "remittanceInformationType",
)
OPTIONAL = (
    "remittanceInformation",
    "counterpartName",
    "counterpartReference",
    "bankTransactionCode",
    "proprietaryBankTransactionCode",
    "additionalInformation",
    "creditorId",
    "mandateId",
    "purposeCode",
    "endToEndId",
    "fee",
    "cardReference",
    "cardReferenceType",
)
CHANGEABLE = (
    "counterpartName",
    "description",
    "remittanceInformation",
    "bankTransactionCode",
    "proprietaryBankTransactionCode",
    "additionalInformation",
    "creditorId",
    "mandateId",
    "purposeCode",
    "endToEndId",
)
KIND = "financialInstitutionTransaction"


class FakeBankApi(PublicApi):
    """The sandbox-only routes, beside the public ones."""

    def sandbox_accounts(self, institution_id: str) -> Answer:
        """``GET …/financial-institution-accounts``."""
        accounts = self._bank_accounts(institution_id)
        page = self.cut(accounts, cursor="bank_id")
        data = [self.shaper.sandbox_account(account) for account in page.items]
        return 200, self.shaper.page(page, data, self.path())

    def sandbox_account(self, institution_id: str, account_id: str) -> Answer:
        """``GET …/financial-institution-accounts/{id}``."""
        account = self._bank_account(institution_id, account_id)
        return 200, {"data": self.shaper.sandbox_account(account)}

    def sandbox_transactions(self, institution_id: str, account_id: str) -> Answer:
        """``GET …/financial-institution-transactions``."""
        account = self._bank_account(institution_id, account_id)
        page = self.cut(_bank_lines(account)[::-1], cursor="bank_id")
        data = [self.shaper.sandbox_line(line) for line in page.items]
        return 200, self.shaper.page(page, data, self.path())

    def sandbox_transaction(
        self, institution_id: str, account_id: str, line_id: str
    ) -> Answer:
        """``GET …/financial-institution-transactions/{id}``."""
        line = self._bank_line(institution_id, account_id, line_id)
        return 200, {"data": self.shaper.sandbox_line(line)}

    def create_sandbox_transaction(
        self, institution_id: str, account_id: str
    ) -> Answer:
        """``POST …/financial-institution-transactions``."""
        account = self._bank_account(institution_id, account_id)
        given = self.attributes(KIND)
        for name in REQUIRED:
            if given.get(name) is None:
                raise invalid_attribute(name, f"{name} is missing.")
        known: Attributes = {
            name: given.get(name) for name in (*REQUIRED, *OPTIONAL) if name in given
        }
        line = make_line(account, known, self.world.clock.now())
        if given.get("automaticBooking", True):
            account.lines_at_bank.append(line)
        else:
            account.pending_at_bank.append(line)
        return 201, {"data": self.shaper.sandbox_line(line)}

    def change_sandbox_transaction(
        self, institution_id: str, account_id: str, line_id: str
    ) -> Answer:
        """``PATCH …/financial-institution-transactions/{id}``: texts only."""
        line = self._bank_line(institution_id, account_id, line_id)
        given = self.attributes(KIND)
        for name in given:
            if name not in CHANGEABLE:
                raise invalid_attribute(name, f"{name} cannot be changed.")
        if "counterpartName" in given and line.at_bank().get("counterpartName"):
            msg = "counterpartName"
            raise invalid_attribute(msg, "It is already known.")
        line.changes.update(given)
        return 200, {"data": self.shaper.sandbox_line(line)}

    def _bank_accounts(self, institution_id: str) -> list[Account]:
        self.integration()
        self.world.institution(institution_id)
        return [
            account
            for account in self.world.accounts.values()
            if account.institution_id == institution_id
        ]

    def _bank_account(self, institution_id: str, account_id: str) -> Account:
        for account in self._bank_accounts(institution_id):
            if account.bank_id == account_id:
                return account
        msg = "financialInstitutionAccount"
        raise not_found(msg)

    def _bank_line(self, institution_id: str, account_id: str, line_id: str) -> Line:
        account = self._bank_account(institution_id, account_id)
        for line in _bank_lines(account):
            if line.bank_id == line_id:
                return line
        raise not_found(KIND)


def _bank_lines(account: Account) -> list[Line]:
    return [*account.lines, *account.lines_at_bank, *account.pending_at_bank]
