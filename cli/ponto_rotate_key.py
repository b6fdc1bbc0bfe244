"""``odoo ponto_rotate_key -d database [--bind-old]``: see docs/security.md, *Another key*
and *Bound to its place*."""

# Odoo loads this file by itself, without the addon round it: only Odoo is imported.
import optparse
import sys

import odoo.tools.config
from odoo import SUPERUSER_ID, api
from odoo.cli import Command
from odoo.modules.registry import Registry

BIND_OLD = "--bind-old"


class PontoRotateKey(Command):
    """Encrypt every stored bank secret with the first key."""

    name = "ponto_rotate_key"

    def run(self, args):
        """Exit with 0 only when no other key is needed any more."""
        parser = odoo.tools.config.parser
        parser.prog = self.prog
        parser.add_option_group(optparse.OptionGroup(parser, "Rotate", self.__doc__))
        given = [arg for arg in args if arg != BIND_OLD]
        odoo.tools.config.parse_config(given, setup_logging=True)
        names = odoo.tools.config["db_name"]
        if len(names) != 1:
            sys.exit("Name one database with -d.")
        with Registry(names[0]).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            if "ponto.key" not in env.registry:
                sys.exit("account_ponto_sync is not installed in this database.")
            key = env["ponto.key"]
            if BIND_OLD in args:
                bind_old_values(env)
                cr.commit()  # pylint: disable=invalid-commit
            outcomes = key._rotate()
            sys.stdout.write(f"{key._get_rotated_text(outcomes)}\n")
        if outcomes["unreadable"] or outcomes["busy"]:
            sys.exit(1)


def bind_old_values(env):
    """What versions before 19.0.5 stored, to where it stands: the update could not, as
    the key was missing."""
    # The addon can be imported now that Odoo knows where it is.
    from odoo.addons.account_ponto_sync.tools import secret_store

    outcomes = secret_store.bind_old_values(env)
    sys.stdout.write(f"Bound: {outcomes['bound']}.\n")
