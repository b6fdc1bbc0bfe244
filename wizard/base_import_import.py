from odoo import models


class BaseImportImport(models.TransientModel):
    _inherit = "base_import.import"

    def execute_import(self, fields, columns, options, dryrun=False):
        """A file with bank secrets does not lie about for core's twelve hours: it goes
        as soon as all of it was imported."""
        result = super().execute_import(fields, columns, options, dryrun=dryrun)
        is_over = bool(result.get("ids")) and not result.get("nextrow")
        if self.res_model == "ponto.connection" and is_over and not dryrun:
            self.file = False
        return result
