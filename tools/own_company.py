"""Whose books a person may change: a branch sees its parent's accounts, no more."""

from odoo.exceptions import AccessError


def of_own_companies(records):
    """Those of the user's companies, chosen now or not; all of them for the superuser.

    :param records: of a model with ``company_id``
    """
    env = records.env
    if env.su:
        return records
    mine = env.user.company_ids
    return records.filtered(lambda record: record.sudo().company_id in mine)


def check_own_company(records):
    """What follows is done as the superuser, who asks nobody; core asks the same of
    whoever writes a bank line.

    :param records: of a model with ``company_id``
    :raise AccessError: in words, where one belongs to a company that is not the user's
    """
    foreign = (records - of_own_companies(records)).sudo().company_id
    if foreign:
        raise AccessError(
            records.env._(
                "This bank account belongs to %(company)s: only users of that "
                "company can change it. Nothing was changed.",
                company=", ".join(foreign.mapped("name")),
            )
        )
