"""What tells this database from a copy of it."""

from odoo import api, models, tools

from ...tools.encryption import Identity


class PontoDatabaseIdentity(models.AbstractModel):
    """Database, name and server; ``docs/adr/0013-copies.md`` says why these three."""

    _name = "ponto.database.identity"
    _description = "Identity of this database, to detect a copy"

    @api.model
    @api.private
    def _get_identity(self):
        """Of the database that this environment works on."""
        parameters = self.env["ir.config_parameter"].sudo()
        return Identity(
            uuid=parameters.get_param("database.uuid") or "",
            name=self.env.cr.dbname,
            cluster=self._get_cluster(),
        )

    # It lasts as long as the process is connected to that server.
    @tools.ormcache(cache="stable")
    def _get_cluster(self):
        """PostgreSQL's own number of this server: drawn when it was set up, the same on
        its standbys; None where the database user may not ask for it."""
        cr = self.env.cr
        function = "pg_control_system()"
        cr.execute("SELECT has_function_privilege(%s, 'EXECUTE')", [function])
        if not cr.fetchone()[0]:
            return None
        cr.execute("SELECT system_identifier FROM pg_control_system()")
        return str(cr.fetchone()[0])
