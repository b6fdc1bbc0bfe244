from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ponto_renewal_badge_days = fields.Integer(
        related="company_id.ponto_renewal_badge_days", readonly=False
    )
    ponto_renewal_activity_days = fields.Integer(
        related="company_id.ponto_renewal_activity_days", readonly=False
    )
    ponto_renewal_mail_days = fields.Integer(
        related="company_id.ponto_renewal_mail_days", readonly=False
    )
    ponto_renewal_last_mail_days = fields.Integer(
        related="company_id.ponto_renewal_last_mail_days", readonly=False
    )
