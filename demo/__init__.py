"""The books of a Belgian bakery, for ``make demo``; nothing else imports this package.

They are derived from the story that the local Ponto tells (``sandbox/demo/``), so
that references and amounts in Odoo and at the banks are the same to the cent.
"""

from odoo import SUPERUSER_ID

from . import company, documents, entries, journals, partners, statements
from .chart import Chart


def seed_books(env, anchor):
    """Make the books in a database in which nothing was done yet.

    Nothing is committed.

    :param env: of a database with ``l10n_be`` and this addon
    :param datetime.date anchor: the day of the demo's first start, in Brussels
    """
    quiet = {"tracking_disable": True, "mail_create_nolog": True, "lang": "en_US"}
    bakery = env.ref("base.main_company")
    env = env(user=SUPERUSER_ID, context=quiet)["res.company"].with_company(bakery).env
    company.set_up(env, anchor)
    chart = Chart(env)
    parties = partners.make(env)
    banks = journals.make(env, chart)
    moves = documents.make(env, chart, parties, anchor)
    _count_rows(env)
    entries.make(env, chart, parties, anchor)
    entries.settle_vat(env, chart, parties, anchor)
    paid = statements.make(env, chart, parties, banks, moves, anchor)
    entries.make_opening(env, chart, parties, anchor)
    _count_rows(env)
    statements.reconcile(env, chart, paid)
    documents.register_payments(env, banks, moves, anchor)
    company.close_period(env, anchor)


def _count_rows(env):
    """Tell PostgreSQL how much there is.

    In one transaction nobody else counts the rows: it would plan for the tables as
    they were before, at worst empty, and take minutes for one query.
    """
    env.flush_all()
    env.cr.execute("ANALYZE account_move, account_move_line")
