"""Secrets carry the database that they were stored for; those of earlier versions are
this one's. What this host cannot read stays, and waits for a take-over."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["ponto.key"]._mark_old_values()
