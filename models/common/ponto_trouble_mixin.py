from odoo import fields, models

from ...tools import clock


class PontoTroubleMixin(models.AbstractModel):
    """Remembers since when something has been wrong, whatever it was in between."""

    _name = "ponto.trouble.mixin"
    _description = "Base for records with a continuing problem"

    problem_since = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the current series of failures began.",
    )

    def write(self, vals):
        """Note when trouble begins and when it is over."""
        if "problem_code" not in vals:
            return super().write(vals)
        if not vals["problem_code"]:
            return super().write({**vals, "problem_since": False})
        fresh = self.filtered(lambda record: not record.problem_code)
        known = self - fresh
        super(PontoTroubleMixin, fresh).write({**vals, "problem_since": clock.now()})
        super(PontoTroubleMixin, known).write(vals)
        return True

    def _get_trouble_since(self):
        """When the present trouble began, naive UTC; False where there is none."""
        self.ensure_one()
        if not self.problem_code:
            return False
        # Trouble noted by a version that did not remember its beginning.
        return self.problem_since or self.write_date
