from odoo import api, fields, models
from odoo.exceptions import ValidationError

LEADS = (
    "ponto_renewal_badge_days",
    "ponto_renewal_activity_days",
    "ponto_renewal_mail_days",
    "ponto_renewal_last_mail_days",
)
LONGEST_LEAD = 120
#: The way to a first connection (wizard/ponto_connect_assistant.py).
CONNECT_STEPS = [
    ("bank", "Your bank"),
    ("ponto", "At Ponto"),
    ("credentials", "Credentials"),
]


class ResCompany(models.Model):
    _inherit = "res.company"

    ponto_renewal_badge_days = fields.Integer(
        string="Days before: badge",
        default=30,
        help="From when on a bank's authorization is shown as ending soon.",
    )
    ponto_renewal_activity_days = fields.Integer(
        string="Days before: activity",
        default=14,
        help="When the responsible user gets an activity.",
    )
    ponto_renewal_mail_days = fields.Integer(
        string="Days before: first e-mail",
        default=7,
        help="When the responsible user and the renewal contact get an e-mail.",
    )
    ponto_renewal_last_mail_days = fields.Integer(
        string="Days before: last e-mail",
        default=1,
        help="When they get a second e-mail, while there is still time.",
    )

    ponto_connect_step = fields.Selection(
        CONNECT_STEPS,
        copy=False,
        groups="account.group_account_manager",
        help="Where somebody left the way to a first connection with Ponto.",
    )

    ponto_connect_environment = fields.Selection(
        [("live", "Live"), ("sandbox", "Sandbox")],
        copy=False,
        groups="account.group_account_manager",
        help="What was chosen on the way to a first connection with Ponto.",
    )

    @api.constrains(*LEADS)
    def _check_ponto_renewal_days(self):
        """Nobody is told for the first time when it is too late."""
        for company in self:
            if any(not 0 <= company[name] <= LONGEST_LEAD for name in LEADS):
                raise ValidationError(
                    self.env._(
                        "Somebody is told 0 to %(most)s days before a bank's permission "
                        "ends.",
                        most=LONGEST_LEAD,
                    )
                )
