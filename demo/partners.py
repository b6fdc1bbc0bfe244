"""Everybody whom the bank's lines name, with account numbers."""

from ..sandbox.demo import parties as who
from ..sandbox.demo.dues import DIRECTOR, STAFF
from .company import partner_values


def make(env):
    """Make a contact for each party, and for whom the bakery pays.

    :return: contact by name
    :rtype: dict[str, ~odoo.models.BaseModel]
    """
    values = [
        *(
            {**partner_values(env, party), "customer_rank": 1}
            for party in who.CUSTOMERS
        ),
        *(
            {**partner_values(env, party), "supplier_rank": 1}
            for party in who.SUPPLIERS
        ),
        *(_organisation(name) for name in ORGANISATIONS),
        *({"name": name, "is_company": False} for name, *_rest in STAFF),
        {"name": DIRECTOR, "is_company": False},
    ]
    partners = env["res.partner"].create(values)
    env["res.partner.bank"].create(
        [
            {
                "partner_id": partner.id,
                "acc_number": who.account_number(partner.name),
                "allow_out_payment": True,
            }
            for partner in partners
        ]
    )
    return {partner.name: partner for partner in partners}


ORGANISATIONS = (
    who.TAX,
    who.SOCIAL_SECURITY,
    who.BANK_LOANS,
    who.TERMINALS,
    who.WEB_SHOP,
)


def _organisation(name):
    return {"name": name, "is_company": True}
