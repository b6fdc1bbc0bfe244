from datetime import datetime, time

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools import clock
from ...tools.public_address import is_public, plain_address

LEADS = (
    "ponto_renewal_badge_days",
    "ponto_renewal_activity_days",
    "ponto_renewal_mail_days",
    "ponto_renewal_last_mail_days",
)
LONGEST_LEAD = 120
# Sooner, banks still correct and people still undo.
SHORTEST_MONTHS = 3
LONGEST_MONTHS = 120
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
        help="Number of days before the end from which an authorization is shown as "
        "ending soon.",
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
        help="When they get a second e-mail, while there is still time to renew.",
    )

    ponto_connect_step = fields.Selection(
        CONNECT_STEPS,
        copy=False,
        groups="account.group_account_manager",
        help="The step at which the user left the first connection with Ponto.",
    )

    ponto_connect_environment = fields.Selection(
        [("live", "Live"), ("sandbox", "Sandbox")],
        copy=False,
        groups="account.group_account_manager",
        help="The environment chosen during the first connection with Ponto.",
    )

    ponto_public_address = fields.Char(
        string="Office's public IP address",
        groups="account.group_account_manager,base.group_system",
        help="The public IP address of the office (IPv4 or IPv6). It is sent to Ponto "
        "when a user clicks Fetch transactions and Odoo sees only an address inside "
        "your own network. Leave it empty if Odoo sees the users' own addresses.",
    )
    ponto_texts_months = fields.Integer(
        string="Retention of bank texts (months)",
        help="0: the texts are kept. Otherwise the bank's raw texts are removed from "
        "settled transactions that are dated and were received longer ago than this "
        "number of months.",
    )

    @api.constrains(*LEADS)
    def _check_ponto_renewal_days(self):
        """Nobody is told for the first time when it is too late."""
        for company in self:
            if any(not 0 <= company[name] <= LONGEST_LEAD for name in LEADS):
                raise ValidationError(
                    self.env._(
                        "Reminders are sent 0 to %(most)s days before a bank's "
                        "permission ends.",
                        most=LONGEST_LEAD,
                    )
                )

    @api.constrains("ponto_public_address")
    def _check_ponto_public_address(self):
        for company in self.sudo().filtered("ponto_public_address"):
            address = plain_address(company.ponto_public_address)
            if not address or not is_public(address):
                raise ValidationError(
                    self.env._(
                        "The office's public IP address must be a public internet "
                        "address, such as 81.82.83.84: not a name, and not an "
                        "address inside your own network."
                    )
                )

    @api.constrains("ponto_texts_months")
    def _check_ponto_texts_months(self):
        for company in self:
            months = company.ponto_texts_months
            if months and not SHORTEST_MONTHS <= months <= LONGEST_MONTHS:
                raise ValidationError(
                    self.env._(
                        "The bank's texts are kept %(least)s to %(most)s months, or for "
                        "good.",
                        least=SHORTEST_MONTHS,
                        most=LONGEST_MONTHS,
                    )
                )

    def _ponto_texts_before(self, months=None):
        """The first moment of the day before which texts are removed."""
        self.ensure_one()
        months = self.ponto_texts_months if months is None else months
        day = clock.now().date() - relativedelta(months=months)
        return datetime.combine(day, time.min)
