"""The bank journals: one for each account but the new savings account.

That one is left for the newcomer: *Fetch Accounts* offers to make its journal.
"""

from ..sandbox.demo.accounts import reference

#: key of the account: name, code, type, currency
JOURNALS = {
    "main": ("Vlinderbank current account", "VLB", "bank", None),
    "shop": ("Kempische, shop Geel", "KEM", "bank", None),
    "euro": ("Sint-Michiels EUR", "SME", "bank", None),
    "dollar": ("Sint-Michiels USD", "SMU", "bank", "USD"),
    "card": ("Company card", "CARD", "credit", None),
}


def make(env, chart):
    """Make the journals; the one that came with the chart becomes the main one.

    :return: journal by key of the account
    :rtype: dict[str, ~odoo.models.BaseModel]
    """
    journals = {}
    for place, (key, (name, code, kind, currency)) in enumerate(JOURNALS.items()):
        values = {
            "name": name,
            "code": code,
            "type": kind,
            "sequence": 20 + place,
            "currency_id": env.ref(f"base.{currency}").id if currency else False,
            "show_on_dashboard": True,
        }
        journals[key] = _first_journal(env) if key == "main" else None
        if journals[key]:
            journals[key].write(values)
        else:
            journals[key] = env["account.journal"].create(values)
        _keep_name(journals[key], name)
        _keep_name(journals[key].default_account_id, name)
        _give_number(env, journals[key], reference(key))
    manual = journals["main"].inbound_payment_method_line_ids[:1]
    manual.payment_account_id = chart.account("outstanding")
    return journals


def _first_journal(env):
    return env["account.journal"].search(
        [("company_id", "=", env.company.id), ("type", "=", "bank")], limit=1
    )


def _keep_name(record, name):
    """The same in every language: the chart would give what came with it its own name
    again in each language that is installed, now or later."""
    env = record.env
    known = [("model", "=", record._name), ("res_id", "=", record.id)]
    env["ir.model.data"].sudo().search(known).unlink()
    languages = [code for code, _name in env["res.lang"].get_installed()]
    record.update_field_translations("name", dict.fromkeys(languages, name))


def _give_number(env, journal, number):
    """Two journals, one per currency, share one bank account."""
    owner = env.company.partner_id
    known = owner.bank_ids.filtered(
        lambda bank: bank.sanitized_acc_number == number.replace(" ", "")
    )
    journal.bank_account_id = known or env["res.partner.bank"].create(
        {"partner_id": owner.id, "acc_number": number}
    )
