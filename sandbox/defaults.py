"""What a seed document need not say."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .formats import Attributes

LINE_ATTRIBUTES = [
    "amount",
    "currency",
    "executionDate",
    "valueDate",
    "description",
    "remittanceInformation",
    "remittanceInformationType",
    "counterpartName",
    "counterpartReference",
    "bankTransactionCode",
    "proprietaryBankTransactionCode",
    "endToEndId",
    "purposeCode",
    "mandateId",
    "creditorId",
    "additionalInformation",
    "digest",
    "internalReference",
    "fee",
    "cardReference",
    "cardReferenceType",
]
INSTITUTION_DEFAULTS: Attributes = {
    "name": "Sandbox Bank",
    "bic": None,
    "country": "BE",
    "status": "stable",
    "deprecated": False,
    "logoUrl": None,
    "primaryColor": None,
    "secondaryColor": None,
    "maintenanceFrom": None,
    "maintenanceTo": None,
    "maintenanceType": None,
    "sharedBrandName": None,
    "sharedBrandReference": None,
    "paymentsEnabled": True,
    "paymentsProductTypes": ["sepaCreditTransfer"],
    "periodicPaymentsEnabled": False,
    "periodicPaymentsProductTypes": [],
    "bulkPaymentsEnabled": False,
    "bulkPaymentsProductTypes": [],
    "futureDatedPaymentsAllowed": True,
    "timeZone": "Europe/Brussels",
    "expectedAuthorizationLifetime": 180,
    "pendingTransactionsAvailable": False,
}
ACCOUNT_DEFAULTS: Attributes = {
    "subtype": "checking",
    "reference": "BE68539007547034",
    "referenceType": "IBAN",
    "description": None,
    "product": None,
    "holderName": None,
    "internalReference": None,
    "currency": "EUR",
    "deprecated": False,
}
#: members of an account that are no attributes of the resource
ACCOUNT_PARTS = {
    "id",
    "attributes",
    "institution",
    "opening_balance",
    "availability",
    "sync_errors",
    "authorization_ended",
    "synchronized",
    "transactions",
    "at_bank",
    "pending",
    "pending_at_bank",
}
LINE_PARTS = {"id", "attributes", "bank_id", "when_asked"}
AMOUNTS = {"amount", "fee", "currentBalance", "availableBalance"}
