"""Secrets are bound to their record, field and API host from now on; what older versions
stored is bound to where it stands, this once. What this host cannot read stays, and is
used nowhere: docs/security.md, *Bound to its place*. Who was given the key is told
beside the key, no longer in a parameter."""

import logging

from odoo import SUPERUSER_ID, api

from odoo.addons.account_ponto_sync.tools import key_backup, secret_store

_logger = logging.getLogger(__name__)


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    outcomes = secret_store.bind_old_values(env)
    _logger.info("Ponto secrets bound to their places: %s", outcomes)
    key_backup.take_over_old_note(env)
