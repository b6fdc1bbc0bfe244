"""Looking for a bank in Ponto's public list, which needs no credentials."""

from itertools import islice

from odoo.exceptions import UserError

from ..mapping.institution import prepare_institution_vals
from ..wording.problems import search_refusal_text
from .clients import trial_client
from .problem_codes import TROUBLES, problem_of

# So many hits are shown; a longer list is narrowed by name or country.
MOST_HITS = 60


def search_institutions(connection, name, country):
    """Institutions that Ponto offers; deprecated ones are left out.

    :param connection: whose Ponto is asked; a new record will do
    :param name: part of the bank's name; empty for all
    :param country: a ``res.country``, or none for all
    :return: vals of ``ponto.provider.account`` for each hit shown, and whether there
        are more
    :raise UserError: in words, when Ponto cannot be read
    """
    try:
        with trial_client(connection) as client:
            found = client.financial_institutions(
                name=(name or "").strip() or None,
                country=country.code or None,
                unreadable=[],
            )
            usable = (hit for hit in found if not hit.deprecated)
            hits = list(islice(usable, MOST_HITS + 1))
    except TROUBLES as error:
        raise UserError(
            search_refusal_text(connection.env, *problem_of(error))
        ) from None
    institutions = connection.env["ponto.provider.account"]
    return [
        institutions._prepare_from_institution(prepare_institution_vals(hit))
        for hit in hits[:MOST_HITS]
    ], len(hits) > MOST_HITS
