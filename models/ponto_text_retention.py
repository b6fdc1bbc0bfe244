"""How long a company keeps what its banks wrote."""

from datetime import datetime, time

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..wording.moments import format_date
from . import clock

# What is offered where texts are to be removed at all.
OFFERED_MONTHS = 24
# Sooner, banks still correct and people still undo.
SHORTEST_MONTHS = 3
LONGEST_MONTHS = 120


class ResCompany(models.Model):
    _inherit = "res.company"

    ponto_texts_months = fields.Integer(
        string="Months that banks' texts are kept",
        help="0: they are kept. Else the bank's raw texts are removed from settled "
        "transactions that are older and were received longer ago than that.",
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


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ponto_removes_texts = fields.Boolean(
        string="Remove the bank's raw texts",
        compute="_compute_ponto_removes_texts",
        readonly=False,
    )
    ponto_texts_months = fields.Integer(
        related="company_id.ponto_texts_months", readonly=False
    )
    ponto_texts_preview = fields.Char(compute="_compute_ponto_texts_preview")

    @api.depends("company_id")
    def _compute_ponto_removes_texts(self):
        for settings in self:
            settings.ponto_removes_texts = bool(settings.company_id.ponto_texts_months)

    @api.onchange("ponto_removes_texts")
    def _onchange_ponto_removes_texts(self):
        offered = self.ponto_texts_months or OFFERED_MONTHS
        self.ponto_texts_months = offered if self.ponto_removes_texts else 0

    @api.depends("company_id", "ponto_texts_months")
    @api.depends_context("lang")
    def _compute_ponto_texts_preview(self):
        for settings in self:
            settings.ponto_texts_preview = settings._get_ponto_texts_preview()

    def _get_ponto_texts_preview(self):
        """What saving would do, in words."""
        months = self.ponto_texts_months
        if not SHORTEST_MONTHS <= months <= LONGEST_MONTHS:
            return ""
        before = self.company_id._ponto_texts_before(months)
        accounts = self.env["ponto.online.account"].with_context(active_test=False)
        ids = accounts.sudo().search([("company_id", "=", self.company_id.id)]).ids
        found = self.env["ponto.transaction"].sudo()._find_old_texts(ids, before)
        return self.env._(
            "%(count)s transactions older than %(day)s will lose the bank's raw texts "
            "now. Lines and amounts stay.",
            count=len(found),
            day=format_date(self.env, before),
        )
