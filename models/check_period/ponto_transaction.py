"""What a check of a period has seen of a row."""

from odoo import fields, models


class PontoTransaction(models.Model):
    _inherit = "ponto.transaction"

    seen_check_id = fields.Integer(
        readonly=True, help="The last check of a period in which Ponto listed it."
    )
